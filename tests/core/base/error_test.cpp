// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

class ErrorTest : public QObject {
    Q_OBJECT
private slots:
    void kindsHaveTheirExitCodes() {
        QCOMPARE(exitCode(ErrorKind::Input), 2);
        QCOMPARE(exitCode(ErrorKind::Resource), 3);
        QCOMPARE(exitCode(ErrorKind::Internal), 4);
        QCOMPARE(inputError("x").kind(), ErrorKind::Input);
        QCOMPARE(resourceError("x").kind(), ErrorKind::Resource);
        QCOMPARE(internalError("x").kind(), ErrorKind::Internal);
    }

    void argumentsAreNeverTakenForTheFormat() {
        QCOMPARE(std::string(inputError("{}: bad", "{}{0}%s").what()), std::string("{}{0}%s: bad"));
        QVERIFY_EXCEPTION_THROWN(throw inputError("x"), std::runtime_error);
    }
};

LACUNA_TEST(ErrorTest)
#include "error_test.moc"
