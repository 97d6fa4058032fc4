// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/combination.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

using namespace lacuna;

namespace {

QString refusal(const MethodChoices& choices) {
    try {
        combinationOf(choices);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "another kind of error";
    }
    return {};
}

}  // namespace

class CombinationTest final : public QObject {
    Q_OBJECT
private slots:
    void everyMethodIsOneOfItself() {
        for (const auto& method : methodRows()) {
            const auto whole = combinationOf({.method = method.id});
            QCOMPARE(whole.arrangement->id, method.arrangement);
            QCOMPARE(whole.serving->id, method.serving);
            QCOMPARE(whole.objective != nullptr, whole.arrangement->trains);
            QCOMPARE(combinationTitle({.method = method.id}), method.name);
            QCOMPARE(combinationId({.method = method.id}), method.id);
            // What the row lists is all there is to set, and what its loss and arrangement need.
            QCOMPARE(whole.parameters.size(), method.parameters.size());
            for (const auto& preset : method.presets)
                combinationParameters(whole, preset.id);
        }
    }

    void everyArrangementIsServedByWhatItNames() {
        for (const auto& arrangement : arrangementRows()) {
            QVERIFY(!arrangement.servings.empty() && arrangement.noOther.ends_with('.'));
            for (const auto& serving : servingRows()) {
                const MethodChoices choices{"po", arrangement.id, asTheMethod, serving.id};
                const bool sensible = std::find(arrangement.servings.begin(), arrangement.servings.end(), serving.id) !=
                                      arrangement.servings.end();
                QCOMPARE(refusal(choices).isEmpty(), sensible);
                if (!sensible)
                    QVERIFY(refusal(choices).contains(QString::fromStdString(arrangement.noOther)));
            }
        }
    }

    void oneCauseIsSwappedAtATime() {
        const auto experts = combinationOf({.method = "npo", .arrangement = "experts"});
        QCOMPARE(experts.serving->id, std::string("gate"));  // NPO's own way would choose no expert
        QCOMPARE(experts.objective->id, std::string("npo"));
        QCOMPARE(combinationTitle({.method = "npo", .arrangement = "experts"}), std::string("NPO · experts"));
        QCOMPARE(combinationId({.method = "npo", .arrangement = "experts"}), std::string("npo-experts"));

        const auto other = combinationOf({.method = "lumoe", .objective = "npo"});
        QVERIFY(findParameter(other.parameters, "beta"));
        QCOMPARE(combinationParameters(other, "small").at("lr"), 2e-3);  // LUMoE's
        QCOMPARE(combinationTitle({.method = "lumoe", .objective = "npo"}), std::string("LUMoE · npo"));
        // The same loss under another method's name is no other.
        QCOMPARE(combinationTitle({.method = "lumoe", .objective = "po"}), std::string("LUMoE"));
        QCOMPARE(combinationTitle({.method = "po", .objective = "lumoe"}), std::string("PO"));

        QVERIFY(findParameter(combinationOf({.method = "po", .arrangement = "merged"}).parameters, "lambda"));
        QCOMPARE(combinationTitle({.method = "po", .serving = "gate"}), std::string("PO · gate"));
        QCOMPARE(combinationTitle({.method = "gd", .trained = "vision"}), std::string("GD · vision"));
        QCOMPARE(combinationTitle({.method = "sine", .trained = "sine"}), std::string("Sine"));
        QCOMPARE(combinationTitle({.method = "sine", .trained = "both"}), std::string("Sine · both"));
        QVERIFY(!combinationOf({.method = "core"}).trained->language);
        QVERIFY(findParameter(combinationOf({.method = "lumoe", .serving = "soft_gate"}).parameters, "softness"));
        QCOMPARE(combinationTitle({.method = "canned", .trained = "vision"}), std::string("Canned"));
        QCOMPARE(combinationTitle({.method = "lumoe", .arrangement = "none"}), std::string("LUMoE · none"));
        QVERIFY(combinationOf({.method = "lumoe", .arrangement = "none"}).parameters.empty());
        QCOMPARE(combinationTitle({.method = givenMethod().id, .source = "theirs"}), std::string("Given · theirs"));
        QCOMPARE(combinationTitle({.method = "of-another-version", .arrangement = "experts"}),
                 std::string("of-another-version"));
    }

    void whatMakesNoSenseIsRefusedWithTheReason() {
        QVERIFY(refusal({.method = "lumoe", .serving = "canned"}).contains("to train nothing choose none"));
        QVERIFY(refusal({.method = "canned", .arrangement = "experts"}).contains("--objective"));
        QVERIFY(refusal({.method = "canned", .objective = "npo"}).contains("trains nothing"));
        QVERIFY(refusal({.method = "po", .objective = "canned"}).contains("trains nothing"));
        QVERIFY(refusal({.method = "ortho", .trained = "both"}).contains("Train the language part"));
        QVERIFY(refusal({.method = "core", .arrangement = "orthogonal"}).contains("Train the language part"));
        QVERIFY(refusal({.method = "gd", .trained = "sin"}).contains("Did you mean \"sine\"?"));
        QVERIFY(refusal({.method = "po", .arrangement = "expert"}).contains("Did you mean \"experts\"?"));
        QVERIFY(refusal({.method = "po", .serving = "gates"}).contains("Did you mean \"gate\"?"));
        QVERIFY(refusal({.method = "po", .objective = "npu"}).contains("Did you mean \"npo\"?"));
        QVERIFY(refusal({.method = "canned", .arrangement = "experts", .objective = "po"}).isEmpty());
        QVERIFY_EXCEPTION_THROWN(combinationParameters(combinationOf({.method = "canned"}), "small", {{"lr", 1}}),
                                 Error);
    }
};

LACUNA_TEST(CombinationTest)
#include "combination_test.moc"
