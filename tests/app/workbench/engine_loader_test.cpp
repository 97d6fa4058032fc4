// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/engine_loader.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;

namespace {

QString library(const char* name) {
    return QStringLiteral(LACUNA_BINARY_DIR "/lib/%1.so").arg(name);
}

}  // namespace

class EngineLoaderTest : public QObject {
    Q_OBJECT
private slots:
    void anEngineOfAnotherBuildIsRefused_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("found");
        QTest::newRow("another") << library("libtest_other_engine") << "0.0.9-other";
        QTest::newRow("from before") << library("libtest_old_engine") << "an older one";
    }
    void anEngineOfAnotherBuildIsRefused() {
        QFETCH(QString, path);
        QFETCH(QString, found);
        try {
            loadEngine({}, path);
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            const auto said = QString::fromUtf8(error.what());
            QVERIFY2(said.contains(path) && said.contains(found) && said.contains("another build"), error.what());
        }
    }

    void theWindowIsTold() {
        qputenv("LACUNA_ENGINE", library("libtest_other_engine").toUtf8());
        EngineLoader loader;
        QSignalSpy failed(&loader, &EngineLoader::failed);
        loader.start({});
        QTRY_COMPARE(failed.count(), 1);
        qunsetenv("LACUNA_ENGINE");
        QVERIFY(failed.front().front().toString().contains("another build"));
    }
};

LACUNA_TEST(EngineLoaderTest)
#include "engine_loader_test.moc"
