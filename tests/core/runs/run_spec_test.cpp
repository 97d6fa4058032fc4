// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_spec.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

using namespace lacuna;
namespace fs = std::filesystem;

class RunSpecTest : public QObject {
    Q_OBJECT
private slots:
    void everyFieldSurvivesTheRoundTrip();
    void namesAreComposed();
    void absentKeysKeepTheirDefaults();
    void aFolderIsNamedByTheTitle();
    void everyMistakeIsNamed_data();
    void everyMistakeIsNamed();
    void aStoredSpecOfAnotherVersionIsRead();
    void checkingCompletesTheParameters();
    void endlessNestingIsRefused();
    void runsMadeBeforeTextsWereMendedStayAsReleased();
    void choicesAndInputsBecomeWhatTheyAre();
    void stagesMadeElsewhereAreTaken();
    void placesAreFoundFromAnywhere();
    void whatAMovedFolderTookAlongIsFound();
    void whatIsNowhereIsNamed();
    void nothingOfTheRunIsLeftInAWish();
};

namespace {

RunSpec with(const std::string& model, const std::string& madeIn = {}) {
    RunSpec spec;
    spec.model = model;
    spec.madeIn = madeIn;
    return spec;
}

void makeFolders(const std::vector<fs::path>& folders) {
    for (const auto& folder : folders)
        fs::create_directories(folder);
}

/// Works in `folder` while it lives.
class WorkingFolder {
public:
    explicit WorkingFolder(const fs::path& folder) : m_before(fs::current_path()) { fs::current_path(folder); }
    ~WorkingFolder() { fs::current_path(m_before); }

private:
    fs::path m_before;
};

}  // namespace

void RunSpecTest::runsMadeBeforeTextsWereMendedStayAsReleased() {
    const auto before = R"({"benchmark": "/data/mlubench", "lacuna_version": "0.2.0"})";
    QVERIFY(storedRunSpec(before, "run.h5").asReleased);
    QVERIFY(runSpecFromJson(before, "spec.json").asReleased);  // repeated, it is the same run
    QVERIFY(withoutProvenance(storedRunSpec(before, "run.h5")).asReleased);
    for (const auto* other : {R"({"benchmark": "/data/mlubench"})", R"({"lacuna_version": "0.2.0"})",
                              R"({"benchmark": "/data/mlubench", "lacuna_version": ""})",
                              R"({"benchmark": "embedded", "lacuna_version": "0.2.0"})",
                              R"({"benchmark": "/data/mlubench", "lacuna_version": "0.2.0", "as_released": false})"}) {
        QVERIFY2(!storedRunSpec(other, "run.h5").asReleased, other);
        QVERIFY2(!runSpecFromJson(other, "spec.json").asReleased, other);
    }
}

void RunSpecTest::choicesAndInputsBecomeWhatTheyAre() {
    auto spec = checkedRunSpec(runSpecFromJson(R"({"method": "npo", "arrangement": "experts"})", "spec.json"));
    QCOMPARE(spec.objective, std::string("npo"));
    QCOMPARE(spec.serve, std::string("gate"));
    QCOMPARE(spec.inputs, std::string("both"));
    QCOMPARE(checkedRunSpec(spec), spec);
    QCOMPARE(runSpecFromJson(toJson(spec), "spec.json"), spec);
    // The released code trains on text alone; a run that was made before there was a choice saw everything.
    QCOMPARE(checkedRunSpec(runSpecFromJson(R"({"method": "kl", "preset": "as_released"})", "s")).inputs,
             std::string("text"));
    const auto before = R"({"method": "kl", "preset": "as_released", "lacuna_version": "0.1.0"})";
    QCOMPARE(checkedRunSpec(storedRunSpec(before, "run.h5")).inputs, std::string("both"));
    for (const auto* wrong : {R"({"method": "gd", "train": "vision", "inputs": "text"})",
                              R"({"method": "gd", "inputs": "sound"})", R"({"method": "lumoe", "serve": "canned"})"})
        QVERIFY_THROWS_EXCEPTION(Error, runSpecFromJson(wrong, "spec.json"));
}

void RunSpecTest::stagesMadeElsewhereAreTaken() {
    const auto json = R"({"method": "given", "stages": ["/a/theirs/one", "/a/theirs/e\u0301"], "model": "/a/m"})";
    const auto spec = checkedRunSpec(runSpecFromJson(json, "spec.json"));
    QCOMPARE(spec.arrangement, std::string("given"));
    QCOMPARE(spec.stages.back().string(), std::string("/a/theirs/e\u0301"));  // a name on the drive: not composed
    QCOMPARE(runSpecFromJson(toJson(spec), "spec.json"), spec);
    QCOMPARE(sourceOf(spec.stages), std::string("theirs"));
    QCOMPARE(sourceOf({"/a/gd/adapters/stage-001", "/a/gd/adapters/stage-002/"}), std::string("gd"));
    QCOMPARE(sourceOf({"/a/last/"}), std::string("last"));
    QCOMPARE(sourceOf({"/a/one", "/b/two"}), std::string("/b/two"));
    QCOMPARE(sourceOf({}), std::string());
    for (const auto* wrong :
         {R"({"method": "given"})", R"({"method": "gd", "stages": ["/a"]})", R"({"method": "given", "stages": "/a"})",
          R"({"method": "given", "stages": [1]})", R"({"method": "po", "arrangement": "given"})",
          R"({"method": "given", "stages": ["/a"], "parent": {"run": "/r", "stage": 1}})",
          R"({"method": "given", "stages": ["/a"], "objective": "po"})"})
        QVERIFY_THROWS_EXCEPTION(Error, runSpecFromJson(wrong, "spec.json"));
}

void RunSpecTest::placesAreFoundFromAnywhere() {
    const testing::TestFolder place;
    const auto here = fs::canonical(place.path());
    makeFolders({here / "models/m", here / "runs/r/inside", here / "elsewhere/models/m"});
    const auto run = here / "runs/r";
    QCOMPARE(located(with("embedded"), run).model, std::string("embedded"));
    QCOMPARE(located(with("inside"), run).model, (run / "inside").string());
    QCOMPARE(located(with("../../models/m"), run).model, (here / "models/m").string());
    QCOMPARE(located(with((here / "models/m").string()), run).model, (here / "models/m").string());
    {
        const WorkingFolder folder(here);
        QCOMPARE(located(with("models/m"), run).model, (here / "models/m").string());  // as it was typed
        QCOMPARE(located(with("models/m"), {}).model, (here / "models/m").string());
        QCOMPARE(located(with("models/gone"), run).model, (here / "models/gone").string());
    }
    qputenv("HOME", here.c_str());
    QCOMPARE(located(with("~/models/m"), {}).model, (here / "models/m").string());
    QCOMPARE(located(with("~"), {}).model, here.string());
    QCOMPARE(located(with("/a/~/b"), {}).model, std::string("/a/~/b"));
}

void RunSpecTest::whatAMovedFolderTookAlongIsFound() {
    const testing::TestFolder place;
    const auto here = fs::canonical(place.path());
    const auto was = here / "was", now = here / "now";
    makeFolders({was / "runs/r", was / "models/m", was / "beside", now / "runs/r/own", now / "models/m"});
    const auto madeIn = (was / "runs/r").string();
    const auto run = now / "runs/r";
    const auto found = located(with((was / "models/m").string(), madeIn), run);
    QCOMPARE(found.model, (now / "models/m").string());
    QCOMPARE(found.madeIn, run.string());
    QCOMPARE(located(found, run), found);
    auto measured = with((was / "models/m").string(), madeIn);
    measured.stages = {was / "models/m", was / "beside"};
    QCOMPARE(located(measured, run).stages, (std::vector<fs::path>{now / "models/m", was / "beside"}));
    QCOMPARE(located(with((was / "runs/r/own").string(), madeIn), run).model, (run / "own").string());
    QCOMPARE(located(with((was / "beside").string(), madeIn), run).model, (was / "beside").string());  // stayed behind
    QCOMPARE(located(with((was / "models/m").string(), madeIn), was / "runs/r").model, (was / "models/m").string());
}

void RunSpecTest::whatIsNowhereIsNamed() {
    const testing::TestFolder place;
    requirePlaces(RunSpec{}, place.path());
    try {
        requirePlaces(located(with("/nowhere/m", "/nowhere/runs/r"), place.path()), place.path());
        QFAIL("no error");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::Input);
        for (const char* part : {"/nowhere/m", "\"model\" of spec.json"})
            QVERIFY2(std::string(error.what()).find(part) != std::string::npos, error.what());
    }
}

void RunSpecTest::nothingOfTheRunIsLeftInAWish() {
    RunSpec wish, made;
    wish.seed = made.seed = 7;
    made.lacunaVersion = made.torchVersion = made.processor = made.createdUtc = made.modelHash = made.benchmarkHash =
        made.madeIn = "x";
    QCOMPARE(withoutProvenance(made), wish);
}

void RunSpecTest::everyFieldSurvivesTheRoundTrip() {
    RunSpec spec;
    spec.name = "npo-CABD.1_2";
    spec.model = "/models/Ⅱ llava";
    spec.benchmark = "/data/\"MLUBench\"";
    spec.images = "surrogate";
    spec.requests = {{"C", {"velda", "\"x\""}, {"oskar"}}, {"A", {"Ⅱ"}, {}}};
    spec.order = {"C", "A", "B", "D"};
    spec.method = "npo";
    spec.preset = "7b";
    spec.parameters = {{"lr", 5e-5}, {"beta", 0.1}, {"epochs", 3}};
    spec.gate = "prototype";
    spec.gateParameters = {{"false_abstention", 0.02}};
    spec.judgeParameters = {{"knows_recall", 0.7}};
    spec.train = "both";
    spec.trainPhrasings = "all";
    spec.plan = "full";
    spec.seed = 18446744073709551615ULL;
    spec.device = "cuda";
    spec.precision = "nf4";
    spec.gradientCheckpointing = true;
    spec.threads = 2;
    spec.lacunaVersion = "0.1.0";
    spec.torchVersion = "2.11.0";
    spec.processor = "some processor";
    spec.createdUtc = "2026-01-02T03:04:05Z";
    spec.modelHash = "ab";
    spec.benchmarkHash = "cd";
    spec.madeIn = "/runs/npo";
    QCOMPARE(runSpecFromJson(toJson(spec), "spec.json"), spec);
    QCOMPARE(storedRunSpec(toJson(spec), "spec.json"), spec);
}

/// Right values: unicodedata.normalize("NFC", …).
void RunSpecTest::namesAreComposed() {
    const auto spec = runSpecFromJson(
        "{\"order\": [\"E\u0301\"], \"requests\": [{\"name\": \"E\u0301\", \"forget\": "
        "[\"Poke\u0301mon\"], \"retain\": [\"\u1109\u1165\u110b\u116e\u11af\"]}]}",
        "spec.json");
    QCOMPARE(spec.order, std::vector<std::string>{"\u00c9"});
    QVERIFY(spec.requests == (std::vector<SpecRequest>{{"\u00c9", {"Pok\u00e9mon"}, {"\uc11c\uc6b8"}}}));
}

void RunSpecTest::absentKeysKeepTheirDefaults() {
    QCOMPARE(runSpecFromJson("{}", "spec.json"), RunSpec{});
    RunSpec ga;
    ga.method = "ga";
    QCOMPARE(runSpecFromJson(R"({"method": "ga"})", "spec.json"), ga);
}

/// Accents as Python's unicodedata takes them off (NFD without category M).
void RunSpecTest::aFolderIsNamedByTheTitle() {
    const std::vector<std::pair<const char*, const char*>> names{{"Modèle n° 3", "Modele-n-3"},
                                                                 {"Мой прогон", "lumoe"},
                                                                 {"  a  b ", "a-b"},
                                                                 {"..x", "x"},
                                                                 {"- ", "lumoe"},
                                                                 {"Zażółć gęślą", "Zazo-c-gesla"},
                                                                 {"lr=1e-3, twice", "lr-1e-3-twice"},
                                                                 {"№ 7", "lumoe"},
                                                                 {"7", "7"},
                                                                 {"日本 run", "run"},
                                                                 {"a/../b", "a-..-b"},
                                                                 {"", "lumoe"},
                                                                 {"\xFFx", "x"}};
    for (const auto& [title, folder] : names)
        QCOMPARE(folderNameOf(title, "lumoe"), std::string(folder));
    QCOMPARE(folderNameOf(std::string(300, 'x'), "lumoe").size(), std::size_t{100});
}

void RunSpecTest::everyMistakeIsNamed_data() {
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("said");
    QTest::newRow("not JSON") << "{"
                              << "not valid JSON";
    QTest::newRow("nothing") << ""
                             << "not valid JSON";
    QTest::newRow("not UTF-8") << QString::fromLatin1("{\"name\": \"\\ud800\"}") << "not valid JSON";
    QTest::newRow("key twice") << R"({"seed": 1, "seed": 2})"
                               << "twice";
    QTest::newRow("a number") << "3"
                              << "expected a JSON object";
    QTest::newRow("a list") << "[]"
                            << "found array";
    QTest::newRow("misspelt key") << R"({"sed": 1})"
                                  << "Did you mean \"seed\"?";
    QTest::newRow("unknown key") << R"({"quantum_field": 1})"
                                 << "Known are: name, title, model";
    QTest::newRow("text for a number") << R"({"seed": "42"})"
                                       << R"("seed" must be a whole number from 0, found "42")";
    QTest::newRow("negative seed") << R"({"seed": -1})"
                                   << "whole number";
    QTest::newRow("broken seed") << R"({"seed": 1.5})"
                                 << "whole number";
    QTest::newRow("too many threads") << R"({"threads": 99999999999})"
                                      << "0 to 4096";
    QTest::newRow("number for a text") << R"({"method": 3})"
                                       << R"("method" must be a text, found 3)";
    QTest::newRow("text for a list") << R"({"order": "ABCD"})"
                                     << "a list of texts";
    QTest::newRow("number in a list") << R"({"order": ["A", 1]})"
                                      << "a list of texts";
    QTest::newRow("request twice") << R"({"order": ["A", "A"]})"
                                   << "\"A\" twice";
    QTest::newRow("requests no list") << R"({"requests": {"name": "A"}})"
                                      << "\"requests\" must be a list of requests";
    QTest::newRow("request no object") << R"({"requests": ["A"]})"
                                       << "\"forget\"";
    QTest::newRow("request's key misspelt") << R"({"requests": [{"name": "A", "forgets": ["x"]}]})"
                                            << "Did you mean \"forget\"?";
    QTest::newRow("request without a name") << R"({"requests": [{"forget": ["x"]}]})"
                                            << "\"\" cannot name a request";
    QTest::newRow("request with a path for a name") << R"({"requests": [{"name": "../A", "forget": ["x"]}]})"
                                                    << "cannot name a request";
    QTest::newRow("request twice")
        << R"({"requests": [{"name": "A", "forget": ["x"]}, {"name": "A", "forget": ["y"]}]})"
        << "Two requests are named \"A\"";
    QTest::newRow("request that forgets nobody") << R"({"requests": [{"name": "A", "retain": ["x"]}]})"
                                                 << "forgets nobody";
    QTest::newRow("entity twice in a request") << R"({"requests": [{"name": "A", "forget": ["x"], "retain": ["x"]}]})"
                                               << "names x twice";
    QTest::newRow("unknown judge") << R"({"judge": "rubrik"})"
                                   << "Did you mean \"rubric\"?";
    QTest::newRow("gate parameter unknown") << R"({"gate_parameters": {"false_abstain": 0.1}})"
                                            << "Did you mean \"false_abstention\"?";
    QTest::newRow("judge parameter out of range") << R"({"judge_parameters": {"knows_recall": 2}})"
                                                  << "knows_recall";
    QTest::newRow("parameters no object") << R"({"parameters": [1]})"
                                          << "an object of numbers";
    QTest::newRow("parameter no number") << R"({"parameters": {"lr": "big"}})"
                                         << "\"parameters.lr\" must be a number";
    QTest::newRow("unknown parts") << R"({"train": "ears"})"
                                   << "language, vision, both";
    QTest::newRow("unknown precision") << R"({"precision": "int3"})"
                                       << "auto, float32, bf16, fp16, nf4";
    QTest::newRow("text for a truth value") << R"({"gradient_checkpointing": "yes"})"
                                            << "must be true or false";
    QTest::newRow("unknown parameter") << R"({"parameters": {"lora_rnk": 4}})"
                                       << "Did you mean \"lora_rank\"?";
    QTest::newRow("parameter out of range") << R"({"parameters": {"lr": 7}})"
                                            << "lr = 7";
    QTest::newRow("unknown method") << R"({"method": "lumo"})"
                                    << "Did you mean \"lumoe\"?";
    QTest::newRow("unknown preset") << R"({"preset": "huge"})"
                                    << "preset";
    QTest::newRow("unknown gate") << R"({"gate": "orcle"})"
                                  << "Did you mean \"oracle\"?";
    QTest::newRow("unknown plan") << R"({"plan": "quick"})"
                                  << "Known are: default, full";
    QTest::newRow("unknown phrasings") << R"({"train_phrasings": "some"})"
                                       << "Known are: first, all";
    QTest::newRow("unknown images") << R"({"images": "none"})"
                                    << "Known are: auto, photos, present, surrogate";
    QTest::newRow("unknown device") << R"({"device": "tpu"})"
                                    << "Known are: auto, cpu, cuda";
    QTest::newRow("name leaves the folder") << R"({"name": "../x"})"
                                            << "cannot name a run";
    QTest::newRow("hidden name") << R"({"name": ".trash"})"
                                 << "cannot name a run";
    QTest::newRow("title over two lines") << R"({"title": "a\nb"})"
                                          << "control character";
    QTest::newRow("endless title") << R"({"title": ")" + QString(101, QChar(0x43F)) + "\"}"
                                   << "has 101 letters";
    QTest::newRow("name with a space") << R"({"name": "a b"})"
                                       << "cannot name a run";
}

void RunSpecTest::everyMistakeIsNamed() {
    QFETCH(QString, json);
    QFETCH(QString, said);
    try {
        runSpecFromJson(json.toStdString(), "my-spec.json");
        QFAIL("accepted");
    } catch (const Error& e) {
        QCOMPARE(e.kind(), ErrorKind::Input);
        const QString message = e.what();
        QVERIFY2(message.startsWith("my-spec.json: "), e.what());
        QVERIFY2(message.contains(said), e.what());
    }
}

void RunSpecTest::aStoredSpecOfAnotherVersionIsRead() {
    const auto spec = storedRunSpec(R"({"method": "from_the_future", "new_key": [1], "seed": 7})", "run.h5");
    QCOMPARE(spec.method, std::string("from_the_future"));
    QCOMPARE(spec.seed, std::uint64_t{7});
    QVERIFY_THROWS_EXCEPTION(Error, storedRunSpec(R"({"seed": "x"})", "run.h5"));
}

void RunSpecTest::checkingCompletesTheParameters() {
    RunSpec spec;
    spec.method = "npo";
    spec.preset = "mlubench";
    spec.parameters = {{"lr", 0.5}};
    const auto checked = checkedRunSpec(spec);
    QCOMPARE(checked.parameters.at("lr"), 0.5);
    QCOMPARE(checked.parameters.at("beta"), 5.0);
    QVERIFY(checked.parameters.contains("epochs"));
    QCOMPARE(checked.judgeParameters.at("knows_recall"), 0.8);
    QCOMPARE(checkedRunSpec(checked), checked);
}

void RunSpecTest::endlessNestingIsRefused() {
    const std::string deep(300000, '[');
    QVERIFY_THROWS_EXCEPTION(Error, runSpecFromJson(deep, "spec.json"));
    QVERIFY_THROWS_EXCEPTION(Error,
                             runSpecFromJson("{\"order\": " + deep + std::string(300000, ']') + "}", "spec.json"));
}

LACUNA_TEST(RunSpecTest)
#include "run_spec_test.moc"
