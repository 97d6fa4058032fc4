// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/catalog/combination.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <set>

using namespace lacuna;

class MethodRowsTest : public QObject {
    Q_OBJECT
private slots:
    void coloursAndMarksAreThoseOfTheDesign() {
        // Colour-blind safe (Okabe and Ito), the same in every plot.
        const std::map<std::string, std::pair<std::string, std::string>> design{
            {"ga", {"#D55E00", "■"}},  {"gd", {"#E69F00", "◆"}}, {"kl", {"#56B4E9", "▲"}},
            {"npo", {"#CC79A7", "▼"}}, {"po", {"#8A8A8A", "✕"}}, {"lumoe", {"#0072B2", "●"}}};
        for (const auto& [id, look] : design) {
            QCOMPARE(methodRow(id).colour, look.first);
            QCOMPARE(methodRow(id).mark, look.second);
        }
    }

    /// One hue for each family beside the six that MLUBench compares, the mark tells its methods apart.
    void aFamilyHasOneHueAndItsMethodsOwnMarks() {
        std::map<std::string, std::string> hues;
        for (const auto& row : methodRows()) {
            QVERIFY(&familyRow(row.family) != nullptr);
            if (row.inDemo)
                continue;
            const auto [hue, fresh] = hues.emplace(row.family, row.colour);
            QVERIFY2(fresh || hue->second == row.colour, row.id.c_str());
        }
        std::set<std::string> distinct;
        for (const auto& [family, hue] : hues)
            QVERIFY2(distinct.insert(hue).second, family.c_str());
    }

    /// A formula that is read from an abstract is never said to be the paper's own.
    void readingsAreSaidToBeReadings() {
        for (const char* id : {"mmunlearner", "cmju", "asru", "o3", "core"})
            QVERIFY2(methodRow(id).source.starts_with("after "), id);
    }

    void rowsAreWholeAndDistinct() {
        std::set<std::string> ids;
        std::set<std::string> names;
        std::set<std::string> looks;
        for (const auto& row : methodRows()) {
            QVERIFY(ids.insert(row.id).second);
            QVERIFY(names.insert(row.name).second);
            QVERIFY(looks.insert(row.colour + row.mark).second);
            QVERIFY(QRegularExpression("^#[0-9A-F]{6}$").match(QString::fromStdString(row.colour)).hasMatch());
            for (const auto* text : {&row.summary, &row.formula, &row.source})
                QVERIFY2(!text->empty(), row.id.c_str());
            QVERIFY2(row.summary.ends_with('.'), row.id.c_str());
            QVERIFY(&methodRow(row.id) == &row);
            QCOMPARE(findParameter(row.parameters, "retain_weight") != nullptr, row.usesRetain);
        }
    }

    void parametersAreWholeAndDefaultsInRange() {
        for (const auto& method : methodRows()) {
            std::set<std::string> ids;
            for (const auto& row : method.parameters) {
                const auto where = method.id + "." + row.id;
                QVERIFY2(ids.insert(row.id).second, where.c_str());
                QVERIFY2(QRegularExpression("^[a-z][a-z0-9_]*$").match(QString::fromStdString(row.id)).hasMatch(),
                         where.c_str());
                QVERIFY2(!row.label.empty() && row.help.ends_with('.'), where.c_str());
                QVERIFY2(row.minimum < row.maximum, where.c_str());
                checkedParameters({row}, {{row.id, row.defaultValue}}, where);
            }
        }
    }

    void everyPresetPassesItsOwnCheck() {
        for (const auto& method : methodRows()) {
            QVERIFY2(!method.presets.empty() && method.presets.front().id == "small", method.id.c_str());
            std::set<std::string> ids;
            for (const auto& preset : method.presets) {
                QVERIFY(ids.insert(preset.id).second);
                QVERIFY(preset.help.ends_with('.'));
                QCOMPARE(methodParameters(method, preset.id).size(), method.parameters.size());
            }
            QVERIFY2(ids.contains("7b"), method.id.c_str());
        }
    }

    void ownValuesGoOverThePreset() {
        const auto& npo = methodRow("npo");
        QCOMPARE(methodParameters(npo, "small").at("beta"), 0.1);
        QCOMPARE(methodParameters(npo, "mlubench").at("beta"), 5.0);
        QCOMPARE(methodParameters(npo, "mlubench", {{"beta", 2}}).at("beta"), 2.0);
        QCOMPARE(methodParameters(npo, "paper").at("beta"), 0.1);
        for (const char* method : {"kl", "npo"}) {
            QCOMPARE(methodParameters(methodRow(method), "7b").at("reference_drifts"), 0.0);
            QCOMPARE(methodParameters(methodRow(method), "as_released").at("reference_drifts"), 1.0);
        }
        QVERIFY_EXCEPTION_THROWN(methodParameters(npo, "large"), Error);
        QVERIFY_EXCEPTION_THROWN(methodParameters(npo, "small", {{"gamma", 1}}), Error);
        QVERIFY_EXCEPTION_THROWN(methodParameters(methodRow("ga"), "small", {{"retain_weight", 1}}), Error);
    }

    void unknownNamesAreMetWithTheNearest() {
        try {
            methodRow("lumo");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains("Did you mean \"lumoe\"?"), error.what());
        }
        QVERIFY_EXCEPTION_THROWN(methodRow(""), Error);
        QVERIFY_EXCEPTION_THROWN(gateRow("closed"), Error);
        QCOMPARE(gateRow("oracle").name, std::string("Oracle"));
        QVERIFY_EXCEPTION_THROWN(judgeRow("rubrik"), Error);
        QVERIFY_EXCEPTION_THROWN(arrangementRow("parallel"), Error);
        QVERIFY_EXCEPTION_THROWN(familyRow("descent"), Error);
    }

    void everyRowIsWhole() {
        const auto check = [](const auto& rows) {
            std::set<std::string> ids;
            for (const auto& row : rows)
                QVERIFY2(ids.insert(row.id).second && !row.name.empty() && row.summary.ends_with('.'), row.id.c_str());
        };
        check(methodRows());
        check(familyRows());
        check(gateRows());
        check(judgeRows());
        check(arrangementRows());
        check(servingRows());
        const auto checkParameters = [](const auto& rows) {
            for (const auto& row : rows) {
                checkedParameters(row.parameters, {}, row.id);  // the defaults are in range
                for (const auto& parameter : row.parameters)
                    QVERIFY2(!parameter.label.empty() && parameter.help.ends_with('.'), parameter.id.c_str());
            }
        };
        checkParameters(methodRows());
        checkParameters(gateRows());
        checkParameters(judgeRows());
        checkParameters(arrangementRows());
    }
};

LACUNA_TEST(MethodRowsTest)
#include "method_rows_test.moc"
