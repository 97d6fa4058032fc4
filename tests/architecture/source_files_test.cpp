// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/combination.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/runs/run_records.h"
#include "tests/common/test_registry.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QtTest>

#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <typeinfo>

using namespace lacuna;

namespace {

// REUSE-IgnoreStart: patterns and samples
/// The file's first lines say whose it is and under what licence; a script's stand below its "#!".
bool saysLicence(const QByteArray& text) {
    static const QRegularExpression notice(
        "^(#!.*\n)?(//|#) SPDX-FileCopyrightText: 20\\d\\d [^\n]+\n"
        "(//|#) SPDX-License-Identifier: GPL-3\\.0-or-later\n");
    return notice.match(QString::fromUtf8(text.left(400))).hasMatch();
}

QStringList trackedFiles() {
    QProcess git;
    git.start("git", {"-C", LACUNA_SOURCE_DIR, "ls-files", "-z"});
    if (!git.waitForFinished(30'000) || git.exitCode() != 0)
        return {};
    return QString::fromUtf8(git.readAllStandardOutput()).split(QChar(0), Qt::SkipEmptyParts);
}

/// Sources and scripts, which carry the notice themselves; REUSE.toml speaks for all other files.
bool isSource(const QString& file, const QByteArray& text) {
    static const QStringList suffixes{"h", "cpp", "in", "py", "sh", "cmake"};
    const QFileInfo info(file);
    return suffixes.contains(info.suffix()) || info.fileName() == "CMakeLists.txt" || text.startsWith("#!");
}

/// A table of a run as its description has it.
struct DescribedTable {
    QString name;
    QString row;  ///< the type
    QStringList columns;
    bool grows = false;
};

template <typename Row>
DescribedTable described(const char* row, bool grows) {
    DescribedTable table{
        QString::fromUtf8(Row::table.data(), static_cast<qsizetype>(Row::table.size())), row, {}, grows};
    Row::columns([&](const char* name, auto, bool) { table.columns << name; });
    return table;
}

/// "lacuna::StepRow" → "StepRow".
template <typename Row>
QString typeName() {
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(typeid(Row).name(), nullptr, nullptr, nullptr), &std::free);
    return QString(name.get()).section("::", -1);
}

QList<DescribedTable> describedTables() {
    QList<DescribedTable> all{described<RequestRow>("RequestRow", false), described<TokenMark>("TokenMark", false)};
    RunRows::tables([&](auto table) {
        using Row = typename std::decay_t<decltype(std::declval<RunRows>().*table)>::value_type;
        all << described<Row>(qPrintable(typeName<Row>()), true);
    });
    return all;
}

QString withoutComments(const QString& source) {
    QString code;
    for (const auto& line : source.split('\n'))
        code += line.section("//", 0, 0) + '\n';
    return code;
}

/// Tables that a source names: in a text, by a row's type, or as a member.
QStringList tablesNamedIn(const QString& source) {
    const auto code = withoutComments(source);
    QStringList named;
    for (const auto& table : describedTables()) {
        auto pattern = QString("\"/?%1\"|\\b%2\\b").arg(table.name, table.row);
        if (table.grows)
            pattern += QString("|(\\.|->|::)%1\\b(?!\\()").arg(table.name);
        if (code.contains(QRegularExpression(pattern)))
            named << table.name;
    }
    named.sort();
    return named;
}

}  // namespace

/// What every source file of the repository keeps.
class SourceFilesTest : public QObject {
    Q_OBJECT
private slots:
    void everySourceSaysItsLicence() {
        QVERIFY(saysLicence("// SPDX-FileCopyrightText: 2026 A\n// SPDX-License-Identifier: GPL-3.0-or-later\n"));
        QVERIFY(!saysLicence("#pragma once\n// SPDX-FileCopyrightText: 2026 A\n"));
        QVERIFY(!saysLicence("// SPDX-FileCopyrightText: 2026 A\n// SPDX-License-Identifier: MIT\n"));
        const auto files = trackedFiles();
        if (files.empty() && !QFileInfo::exists(LACUNA_SOURCE_DIR "/.git"))
            QSKIP("not a git checkout: which files are the repository's is not known");
        QStringList without;
        int sources = 0;
        for (const auto& name : files) {
            QFile file(QString(LACUNA_SOURCE_DIR "/") + name);
            if (!file.open(QFile::ReadOnly))
                continue;  // deleted, and not yet committed so
            const auto text = file.read(400);
            if (!isSource(name, text))
                continue;
            ++sources;
            if (!saysLicence(text))
                without << name;
        }
        QVERIFY(sources > 500);
        QVERIFY2(without.empty(), qPrintable("without the two SPDX lines: " + without.join(' ')));
    }

    /// Who adds a method, gate or judge need not look for ifs: an id stands in the catalog, with the factory that makes
    /// it, and where a spec says what is usual.
    void idsStandInCatalogAndFactoriesAlone() {
        QStringList ids;
        for (const auto& row : methodRows())
            ids << QString::fromStdString(row.id);
        for (const auto& row : gateRows())
            ids << QString::fromStdString(row.id);
        for (const auto& row : judgeRows())
            ids << QString::fromStdString(row.id);
        const auto ownLosses = std::count_if(methodRows().begin(), methodRows().end(), [](const auto& row) {
            return combinationOf({.method = row.id}).objective == &row;
        });
        const QRegularExpression literal(QString("\"(%1)\"").arg(ids.join('|')));
        const QMap<QString, int> allowed{{"core/runs/run_spec.h", 3},
                                         {"app/cli/model_merge_command.cpp", 1},  // a command of that name
                                         {"app/cli/gold_command.cpp", 1},         // likewise
                                         {"core/unlearning/arrangement.cpp", 2},  // shared, given: arrangements too
                                         {"core/unlearning/serving.cpp", 2},      // canned, prompt: ways to serve
                                         {"app/cli/model_run_command.cpp", 1},    // "given", a key of its JSON
                                         {"core/benchmark/side_file.cpp", 3},     // "class", a key of the file's JSON
                                         {"core/benchmark/drawn/words.cpp", 1},   // the core of a planet
                                         {"core/unlearning/methods/methods.cpp", static_cast<int>(ownLosses)},
                                         {"core/unlearning/gates/gates.cpp", static_cast<int>(gateRows().size())},
                                         {"core/evaluation/judge.cpp", static_cast<int>(judgeRows().size())}};
        const auto sources = trackedFiles().filter(QRegularExpression("^(core|app|widgets)/.*\\.(h|cpp)$"));
        if (sources.empty())
            QSKIP("not a git checkout: which files are the repository's is not known");
        for (const auto& name : sources) {
            QFile file(QString(LACUNA_SOURCE_DIR "/") + name);
            if (name.startsWith("core/catalog/") || !file.open(QFile::ReadOnly))
                continue;
            int found = 0;
            for (const auto& line : QString::fromUtf8(file.readAll()).split('\n'))
                for (auto at = literal.globalMatch(line.section("//", 0, 0)); at.hasNext(); at.next())
                    ++found;
            QVERIFY2(found == allowed.value(name),
                     qPrintable(QString("%1 names %2 methods, gates and judges, expected %3")
                                    .arg(name)
                                    .arg(found)
                                    .arg(allowed.value(name))));
        }
    }

    /// A new table or column is a matter of its description, of whoever measures it and of whoever shows it. What
    /// carries rows from the one to the other (log, files, tail, history, wire, events, cache, workspace) names none of
    /// them, but where it reads that table's rows itself.
    void whatCarriesRowsNamesNoTable() {
        QCOMPARE(tablesNamedIn("run.cells; // answers\nreadSteps(log->resources, \"/tokens\")"),
                 (QStringList{"cells", "resources", "tokens"}));
        QVERIFY(tablesNamedIn("int steps = 0; // run.steps\n\"answers of a run\"").empty());
        const QMap<QString, QStringList> readers{
            {"core/runs/run_branch.cpp", {"requests"}},
            {"core/runs/published_figures.cpp", {"cells"}},
            {"core/runs/run_folder.cpp", {"requests"}},
            {"core/runs/run_history.cpp", {"cells", "requests", "steps"}},  // its curves; steps are kept by columns
            {"core/runs/run_log.cpp",
             {"answers", "looks", "requests", "resources", "steps"}},      // where a resumed run goes on, and its clock
            {"core/runs/run_parts.cpp", {"cells", "requests"}},            // always read
            {"core/runs/run_reader.cpp", {"cells", "requests", "steps"}},  // the stages of a file; readSteps
            {"core/runs/run_tables.cpp", {"answers", "requests", "steps", "tokens"}},  // tokens lie within answers
            {"core/evaluation/answer_cache.cpp", {"answers"}},
            {"core/engine/worker/run_job.cpp", {"trials"}},                           // made before the run
            {"core/engine/worker/attack_job.cpp", {"answers"}},                       // those of an attack
            {"core/engine/worker/probe.cpp", {"answers"}},                            // what a question's answer is
            {"app/workbench/engine_bridge.cpp", {"requests", "resources", "steps"}},  // speed and memory
            {"app/workbench/run_library.cpp", {"answers", "cells"}},
            {"widgets/common/workspace.cpp",
             {"answers", "cells", "requests", "resources", "steps"}},  // a view's kind of growth
        };
        const auto carriers = trackedFiles().filter(QRegularExpression(
            "^(core/runs/(run_(history|log|parts|reader|tables|tail|folder|store|branch)|child_reader)|core/runs/"
            "tables/.*|"
            "core/runs/reader/.*|core/engine/worker/.*|core/evaluation/answer_cache|app/workbench/"
            "(engine_bridge|run_library)"
            "|widgets/common/workspace)\\.cpp$"));
        if (carriers.empty())
            QSKIP("not a git checkout: which files are the repository's is not known");
        QVERIFY(carriers.size() > 15);
        for (const auto& name : carriers) {
            QFile file(QString(LACUNA_SOURCE_DIR "/") + name);
            if (!file.open(QFile::ReadOnly))
                continue;  // deleted, and not yet committed so
            const auto named = tablesNamedIn(QString::fromUtf8(file.readAll()));
            QVERIFY2(
                named == readers.value(name),
                qPrintable(
                    QString("%1 names %2, expected %3").arg(name, named.join(", "), readers.value(name).join(", "))));
        }
    }

    /// A table's name in a text stands in its description alone.
    void tablesAreNamedOnce() {
        const auto sources = trackedFiles().filter(QRegularExpression("^(core|app|widgets)/.*\\.(h|cpp)$"));
        if (sources.empty())
            QSKIP("not a git checkout: which files are the repository's is not known");
        // What these call so is something else: keys of other files' JSON, of a command's output and of its options.
        const QMap<QString, QStringList> otherThings{
            {"core/benchmark/side_file.cpp", {"requests"}},
            {"core/runs/export.cpp", {"answers"}},
            {"core/runs/published_figures.cpp", {"cells"}},
            {"core/runs/run_folder.cpp", {"requests"}},
            {"core/runs/run_spec.cpp", {"requests"}},
            {"core/runs/spec_fields.h", {"requests"}},
            {"core/unlearning/gates/gate_file.cpp", {"requests"}},
            {"app/cli/data_command.cpp", {"requests"}},
            {"app/cli/completion_command.cpp", {"requests"}},
            {"app/cli/model_command.cpp", {"tokens"}},
            {"app/cli/model_run_command.cpp", {"tokens"}},
            {"app/cli/run_watch.cpp", {"cells"}},
            {"core/attacks/soft_prompt.cpp", {"tokens", "steps"}},
            {"core/catalog/attacks.cpp", {"tokens", "steps"}},
            {"core/runs/attack_log.h", {"steps"}},
            {"core/runs/attack_table.cpp", {"steps"}},
            {"core/lessons/lesson_grammar.cpp", {"steps"}},
            {"core/lessons/lesson_places.h", {"requests", "answers"}},
            {"core/lessons/lesson_read.cpp", {"requests", "steps"}},
            {"app/workbench/lesson_scene.cpp", {"requests", "answers"}},
            {"widgets/curves/matrix_plot.cpp", {"answers"}},
        };
        for (const auto& name : sources) {
            QFile file(QString(LACUNA_SOURCE_DIR "/") + name);
            if (name == "core/runs/run_records.h" || !file.open(QFile::ReadOnly))
                continue;
            const auto text = withoutComments(QString::fromUtf8(file.readAll()));
            QStringList named;
            for (const auto& table : describedTables())
                if (text.contains('"' + table.name + '"') || text.contains("\"/" + table.name))
                    named << table.name;
            QVERIFY2(named == otherThings.value(name), qPrintable(name + " names " + named.join(", ")));
        }
    }

    void everyColumnOfATableIsDocumented() {
        QFile file(LACUNA_SOURCE_DIR "/docs/file-formats.md");
        QVERIFY(file.open(QFile::ReadOnly));
        const auto lines = QString::fromUtf8(file.readAll()).split('\n');
        for (const auto& table : describedTables()) {
            const auto row = lines.filter(QString("| `/%1` |").arg(table.name));
            QVERIFY2(row.size() == 1, qPrintable(table.name));
            for (const auto& column : table.columns)
                QVERIFY2(row[0].contains(QRegularExpression("[ ,]" + column + "[ ,]")),
                         qPrintable(table.name + ": " + column));
        }
    }

    void everySourceIsFormatted() {
        if (QStandardPaths::findExecutable("clang-format-14").isEmpty())
            QSKIP("no clang-format-14 here (tests/lint installs it)");
        const auto sources = trackedFiles().filter(QRegularExpression("\\.(h|cpp)$"));
        if (sources.empty())
            QSKIP("not a git checkout: which files are the repository's is not known");
        QProcess format;
        format.setWorkingDirectory(LACUNA_SOURCE_DIR);
        format.setProcessChannelMode(QProcess::MergedChannels);
        format.start("clang-format-14", QStringList{"--dry-run", "-Werror"} + sources);
        QVERIFY(format.waitForFinished(100'000));
        QVERIFY2(format.exitCode() == 0, format.readAll().left(4000));
    }
};

// REUSE-IgnoreEnd
LACUNA_TEST(SourceFilesTest)
#include "source_files_test.moc"
