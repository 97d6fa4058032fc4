// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lessons/lesson.h"

#include "core/base/error.h"
#include "core/lessons/json_lines.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/test_folder.h"
#include "tests/widgets/common/example_runs.h"

#include <QtTest>

#include <cmath>
#include <fstream>

using namespace lacuna;
using namespace lacuna::testing;

namespace {

/// A lesson that is right, by lines: line 1 is "{".
const std::vector<std::string> rightLines{
    "{",
    "  \"lesson\": 1,",
    "  \"title\": \"One blow\",",
    "  \"runs\": {\"up\": {\"method\": \"ga\", \"order\": [\"A\", \"B\"]}},",
    "  \"steps\": [",
    "    {\"title\": \"Before\", \"text\": [\"This is **{name.Anteli}**.\", \"It has {size.A} of a kind.\"],",
    "     \"view\": \"entity\", \"entity\": \"Anteli\", \"question\": \"identity\", \"stage\": 0,",
    "     \"ring\": [\"answers\", \"timeline\"], \"start\": \"up\", \"notes\": \"Wait.\"},",
    "    {\"title\": \"After\", \"text\": \"What is left?\", \"view\": \"curves\", \"metric\": \"fq\", \"show\": "
    "[\"up\"],",
    "     \"ask\": \"How much?\",",
    "     \"choices\": [{\"text\": \"half\", \"right\": \"up.mu.retain.A@1 >= 50%\"},",
    "                 {\"text\": \"less\", \"right\": [\"up.mu.retain.A@1 < 0.5\"]}],",
    "     \"tell\": [{\"when\": \"up.mu.retention@last > 0.9\", \"text\": \"All: {up.mu.retain.A@1}.\"},",
    "              {\"text\": \"{up.mu.retain.A@1}, {up.mu.retain.A@2 - up.mu.retain.A@1} later.\"}],",
    "     \"try\": \"Another seed than {up.seed}.\"}",
    "  ]",
    "}"};

std::string joined(const std::vector<std::string>& lines) {
    std::string all;
    for (const auto& line : lines)
        all += line + '\n';
    return all;
}

/// The lesson with one text in the place of another, which must be in it.
std::string with(const std::string& from, const std::string& to) {
    auto all = joined(rightLines);
    const auto at = all.find(from);
    if (at == std::string::npos)
        throw std::logic_error(from);
    return all.replace(at, from.size(), to);
}

Lesson read(const std::string& text) {
    return lessonFromJson(text, "my.json", exampleBenchmark().get());
}

QString refusal(const std::string& text) {
    try {
        read(text);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? QString::fromUtf8(error.what()) : QString("of another kind");
    }
    return "not refused";
}

RunHistory history(double kept, double later) {
    auto run = exampleRun("ga", "AB", 3);
    run.spec.seed = 7;
    run.cells = {{1, 0, Split::Retain, "mu", kept, 0.05, 12},
                 {2, 0, Split::Retain, "mu", later, 0.05, 12},
                 {2, 1, Split::Retain, "mu", later, 0.05, 12},
                 {1, 1, Split::Retain, "mu", std::nan(""), 0, 0}};
    return run;
}

}  // namespace

class LessonTest : public QObject {
    Q_OBJECT

    std::shared_ptr<Benchmark> m_benchmark = exampleBenchmark();

    LessonFacts facts(const RunHistory* run) const {
        return {m_benchmark.get(), [run](const std::string& id) { return id == "up" ? run : nullptr; },
                [](const std::string&, const std::string& entity) {
                    AnswerRow row;
                    row.stage = 1;
                    row.entity = entity;
                    row.kind = "identity";
                    auto other = row;
                    other.phrasing = 2;
                    other.answer = "later";
                    row.answer = "*This* is <b>no</b> {one}.";
                    row.verdict = Verdict::Gibberish;
                    row.probability = 0.125;
                    row.gateChoice = "expert A";
                    return std::vector{other, row};
                }};
    }
    LessonText textOf(const std::string& source) const { return read(with("What is left?", source)).steps[1].text; }
    QString said(const std::string& source, const RunHistory* run) const {
        return QString::fromStdString(lessonSentence(textOf(source), facts(run)).text);
    }

private slots:
    void whatIsRightIsRead() {
        const auto lesson = read(joined(rightLines));
        QCOMPARE(lesson.title, std::string("One blow"));
        QCOMPARE(lesson.runs.size(), std::size_t(1));
        QCOMPARE(lesson.runs[0].spec.method, std::string("ga"));
        QCOMPARE(lesson.steps.size(), std::size_t(2));
        const auto& first = lesson.steps[0];
        QCOMPARE(first.text.source, std::string("This is **{name.Anteli}**.\n\nIt has {size.A} of a kind."));
        QCOMPARE(first.start, std::vector<std::string>{"up"});
        QCOMPARE(first.stage, std::optional(0));
        QCOMPARE(first.ring, (std::vector<std::string>{"answers", "timeline"}));
        QCOMPARE(lesson.steps[1].awaited(), std::vector<std::string>{"up"});
        QCOMPARE(lesson.steps[1].tell[1].text.line, 14);
    }

    void linesAreThoseOfTheFile() {
        const auto lines = jsonLines("{\"a\": [1,\n {\"b\\\"}\": \"x\ny{\"},\n\n true], \"c\":\n-1.5e3}");
        QCOMPARE(lines.at(""), 1);
        QCOMPARE(lines.at("/a/1/b\"}"), 2);
        QCOMPARE(lines.at("/a/2"), 4);
        QCOMPARE(lines.at("/c"), 5);
        QCOMPARE(lines.size(), std::size_t(7));
    }

    /// Everything that cannot be, with its line and what to do.
    void whatIsWrongIsNamedWithItsLine_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const char* from, const char* to, int line, const char* reason) {
            QTest::newRow(name) << from << to << line << reason;
        };
        row("view", "\"entity\", \"entity\"", "\"entitties\", \"entity\"", 7, "there is no view \"entitties\"");
        row("place", "\"timeline\"", "\"moon\"", 8, "there is no place \"moon\"");
        row("a place elsewhere", "\"timeline\"", "\"retention\"", 8, "lies in the view curves");
        row("entity", "\"entity\": \"Anteli\"", "\"entity\": \"Antele\"", 7, "Did you mean \"Anteli\"?");
        row("entity in a text", "{name.Anteli}", "{name.Nobody}", 6, "there is no entity \"Nobody\"");
        row("question", "\"question\": \"identity\"", "\"question\": \"age\"", 7, "Known are: identity");
        row("run", "\"start\": \"up\"", "\"start\": \"down\"", 8, "there is no run \"down\". Known are: up");
        row("run in a text", "{up.seed}", "{upp.seed}", 15, "Did you mean \"up\"?");
        row("run nobody started", ", \"start\": \"up\"", "", 9, "no step has started");
        row("method", "\"ga\"", "\"gaga\"", 4, "gaga");
        row("request of a run", "\"A\", \"B\"", "\"A\", \"Z\"", 4, "Z");
        row("metric of the curves", "\"metric\": \"fq\"", "\"metric\": \"luck\"", 9, "luck");
        row("metric in a text", "All: {up.mu.retain.A@1}", "All: {up.my.retain.A@1}", 13, "Did you mean \"mu\"?");
        row("split", "All: {up.mu.retain.A@1}", "All: {up.mu.retained.A@1}", 13, "Did you mean \"retain\"?");
        row("request", "All: {up.mu.retain.A@1}", "All: {up.mu.retain.C@1}", 13, "Known are: A, B");
        row("stage of a run", "All: {up.mu.retain.A@1}", "All: {up.mu.retain.A@3}", 13, "the run has 2 requests");
        row("no stage", "All: {up.mu.retain.A@1}", "All: {up.mu.retain.A}", 13, "at which stage");
        row("stage", "\"stage\": 0", "\"stage\": 9", 7, "there is no stage 9");
        row("negative stage", "\"stage\": 0", "\"stage\": -1", 7, "expected a stage");
        row("form", "{up.mu.retain.A@2 - up", "{up.mu.retain.A@2 | pounds} {up", 14, "pounds");
        row("open brace", "All: {up.mu.retain.A@1}", "All: {up.mu", 13, "never closed");
        row("no comparison", ">= 50%", "fifty", 11, "compares nothing");
        row("key", "\"notes\"", "\"note\"", 8, "Did you mean \"notes\"?");
        row("loop", "\"notes\": \"Wait.\"", "\"goto\": 1", 8, "run in circles");
        row("no title", "\"title\": \"Before\", ", "", 6, "\"title\" is missing");
        row("one choice", ",\n                 {\"text\": \"less\", \"right\": [\"up.mu.retain.A@1 < 0.5\"]}", "", 11,
            "one answer is no choice");
        row("last has a condition", "{\"text\": \"{up.mu", "{\"when\": \"1 < 2\", \"text\": \"{up.mu", 14, "otherwise");
        row("first has none", "\"when\": \"up.mu.retention@last > 0.9\", ", "", 13, "would never be told");
        row("a number for a text", "\"text\": \"What is left?\"", "\"text\": 5", 9, "expected a text in quotes");
        row("newer format", "\"lesson\": 1", "\"lesson\": 2", 2, "It knows 1");
        row("run's name", "{\"up\": {", "{\"name\": {", 4, "cannot be a run's name");
    }
    void whatIsWrongIsNamedWithItsLine() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(int, line);
        QFETCH(QString, reason);
        const auto said = refusal(with(from.toStdString(), to.toStdString()));
        QVERIFY2(said.startsWith("my.json"), qPrintable(said));
        QVERIFY2(said.contains(QString("line %1").arg(line)), qPrintable(said));
        QVERIFY2(said.contains(reason), qPrintable(said));
    }

    void whatIsNoLessonIsRefused() {
        QVERIFY(refusal("[]").contains("is no lesson"));
        QVERIFY(refusal("{}").contains("is no lesson"));
        QVERIFY(refusal("").contains("not valid JSON"));
        QVERIFY(refusal(joined(rightLines).substr(0, 300)).contains("not valid JSON"));
        QVERIFY(refusal(std::string(2000, '[')).contains("nested"));
        QVERIFY(refusal(with("One blow", "\xff")).contains("UTF-8"));
        QVERIFY(refusal(with("What is left?", std::string(9000, 'x'))).contains("Make two steps"));
        const TestFolder folder;
        const auto file = folder.path() / "large.json";
        std::ofstream(file) << std::string(10 << 20, ' ');
        QVERIFY_EXCEPTION_THROWN(readLesson(file, nullptr), Error);
        QVERIFY_EXCEPTION_THROWN(readLesson(folder.path() / "none.json", nullptr), Error);
        QVERIFY(refusal(std::string(10 << 20, ' ')).contains("10 MB"));
    }

    /// Cut anywhere, or with a letter changed, a file is read or refused, and never anything else.
    void aDamagedFileIsReadOrRefused() {
        const auto whole = joined(rightLines);
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (const char letter : {'{', '}', '"', '[', '@', '.', ' '}) {
                auto damaged = whole;
                damaged[at] = letter;
                try {
                    read(damaged);
                } catch (const Error& error) {
                    QCOMPARE(error.kind(), ErrorKind::Input);
                }
            }
        }
    }

    void sentencesAreFilledFromTheRun() {
        const auto run = history(0.62, 0.31);
        QCOMPARE(said("{up.mu.retain.A@1}", &run), QString("62 %"));
        QCOMPARE(said("{up.mu.retain.A@2 - up.mu.retain.A@1}", &run), QString("−31 points"));
        QCOMPARE(said("{up.mu.retain.A@1 | number}", &run), QString("0.62"));
        QCOMPARE(said("{up.mu.retention@2}", &run), QString("31 %"));
        QCOMPARE(said("{up.error.mu.retain.A@1} {up.count.mu.retain.A@1} {up.seed}", &run), QString("5 % 12 7"));
        QCOMPARE(said("{up.verdict.Anteli.identity@1} {up.sure.Anteli.identity@1}", &run), QString("gibberish 13 %"));
        QCOMPARE(said("{up.sent.Anteli.identity@1}", &run), QString("expert A"));
        QCOMPARE(said("{truth.Anteli.identity} {question.Anteli.identity}", nullptr),
                 QString("This is Anteli. What is this?"));
    }

    /// A model's answer is text, whatever it looks like.
    void anAnswerIsNoMarkup() {
        const auto run = history(0.62, 0.31);
        QCOMPARE(said("{up.answer.Anteli.identity@1}", &run), QString("\\*This\\* is \\<b\\>no\\</b\\> \\{one\\}."));
    }

    void whatIsNotMeasuredIsNotSaid() {
        const auto run = history(0.62, 0.31);
        for (const auto* source : {"{up.mu.retain.B@1}", "{up.fq.retain.A@1}", "{up.mu.retention@1}",
                                   "{up.answer.Anteli.identity@2}", "{up.seconds}"}) {
            const auto sentence = lessonSentence(textOf(source), facts(&run));
            QVERIFY2(!sentence.complete, source);
            QCOMPARE(QString::fromStdString(sentence.text), QString("…"));
        }
        QVERIFY(!lessonSentence(textOf("{up.seed}"), facts(nullptr)).complete);
    }

    /// Another run's result is told truly: each branch is reached.
    void conditionsFollowTheRun() {
        const auto step = read(joined(rightLines)).steps[1];
        const auto kept = history(0.95, 0.95), lost = history(0.3, 0.1), half = history(0.5, 0.1);
        QCOMPARE(lessonHolds(step.tell[0].when, facts(&kept)), std::optional(true));
        QCOMPARE(lessonHolds(step.tell[0].when, facts(&lost)), std::optional(false));
        QCOMPARE(lessonHolds(step.tell[1].when, facts(&lost)), std::optional(true));
        QCOMPARE(lessonHolds(step.choices[0].right, facts(&half)), std::optional(true));
        QCOMPARE(lessonHolds(step.choices[1].right, facts(&half)), std::optional(false));
        QVERIFY(!lessonHolds(step.choices[0].right, facts(nullptr)));
    }

    void everySignCompares_data() {
        QTest::addColumn<QString>("condition");
        QTest::addColumn<bool>("holds");
        for (const auto& [condition, holds] :
             std::vector<std::pair<const char*, bool>>{{"1 < 2", true},
                                                       {"2 < 2", false},
                                                       {"2 <= 2", true},
                                                       {"3 <= 2", false},
                                                       {"3 > 2", true},
                                                       {"2 > 2", false},
                                                       {"2 >= 2", true},
                                                       {"1 >= 2", false},
                                                       {"20% = 0.2", true},
                                                       {"20% != 0.2", false},
                                                       {"up.verdict.Anteli.identity@1 = gibberish", true},
                                                       {"up.verdict.Anteli.identity@1 = knows", false},
                                                       {"up.mu.retain.A@1 - up.mu.retain.A@2 > 0.3", true}})
            QTest::newRow(condition) << condition << holds;
    }
    void everySignCompares() {
        QFETCH(QString, condition);
        QFETCH(bool, holds);
        const auto run = history(0.62, 0.31);
        const auto lesson = read(with("up.mu.retention@last > 0.9", condition.toStdString()));
        QCOMPARE(lessonHolds(lesson.steps[1].tell[0].when, facts(&run)), std::optional(holds));
    }
};

LACUNA_TEST(LessonTest)
#include "lesson_test.moc"
