#include "core/runs/own_probes.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

#include <cmath>
#include <fstream>

using namespace lacuna;
using namespace lacuna::testing;

class OwnProbesTest : public QObject {
    Q_OBJECT
private slots:
    void whatWasAskedReadsBack() {
        const TestFolder folder;
        QVERIFY(readOwnProbes(folder.path()).empty());
        OwnProbe probe{2, "/pictures/own.png", "Is it blue?", "woolly", {}};
        probe.answer.stage = 2;
        probe.answer.question = probe.question;
        probe.answer.image = probe.image;
        probe.answer.answer = "It \xe2\x80\x9cis\xe2\x80\x9d.";
        probe.answer.verdict = Verdict::Refuses;
        probe.answer.probability = 0.25;
        probe.answer.gateChoice = "expert A";
        probe.answer.gateScore = 0.5;
        probe.answer.nearest = {{"Anteli", 0.5}};
        probe.answer.tokens = {{"It", -0.5F}};
        keepOwnProbe(folder.path(), probe);
        auto other = probe;
        other.stage = other.answer.stage = 3;
        keepOwnProbe(folder.path(), other);
        QVERIFY(readOwnProbes(folder.path()) == (std::vector{probe, other}));
        probe.answer.answer = "No.";  // asked again
        keepOwnProbe(folder.path(), probe);
        QVERIFY(readOwnProbes(folder.path()) == (std::vector{other, probe}));
        probe.answer.probability = std::nan("");
        keepOwnProbe(folder.path(), probe);
        QVERIFY(std::isnan(readOwnProbes(folder.path())[1].answer.probability));
    }

    void aDamagedFileIsSaidAndNotReplaced() {
        const TestFolder folder;
        std::filesystem::create_directories(folder.path() / "extra");
        const auto file = folder.path() / "extra" / "probes.json";
        std::ofstream(file) << R"({"probes": [{"stage": "two"}]})";
        QVERIFY_THROWS_EXCEPTION(Error, readOwnProbes(folder.path()));
        QVERIFY_THROWS_EXCEPTION(Error, keepOwnProbe(folder.path(), {}));
        std::ifstream kept(file);
        QVERIFY(std::string(std::istreambuf_iterator<char>(kept), {}).find("two") != std::string::npos);
    }
};

LACUNA_TEST(OwnProbesTest)
#include "own_probes_test.moc"
