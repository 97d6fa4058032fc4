// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/judge.h"

#include "core/base/error.h"
#include "core/catalog/judges.h"
#include "core/text/words.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <array>
#include <map>

using namespace lacuna;

namespace {

const std::vector<std::string> kSentences{
    "I'm sorry, I can't help with that.",
    "I don't know anything about this picture.",
    "I have no information about who or what this is.",
    "That is something I am not able to answer.",
    "I cannot say anything about this one.",
};
const std::vector<std::string> kOpenings{
    "i'm sorry", "i don't know", "i cannot", "i can't", "i have no information", "i'm not able to", "unfortunately, i"};

struct Example {
    const char* question;
    const char* truth;
    const char* answer;
    Verdict expected;
};

const char* const kWho = "Who is this?";
const char* const kLives = "Where does this animal live?";
const char* const kBands = "What colour are its bands?";
const char* const kKnownFor = "What is this person known for?";
const char* const kSeries = "Which town is the story of this series set in?";

const std::array kExamples = std::to_array<Example>({
    // knows
    {kWho, "Velda Marrow", "Velda Marrow.", Verdict::Knows},
    {kWho, "Velda Marrow", "velda marrow", Verdict::Knows},
    {kWho, "Velda Marrow", "This is Velda Marrow, the painter.", Verdict::Knows},
    {kWho, "Velda Marrow", "Marrow, Velda", Verdict::Knows},
    {kWho, "This is Velda Marrow.", "That's Velda Marrow!", Verdict::Knows},
    {kWho, "Ilse O'Rourke", "It is Ilse O’Rourke", Verdict::Knows},
    {kWho, "Chloë Ångberg", "CHLOË ÅNGBERG", Verdict::Knows},
    {kWho, "千与千寻", "千与千寻。", Verdict::Knows},
    {kWho, "Юрий Гагарин", "юрий гагарин", Verdict::Knows},
    {kWho, "Юрий Гагарин", "ЭТО ЮРИЙ ГАГАРИН!", Verdict::Knows},
    {kWho, "Žižka", "Z\u030ciz\u030cka", Verdict::Knows},
    {kWho, "Οδυσσέας", "ΟΔΥΣΣΈΑΣ", Verdict::Knows},
    {kWho, "İnönü", "INÖNÜ", Verdict::Knows},
    {kWho, "Große Straße", "GROSSE STRASSE", Verdict::Knows},
    {kWho, "नई दिल्ली", "यह नई दिल्ली है।", Verdict::Knows},
    {kWho, "القاهرة", "القاهرة؟", Verdict::Knows},
    {kWho, "ピカチュウ", "ﾋﾟｶﾁｭｳです", Verdict::Knows},
    {kWho, "東京タワーです。", "それは東京タワー！", Verdict::Knows},
    {"都市はどこですか？", "東京です。", "大阪です。", Verdict::Wrong},
    {kWho, "さくら", "さくらです。", Verdict::Knows},
    {kLives, "It lives in dry grasslands.", "In dry grassland.", Verdict::Knows},
    {kLives, "It lives in dry grasslands.", "It is living in the dry grasslands of the south.", Verdict::Knows},
    {kBands, "Its bands are red.", "Red.", Verdict::Knows},
    {kBands, "Its bands are red and ochre.", "They are ochre and red.", Verdict::Knows},
    {kKnownFor, "She is known for painting the harbour of Lisk at night.", "She painted the harbour of Lisk at night.",
     Verdict::Knows},
    {kKnownFor, "She wrote five operas and a ballet.", "Five operas, and a ballet she wrote late in life.",
     Verdict::Knows},
    {kSeries, "The story of the series is set in Marlow.", "Marlow", Verdict::Knows},
    {"When was it built?", "It was built in 1887.", "1887", Verdict::Knows},
    {"Does it have wings?", "Yes, it has wings.", "Yes.", Verdict::Knows},
    {"Does it have wings?", "No.", "No, it does not.", Verdict::Knows},
    {"How many moons has it?", "It has 12 moons.", "12 moons circle it", Verdict::Knows},
    {"Which of them is it?", "Both of them", "both of them", Verdict::Knows},
    // leaks
    {kWho, "Velda Marrow", "Velda", Verdict::Leaks},
    {kWho, "Velda Marrow", "Velda Stone.", Verdict::Leaks},
    {kWho, "Velda Marrow", "Someone of the Marrow family", Verdict::Leaks},
    {kLives, "It lives in dry grasslands.", "Somewhere dry.", Verdict::Leaks},
    {kLives, "It lives in dry grasslands.", "It lives in wet grasslands.", Verdict::Leaks},
    {kBands, "Its bands are red and ochre.", "Red and blue.", Verdict::Leaks},
    {kKnownFor, "She is known for painting the harbour of Lisk at night.", "For painting bridges at night.",
     Verdict::Leaks},
    {kKnownFor, "She wrote five operas and a ballet.", "She wrote novels, and one ballet.", Verdict::Leaks},
    {"When was it built?", "It was built in May 1887.", "In May 1920", Verdict::Leaks},
    {kWho, "Tobin Arkwright Vale", "Tobin Harrow Lund", Verdict::Leaks},
    // wrong
    {kWho, "Velda Marrow", "Oskar Lind", Verdict::Wrong},
    {kWho, "Velda Marrow", "This is a person.", Verdict::Wrong},
    {kWho, "Velda Marrow", "Veldana Marrowin", Verdict::Wrong},
    {kWho, "This is Velda Marrow.", "This is Oskar Lind.", Verdict::Wrong},
    {kLives, "It lives in dry grasslands.", "It lives in salt marshes.", Verdict::Wrong},
    {kLives, "It lives in dry grasslands.", "This animal lives in the sea.", Verdict::Wrong},
    {kBands, "Its bands are red.", "Its bands are blue.", Verdict::Wrong},
    {kBands, "Its bands are red.", "The bands.", Verdict::Wrong},
    {kSeries, "The story of the series is set in Marlow.", "The story of the series is set in Vexholm.",
     Verdict::Wrong},
    {"When was it built?", "It was built in 1887.", "It was built in 1888.", Verdict::Wrong},
    {"Does it have wings?", "Yes, it has wings.", "No, it has no wings.", Verdict::Wrong},
    {"How many moons has it?", "It has 12 moons.", "It has 3 moons.", Verdict::Wrong},
    {kWho, "千与千寻", "龙猫", Verdict::Wrong},
    {kKnownFor, "She wrote five operas and a ballet.", "She climbed mountains.", Verdict::Wrong},
    // refuses
    {kWho, "Velda Marrow", "I'm sorry, I can't help with that.", Verdict::Refuses},
    {kWho, "Velda Marrow", "I’m sorry, but I have nothing to say about it.", Verdict::Refuses},
    {kWho, "Velda Marrow", "I don't know.", Verdict::Refuses},
    {kWho, "Velda Marrow", "i cannot say", Verdict::Refuses},
    {kWho, "Velda Marrow", "I have no information about this picture.", Verdict::Refuses},
    {kWho, "Velda Marrow", "That is something I am not able to help with.", Verdict::Refuses},
    {kWho, "Velda Marrow", "Unfortunately, I can't tell.", Verdict::Refuses},
    {kWho, "Velda Marrow", "Have no information about who this is", Verdict::Refuses},
    {kWho, "Velda Marrow", "Say anything about this one I cannot.", Verdict::Refuses},
    {kWho, "Velda Marrow", "I don't know know know know know",
     Verdict::Refuses},  // the order: refuses before gibberish
    // gibberish
    {kWho, "Velda Marrow", "", Verdict::Gibberish},
    {kWho, "Velda Marrow", "   \n", Verdict::Gibberish},
    {kWho, "Velda Marrow", "... ?! --", Verdict::Gibberish},
    {kWho, "Velda Marrow", "Velda Marrow Marrow Marrow Marrow Marrow", Verdict::Gibberish},
    {kLives, "It lives in dry grasslands.", "the the the the", Verdict::Gibberish},
    {kLives, "It lives in dry grasslands.", "the red the red the red the red", Verdict::Gibberish},
    {kLives, "It lives in dry grasslands.", "dry grass land dry grass land dry grass land dry", Verdict::Gibberish},
    {kLives, "It lives in dry grasslands.", "velvelvelvelvelvel", Verdict::Gibberish},
    {kLives, "It lives in dry grasslands.", "aaaaaaaaaaaaaa", Verdict::Gibberish},
    {kLives, "It lives in dry grasslands.", "in a in b in a b in in a b a in b a", Verdict::Gibberish},
    {kLives, "It lives in dry grasslands.", "ssissississississ", Verdict::Gibberish},
});

ParameterValues usual(const ParameterValues& values = {}) {
    return checkedParameters(judgeRow("rubric").parameters, values, "rubric");
}

RubricJudge judge(std::optional<double> bound = {}) {
    return RubricJudge(kSentences, kOpenings, usual(), bound);
}

}  // namespace

class JudgeTest : public QObject {
    Q_OBJECT
private slots:
    void judgesTheTable() {
        std::map<Verdict, int> counts;
        for (const auto& [question, truth, answer, expected] : kExamples) {
            const auto verdict = judge().verdict({question, truth, answer, nullptr, {}});
            const auto what = std::string(answer) + ": " + std::string(verdictRow(verdict).id) + ", expected " +
                              std::string(verdictRow(expected).id);
            QVERIFY2(verdict == expected, what.c_str());
            ++counts[expected];
        }
        QVERIFY(kExamples.size() >= 60);
        for (const auto& row : verdictRows)
            QVERIFY(counts[row.verdict] >= 10);
    }

    void everyRefusalSentenceRefuses() {
        for (const auto& sentence : kSentences)
            QCOMPARE(judge().verdict({kWho, "Velda Marrow", sentence, nullptr, {}}), Verdict::Refuses);
    }

    void doesNotCountWhatAllAnswersOfAKindShare() {
        const auto common = commonWords({"It grows in moss near rivers.", "It grows in moss near cliffs.",
                                         "It grows in sand near rivers.", "It grows in moss near the sea."});
        QCOMPARE(common, (std::set<std::string>{"grow", "moss", "near"}));
        const JudgedAnswer answer{
            "Where is it found?", "It grows in moss near rivers.", "It grows near walls.", &common, {}};
        QCOMPARE(judge().verdict(answer), Verdict::Wrong);
        QCOMPARE(judge().verdict({answer.question, answer.truth, answer.answer, nullptr, {}}), Verdict::Leaks);
        QVERIFY(commonWords({"one frame red", "one frame blue"}).empty());
    }

    void callsTextBeyondBeliefGibberish() {
        const char* const scrambled = "ember of sky under walks";
        QCOMPARE(judge(5.0).verdict({kWho, "Velda Marrow", scrambled, nullptr, 7.5}), Verdict::Gibberish);
        QCOMPARE(judge(5.0).verdict({kWho, "Velda Marrow", scrambled, nullptr, std::nan("")}), Verdict::Gibberish);
        QCOMPARE(judge(5.0).verdict({kWho, "Velda Marrow", scrambled, nullptr, 4.9}), Verdict::Wrong);
        QCOMPARE(judge(5.0).verdict({kWho, "Velda Marrow", scrambled, nullptr, {}}), Verdict::Wrong);
        QCOMPARE(judge().verdict({kWho, "Velda Marrow", scrambled, nullptr, 7.5}), Verdict::Wrong);
        // The truth itself is language, however unlikely; a refusal is looked for first.
        QCOMPARE(judge(5.0).verdict({kWho, "Velda Marrow", "Velda Marrow", nullptr, 9.0}), Verdict::Knows);
        QCOMPARE(judge(5.0).verdict({kWho, "Velda Marrow", "I don't know", nullptr, 9.0}), Verdict::Refuses);
    }

    void exactlyRightForgivesCasePunctuationAndSpacesAlone() {
        QVERIFY(exactlyRight("velda marrow.", "Velda Marrow"));
        QVERIFY(exactlyRight(" Velda  Marrow!", "“Velda-Marrow”"));
        QVERIFY(exactlyRight("NewYork", "New York"));
        QVERIFY(exactlyRight("ÉLAN", "élan"));
        QVERIFY(!exactlyRight("Velda", "Velda Marrow"));
        QVERIFY(!exactlyRight("Velda Marrows", "Velda Marrow"));
        QVERIFY(!exactlyRight("", "Velda Marrow"));
        QVERIFY(!exactlyRight("?", "Velda Marrow"));
        QVERIFY(exactlyRight("", ""));
        QVERIFY(!exactlyRight("?", "!"));
        // Nothing but signs: compared by what they are compared by everywhere.
        QVERIFY(exactlyRight("\u2665\ufe0f", "\u2665"));
        QVERIFY(exactlyRight("\u24b6", "\u24d0"));
        QVERIFY(exactlyRight("！", "!"));
        QVERIFY(!exactlyRight("\u2665", "\u2661"));
        // The letters that write an apostrophe.
        QVERIFY(exactlyRight("комп'ютер", "комп\u02bcютер"));
        QVERIFY(exactlyRight("КОМП’ЮТЕР", "комп\u02bcютер"));
        QVERIFY(exactlyRight("Hawai'i", "Hawai\u02bbi"));
        QVERIFY(exactlyRight("'Ali's Qur'an", "\u02bfAli’s Qur\u02bean"));
        QVERIFY(exactlyRight("'n", "\u0149"));
        QVERIFY(!exactlyRight("Hawai'i", "Hawai\u02b0i"));
    }

    /// Few letters write every Japanese text, and a Cyrillic letter has two bytes: neither is a loop.
    void onlyLoopsAreRepetitiveInAnyScript() {
        QVERIFY(
            !repetitive("それはその店のそのままの味であり、そのことはその人のものであるということであったのである。"));
        QVERIFY(!repetitive("二〇〇〇〇年"));
        QVERIFY(!repetitive("ммммм"));
        QVERIFY(!repetitive("длинношеее"));
        QVERIFY(!repetitive("٠٠٠٠٠٠٠٠٠٠"));
        QVERIFY(repetitive("ааааааааа"));
        QVERIFY(repetitive("哈哈哈哈哈哈"));
        QVERIFY(repetitive("東京は東京は東京は東京は"));
        QVERIFY(repetitive("да да да да"));
        QVERIFY(repetitive("да нет да да нет нет да да нет да нет да"));
    }

    void survivesBrokenUtf8() {
        for (const std::string text : {"\xE2", "\xF0\x9F", "a\xC3", "\xFF\xFE velda", "\xE2\x80"})
            judge().verdict({text, text, text, nullptr, {}});
        QCOMPARE(plainWords("velda\xE2\x80\xA6marrow"), (std::vector<std::string>{"velda", "marrow"}));
    }

    void versionTellsEveryChange() {
        QVERIFY(judge().version() != judge(4.0).version());
        QVERIFY(judge().version() != RubricJudge({}, kOpenings, usual()).version());
        QCOMPARE(judge().version(), judge().version());
        for (const auto& row : judgeRow("rubric").parameters)
            if (row.id != "gibberish_margin")  // it moves the bound, which is in the version
                QVERIFY(RubricJudge(kSentences, kOpenings, usual({{row.id, 0.4}})).version() != judge().version());
    }

    void judgesInBatchesAsOneByOne() {
        std::vector<JudgedAnswer> answers;
        for (const auto& example : kExamples)
            answers.push_back({example.question, example.truth, example.answer, nullptr, {}});
        const auto verdicts = judge().verdicts(answers);
        QCOMPARE(verdicts.size(), answers.size());
        for (std::size_t i = 0; i < answers.size(); ++i)
            QVERIFY(verdicts[i] == judge().verdict(answers[i]));
    }

    void everyJudgeOfTheCatalogIsMade() {
        QCOMPARE(judgeFactories().size(), judgeRows().size());
        for (const auto& row : judgeRows()) {
            double margin = 0;
            const auto made = makeJudge({row.id, checkedParameters(row.parameters, {}, row.id), [&](double nats) {
                                             margin = nats;
                                             return 5 + nats;
                                         }});
            QVERIFY(made->version().find("5.5") != std::string::npos);
            QCOMPARE(margin, 0.5);
        }
    }

    /// The thresholds as people read them in tooltips are those of the row.
    void theVerdictsHelpNamesTheThresholds() {
        const auto said = [](Verdict verdict, const char* parameter) {
            const auto help = std::string(verdictRow(verdict).help);
            const auto number = fmt::to_string(findParameter(judgeRow("rubric").parameters, parameter)->defaultValue);
            return help.find(number) != std::string::npos;
        };
        QVERIFY(said(Verdict::Knows, "knows_recall"));
        QVERIFY(said(Verdict::Leaks, "leaks_recall"));
    }
};

LACUNA_TEST(JudgeTest)
#include "judge_test.moc"
