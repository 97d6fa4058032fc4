// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/spec_rows.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <set>

using namespace lacuna;

namespace {

std::string refusal(const std::string& id, const std::string& text) {
    RunSpec spec;
    try {
        setField(spec, specRow(id), text);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "another kind of error";
    }
    return {};
}

}  // namespace

class SpecRowsTest final : public QObject {
    Q_OBJECT
private slots:
    /// A field that gets no row is missing in the form, the command line and completion.
    void everyFieldHasARowOrIsNamedHere() {
        const std::set<std::string> others{
            "name",           "parent",        "requests",  "parameters",  "gate_parameters", "judge_parameters",
            "lacuna_version", "torch_version", "processor", "created_utc", "model_hash",      "benchmark_hash",
            "made_in",        "stages"};
        std::size_t fields = 0;
        const auto spec = nlohmann::json::parse(toJson(RunSpec()));
        for (const auto& [key, value] : spec.items()) {
            QVERIFY2((findSpecRow(key) != nullptr) != others.contains(key), key.c_str());
            ++fields;
        }
        QCOMPARE(fields, specRows().size() + others.size());
    }

    void everyChoiceCanBeSetAndIsReadBack() {
        for (const auto& row : specRows()) {
            std::vector<std::string> values;
            for (const auto& choice : row.choices)
                values.push_back(choice.id);
            if (row.kind == SpecRow::Kind::Flag)
                values = {"true", "false"};
            else if (row.kind == SpecRow::Kind::Whole)
                values = {"0", "7"};
            else if (values.empty())
                values = {"CABD"};
            for (const auto& value : values) {
                RunSpec spec;
                setField(spec, row, value);
                QCOMPARE(fieldText(spec, row), value);
                if (row.kind == SpecRow::Kind::Choice)
                    QVERIFY(fieldText(checkedRunSpec(spec), row) == value);
            }
        }
    }

    void whatIsUsualIsOneOfTheChoices() {
        for (const auto& row : specRows())
            if (!row.choices.empty())
                checkChoice(row, fieldText(RunSpec(), row));
    }

    void anothersParametersDoNotCarryOver() {
        for (const auto* id : {"method", "gate", "judge"}) {
            RunSpec spec;
            spec.parameters = spec.gateParameters = spec.judgeParameters = {{"own", 1}};
            const auto& row = specRow(id);
            setField(spec, row, fieldText(spec, row));
            QCOMPARE(spec.parameters.size() + spec.gateParameters.size() + spec.judgeParameters.size(), std::size_t{3});
            setField(spec, row, "another");
            QCOMPARE(spec.parameters.empty(), row.id == "method");
            QCOMPARE(spec.gateParameters.empty(), row.id == "gate");
            QCOMPARE(spec.judgeParameters.empty(), row.id == "judge");
        }
    }

    void aMethodLeavesWhatIsChosenBesideIt() {
        RunSpec spec;
        setFields(spec, {{"arrangement", "experts"}, {"method", "npo"}, {"serve", "gate"}});
        QCOMPARE(spec.method, std::string("npo"));
        QCOMPARE(spec.arrangement, std::string("experts"));
        QCOMPARE(spec.serve, std::string("gate"));
        setFields(spec, {{"method", "gd"}});
        QCOMPARE(spec.arrangement, std::string(asTheMethod));
    }

    void wrongTextIsRefusedByTheOption() {
        QCOMPARE(refusal("seed", "-1"), std::string("--seed \"-1\": expected a whole number from 0."));
        QCOMPARE(refusal("threads", "5000"),
                 std::string("--threads \"5000\": expected a whole number from 0 to 4096."));
        QCOMPARE(refusal("threads", "2.5"), std::string("--threads \"2.5\": expected a whole number from 0 to 4096."));
        QVERIFY(refusal("order", "").find("--order \"\": names no request") == 0);
        QVERIFY(refusal("model", "").find("--model \"\": empty") == 0);
        QVERIFY(refusal("as_released", "yes").find("--as-released") == 0);
    }

    void wrongChoicesAreRefusedWithTheKnownOnes() {
        for (const auto& row : specRows()) {
            if (row.kind != SpecRow::Kind::Choice)
                continue;
            RunSpec spec;
            setField(spec, row, "nonsense");
            try {
                checkedRunSpec(spec);
                QFAIL(row.id.c_str());
            } catch (const Error& error) {
                QVERIFY(std::string(error.what()).find(row.choiceIds()) != std::string::npos);
            }
        }
        RunSpec spec;
        setField(spec, specRow("device"), "cuda:1");
        QCOMPARE(checkedRunSpec(spec).device, std::string("cuda:1"));
    }
};

LACUNA_TEST(SpecRowsTest)
#include "spec_rows_test.moc"
