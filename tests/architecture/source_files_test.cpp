// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/catalog/methods.h"
#include "tests/common/test_registry.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QtTest>

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
        const QRegularExpression literal(QString("\"(%1)\"").arg(ids.join('|')));
        const QMap<QString, int> allowed{{"core/runs/run_spec.h", 3},
                                         {"core/unlearning/methods/methods.cpp", static_cast<int>(methodRows().size())},
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
