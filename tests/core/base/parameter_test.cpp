// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parameter.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace lacuna;

namespace {

const ParameterTable table{{"lr", "Learning rate", 1e-3, 1e-7, 1, "Step size.", false},
                           {"epochs", "Epochs", 2, 1, 100, "Passes.", true}};

}  // namespace

class ParameterTest : public QObject {
    Q_OBJECT
private slots:
    void defaultsCompleteWhatIsGiven() {
        QCOMPARE(checkedParameters(table, {}, "ga"), (ParameterValues{{"lr", 1e-3}, {"epochs", 2}}));
        QCOMPARE(checkedParameters(table, {{"epochs", 7}}, "ga"), (ParameterValues{{"lr", 1e-3}, {"epochs", 7}}));
        QCOMPARE(checkedParameters(table, {{"lr", 1}, {"epochs", 100}}, "ga"),
                 (ParameterValues{{"lr", 1}, {"epochs", 100}}));
        QVERIFY(findParameter(table, "lr") == &table[0]);
        QVERIFY(!findParameter(table, "LR"));
    }

    void badValuesSayWhatIsWrong_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("said");
        QTest::newRow("too small") << "lr" << 0.0 << "ga: lr = 0 is outside 1e-07 to 1";
        QTest::newRow("too large") << "epochs" << 101.0 << "is outside 1 to 100";
        QTest::newRow("NaN") << "lr" << std::nan("") << "is outside";
        QTest::newRow("infinite") << "lr" << std::numeric_limits<double>::infinity() << "is outside";
        QTest::newRow("not whole") << "epochs" << 1.5 << "must be a whole number";
        QTest::newRow("misspelt") << "epoch" << 1.0 << "Did you mean \"epochs\"?";
        QTest::newRow("unknown") << "temperature" << 1.0 << "Known are: lr, epochs.";
        QTest::newRow("empty") << "" << 1.0 << "Known are: lr, epochs.";
    }
    void badValuesSayWhatIsWrong() {
        QFETCH(QString, id);
        QFETCH(double, value);
        QFETCH(QString, said);
        try {
            checkedParameters(table, {{id.toStdString(), value}}, "ga");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains(said), error.what());
        }
    }

    void nearestWordIsNearAndNeverForced() {
        const std::vector<std::string> known{"ga", "gd", "lumoe", "backward_transfer"};
        QCOMPARE(nearestWord("lumo", known), std::string("lumoe"));
        QCOMPARE(nearestWord("LUMOE", known), std::string("lumoe"));
        QCOMPARE(nearestWord("backwards_transfers", known), std::string("backward_transfer"));
        QCOMPARE(nearestWord("ge", known), std::string("ga"));
        QCOMPARE(nearestWord("xy", known), std::string());
        QCOMPARE(nearestWord("", known), std::string());
        QCOMPARE(nearestWord("ga", {}), std::string());
        QCOMPARE(nearestWord(std::string(5000, 'x'), known), std::string());
    }
};

LACUNA_TEST(ParameterTest)
#include "parameter_test.moc"
