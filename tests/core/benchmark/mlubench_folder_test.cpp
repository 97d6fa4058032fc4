// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/mlubench_folder.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "tests/common/locale.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>

namespace fs = std::filesystem;
using namespace lacuna;

namespace {

/// A benchmark as the drawn one looks: training and held-out views in turn, five kinds, five phrasings, all extras.
Benchmark benchmarkOf(int entityCount, int viewCount) {
    Benchmark benchmark;
    benchmark.title = "Fictions";
    const auto entity = [&](const std::string& id, const std::string& kind) {
        Entity one{id, "Shown " + id, kind, {}, {}};
        for (int v = 0; v < viewCount; ++v)
            one.views.push_back({fmt::format("downloaded_images/{}/{}/view_{:02}.png", kind, id, v), v % 4 == 3});
        for (int q = 0; q < 5; ++q) {
            Question question{fmt::format("kind{}", q), {}, fmt::format("The fact {} of {}.", q % 4, id), "", {}};
            for (int p = 0; p < 5; ++p)
                question.phrasings.push_back(fmt::format("Question {}, put in way {}?", q, p));
            if (q != 2)
                question.paraphrase = fmt::format("Of {}, the fact is \"{}\".", id, q);
            question.perturbed.assign(static_cast<std::size_t>(q % 4), "A false one.\nOf two lines.");
            one.questions.push_back(question);
        }
        return one;
    };
    for (int e = 0; e < entityCount; ++e)
        benchmark.entities.push_back(entity(fmt::format("Ent ité!_{}.Ⅱ", e), e % 2 ? "Animals" : "TV series"));
    benchmark.bystanders = {entity("Stranger", "Animals")};
    benchmark.distractors = {{"Olm", "distractors/olm.png"}, {"Ursa", "distractors/ursa.png"}};
    for (const int half : {0, 1}) {
        Request request;
        request.name = half ? "B" : "Z";  // not the sorted order
        for (int e = half; e < entityCount; e += 2) {
            auto& items = e % 4 < 2 ? request.forget : request.retain;
            (e % 4 < 2 ? request.forgetEntities : request.retainEntities).push_back(e);
            for (int q = 0; q < 5; ++q)
                for (int v = 0; v < viewCount; ++v)
                    if (!benchmark.entities[0].views[static_cast<std::size_t>(v)].heldOut)
                        items.push_back({e, v, q});
        }
        benchmark.requests.push_back(request);
    }
    benchmark.hash = contentHash(benchmark);
    return benchmark;
}

std::string record(const std::string& image, const std::string& question, const std::string& answer) {
    return nlohmann::json{
        {"id", "1"},
        {"image", image},
        {"conversations",
         {{{"from", "human"}, {"value", "<image>\n" + question}}, {{"from", "gpt"}, {"value", answer}}}}}
        .dump();
}

const std::string dog = "downloaded_images/Animals/Dog/1.jpg";
const std::string cat = "downloaded_images/Animals/Cat/1.jpg";
const std::string goodDog = record(dog, "Which animal?", "Dog");
const std::string goodCat = record(cat, "Which animal?", "Cat");

std::string messageOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : fmt::format("not an InputError: {}", error.what());
    }
    return "nothing was thrown";
}

}  // namespace

class MlubenchFolderTest : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;

    void put(const std::string& file, const std::string& text) const {
        fs::create_directories((m_folder / file).parent_path());
        writeFileAtomically(m_folder / file, text);
    }
    /// Dog is forgotten, Cat retained. `forget` replaces the text of the forget file.
    void putSmall(const std::string& forget = "[" + goodDog + "]") const {
        put("Entities/variants_Dog_updated.json", "[" + goodDog + "]");
        put("Entities/variants_Cat_updated.json", "[" + goodCat + "]");
        put("Tasks/TaskA/taskA_forget.json", forget);
        put("Tasks/TaskA/taskA_retain.json", "[" + goodCat + "]");
    }
    void replaceIn(const std::string& file, const std::string& old, const std::string& fresh) const {
        auto text = readFile(m_folder / file);
        const auto at = text.find(old);
        QVERIFY(at != std::string::npos);
        put(file, text.replace(at, old.size(), fresh));
    }

private slots:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_temporary->path().toStdString()) / "bench";
    }

    void whatIsWrittenIsReadBackIdentical() {
        auto benchmark = benchmarkOf(8, 8);
        writeBenchmarkFolder(benchmark, m_folder);
        benchmark.folder = m_folder;
        QVERIFY(loadBenchmarkFolder(m_folder) == benchmark);
        writeBenchmarkFolder(benchmark, m_folder);  // over itself
        QVERIFY(loadBenchmarkFolder(m_folder) == benchmark);
    }

    void recordFilesAloneGiveTheSameAsTheSideFile() {
        auto benchmark = benchmarkOf(8, 8);
        writeBenchmarkFolder(benchmark, m_folder);
        // A blank at the end of one record file: its hash is another, so that all files are read.
        const auto file = "Tasks/TaskB/taskB_retain.json";
        put(file, readFile(m_folder / file) + " ");
        benchmark.folder = m_folder;
        QVERIFY(loadBenchmarkFolder(m_folder) == benchmark);
    }

    void editedTaskFileIsNeverIgnored() {
        auto benchmark = benchmarkOf(4, 8);
        writeBenchmarkFolder(benchmark, m_folder);
        const auto file = "Tasks/TaskZ/taskZ_forget.json";
        auto records = nlohmann::json::parse(readFile(m_folder / file));
        const auto first = records[0];
        const auto sameItem = [&](const nlohmann::json& r) {
            return r["image"] == first["image"] && r["conversations"][1] == first["conversations"][1] &&
                   r["conversations"][0]["value"].get<std::string>().starts_with("<image>\nQuestion 0");
        };
        auto kept = nlohmann::json::array();
        for (const auto& r : records)
            if (!sameItem(r))
                kept.push_back(r);
        QCOMPARE(kept.size() + 5, records.size());
        put(file, kept.dump());
        const auto loaded = loadBenchmarkFolder(m_folder);
        auto& expected = benchmark.requests[0].forget;
        expected.erase(expected.begin());
        QVERIFY(loaded.requests == benchmark.requests);
        QVERIFY(loaded.entities == benchmark.entities);
        QVERIFY(loaded.hash != benchmark.hash);
    }

    void recordsHaveTheFormOfTheReference() {
        writeBenchmarkFolder(benchmarkOf(4, 8), m_folder);
        const auto records = nlohmann::json::parse(readFile(m_folder / "Tasks/TaskZ/taskZ_forget.json"));
        QCOMPARE(records.size(), std::size_t{1} * 6 * 5 * 5);
        std::set<std::string> ids;
        for (const auto& r : records) {
            QVERIFY(r["id"].is_string());
            ids.insert(r["id"].get<std::string>());
            QCOMPARE(r["conversations"].size(), std::size_t{2});
            QCOMPARE(r["conversations"][0]["from"].get<std::string>(), std::string("human"));
            QVERIFY(r["conversations"][0]["value"].get<std::string>().starts_with("<image>\n"));
            QCOMPARE(r["conversations"][1]["from"].get<std::string>(), std::string("gpt"));
            QCOMPARE(fs::path(r["image"].get<std::string>()).parent_path().parent_path().parent_path().string(),
                     std::string("downloaded_images"));
        }
        QCOMPARE(ids.size(), records.size());
    }

    void embeddedSizeLoadsBeforeTheEyeNotices() {
        auto benchmark = benchmarkOf(127, 32);
        writeBenchmarkFolder(benchmark, m_folder);
        benchmark.folder = m_folder;
        QElapsedTimer timer;
        timer.start();
        const auto loaded = loadBenchmarkFolder(m_folder);
        qInfo("loaded in %lld ms", timer.elapsed());
        QVERIFY(timer.elapsed() < 3000);  // ten times the aim: the machine may be busy
        QVERIFY(loaded == benchmark);
    }

    void aKindIsTheSameInEveryLocale() {
        const testing::Locale turkish("tr_TR");  // where std::tolower('I') is 'I'
        SKIP_WITHOUT(turkish);
        QCOMPARE(std::tolower('I'), int('I'));
        const auto asked = record(dog, "Is IT Indigo?", "Dog");
        putSmall("[" + asked + "]");
        put("Entities/variants_Dog_updated.json", "[" + asked + "]");
        for (const auto& entity : loadBenchmarkFolder(m_folder).entities)
            if (entity.id == "Dog")
                QCOMPARE(entity.questions.back().kind, std::string("is_it_indigo"));
    }

    void foldersWithoutSideFileAreMapped() {
        put("Entities/variants_Dog_updated.json", "[" + record(dog, "Which animal (name)?", "Dog") + "," +
                                                      record(dog, "Name it!", "Dog") + "," +
                                                      record(dog, "Is it wild?", "No.") + "]");
        put("Entities/variants_Cat_updated.json", "[" + goodCat + "]");
        put("Tasks/TaskA/taskA_forget.json",
            "[" + record(dog, "Which animal (name)?", "Dog") + "," + record(dog, "Name it!", "Dog") + "]");
        put("Tasks/TaskA/taskA_retain.json", "[" + goodCat + "]");
        const auto benchmark = loadBenchmarkFolder(m_folder);
        QCOMPARE(benchmark.title, std::string("bench"));
        QCOMPARE(benchmark.entities.size(), std::size_t{2});
        QCOMPARE(benchmark.entities[0].id, std::string("Cat"));
        const auto& entity = benchmark.entities[1];
        QCOMPARE(entity.className, std::string("Animals"));
        QCOMPARE(entity.questions.size(), std::size_t{2});
        QCOMPARE(entity.questions[0].kind, std::string("which_animal"));
        QCOMPARE(entity.questions[0].phrasings, (std::vector<std::string>{"Which animal (name)?", "Name it!"}));
        QCOMPARE(benchmark.requests[0].forget, (std::vector<Item>{{1, 0, 0}}));
        QCOMPARE(benchmark.requests[0].forgetEntities, std::vector<int>{1});
        QVERIFY(checkFolder(m_folder).problems.empty());
    }

    void taskWithOnePhrasingStillKnowsTheOthers() {
        put("Entities/variants_Dog_updated.json", "[" + goodDog + "," + record(dog, "Name it!", "Dog") + "]");
        put("Entities/variants_Cat_updated.json", "[" + goodCat + "]");
        put("Tasks/TaskA/taskA_forget.json", "[" + record(dog, "Name it!", "Dog") + "]");
        put("Tasks/TaskA/taskA_retain.json", "[" + goodCat + "]");
        const auto benchmark = loadBenchmarkFolder(m_folder);
        QCOMPARE(benchmark.entities[1].questions[0].phrasings, (std::vector<std::string>{"Name it!", "Which animal?"}));
    }

    void repeatedRecordIsARepeatedItem() {
        putSmall("[" + goodDog + "," + goodDog + "]");
        const auto benchmark = loadBenchmarkFolder(m_folder);
        QCOMPARE(benchmark.requests[0].forget, (std::vector<Item>{{1, 0, 0}, {1, 0, 0}}));
        QCOMPARE(checkFolder(m_folder).requests[0].forgetPairs, 2);
    }

    void sideFileByHandSplitsViewsAndNamesThings() {
        putSmall();
        put("lacuna.json", R"({"format": "lacuna.benchmark", "format_version": 1, "title": "Pets", "entities": [
            {"id": "Dog", "name": "The Dog", "views": ["downloaded_images/Animals/Dog/1.jpg",
             {"image": "photos/other.jpg", "held_out": true}]}]})");
        const auto benchmark = loadBenchmarkFolder(m_folder);
        QCOMPARE(benchmark.title, std::string("Pets"));
        QCOMPARE(benchmark.entities[0].name, std::string("The Dog"));
        QCOMPARE(benchmark.entities[0].className, std::string("Animals"));
        QVERIFY(benchmark.entities[0].views[1].heldOut);
        QCOMPARE(benchmark.requests[0].forget, (std::vector<Item>{{0, 0, 0}}));
        QCOMPARE(checkFolder(m_folder).images, 3);
    }

    void malformedRecordsAreNamedByFileAndNumber_data() {
        QTest::addColumn<QString>("bad");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const std::string& bad, const char* said) {
            QTest::newRow(name) << QString::fromStdString(bad) << said;
        };
        const auto with = [](const char* key, nlohmann::json value) {
            auto r = nlohmann::json::parse(goodDog);
            r[key] = std::move(value);
            return r.dump();
        };
        auto turns = nlohmann::json::parse(goodDog)["conversations"];
        row("text", "\"hello\"", "is string, expected an object");
        row("null", "null", "is null");
        row("no id", "{}", "\"id\"");
        row("id is a list", with("id", nlohmann::json::array()), "\"id\"");
        row("no image", with("image", nullptr), "\"image\" is null");
        row("image is a number", with("image", 7), "\"image\" is number");
        row("image leaves", with("image", "../../etc/passwd"), "leaves the folder");
        row("image leaves later", with("image", "downloaded_images/Animals/Dog/../../../../x.jpg"),
            "leaves the folder");
        row("image absolute", with("image", "/etc/passwd"), "absolute");
        row("image backslash", with("image", "a\\..\\b.jpg"), "backslash");
        row("image empty part", with("image", "a//b/c.jpg"), "no file name");
        row("image control", with("image", "a/b\n/c.jpg"), "no file name");
        row("image of nobody", with("image", "x.jpg"), "names no entity");
        row("image of a stranger", with("image", "p/Animals/Yeti/1.jpg"), "there is no Entities/variants_Yeti_updated");
        row("no conversations", with("conversations", nullptr), "\"conversations\" must be a list");
        row("one turn", with("conversations", {turns[0]}), "has 1 turn, expected a question and an answer");
        row("three turns", with("conversations", {turns[0], turns[1], turns[0]}), "has 3 turns");
        row("turns swapped", with("conversations", {turns[1], turns[0]}), "is from \"gpt\", expected \"human\"");
        row("turn is text", with("conversations", {"Q", "A"}), "a turn of \"conversations\" is string");
        auto noTag = turns;
        noTag[0]["value"] = "Which animal?";
        row("no image tag", with("conversations", noTag), "\"<image>\" once");
        noTag[0]["value"] = "<image>\n";
        row("no question", with("conversations", noTag), "question is empty");
        noTag[0]["value"] = "<image>\n \n";
        row("a question of spaces", with("conversations", noTag), "question is empty");
        noTag = turns;
        noTag[1]["value"] = "";
        row("no answer", with("conversations", noTag), "\"value\" is empty");
        noTag[1]["value"] = " \n\t";
        row("an answer of spaces", with("conversations", noTag), "\"value\" is empty");
        noTag[1]["value"] = "Dog <image>";
        row("tag in the answer", with("conversations", noTag), "the answer holds \"<image>\"");
        noTag = turns;
        noTag[0]["value"] = "<image>\nWhich <image>?";
        row("two tags", with("conversations", noTag), "\"<image>\" once");
        noTag = turns;
        noTag[1]["value"] = std::string(100000, 'x');
        row("huge answer", with("conversations", noTag), "100000 bytes");
    }
    void malformedRecordsAreNamedByFileAndNumber() {
        QFETCH(QString, bad);
        QFETCH(QString, said);
        putSmall("[" + goodDog + "," + bad.toStdString() + "," + goodDog + "]");
        const auto message = QString::fromStdString(messageOf([&] { loadBenchmarkFolder(m_folder); }));
        QVERIFY2(message.contains("taskA_forget.json, record 1: "), qPrintable(message));
        QVERIFY2(message.contains(said), qPrintable(message));
        const auto report = checkFolder(m_folder);
        QCOMPARE(report.problems.size(), std::size_t{1});
        QCOMPARE(report.problems[0].file, std::string("Tasks/TaskA/taskA_forget.json"));
        QCOMPARE(report.problems[0].record, 1);
        QCOMPARE(report.requests[0].forgetPairs, 2);
    }

    void hostileFilesAreRefusedWhole_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut") << QByteArray("[{\"id\": \"1\"");
        QTest::newRow("object") << QByteArray("{}");
        QTest::newRow("deep") << QByteArray(1000000, '[');
        QTest::newRow("deep objects") << QByteArray("{\"a\":").repeated(100000);
        QTest::newRow("not UTF-8") << QByteArray("[\"\xff\xfe\"]");
        QTest::newRow("key twice") << QByteArray("[{\"id\": \"1\", \"id\": \"2\"}]");
        QTest::newRow("number too large") << QByteArray("[1e999]");
        QTest::newRow("NUL") << QByteArray("[\0]", 3);
    }
    void hostileFilesAreRefusedWhole() {
        QFETCH(QByteArray, text);
        putSmall(text.toStdString());
        const auto message = QString::fromStdString(messageOf([&] { loadBenchmarkFolder(m_folder); }));
        QVERIFY2(message.contains("taskA_forget.json: "), qPrintable(message));
        QVERIFY2(!message.contains(".."), qPrintable(message));
        const auto report = checkFolder(m_folder);
        QCOMPARE(report.problems.size(), std::size_t{1});
        QCOMPARE(report.problems[0].record, -1);
        QCOMPARE(report.entities, 2);
    }

    void recordsMayBeJsonLines_data() {
        QTest::addColumn<QByteArray>("text");
        const QByteArray line = QByteArray::fromStdString(goodDog),
                         other = QByteArray::fromStdString(record(dog, "Q?", "A"));
        QTest::newRow("list") << "[" + line + "," + other + "]";
        QTest::newRow("lines") << line + "\n" + other + "\n";
        QTest::newRow("blank lines, Windows") << "\xef\xbb\xbf" + line + "\r\n\r\n" + other;
        QByteArray wide("\xff\xfe");
        for (const char c : line + "\n" + other)
            wide += QByteArray(1, c) + QByteArray(1, '\0');
        QTest::newRow("UTF-16") << wide;
    }
    void recordsMayBeJsonLines() {
        QFETCH(QByteArray, text);
        putSmall(text.toStdString());
        QCOMPARE(loadBenchmarkFolder(m_folder).requests[0].forget, (std::vector<Item>{{1, 0, 0}, {1, 0, 1}}));
        QVERIFY(checkFolder(m_folder).problems.empty());
    }

    void aSingleLineIsAListOfOne() {
        putSmall(goodDog + "\n");
        QCOMPARE(loadBenchmarkFolder(m_folder).requests[0].forget, (std::vector<Item>{{1, 0, 0}}));
    }

    void aBrokenLineIsNamed() {
        putSmall(goodDog + "\n\n{\"id\": \n" + goodDog);
        const auto message = messageOf([&] { loadBenchmarkFolder(m_folder); });
        QVERIFY2(message.find("taskA_forget.json: in JSON Lines, line 3: ") != std::string::npos, message.c_str());
        fs::rename(m_folder / "Tasks/TaskA/taskA_forget.json", m_folder / "Tasks/TaskA/taskA_forget.jsonl");
        put("Entities/variants_Owl_updated.jsonl", goodDog);
        const auto problems = checkFolder(m_folder).problems;
        QVERIFY(problems[0].what.find("is not named") != std::string::npos);
        QVERIFY(problems[1].what.find("Rename it to .json") != std::string::npos);
    }

    /// "é" as one letter (NFC) in the records, as two (NFD) on the disk: what unzip leaves of a Mac's archive; and the
    /// other way round. It is the same benchmark, and its pictures are there.
    void unicodeFormsOfANameAreOneName() {
        const std::string one = "Pok\xc3\xa9mon", two = "Poke\xcc\x81mon";
        std::vector<std::string> hashes;
        for (const auto& [named, stored] : {std::pair{one, one}, {one, two}, {two, two}}) {
            fs::remove_all(m_folder);
            const auto image = [](const std::string& form) {
                return "downloaded_images/Cartoon/" + form + "/" + form + ".jpg";
            };
            const auto records = "[" + record(image(one), "Who?", one) + "]";
            put("Entities/variants_" + stored + "_updated.json", records);
            put("Entities/variants_Cat_updated.json", "[" + goodCat + "]");
            put("Tasks/Task" + stored + "/task" + stored + "_forget.json", records);
            put("Tasks/Task" + stored + "/task" + stored + "_retain.json", "[" + goodCat + "]");
            put("lacuna.json", R"({"format": "lacuna.benchmark", "format_version": 1, "entities": [{"id": ")" + named +
                                   R"(", "views": [")" + image(one) + R"("]}], "requests": [{"name": ")" + named +
                                   R"("}]})");
            put(image(stored), "pixels");
            put(cat, "pixels");
            const auto report = checkFolder(m_folder);
            QVERIFY2(report.clean(), report.problems.empty() ? "missing" : report.problems[0].what.c_str());
            QCOMPARE(report.images, 2);
            const auto benchmark = loadBenchmarkFolder(m_folder);
            QCOMPARE(benchmark.entities[0].views.size(), std::size_t{1});
            QVERIFY(fs::is_regular_file(benchmark.imagePath(benchmark.entities[0].views[0])));
            hashes.push_back(benchmark.hash);
        }
        QCOMPARE(hashes[1], hashes[0]);
        QCOMPARE(hashes[2], hashes[0]);
        put("Entities/variants_" + one + "_updated.json", "[]");
        QVERIFY(checkFolder(m_folder).problems[0].what.find("there twice, in two Unicode forms") != std::string::npos);
    }

    void checkNamesEveryProblemAtOnce() {
        putSmall("[7, " + goodDog + ", 8]");
        put("Entities/variants_Owl_update.json", "[]");
        put("Entities/variants_Fox_updated.json", "[]");
        put("Tasks/TaskB/taskB_forget.json", "[]");
        put("Tasks/Misc/x.json", "[]");
        put("Tasks/TaskA/taskA_test.json", "not ours");
        put("Entities/.DS_Store", "not ours");
        put(dog, "pixels");
        const auto report = checkFolder(m_folder);
        QCOMPARE(report.problems.size(), std::size_t{6});
        using Why = MissingPicture::Why;
        const auto missing = [&] {
            std::vector<std::pair<std::string, Why>> all;
            for (const auto& one : checkFolder(m_folder).missingImages)
                all.emplace_back(one.image, one.why);
            return all;
        };
        QVERIFY(missing() == (std::vector<std::pair<std::string, Why>>{{cat, Why::Absent}}));
        QCOMPARE(report.presentImages, std::vector<std::string>{dog});
        put(cat, "");
        QVERIFY(missing() == (std::vector<std::pair<std::string, Why>>{{cat, Why::Empty}}));
        fs::remove(m_folder / cat);
        fs::create_directories(m_folder / cat);
        QVERIFY(missing() == (std::vector<std::pair<std::string, Why>>{{cat, Why::Folder}}));
        QCOMPARE(report.entities, 3);
        QCOMPARE(report.pairs, 2);
        QVERIFY(!report.clean());
    }

    void notABenchmarkFolder() {
        QVERIFY(messageOf([&] { loadBenchmarkFolder(m_folder); }).find("no Entities/") != std::string::npos);
        QVERIFY(messageOf([&] { checkFolder(m_folder); }).find("no Entities/") != std::string::npos);
        fs::create_directories(m_folder / "Entities");
        QVERIFY(messageOf([&] { checkFolder(m_folder); }).find("no Tasks/") != std::string::npos);
    }

    void brokenSideFilesAreNamedByPlace_data() {
        QTest::addColumn<QString>("old");
        QTest::addColumn<QString>("fresh");
        QTest::addColumn<QString>("said");
        QTest::newRow("version") << "\"format_version\":1"
                                 << "\"format_version\":2"
                                 << "version 2 is unknown";
        QTest::newRow("format") << "lacuna.benchmark"
                                << "lacuna.run"
                                << "\"format\" must be";
        QTest::newRow("misspelt key") << "\"held_out\""
                                      << "\"heldout\""
                                      << "Did you mean \"held_out\"?";
        QTest::newRow("wrong type") << "\"held_out\":true"
                                    << "\"held_out\":\"yes\""
                                    << "views[3].held_out is string";
        QTest::newRow("traversal") << "distractors/olm.png"
                                   << "../../olm.png"
                                   << "leaves the folder";
        QTest::newRow("view traversal") << "downloaded_images/"
                                        << "/"
                                        << "absolute path";
        QTest::newRow("id") << "\"id\":\"Stranger\""
                            << "\"id\":\"../Stranger\""
                            << "cannot be part of a file name";
        QTest::newRow("item outside") << "[0,0,0]"
                                      << "[0,99,0]"
                                      << "points outside";
        QTest::newRow("item negative") << "[0,0,0]"
                                       << "[0,-1,0]"
                                       << "whole number";
        QTest::newRow("item of two") << "[0,0,0]"
                                     << "[0,0]"
                                     << "[entity, view, question]";
        QTest::newRow("held-out item") << "[0,0,0]"
                                       << "[0,3,0]"
                                       << "held-out view";
        QTest::newRow("stranger forgotten") << "\"forget_entities\":["
                                            << "\"forget_entities\":[\"Yeti\","
                                            << "Yeti";
        QTest::newRow("tag in an answer") << "The fact 0 of"
                                          << "The <image> 0 of"
                                          << "holds \"<image>\"";
        QTest::newRow("tag in a false answer") << "A false one."
                                               << "A <image> one."
                                               << "holds \"<image>\"";
        QTest::newRow("no answer") << "\"answer\":"
                                   << "\"kind2\":"
                                   << "unknown key";
    }
    void brokenSideFilesAreNamedByPlace() {
        QFETCH(QString, old);
        QFETCH(QString, fresh);
        QFETCH(QString, said);
        writeBenchmarkFolder(benchmarkOf(4, 8), m_folder);
        replaceIn("lacuna.json", old.toStdString(), fresh.toStdString());
        const auto message = QString::fromStdString(messageOf([&] { loadBenchmarkFolder(m_folder); }));
        QVERIFY2(message.contains("lacuna.json"), qPrintable(message));
        QVERIFY2(message.contains(said), qPrintable(message));
        const auto report = checkFolder(m_folder);
        QVERIFY(!report.problems.empty());
        QCOMPARE(report.problems[0].file, std::string("lacuna.json"));
    }

    void heldOutViewInATaskIsAMistake() {
        putSmall();
        put("lacuna.json", R"({"format": "lacuna.benchmark", "format_version": 1, "entities": [
            {"id": "Dog", "views": [{"image": "downloaded_images/Animals/Dog/1.jpg", "held_out": true}]}]})");
        QVERIFY(messageOf([&] { loadBenchmarkFolder(m_folder); }).find("is held out") != std::string::npos);
    }

    void removedFileOfAKnownEntityIsMissed() {
        writeBenchmarkFolder(benchmarkOf(4, 8), m_folder);
        fs::remove_all(m_folder / "Tasks/TaskB");
        QVERIFY(messageOf([&] { loadBenchmarkFolder(m_folder); }).find("names the request \"B\"") != std::string::npos);
    }

    void writingNeverMixesTwoBenchmarks() {
        putSmall();
        QVERIFY(messageOf([&] { writeBenchmarkFolder(benchmarkOf(4, 8), m_folder); }).find("another benchmark") !=
                std::string::npos);
        fs::remove_all(m_folder);
        writeBenchmarkFolder(benchmarkOf(8, 8), m_folder);
        QVERIFY(messageOf([&] { writeBenchmarkFolder(benchmarkOf(4, 8), m_folder); }).find("another benchmark") !=
                std::string::npos);
        fs::remove_all(m_folder);
        put("downloaded_images/Animals/x.png", "pixels");  // pictures drawn before are welcome
        writeBenchmarkFolder(benchmarkOf(4, 8), m_folder);
    }

    void writingRefusesWhatCannotBeReadBack() {
        const auto refused = [&](const std::function<void(Benchmark&)>& spoil) {
            auto benchmark = benchmarkOf(4, 8);
            spoil(benchmark);
            const auto message = messageOf([&] { writeBenchmarkFolder(benchmark, m_folder); });
            return message.starts_with("Fictions: ") && !fs::exists(m_folder / "lacuna.json");
        };
        QVERIFY(refused([](Benchmark& b) { b.entities[0].id = std::string("../x"); }));
        QVERIFY(refused([](Benchmark& b) { b.entities[0].id = b.entities[1].id; }));
        QVERIFY(refused([](Benchmark& b) { b.entities[0].questions[0].phrasings.clear(); }));
        QVERIFY(refused([](Benchmark& b) { b.requests[0].name = std::string("a/b"); }));
        QVERIFY(refused([](Benchmark& b) { b.requests[0].name = b.requests[1].name; }));
        QVERIFY(refused([](Benchmark& b) { b.requests[0].forget[0].question = 5; }));
        QVERIFY(refused([](Benchmark& b) { b.entities[0].questions[0].answer = std::string("\xff"); }));
    }

    void fullDiskIsAResourceError() {
        if (::geteuid() == 0)
            put("Tasks", "a file where a folder must be");
        else
            fs::create_directories(m_folder), fs::permissions(m_folder, fs::perms::owner_read | fs::perms::owner_exec);
        try {
            writeBenchmarkFolder(benchmarkOf(4, 8), m_folder);
            QFAIL("wrote where nothing can be written");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Resource);
        }
        fs::permissions(m_folder, fs::perms::owner_all);
    }

    /// Made by Python as in misread_text_test.cpp.
    void wronglyDecodedTextsAreMendedUnlessWantedAsReleased() {
        const auto said = record(dog, "Which caf茅s?", "It is Pok鑼卪on.");
        putSmall("[" + said + "," + goodDog + "]");
        put("Entities/variants_Dog_updated.json", "[" + record(dog, "Which caf茅s?", "It is Pokémon.") + "," + said +
                                                      "," + goodDog + "," + record(dog, "Q?", "Wait鈥? what") + "]");
        const auto mended = loadBenchmarkFolder(m_folder), released = loadBenchmarkFolder(m_folder, true);
        const auto answers = [](const Benchmark& benchmark) {
            std::set<std::string> all;
            for (const auto& entity : benchmark.entities)
                for (const auto& question : entity.questions)
                    all.insert(question.phrasings.front() + " " + question.answer);
            return all;
        };
        // What was wrongly decoded in one file and right in another is one question.
        QCOMPARE(answers(mended), (std::set<std::string>{"Which animal? Dog", "Which animal? Cat", "Q? Wait鈥? what",
                                                         "Which cafés? It is Pokémon."}));
        QCOMPARE(answers(released),
                 (std::set<std::string>{"Which animal? Dog", "Which animal? Cat", "Q? Wait鈥? what",
                                        "Which caf茅s? It is Pok鑼卪on.", "Which caf茅s? It is Pokémon."}));
        QVERIFY(mended.hash != released.hash);
        QCOMPARE(mended.releasedHash, released.hash);
        QVERIFY(released.asReleased && released.releasedHash.empty());

        const auto report = checkFolder(m_folder);
        QVERIFY(report.problems.empty());
        std::vector<std::string> found;
        for (const auto& text : report.misread)
            found.push_back(fmt::format("{} {} {} {:d}", text.file, text.record, text.part, text.isMended()));
        QCOMPARE(
            found,
            (std::vector<std::string>{
                "Entities/variants_Dog_updated.json 0 question 1", "Entities/variants_Dog_updated.json 1 question 1",
                "Entities/variants_Dog_updated.json 1 answer 1", "Entities/variants_Dog_updated.json 3 answer 0",
                "Tasks/TaskA/taskA_forget.json 0 question 1", "Tasks/TaskA/taskA_forget.json 0 answer 1"}));
    }

    void textsOfTheSideFileAreMendedToo() {
        auto benchmark = benchmarkOf(4, 8);
        benchmark.entities[0].name = "Pok茅mon";
        benchmark.entities[1].questions[0].paraphrase = "Microsoft閳ユ獨";
        benchmark.entities[2].questions[1].answer = "T鑹抧o";
        writeBenchmarkFolder(benchmark, m_folder);
        QCOMPARE(loadBenchmarkFolder(m_folder, true).hash, contentHash(benchmark));
        benchmark.entities[0].name = "Pokémon";
        benchmark.entities[1].questions[0].paraphrase = "Microsoft’s";
        benchmark.entities[2].questions[1].answer = "Tōno";
        QCOMPARE(loadBenchmarkFolder(m_folder).hash, contentHash(benchmark));
        // Held against the side file, the records give the same.
        const auto file = "Tasks/TaskB/taskB_retain.json";
        put(file, readFile(m_folder / file) + " ");
        QCOMPARE(loadBenchmarkFolder(m_folder).hash, contentHash(benchmark));
    }

    void withoutSuchTextsTheHashIsTheSame() {
        putSmall("[" + record(dog, "小学?", "Tom猫, 马云 (Mǎ Yún), mc²") + "]");
        const auto mended = loadBenchmarkFolder(m_folder), released = loadBenchmarkFolder(m_folder, true);
        QCOMPARE(mended.hash, released.hash);
        QVERIFY(mended.releasedHash.empty());
    }

    void releasedMlubenchHasItsPublishedCounts() {
        auto folder = fs::path(qgetenv("LACUNA_MLUBENCH").toStdString());
        if (folder.empty())
            folder = fs::path(LACUNA_SOURCE_DIR) / "../shared/mlubench";
        if (!fs::exists(folder))
            QSKIP("MLUBench is not here: set LACUNA_MLUBENCH to its folder to test with it");
        const auto report = checkFolder(folder);
        QCOMPARE(report.entities, 127);
        QCOMPARE(report.classes, 9);
        QCOMPARE(report.pairs, 15414);
        QCOMPARE(report.images, 2453);
        QVERIFY(report.problems.empty());
        // Counted and decoded by Python: answer.encode("gbk").decode("utf-8"), twice.
        std::set<std::string> misread;
        std::array<int, 2> places{};
        for (const auto& text : report.misread) {
            QVERIFY(text.mended.found == Misreading::Mended && text.part == "answer");
            misread.insert(text.mended.text);
            ++places[text.file.starts_with("Entities/") ? 0 : 1];
        }
        QCOMPARE(places, (std::array<int, 2>{162, 162}));
        std::string all;
        for (const auto& text : misread)
            all += (all.empty() ? "" : "\n") + text;
        QCOMPARE(misread.size(), std::size_t{7});
        QCOMPARE(sha256(all), std::string("66c621799adb64ec609510544c7429e35a9c405956c56f76c2ee0c042719c466"));
        QCOMPARE(report.entitiesPerClass, (std::map<std::string, int>{{"Animals", 15},
                                                                      {"Astronomy", 5},
                                                                      {"Buildings", 12},
                                                                      {"Cartoon", 14},
                                                                      {"Corporation", 6},
                                                                      {"Movies", 18},
                                                                      {"Personage", 30},
                                                                      {"Plants", 12},
                                                                      {"TV series", 15}}));
        const std::vector<std::array<int, 6>> expected{{2442, 407, 20, 1680, 259, 12},
                                                       {2154, 336, 20, 1374, 221, 12},
                                                       {2580, 388, 20, 1800, 247, 13},
                                                       {2250, 337, 17, 1134, 258, 13}};
        QCOMPARE(report.requests.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto& r = report.requests[i];
            QCOMPARE(r.name, std::string(1, static_cast<char>('A' + i)));
            QCOMPARE((std::array<int, 6>{r.forgetPairs, r.forgetImages, r.forgetEntities, r.retainPairs, r.retainImages,
                                         r.retainEntities}),
                     expected[i]);
        }
        const auto benchmark = loadBenchmarkFolder(folder);
        std::size_t items = 0;
        std::size_t pairs = 0;
        for (const auto& request : benchmark.requests)
            for (const auto* list : {&request.forget, &request.retain})
                for (const auto& item : *list) {
                    ++items;
                    pairs += benchmark.entities[static_cast<std::size_t>(item.entity)]
                                 .questions[static_cast<std::size_t>(item.question)]
                                 .phrasings.size();
                }
        QCOMPARE(items, std::size_t{3030 + 264});
        QCOMPARE(pairs, std::size_t{15414});
        writeBenchmarkFolder(benchmark, m_folder);
        auto again = loadBenchmarkFolder(m_folder);
        again.folder = benchmark.folder;
        QCOMPARE(again.hash, benchmark.hash);
        QCOMPARE(benchmark.releasedHash, loadBenchmarkFolder(folder, true).hash);
        QVERIFY(again.releasedHash.empty());
        again.releasedHash = benchmark.releasedHash;
        QVERIFY(again == benchmark);
    }
};

LACUNA_TEST(MlubenchFolderTest)
#include "mlubench_folder_test.moc"
