// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/rouge.h"

#include "core/base/atomic_file.h"
#include "core/text/porter_stemmer.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;

class RougeTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithThePackage() {
        const auto& scores = fixture()["scores"];
        QVERIFY(scores.size() >= 300);
        for (const auto& row : scores) {
            const auto truth = row[0].get<std::string>(), answer = row[1].get<std::string>();
            const auto score = rougeL(truth, answer);
            const auto what = truth + " | " + answer;
            QVERIFY2(score.precision == row[2].get<double>(), what.c_str());
            QVERIFY2(score.recall == row[3].get<double>(), what.c_str());
            QVERIFY2(score.f1 == row[4].get<double>(), what.c_str());
        }
    }

    void stemsAsNltkDoes() {
        for (const auto& [word, stem] : fixture()["stems"].items())
            QCOMPARE(QString::fromStdString(porterStem(word)), QString::fromStdString(stem.get<std::string>()));
    }

    void leavesShortWordsAlone() {
        QCOMPARE(rougeWords("The ices: does it?"), (std::vector<std::string>{"the", "ice", "doe", "it"}));
        QCOMPARE(rougeWords("was its"), (std::vector<std::string>{"was", "its"}));
    }

private:
    static const nlohmann::json& fixture() {
        static const auto json = nlohmann::json::parse(readFile(LACUNA_SOURCE_DIR "/tests/fixtures/rouge.json"));
        return json;
    }
};

LACUNA_TEST(RougeTest)
#include "rouge_test.moc"
