// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/architecture/include_rules.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <regex>

using namespace lacuna::testing;

namespace {

/// Broken rules that are known and waited for: file and what it includes. One that is mended must leave this list.
const QStringList debts{};

}  // namespace

/// The floors and walls of the house, held against every include of the tree.
class ArchitectureTest : public QObject {
    Q_OBJECT
private slots:
    void houseStands() {
        const auto tree = readSourceTree(LACUNA_SOURCE_DIR);
        QVERIFY(tree.size() > 50);  // it is really read
        QVERIFY(tree.contains("core/base/error.h"));
        const auto broken = brokenRules(tree);
        QStringList lines;
        for (const auto& line : broken)
            lines << QString::fromStdString(line);
        for (const auto& debt : debts) {
            const auto file = debt.section(' ', 0, 0) + ':';
            const auto include = " includes " + debt.section(' ', 1, 1) + ':';
            const auto owed =
                lines.removeIf([&](const QString& line) { return line.startsWith(file) && line.contains(include); });
            QVERIFY2(owed > 0, qPrintable(debt + ": is mended, take it off the list of debts"));
        }
        QVERIFY2(lines.empty(), qPrintable("\n" + lines.join('\n')));
    }

    /// Qt sets the user's locale. std::stod reads "12.345" as 12 where decimals follow a comma (core/base/number.h),
    /// and std::tolower knows no I on a Turkish desktop (core/base/ascii.h).
    void nothingIsReadByTheLocale() {
        const std::regex reads(
            R"(\b(sto(i|l|ll|ul|ull|f|d|ld)|strto(d|f|ld|l|ll|ul|ull)|ato(i|l|ll|f)|[fs]?scanf|setlocale|tolower|toupper|strcoll|strn?casecmp)\s*\()");
        QVERIFY(std::regex_search(std::string("x = std::stod(text);"), reads));
        int files = 0;
        for (const auto& [file, content] : readSourceTree(LACUNA_SOURCE_DIR)) {
            if (!file.starts_with("core/") && !file.starts_with("app/") && !file.starts_with("widgets/"))
                continue;
            if (file == "core/base/word_difference.cpp")  // for the eye alone
                continue;
            std::smatch found;
            QVERIFY2(!std::regex_search(content, found, reads), (file + ": " + found.str()).c_str());
            ++files;
        }
        QVERIFY(files > 200);
    }

    void plantedIncludesAreCaught_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("include");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* file, const char* include, const char* said) {
            QTest::newRow(name) << file << include << said;
        };
        row("upward", "core/base/error.h", "\"core/catalog/methods.h\"", "upward from core/base");
        row("common to a family", "core/models/forward.h", "\"core/models/llava/llava.h\"", "upward from core/models");
        row("objective to a family", "core/unlearning/methods/objective.h", "\"core/models/llava/llava.h\"",
            "core/unlearning/methods knows no model family");
        row("far upward", "core/models/forward.h", "\"core/unlearning/methods/objective.h\"",
            "upward from core/models");
        row("sideways", "core/runs/run_log.cpp", "\"core/benchmark/benchmark.h\"", "sideways from core/runs");
        row("widgets sideways", "widgets/curves/plot.cpp", "\"widgets/entities/list.h\"",
            "sideways from widgets/curves");
        row("common upward", "widgets/common/theme.cpp", "\"widgets/entities/list.h\"", "upward from widgets/common");
        row("benchmark to drawn", "core/benchmark/x.cpp", "\"core/benchmark/drawn/drawn_benchmark.h\"", "upward");
        row("widgets to models", "widgets/curves/plot.cpp", "\"core/models/forward.h\"",
            "widgets do not know core/models");
        row("widgets to drawn", "widgets/curves/plot.cpp", "\"core/benchmark/drawn/drawn_benchmark.h\"", "do not know");
        row("widgets to engine", "widgets/curves/plot.cpp", "\"core/engine/engine.h\"", "upward");
        row("core to widgets", "core/engine/engine.cpp", "\"widgets/common/theme.h\"", "core does not know");
        row("core to app", "core/engine/engine.cpp", "\"app/cli/run.h\"", "upward");
        row("angle brackets", "core/base/error.h", "<core/catalog/methods.h>", "upward from core/base");
        row("by the back door", "core/base/error.h", "\"../catalog/methods.h\"", "upward from core/base");
        row("to a test", "core/base/error.h", "\"tests/common/test_registry.h\"", "a test");
        row("nowhere", "core/base/error.h", "\"core/base/lost.h\"", "not in the tree");
        row("Qt in core", "core/text/tokenizer.cpp", "<QString>", "Qt is behind a wall");
        row("Qt module in core", "core/text/tokenizer.cpp", "<QtCore/QString>", "Qt is behind a wall");
        row("torch in widgets", "widgets/curves/plot.cpp", "<ATen/ATen.h>", "(torch)");
        row("OpenCV in widgets", "widgets/curves/plot.cpp", "<opencv2/core.hpp>", "(OpenCV)");
        row("HDF5 in widgets", "widgets/curves/plot.cpp", "<hdf5.h>", "(HDF5)");
        row("torch in the workbench", "app/workbench/main.cpp", "\"core/models/forward.h\"",
            "through core/models/forward.h:1");
        row("torch in a plain header", "core/runs/run_history.h", "<c10/core/Device.h>", "(torch)");
        row("OpenCV in benchmark", "core/benchmark/benchmark.h", "<opencv2/core.hpp>", "(OpenCV)");
        row("torch behind the engine", "core/engine/engine.h", "\"core/models/forward.h\"", "(torch)");
        row("HDF5 in training", "core/training/trainer.cpp", "<hdf5.h>", "HDF5 is behind a wall");
        row("the whole of torch", "core/models/llava/llava.cpp", "<torch/torch.h>", "half a minute");
        row("the whole of torch in a test", "tests/parity/x_test.cpp", "<torch/torch.h>", "half a minute");
        row("unknown room", "core/attic/box.h", "<string>", "stands on no floor");
        row("odd spelling", "core/base/error.h", "\"core/base/../catalog/methods.h\"", "upward from core/base");
        row("circle", "core/catalog/methods.h", "\"core/catalog/metrics.h\"", "closes a circle");
    }
    void plantedIncludesAreCaught() {
        QFETCH(QString, file);
        QFETCH(QString, include);
        QFETCH(QString, said);
        SourceTree tree{
            {"core/base/error.h", ""},
            {"core/catalog/methods.h", ""},
            {"core/catalog/metrics.h", "#include \"core/catalog/methods.h\"\n"},
            {"core/benchmark/benchmark.h", ""},
            {"core/benchmark/drawn/drawn_benchmark.h", "#include \"core/benchmark/benchmark.h\"\n"},
            {"core/runs/run_history.h", ""},
            {"core/models/forward.h", "#include <ATen/ATen.h>\n"},
            {"core/models/llava/llava.h", "#include \"core/models/forward.h\"\n"},
            {"core/unlearning/methods/objective.h", "#include \"core/models/forward.h\"\n"},
            {"core/engine/engine.h", "#include \"core/runs/run_history.h\"\n"},
            {"widgets/common/theme.h", "#include <QString>\n"},
            {"widgets/entities/list.h", "#include \"widgets/common/theme.h\"\n#include \"core/runs/run_history.h\"\n"},
            {"app/cli/run.h", "#include \"core/engine/engine.h\"\n#include \"widgets/common/theme.h\"\n"},
            {"app/workbench/window.h", "#include \"core/engine/engine.h\"\n"},
            {"tests/common/test_registry.h", "#include <QObject>\n"},
        };
        QVERIFY(brokenRules(tree).empty());
        auto& text = tree[file.toStdString()];
        text = "// A line above it.\n  #  include " + include.toStdString() + "  // why\n" + text;
        const auto broken = brokenRules(tree);
        const bool named = std::any_of(broken.begin(), broken.end(), [&](const std::string& line) {
            const auto shown = QString::fromStdString(line);
            return shown.contains(said) &&
                   (said.contains("floor") || said.contains("circle") || shown.startsWith(file + ":2: "));
        });
        QStringList lines;
        for (const auto& line : broken)
            lines << QString::fromStdString(line);
        QVERIFY2(named, qPrintable(lines.join('\n')));
    }
};

LACUNA_TEST(ArchitectureTest)
#include "architecture_test.moc"
