// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/test_registry.h"

#include <QtTest>

#ifdef QT_WIDGETS_LIB
#include <QApplication>
using Application = QApplication;
#else
using Application = QCoreApplication;
#endif

#include <cstdio>

/// `binary STEM [Qt Test options]` runs one test class, `binary` runs all.
int main(int argc, char** argv) {
    // Where a debugger is installed, Qt Test attaches it to a test that took over five minutes and waits for it, under
    // a sanitizer for ever. QTEST_DISABLE_STACK_DUMP=0 lets it.
    if (!qEnvironmentVariableIsSet("QTEST_DISABLE_STACK_DUMP"))
        qputenv("QTEST_DISABLE_STACK_DUMP", "1");
    Application app(argc, argv);
    QStringList arguments = app.arguments();
    std::string only;
    if (arguments.size() > 1 && !arguments[1].startsWith('-'))
        only = arguments.takeAt(1).toStdString();
    int failed = 0;
    bool found = false;
    for (const auto& [name, make] : lacuna::testing::registeredTests()) {
        if (!only.empty() && name != only)
            continue;
        found = true;
        failed += QTest::qExec(make().get(), arguments);
    }
    if (!found)
        std::fprintf(stderr, "no test class in a file named %s.cpp\n", only.c_str());
    return found ? failed : 1;
}
