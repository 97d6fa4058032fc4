// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/catalog/attacks.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <set>

using namespace lacuna;

class AttackRowsTest : public QObject {
    Q_OBJECT
private slots:
    void rowsAreWholeAndDistinct() {
        std::set<std::string> ids, names;
        for (const auto& row : attackRows()) {
            QVERIFY(ids.insert(row.id).second);
            QVERIFY(names.insert(row.name).second);
            QVERIFY2(row.summary.ends_with('.') && row.assumes.ends_with('.'), row.id.c_str());
            QVERIFY(&attackRow(row.id) == &row);
            for (const auto& parameter : row.parameters) {
                QVERIFY2(parameter.help.ends_with('.'), parameter.id.c_str());
                QVERIFY(parameter.minimum <= parameter.defaultValue && parameter.defaultValue <= parameter.maximum);
            }
        }
        for (const char* needed : {"relearn", "benign", "quantize", "view", "phrasing", "in_context", "soft_prompt",
                                   "universal", "bypass", "gate_flood"})
            QVERIFY2(ids.contains(needed), needed);
    }

    void unknownAttackIsMetWithTheNearest() {
        try {
            attackRow("relern");
            QFAIL("accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("\"relearn\""), error.what());
        }
    }
};

LACUNA_TEST(AttackRowsTest)
#include "attack_rows_test.moc"
