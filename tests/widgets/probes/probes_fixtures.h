// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "tests/widgets/common/example_runs.h"

#include <QImage>
#include <QTemporaryDir>

namespace lacuna::testing {

/// The example benchmark with two kinds of question and pictures on the disk; view 1 of each entity is held out.
inline std::shared_ptr<Benchmark> picturedBenchmark(const QTemporaryDir& folder) {
    auto benchmark = exampleBenchmark();
    benchmark->folder = folder.path().toStdString();
    benchmark->hash = "this one";
    for (auto& entity : benchmark->entities) {
        entity.questions = {{"identity", {"What is this?", "Name it."}, "This is " + entity.name + ".", "", {}},
                            {"habitat", {"Where does it live?"}, "It lives in " + entity.name + " meadows.", "", {}}};
        QDir(folder.path()).mkpath(QString::fromStdString(entity.id));
        for (const auto& view : entity.views) {
            QImage image(24, 16, QImage::Format_RGB32);
            image.fill(Qt::darkCyan);
            image.save(QString::fromStdString(benchmark->imagePath(view).string()));
        }
    }
    return benchmark;
}

inline AnswerRow answerRow(int stage, const std::string& entity, const std::string& kind, int phrasing, int view,
                           const std::string& answer, Verdict verdict) {
    AnswerRow row;
    row.stage = stage;
    row.entity = entity;
    row.kind = kind;
    row.phrasing = phrasing;
    row.view = view;
    row.answer = answer;
    row.truth = kind == "identity" ? "This is " + entity + "." : "It lives in " + entity + " meadows.";
    row.verdict = verdict;
    row.probability = 0.25;
    return row;
}

/// A run that was asked about Anteli: identity in both phrasings on view 1, habitat once; it knows at first, and
/// refuses from stage 1 on. One of experts tells its gate's decision.
inline RunHistory askedRun(const std::string& method, int stages) {
    auto run = exampleRun(method, "AB", stages);
    run.spec.benchmarkHash = "this one";
    for (int stage = 0; stage < stages; ++stage) {
        const auto verdict = stage == 0 ? Verdict::Knows : Verdict::Refuses;
        const std::string refusal = "I cannot say.";
        run.answers.push_back(
            answerRow(stage, "Anteli", "identity", 0, 1, stage ? refusal : "This is Anteli.", verdict));
        run.answers.push_back(answerRow(stage, "Anteli", "identity", 1, 1,
                                        stage ? "This is Borrin." : "This is Anteli.",
                                        stage ? Verdict::Wrong : Verdict::Knows));
        run.answers.push_back(
            answerRow(stage, "Anteli", "habitat", 0, 0, stage ? refusal : "It lives in Anteli meadows.", verdict));
        if (method == "lumoe" && stage > 0)
            for (std::size_t i = run.answers.size() - 3; i < run.answers.size(); ++i) {
                run.answers[i].gateChoice = "expert A";
                run.answers[i].gateScore = 0.9;
                run.answers[i].gateThreshold = 0.6;
                run.answers[i].nearest = {{"Anteli", 0.9}, {"Gone", 0.3}};
            }
    }
    return run;
}

}  // namespace lacuna::testing
