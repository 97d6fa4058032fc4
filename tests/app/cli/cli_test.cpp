// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
// ctest timeout: 300
#include "core/base/atomic_file.h"
#include "core/catalog/methods.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_reader.h"
#include "core/runs/spec_rows.h"
#include "tests/app/cli/cli_world.h"
#include "tests/app/cli/lacuna_program.h"
#include "tests/common/documents.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <set>

using namespace lacuna;
using lacuna::testing::LacunaProgram;
using lacuna::testing::text;
namespace fs = std::filesystem;

namespace {

nlohmann::json parsed(const LacunaProgram::Result& result) {
    return nlohmann::json::parse(result.out.toStdString());
}

/// One JSON object a line.
std::vector<nlohmann::json> parsedLines(const LacunaProgram::Result& result) {
    std::vector<nlohmann::json> lines;
    for (const auto& line : result.out.split('\n'))
        if (!line.isEmpty())
            lines.push_back(nlohmann::json::parse(line.toStdString()));
    return lines;
}

}  // namespace

/// The command line as a user and a script meet it, on a tiny world.
class CliTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::CliWorld> m_world;

    fs::path at(const std::string& name) const { return m_world->at(name); }
    QStringList run(const char* out, const QStringList& more = {}) const {
        return m_world->run(out, m_world->modelFolder(), more);
    }

private slots:
    void initTestCase() {
        m_world = std::make_unique<testing::CliWorld>();
        const auto result = testing::lacuna(run("done", {"--method", "lumoe", "--order", "BA", "--json"}));
        QVERIFY2(result.code == 0, result.err);
        QVERIFY2(result.err.isEmpty(), result.err);
        const auto events = parsedLines(result);
        QVERIFY(events.front()["event"] == "started");
        QVERIFY(events.back()["event"] == "ended");
        QVERIFY(events.back()["how"] == "finished");
        QVERIFY(events.back()["run"] == at("done").string());
        QCOMPARE(std::count_if(events.begin(), events.end(), [](const auto& e) { return e["event"] == "sealed"; }), 3L);
    }

    void everyCommandExplainsItself() {
        const auto whole = testing::lacuna({"--help"});
        QCOMPARE(whole.code, 0);
        std::map<QString, LacunaProgram> started;
        const std::vector<QStringList> commands{
            {"run"},   {"resume"},        {"measure"},    {"gold"},           {"demo"},          {"compare"},
            {"probe"}, {"methods"},       {"data"},       {"data", "export"}, {"data", "check"}, {"train-small"},
            {"model"}, {"model", "info"}, {"completion"}, {"export"},         {"gate"}};
        for (const auto& command : commands)
            started.emplace(command.join(' '), LacunaProgram(command + QStringList{"--help"}));
        for (auto& [name, program] : started) {
            const auto result = program.wait();
            QVERIFY2(result.code == 0, qPrintable(name));
            QVERIFY2(result.out.contains("Usage: lacuna " + name.toUtf8()), result.out);
            QVERIFY2(result.err.isEmpty(), result.err);
            QVERIFY2(whole.out.contains(name.section(' ', 0, 0).toUtf8()), qPrintable(name));
        }
        QVERIFY(whole.out.contains("Exit codes"));
        const auto version = testing::lacuna({"--version"}).out;
        QVERIFY2(version.startsWith("lacuna " LACUNA_VERSION "\nCopyright (C) 2026"), version);
        QVERIFY2(version.contains("NO WARRANTY") && version.contains("THIRD-PARTY-NOTICES.md"), version);
    }

    /// As the demo comparison leaves it: runs, and beside them a folder of figures.
    void aFolderOfRunsIsComparedAsTheRunsInIt() {
        std::filesystem::create_directories(at("several/figures"));
        std::filesystem::copy(at("done"), at("several/done"), std::filesystem::copy_options::recursive);
        const auto whole = testing::lacuna({"compare", text(at("several")), "--csv"});
        QVERIFY2(whole.code == 0, whole.err);
        QCOMPARE(whole.out, testing::lacuna({"compare", text(at("done")), "--csv"}).out);
        const auto nothing = testing::lacuna({"compare", text(at("several/figures"))});
        QCOMPARE(nothing.code, 2);
        QVERIFY2(nothing.err.contains("not a run folder"), nothing.err);
    }

    /// What stands in it is report_test's; here that both files are whole, and what is refused.
    void aReportIsAPageOrAPdf() {
        const auto page = testing::lacuna({"report", text(at("done")), "--out", text(at("report.html"))});
        QVERIFY2(page.code == 0, page.err);
        QVERIFY(readFile(at("report.html"), std::size_t{64} << 20).ends_with("</body></html>\n"));
        const auto other = testing::lacuna({"report", text(at("done")), "--out", text(at("report.txt"))});
        QCOMPARE(other.code, 2);
        QVERIFY2(other.err.contains(".html or as .pdf"), other.err);
        const auto pdf = testing::lacuna({"report", text(at("done")), "--out", text(at("report.pdf"))});
        if (pdf.err.contains("built without figures"))
            QSKIP("this build draws no figures");
        QVERIFY2(pdf.code == 0, pdf.err);
        const auto bytes = readFile(at("report.pdf"), std::size_t{64} << 20);
        QVERIFY(bytes.starts_with("%PDF-") && bytes.find("%%EOF") != std::string::npos && bytes.size() > 20'000);
        const auto nowhere = testing::lacuna({"report", text(at("done")), "--out", "/nowhere/report.pdf"});
        QCOMPARE(nowhere.code, 3);
        QVERIFY2(nowhere.err.contains("/nowhere/report.pdf"), nowhere.err);
    }

    /// Three stages (the original, after B, after A) of two requests with both halves each.
    void answersAreExportedAsMlubenchHasThem() {
        const auto all =
            testing::lacuna({"export", text(at("done")), "--as", "mlubench", "--out", text(at("results"))});
        QVERIFY2(all.code == 0, all.err);
        const auto history = readRun(at("done"));
        const auto files = std::distance(fs::directory_iterator(at("results")), fs::directory_iterator());
        QCOMPARE(files, 3L * 2 * 2);
        QVERIFY2(all.out.startsWith("12 files in "), all.out);
        for (const auto& [name, stage, task] : {std::tuple{"task_B_original_forget.json", 0, 0},
                                                {"task_A_after_B_forget.json", 1, 1},
                                                {"task_B_after_A_forget.json", 2, 0}}) {
            QFile file(text(at("results") / name));
            QVERIFY2(file.open(QFile::ReadOnly), name);
            const auto records = nlohmann::json::parse(file.readAll().toStdString());
            std::vector<std::string> answers;
            for (const auto& answer : history.answers)
                if (answer.stage == stage && answer.task == task && answer.split == Split::Forget)
                    answers.push_back(answer.answer);
            QCOMPARE(records.size(), answers.size());
            for (std::size_t i = 0; i < answers.size(); ++i)
                QCOMPARE(records[i]["answer"].get<std::string>(), answers[i]);
        }
        const auto one = testing::lacuna({"export", text(at("done") / "run.h5"), "--as", "mlubench", "--out",
                                          text(at("results-1")), "--stage", "1"});
        QVERIFY2(one.out.startsWith("4 files in "), one.out + one.err);
        const auto absent = testing::lacuna(
            {"export", text(at("done")), "--as", "mlubench", "--out", text(at("results-9")), "--stage", "9"});
        QCOMPARE(absent.code, 2);
        QVERIFY2(absent.err.contains("stages are 0 to 2"), absent.err);
        QVERIFY(!fs::exists(at("results-9")));
    }

    /// The figures are gate_figures_test's; here that they come from the run, and what is refused.
    void gateSaysHowItRoutedAndWhatWouldFollow() {
        const auto gate = [&](const QStringList& more) {
            return testing::lacuna(QStringList{"gate", text(at("done"))} + more);
        };
        const auto plain = gate({});
        QVERIFY2(plain.code == 0, plain.err);
        QVERIFY2(plain.out.contains("Gate \"relative\"") && plain.out.contains("\n1 B ") &&
                     plain.out.contains("\n2 A ") && plain.out.contains("bystanders"),
                 plain.out);
        const auto stages = parsed(gate({"--json"}))["stages"];
        QCOMPARE(stages.size(), std::size_t{2});
        const auto history = readRun(at("done"));
        std::set<std::pair<std::string, int>> forgotten, sent;
        for (const auto& row : history.answers)
            if (row.stage == 2 && row.split == Split::Forget) {
                forgotten.emplace(row.entity, row.view);
                if (row.gateChoice != baseRoute)
                    sent.emplace(row.entity, row.view);
            }
        const auto& recall = stages[1]["figures"]["forget_recall"];
        QCOMPARE(recall["of"].get<std::size_t>(), forgotten.size());
        QCOMPARE(recall["count"].get<std::size_t>(), sent.size());
        const auto never = parsed(gate({"--stage", "2", "--threshold", "1e9", "--json"}))["stages"];
        QCOMPARE(never.size(), std::size_t{1});
        QCOMPARE(never[0]["figures"]["forget_recall"]["count"].get<int>(), 0);
        QCOMPARE(never[0]["figures"]["known_abstained"]["share"].get<double>(), 1.0);
        const auto always = parsed(gate({"--false-abstention", "0", "--json"}))["stages"];
        QCOMPARE(always[1]["figures"]["known_abstained"]["count"].get<int>(), 0);
        QCOMPARE(gate({"--threshold", "1", "--false-abstention", "0.1"}).code, 2);
        const auto absent = gate({"--stage", "7"});
        QCOMPARE(absent.code, 2);
        QVERIFY2(absent.err.contains("stage 7 is not measured"), absent.err);
    }

    /// Own requests, gone on with at the end and from a stage.
    void ownRequestsExtendAndBranch() {
        const auto write = [this](const char* name, const char* json) {
            std::ofstream(at(name)) << json;
            return text(at(name));
        };
        const auto first = write("first.json", R"([{"name": "first", "forget": ["velda"], "retain": ["brisa"]}])");
        const auto then = write("then.json", R"([{"name": "then", "forget": ["maro"], "retain": []}])");
        const auto own = testing::lacuna(run("own", {"--method", "po", "--requests", first}));
        QVERIFY2(own.code == 0, own.err);
        const auto extended =
            testing::lacuna({"run", "--out", text(at("extended")), "--extend", text(at("own")), "--requests", then});
        QVERIFY2(extended.code == 0, extended.err);
        const auto branched = testing::lacuna({"run", "--out", text(at("branched")), "--branch", text(at("own")) + "@1",
                                               "--requests", then, "--seed", "7"});
        QVERIFY2(branched.code == 0, branched.err);
        for (const auto* name : {"extended", "branched"}) {
            const auto history = readRun(at(name));
            QCOMPARE(history.requests.size(), std::size_t{2});
            QCOMPARE(history.requests[0].name, std::string("first"));
            QCOMPARE(history.requests[1].name, std::string("then"));
            QCOMPARE(history.stages, 3);
            QCOMPARE(history.spec.method, std::string("po"));
        }
        QCOMPARE(readRun(at("branched")).spec.seed, std::uint64_t{7});
        const auto without = testing::lacuna({"run", "--out", text(at("nothing")), "--extend", text(at("own"))});
        QCOMPARE(without.code, 2);
        QVERIFY2(without.err.contains("--requests FILE"), without.err);
        QVERIFY(!fs::exists(at("nothing")));
    }

    /// docs/methods.md is made of the catalog: after a change there, put `lacuna methods --markdown` below its heading.
    void theDocumentOfMethodsIsThatOfTheCatalog() {
        const auto tables = testing::lacuna({"methods", "--markdown"});
        QVERIFY2(tables.code == 0, tables.err);
        QVERIFY(tables.out.contains("| `npo` |"));
        QVERIFY(testing::textOf(LACUNA_SOURCE_DIR "/docs/methods.md").toUtf8().endsWith(tables.out));
        const auto listed = testing::lacuna({"methods"});
        QVERIFY2(listed.out.contains("family: Preference"), listed.out);
    }

    void printsWhatScriptsRead() {
        const auto done = text(at("done"));
        LacunaProgram methods({"methods", "--json"}), info({"model", "info", text(m_world->modelFolder()), "--json"}),
            check({"data", "check", text(at("benchmark")), "--json"}), compare({"compare", done, "--json"}),
            csv({"compare", done, "--csv"}), latex({"compare", done, "--latex"}),
            markdown({"compare", done, "--markdown"}),
            probe({"probe", done, "--entity", "velda", "--stage", "2", "--json"}),
            own({"probe", done, "--image", text(at("benchmark") / "maro-0.png"), "--question", "Who is this?",
                 "--json"});
        const auto rows = parsed(methods.wait());
        QCOMPARE(rows["methods"].size(), methodRows().size());
        QCOMPARE(rows["families"].size(), familyRows().size());
        QVERIFY(rows["methods"][0]["family"] == "ascent");
        QCOMPARE(rows["spec"].size(), specRows().size());
        const auto model = parsed(info.wait());
        QVERIFY(model["parameters"].get<long>() > 1000);
        QVERIFY(model["refused"].is_null());
        QCOMPARE(model["pictures"]["layout"].get<std::string>(), std::string("fixed"));
        QCOMPARE(model["weight_bytes"]["float32"].get<long>(), 4 * model["parameters"].get<long>());
        QVERIFY(model["weight_bytes"]["nf4"].get<long>() < model["weight_bytes"]["bf16"].get<long>());
        QCOMPARE(model["lora"][1]["parameters"].get<long>(), 32 * model["lora_parameters_per_rank"].get<long>());
        const auto report = parsed(check.wait());
        QCOMPARE(report["entities"].get<int>(), 6);
        QVERIFY(report["problems"].empty());
        QVERIFY(!parsed(compare.wait()).empty());
        for (auto* table : {&csv, &latex, &markdown}) {
            const auto result = table->wait();
            QVERIFY2(result.code == 0, result.err);
            QVERIFY2(result.out.contains("done"), result.out);
        }
        auto answers = parsedLines(probe.wait());
        QCOMPARE(answers.size(), std::size_t{2});
        QCOMPARE(answers[0]["stage"].get<int>(), 2);
        QVERIFY(answers[0]["truth"] == "Velda Marrow");
        QVERIFY(answers[0]["gate"].contains("choice"));
        answers = parsedLines(own.wait());
        QCOMPARE(answers.size(), std::size_t{3});  // one a stage
        QVERIFY(answers[0]["question"] == "Who is this?");
    }

    void anImageThatIsNoneIsRefused() {
        const auto result = testing::lacuna({"probe", text(at("done")), "--image",
                                             text(at("benchmark") / "lacuna.json"), "--question", "Who is this?"});
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.contains("lacuna.json"), result.err);
        const auto said = QString::fromUtf8(result.err).trimmed().section('\n', -1);
        QVERIFY2(said.startsWith("lacuna: ") && said.endsWith("Choose another file."), qPrintable(said));
    }

    void interruptedItGoesOn() {
        LacunaProgram program(run("interrupted", {"--set", "epochs=40", "--method", "gd", "--json"}));
        QVERIFY(program.waitForOutput("\"sealed\""));
        ::kill(static_cast<pid_t>(program.processId()), SIGINT);
        const auto result = program.wait();
        QVERIFY2(result.code == 130, result.err);
        QVERIFY2(result.err.contains("measured") && result.err.contains("lacuna resume "), result.err);
        QVERIFY(readRun(at("interrupted") / "run.h5").stages >= 1);
        const auto again = testing::lacuna({"resume", text(at("interrupted")), "--json"});
        QVERIFY2(again.code == 0, again.err);
        QCOMPARE(parsedLines(again).front()["first_stage"].get<int>(), 1);
        QCOMPARE(readRun(at("interrupted")).stages, 3);
    }

    void killedItGoesOn() {
        LacunaProgram program(run("killed", {"--set", "epochs=20", "--method", "npo", "--json"}));
        QVERIFY(program.waitForOutput("\"stage\":1}"));  // sealed
        ::kill(static_cast<pid_t>(program.processId()), SIGKILL);
        QCOMPARE(program.wait().code, -1);
        const auto again = testing::lacuna({"resume", text(at("killed"))});
        QVERIFY2(again.code == 0, again.err);
        QVERIFY2(again.out.contains("killed"), again.out);
        QCOMPARE(readRun(at("killed")).stages, 3);
    }

    void bashCompletesIt() {
        const auto script = testing::lacuna({"completion"});
        QCOMPARE(script.code, 0);
        const auto complete = [&](const QString& line) {
            QProcess bash;
            bash.setProgram("bash");
            bash.setArguments({"--norc", "-c",
                               QString::fromUtf8(script.out) +
                                   QString("\nCOMP_WORDS=(%1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _lacuna; "
                                           "printf '%s\\n' \"${COMPREPLY[@]}\"")
                                       .arg(line)});
            bash.setWorkingDirectory(text(m_world->path()));
            bash.start();
            bash.waitForFinished();
            return bash.readAllStandardOutput().split('\n');
        };
        QVERIFY(complete("lacuna re").contains("resume"));
        QVERIFY(complete("lacuna run --method lu").contains("lumoe"));
        QVERIFY(complete("lacuna run --pre").contains("--preset"));
        QVERIFY(complete("lacuna data ch").contains("check"));
        QVERIFY(complete("lacuna compare do").contains("done"));
        QVERIFY(complete("lacuna compare x --mark").contains("--markdown"));
        QVERIFY(complete("lacuna model run --pro").contains("--prompt"));
        QVERIFY(complete("lacuna resume do").contains("done"));
        const QMap<QString, QByteArray> values{{"run --preset a", "as_released"},
                                               {"run --gate pro", "prototype"},
                                               {"run --precision nf", "nf4"},
                                               {"run --device cu", "cuda"},
                                               {"run --train vi", "vision"},
                                               {"run --train-phrasings fi", "first"},
                                               {"run --plan fu", "full"},
                                               {"run --images sur", "surrogate"},
                                               {"run --set lora_r", "lora_rank="},
                                               {"run --model emb", "embedded"},
                                               {"probe do", "done"},
                                               {"model info emb", "embedded"},
                                               {"model run x --precision bf", "bf16"}};
        for (auto value = values.begin(); value != values.end(); ++value)
            QVERIFY2(complete("lacuna " + value.key()).contains(value.value()), qPrintable(value.key()));
        for (const auto& row : specRows())
            for (const auto& choice : row.choices)
                QVERIFY2(complete(QString("lacuna run %1 ").arg(QString::fromStdString(row.option())) +
                                  QString::fromStdString(choice.id))
                             .contains(QByteArray::fromStdString(choice.id)),
                         row.id.c_str());
        QVERIFY(complete("lacuna run --seed ''").join().isEmpty());  // a number
        QVERIFY(complete("lacuna completion fi").contains("fish"));
    }

    /// What the shell itself offers at the end of a line: `ask`, with the line for its %1, run behind the script.
    QByteArrayList completed(const QString& shell, const QByteArray& script, const QString& ask, const QString& line) {
        QProcess program;
        program.setProgram(shell);
        program.setArguments({shell == "zsh" ? "-f" : "--no-config", "-c", QString::fromUtf8(script) + ask.arg(line)});
        program.setWorkingDirectory(text(m_world->path()));
        program.start();
        program.waitForFinished();
        auto words = program.readAllStandardOutput().split('\n');
        if (shell == "zsh")  // which itself leaves out, when it inserts, what does not begin as the line ends
            words.removeIf([&](const QByteArray& word) { return !word.startsWith(line.section(' ', -1).toUtf8()); });
        const auto said = program.readAllStandardError();
        if (!said.isEmpty())
            words << "error: " + said;
        for (auto& word : words)
            word = word.left(word.indexOf('\t') < 0 ? word.size() : word.indexOf('\t'));  // fish: and its help
        return words;
    }

    void zshAndFishCompleteIt_data() {
        QTest::addColumn<QString>("shell");
        QTest::addColumn<QString>("ask");
        QTest::newRow("zsh") << "zsh"
                             << "\nCOMP_WORDS=(%1)\nsetopt ksharrays\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _lacuna; "
                                "print -l -- \"${COMPREPLY[@]}\"";
        QTest::newRow("fish") << "fish"
                              << "\ncomplete -C \"%1\"";
    }
    void zshAndFishCompleteIt() {
        QFETCH(QString, shell);
        QFETCH(QString, ask);
        if (QStandardPaths::findExecutable(shell).isEmpty())
            QSKIP("this shell is not installed");
        const auto script = testing::lacuna({"completion", shell}).out;
        const QMap<QString, QByteArray> values{{"re", "resume"},
                                               {"run --method lu", "lumoe"},
                                               {"run --pre", "--preset"},
                                               {"run --seed 1 --preset a", "as_released"},
                                               {"run --precision nf", "nf4"},
                                               {"run --set lora_r", "lora_rank="},
                                               {"run --model emb", "embedded"},
                                               {"data ch", "check"},
                                               {"data check --fa", "--fast"},
                                               {"compare x --mark", "--markdown"},
                                               {"model run --pro", "--prompt"},
                                               {"model info emb", "embedded"},
                                               {"completion fi", "fish"}};
        for (auto value = values.begin(); value != values.end(); ++value) {
            const auto words = completed(shell, script, ask, "lacuna " + value.key());
            QVERIFY2(words.contains(value.value()), qPrintable(value.key() + ": " + words.join(' ')));
            QVERIFY2(words.size() <= 4, qPrintable(value.key() + ": " + words.join(' ')));  // no others beside it
        }
        for (const auto* folder : {"compare do", "resume do"}) {
            const auto words = completed(shell, script, ask, QString("lacuna ") + folder);
            QVERIFY2(words.contains("done") || words.contains("done/"), words.join(' '));
        }
        QVERIFY(completed(shell, script, ask, "lacuna run --seed ''").join().isEmpty());
    }
};

LACUNA_TEST(CliTest)
#include "cli_test.moc"
