// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/test_registry.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

/// The program as it is started, up to where it would show a window.
class ProgramTest : public QObject {
    Q_OBJECT

    struct Ended {
        int code;
        QString said;
        QString printed;
    };

    static Ended run(const QStringList& arguments, bool display = true) {
        QProcess program;
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const auto* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"})
            environment.remove(name);
        const QTemporaryDir own;  // not the session of whoever runs the test
        for (const auto* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
            environment.insert(name, own.path());
        if (display)
            environment.insert("QT_QPA_PLATFORM", "offscreen");
        program.setProcessEnvironment(environment);
        program.start(LACUNA_BINARY_DIR "/bin/lacuna-workbench", arguments);
        const bool ended = program.waitForFinished(60'000);
        return {ended && program.exitStatus() == QProcess::NormalExit ? program.exitCode() : -1,
                program.readAllStandardError(), program.readAllStandardOutput()};
    }

private slots:
    void whatIsWrongIsSaidAtOnce_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        QTest::newRow("theme") << QStringList{"--theme", "blue"} << "Choose system, light or dark";
        QTest::newRow("size") << QStringList{"--size", "12"} << "such as 1440x900";
        QTest::newRow("tab") << QStringList{"--tab", "maps"} << "sequence, curves, entity";
        QTest::newRow("stage") << QStringList{"--stage", "2"} << "go with --screenshot";
    }
    void whatIsWrongIsSaidAtOnce() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, words);
        const auto ended = run(arguments);
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains(words) && ended.said.count('\n') == 1, qPrintable(ended.said));
    }

    void withoutADisplayItHelpsAndSaysSo() {
        QCOMPARE(run({"--help"}, false).code, 0);
        const auto version = run({"--version"}, false);
        QCOMPARE(version.code, 0);
        QVERIFY2(version.printed.startsWith("lacuna-workbench " LACUNA_VERSION "\n") &&
                     version.printed.contains("NO WARRANTY"),
                 qPrintable(version.printed));
        const auto ended = run({}, false);
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("there is no display"), qPrintable(ended.said));
    }

    void aScreenshotPrintsNothing() {
        const QTemporaryDir folder;
        const auto file = folder.filePath("window.png");
        const auto ended = run({"--runs", folder.path(), "--screenshot", file});
        QCOMPARE(ended.code, 0);
        QCOMPARE(ended.said, QString());
        QVERIFY(!QImage(file).isNull());
    }
};

LACUNA_TEST(ProgramTest)
#include "program_test.moc"
