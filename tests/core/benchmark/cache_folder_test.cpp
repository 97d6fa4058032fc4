// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/cache_folder.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

/// Sets the three variables for one test and puts them back.
class CacheFolderTest : public QObject {
    Q_OBJECT
    QMap<QByteArray, QByteArray> m_before;

private slots:
    void init() {
        for (const char* name : {"LACUNA_CACHE", "XDG_CACHE_HOME", "HOME"}) {
            if (qEnvironmentVariableIsSet(name))
                m_before[name] = qgetenv(name);
            qunsetenv(name);
        }
    }
    void cleanup() {
        for (const char* name : {"LACUNA_CACHE", "XDG_CACHE_HOME", "HOME"})
            if (m_before.contains(name))
                qputenv(name, m_before[name]);
            else
                qunsetenv(name);
    }

    void firstVariableThatIsSetDecides() {
        QVERIFY_EXCEPTION_THROWN(cacheFolder(), Error);
        qputenv("HOME", "/home/ada");
        QCOMPARE(cacheFolder(), std::filesystem::path("/home/ada/.cache/lacuna"));
        qputenv("XDG_CACHE_HOME", "relative");
        QCOMPARE(cacheFolder(), std::filesystem::path("/home/ada/.cache/lacuna"));
        qputenv("XDG_CACHE_HOME", "/fast");
        QCOMPARE(cacheFolder(), std::filesystem::path("/fast/lacuna"));
        qputenv("LACUNA_CACHE", "/own place");
        QCOMPARE(cacheFolder(), std::filesystem::path("/own place"));
    }

    void drawnFolderIsNamedByWhatIsDrawn() {
        qputenv("LACUNA_CACHE", "/own");
        const auto name = drawnBenchmarkFolder().filename().string();
        QVERIFY(name.starts_with("fictions-127-"));
        QCOMPARE(name.size(), std::string("fictions-127-").size() + 12);
        QCOMPARE(drawnBenchmarkFolder().parent_path(), std::filesystem::path("/own"));
    }
};

LACUNA_TEST(CacheFolderTest)
#include "cache_folder_test.moc"
