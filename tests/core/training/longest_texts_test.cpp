// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/longest_texts.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

constexpr std::int64_t longestRefusal = 19;  // "Unfortunately, I don't know anything about that."

}  // namespace

/// Tokens as sentencepiece for Python counts them with the embedded checkpoint's tokenizer.model.
class LongestTextsTest : public QObject {
    Q_OBJECT
private slots:
    void everyPhrasingAndRefusalCounts() {
        const auto tokenizer = loadTokenizer(LACUNA_SOURCE_DIR "/datasets/small-llava");
        Benchmark benchmark;
        const auto longest = [&] { return longestTexts(benchmark, *tokenizer, ChatTemplate::small()); };
        const auto room = longest().question;
        QCOMPARE(longest().answer, longestRefusal + 1);
        Entity entity;
        entity.questions = {{"identity",
                             {"Who is this?", "Can you tell me who the picture shows here, please?"},
                             "Halvorn Brae",
                             "",
                             {}}};
        benchmark.entities.push_back(entity);
        QCOMPARE(longest().question, room + 19);
        QCOMPARE(longest().answer, longestRefusal + 1);
        benchmark.entities.front().questions.front().answer =
            "It lives in the northern salt marshes beyond the two rivers, where it hides from the wind and the rain "
            "until spring comes, as all of its kind do.";
        QCOMPARE(longest().answer, std::int64_t{57} + 1);
    }
};

LACUNA_TEST(LongestTextsTest)
#include "longest_texts_test.moc"
