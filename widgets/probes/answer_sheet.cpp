// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/answer_sheet.h"

#include "core/base/word_difference.h"
#include "widgets/common/run_look.h"
#include "widgets/common/run_names.h"
#include "widgets/common/search_text.h"
#include "widgets/common/theme.h"
#include "widgets/probes/weight_bar.h"

#include <QObject>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// Words that stand in most truths of this kind over the entities of this class: "lives", "in", "the".
std::set<QString> ordinaryWords(const Benchmark& benchmark, const Entity& entity, const std::string& kind) {
    std::map<QString, int> count;
    int truths = 0;
    for (const auto& other : benchmark.entities)
        for (const auto& question : other.questions) {
            if (other.className != entity.className || question.kind != kind)
                continue;
            ++truths;
            std::set<QString> words;
            for (const auto& mark : wordDifference(question.answer, question.answer))
                words.insert(text(wordKey(mark.word)));
            for (const auto& word : words)
                ++count[word];
        }
    std::set<QString> ordinary;
    for (const auto& [word, times] : count)
        if (truths > 2 && 2 * times > truths)
            ordinary.insert(word);
    return ordinary;
}

/// What a question of the user's is held against: the truth of the entity's own question that it repeats.
QString truthOf(const Entity& entity, const QString& asked) {
    for (const auto& question : entity.questions)
        for (const auto& phrasing : question.phrasings)
            if (searchText(text(phrasing)) == searchText(asked))
                return text(question.answer);
    return {};
}

/// Fills the rows of one sheet.
class Filler {
public:
    Filler(const Workspace& workspace, const EntityLog& log, const OwnAnswers& own, AnswerSheet& sheet,
           std::optional<AskedProbe> probe, ParameterValues changed)
        : m_workspace(workspace),
          m_log(log),
          m_own(own),
          m_sheet(sheet),
          m_probe(std::move(probe)),
          m_changed(std::move(changed)) {}

    void addOriginal() {
        SheetRow row;
        row.method = "base";
        row.name = originalName();
        row.note = QObject::tr("The original model was not asked this.");
        row.key = {{}, 0, m_sheet.image, m_sheet.question};  // without a run: the model the engine holds
        for (const int index : m_workspace.shownRuns()) {
            const auto& run = m_workspace.runs()[static_cast<std::size_t>(index)];
            if (ofOtherBenchmark(m_workspace, run.history))
                continue;
            if (row.key.run.empty() && run.history.stages > 0)
                row.key.run = askedThrough(run, 0);
            if (take(row, run, 0))
                break;
        }
        if (row.state == SheetRow::State::Absent)
            takeLive(row, asked(row.key));
        row.canAsk = true;
        row.ribbon.resize(static_cast<std::size_t>(m_sheet.stageLabels.size()));
        if (row.state == SheetRow::State::Answered)
            row.ribbon[0] = ribbonCell(row.answer);
        m_sheet.rows.push_back(std::move(row));
    }

    void addRun(int index) {
        const auto& run = m_workspace.runs()[static_cast<std::size_t>(index)];
        SheetRow row;
        row.run = index;
        row.method = text(run.history.spec.method);
        row.variant = runVariant(m_workspace, row.run);
        row.name = m_names[static_cast<std::size_t>(index)].whole();
        row.key = keyOf(run, m_sheet.stage);
        if (!row.key.parameters.empty())
            row.name = m_names[static_cast<std::size_t>(index)].method;
        for (const auto& [id, value] : row.key.parameters)
            row.name += QString(" · %1 %2")
                            .arg(text(findParameter(changeableOf(run.history.spec), id)->label))
                            .arg(value, 0, 'f', 2);
        row.ribbon.resize(static_cast<std::size_t>(m_sheet.stageLabels.size()));
        if (ofOtherBenchmark(m_workspace, run.history)) {
            row.note = QObject::tr("This run is about another benchmark. Open that one to see its answers.");
        } else {
            row.canAsk = m_sheet.stage < run.history.stages;
            if (!take(row, run, m_sheet.stage) && row.note.isEmpty())
                row.note = row.canAsk ? QObject::tr("Not asked at this stage.") : notReached(run.history);
            for (std::size_t stage = 0; stage < row.ribbon.size(); ++stage)
                if (const auto* answer = find(run, static_cast<int>(stage)))
                    row.ribbon[stage] = ribbonCell(*answer);
                else if (run.history.endedBefore(static_cast<int>(stage)))
                    row.ribbon[stage].state = RibbonCell::State::Ended;
        }
        m_sheet.rows.push_back(std::move(row));
    }

private:
    QString notReached(const RunHistory& run) const {
        if (!run.endedBefore(m_sheet.stage))
            return QObject::tr("Not measured yet: the run has not come this far.");
        const auto ended = endedText(run);
        if (ended.isEmpty())
            return QObject::tr("This run has no such stage.");
        const auto sentence = QObject::tr("The %1.").arg(ended);
        return m_sheet.stage < run.stageCount() ? QObject::tr("%1 Continue it from the list of runs.").arg(sentence)
                                                : sentence;
    }

    ModelQuestion keyOf(const WorkspaceRun& run, int stage) const {
        return {askedThrough(run, stage), stage, m_sheet.image, m_sheet.question, changedOf(run, stage)};
    }

    static bool isOwn(const RunSpec& spec, const std::string& id, double value) {
        constexpr double shown = 0.005;  // two decimals
        const auto own = spec.parameters.find(id);
        return own != spec.parameters.end() && std::abs(own->second - value) < shown;
    }

    /// What is changed of what that run has and may be changed; nothing before the first request.
    ParameterValues changedOf(const WorkspaceRun& run, int stage) const {
        ParameterValues values;
        for (const auto& [id, value] : m_changed)
            if (stage > 0 && findParameter(changeableOf(run.history.spec), id) && !isOwn(run.history.spec, id, value))
                values[id] = value;
        return values;
    }

    const LiveAnswer* live(const WorkspaceRun& run, int stage) const { return asked(keyOf(run, stage)); }

    /// What was held against another truth is not the answer that is looked for.
    const LiveAnswer* asked(const ModelQuestion& question) const {
        const auto* live = m_own.find(question);
        const bool other = live && live->state == LiveAnswer::State::Answered && live->truth != m_sheet.truth;
        return other ? nullptr : live;
    }

    /// Before any request the runs of one model are the same model: one of them answers for all.
    std::filesystem::path askedThrough(const WorkspaceRun& run, int stage) const {
        if (stage == 0)
            for (const int index : m_workspace.shownRuns()) {
                const auto& other = m_workspace.runs()[static_cast<std::size_t>(index)].history;
                if (other.stages > 0 && other.spec.modelHash == run.history.spec.modelHash &&
                    !ofOtherBenchmark(m_workspace, other))
                    return other.source;
            }
        return run.history.source;
    }

    const AnswerRow* find(const WorkspaceRun& run, int stage) const {
        if (m_probe && changedOf(run, stage).empty())
            if (const auto* logged = m_log.answer(run.id, *m_probe, stage))
                return logged;
        const auto* asked = live(run, stage);
        return asked && asked->state == LiveAnswer::State::Answered ? &asked->answer : nullptr;
    }

    bool take(SheetRow& row, const WorkspaceRun& run, int stage) const {
        if (const auto* answer = find(run, stage)) {
            row.answer = *answer;
            row.state = SheetRow::State::Answered;
            row.judged = ribbonCell(*answer).state == RibbonCell::State::Judged;
            return true;
        }
        takeLive(row, live(run, stage));
        return false;
    }

    static void takeLive(SheetRow& row, const LiveAnswer* asked) {
        if (!asked)
            return;
        row.state = asked->state == LiveAnswer::State::Failed    ? SheetRow::State::Failed
                    : asked->state == LiveAnswer::State::Waiting ? SheetRow::State::Waiting
                                                                 : SheetRow::State::Answered;
        row.note =
            asked->state == LiveAnswer::State::Failed ? QObject::tr("No answer: %1").arg(asked->note) : asked->note;
        row.answer = asked->answer;
        row.judged = ribbonCell(row.answer).state == RibbonCell::State::Judged;
    }

    const Workspace& m_workspace;
    std::vector<RunName> m_names = runNames(m_workspace);
    const EntityLog& m_log;
    const OwnAnswers& m_own;
    AnswerSheet& m_sheet;
    std::optional<AskedProbe> m_probe;
    ParameterValues m_changed;
};

}  // namespace

RibbonCell ribbonCell(const AnswerRow& answer) {
    const bool plain = answer.verdict == Verdict::Refuses || answer.verdict == Verdict::Gibberish;
    if (!answer.verdict || (answer.truth.empty() && !plain))
        return {RibbonCell::State::Unjudged};
    return {RibbonCell::State::Judged, *answer.verdict};
}

QString foldedWord(const QString& word) {
    return text(wordKey(word.toStdString()));
}

const SheetRow* AnswerSheet::rowOf(int run) const {
    const auto found = std::find_if(rows.begin(), rows.end(), [run](const auto& row) { return row.run == run; });
    return found == rows.end() ? nullptr : &*found;
}

int AnswerSheet::askable() const {
    return static_cast<int>(std::count_if(rows.begin(), rows.end(), [](const auto& row) {
        return row.canAsk && (row.state == SheetRow::State::Absent || row.state == SheetRow::State::Failed);
    }));
}

int AnswerSheet::failed() const {
    return static_cast<int>(
        std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.state == SheetRow::State::Failed; }));
}

/// One cause is told once: not again in every row.
static void gatherFailures(AnswerSheet& sheet) {
    std::set<QString> notes;
    for (const auto& row : sheet.rows)
        if (row.state == SheetRow::State::Failed)
            notes.insert(row.note);
    if (sheet.failed() < 2 || notes.size() > 1)
        return;
    sheet.failure = *notes.begin();
    for (auto& row : sheet.rows)
        if (row.state == SheetRow::State::Failed)
            row.note = QObject::tr("No answer; the line above says why.");
}

AnswerSheet buildSheet(const Workspace& workspace, const EntityLog& log, const OwnAnswers& own,
                       const SheetTopic& topic) {
    AnswerSheet sheet;
    sheet.stage = workspace.shownStage();
    sheet.stageLabels = stageLabels(workspace);
    const auto* benchmark = workspace.benchmark();
    if (!topic.entity || !benchmark)
        return sheet;
    const auto& entity = *topic.entity;
    const auto& choice = topic.choice;
    std::optional<AskedProbe> probe;
    if (choice.question >= 0) {
        const auto& question = entity.questions[static_cast<std::size_t>(choice.question)];
        sheet.question = text(question.phrasings[static_cast<std::size_t>(choice.phrasing)]);
        sheet.truth = text(question.answer);
        sheet.ordinary = ordinaryWords(*benchmark, entity, question.kind);
        if (topic.ownImage.isEmpty() && topic.ownQuestion.isEmpty())
            probe = AskedProbe{question.kind, choice.phrasing, choice.view};
    }
    if (!topic.ownQuestion.isEmpty()) {
        sheet.question = topic.ownQuestion;
        sheet.truth = truthOf(entity, topic.ownQuestion);
    }
    if (!topic.ownImage.isEmpty() && !topic.showsIt)
        sheet.truth.clear();
    sheet.image = topic.ownImage;
    if (sheet.image.isEmpty() && choice.view >= 0)
        sheet.image = text(benchmark->imagePath(entity.views[static_cast<std::size_t>(choice.view)]).string());
    Filler filler(workspace, log, own, sheet, probe, topic.changed);
    if (!sheet.question.isEmpty())
        filler.addOriginal();
    for (const int run : workspace.shownRuns())
        filler.addRun(run);
    gatherFailures(sheet);
    return sheet;
}

QString sheetAsText(const AnswerSheet& sheet) {
    QStringList lines{sheet.question, QObject::tr("truth") + '\t' + sheet.truth};
    for (const auto& row : sheet.rows) {
        if (row.state != SheetRow::State::Answered)
            continue;
        QStringList cells{row.name, text(row.answer.answer)};
        if (row.judged)
            cells << verdictName(*row.answer.verdict);
        if (!row.answer.truth.empty())
            cells << QString::number(row.answer.probability, 'f', 3);
        lines << cells.join('\t');
    }
    return lines.join('\n') + '\n';
}

}  // namespace lacuna
