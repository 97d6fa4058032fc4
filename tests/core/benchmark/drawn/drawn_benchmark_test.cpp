// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/drawn_benchmark.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/sha256.h"
#include "core/benchmark/cache_folder.h"
#include "core/benchmark/drawn/content.h"
#include "core/benchmark/drawn/pictures.h"
#include "core/benchmark/drawn/view.h"
#include "core/benchmark/mlubench_folder.h"
#include "tests/common/locale.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <map>
#include <set>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

const drawn::Content& content() {
    static const drawn::Content made = drawn::inventContent(127);
    return made;
}

std::vector<drawn::PictureJob> fewJobs(int count) {
    std::vector<drawn::PictureJob> jobs;
    for (int i = 0; i < count; ++i)
        jobs.push_back({content().entityLooks[static_cast<std::size_t>(10 * i % 127)], static_cast<std::uint64_t>(i),
                        "a/" + std::to_string(i) + ".jpg"});
    return jobs;
}

bool anyFolder(const fs::path& folder) {
    return fs::exists(folder);
}

/// A benchmark of two entities and three items whose photos lie nowhere.
Benchmark photoless() {
    Benchmark benchmark;
    benchmark.title = "Two";
    benchmark.folder = "/nowhere";
    const std::vector<Question> questions{{"identity", {"Who is this?"}, "This is A.", "", {}},
                                          {"home", {"Where?"}, "In a mill.", "", {}}};
    benchmark.entities = {{"../a", "Ann", "Personage", {{"../a/1.jpg", false}}, questions},
                          {"b", "苏 Thing", "Gadgets", {{"b/1.jpg", false}}, questions}};
    benchmark.requests = {{"A", {0}, {1}, {{0, 0, 0}, {0, 0, 0}}, {{1, 0, 1}}}};
    return benchmark;
}

}  // namespace

class DrawnBenchmarkTest : public QObject {
    Q_OBJECT

private slots:
    void countsAreThoseOfMLUBench();
    void namesAreUniqueAndAnswersDiffer();
    void fewWordsTellEverything();
    void falseAnswersAreFalse();
    void itemsAskEveryKindOnTrainingViewsAlone();
    void sameSeedSameBytesOnAnyThread();
    void looksDifferFromOneAnother();
    void cancelLeavesNoCompleteFolder();
    void incompleteFolderIsMended();
    void brokenPictureIsAnErrorThatNamesIt();
    void standInsKeepEntityAndQuestion();
    void photosThatAreAbsentAreNamed();
};

void DrawnBenchmarkTest::countsAreThoseOfMLUBench() {
    const Benchmark& benchmark = content().benchmark;
    std::map<std::string, int> classes;
    for (const Entity& entity : benchmark.entities) {
        ++classes[entity.className];
        QCOMPARE(entity.views.size(), std::size_t{32});
        QCOMPARE(entity.questions.size(), std::size_t{5});
        QCOMPARE(std::count_if(entity.views.begin(), entity.views.end(), [](const View& v) { return v.heldOut; }), 8);
        for (const Question& question : entity.questions)
            QCOMPARE(question.phrasings.size(), std::size_t{5});
    }
    const std::map<std::string, int> expected{{"Animals", 15},   {"Astronomy", 5},   {"Buildings", 12},
                                              {"Cartoon", 14},   {"Corporation", 6}, {"Movies", 18},
                                              {"Personage", 30}, {"Plants", 12},     {"TV series", 15}};
    QCOMPARE(classes, expected);
    QCOMPARE(benchmark.bystanders.size(), std::size_t{40});
    QCOMPARE(benchmark.distractors.size(), std::size_t{300});
    const std::vector<std::pair<std::size_t, std::size_t>> sizes{{20, 12}, {20, 12}, {20, 13}, {17, 13}};
    QCOMPARE(benchmark.requests.size(), sizes.size());
    std::set<int> all;
    for (std::size_t r = 0; r < sizes.size(); ++r) {
        const Request& request = benchmark.requests[r];
        QCOMPARE(request.forgetEntities.size(), sizes[r].first);
        QCOMPARE(request.retainEntities.size(), sizes[r].second);
        QCOMPARE(request.forget.size(), sizes[r].first * 24);
        QCOMPARE(request.retain.size(), sizes[r].second * 24);
        all.insert(request.forgetEntities.begin(), request.forgetEntities.end());
        all.insert(request.retainEntities.begin(), request.retainEntities.end());
    }
    QCOMPARE(all.size(), std::size_t{127});
}

void DrawnBenchmarkTest::namesAreUniqueAndAnswersDiffer() {
    const Benchmark& benchmark = content().benchmark;
    std::set<std::string> names, images;
    std::map<std::pair<std::string, std::string>, std::set<std::string>> answers;
    std::map<std::pair<std::string, std::string>, std::size_t> asked;
    for (const auto* entities : {&benchmark.entities, &benchmark.bystanders})
        for (const Entity& entity : *entities) {
            QVERIFY2(names.insert(entity.name).second, entity.name.c_str());
            for (const View& view : entity.views)
                QVERIFY2(images.insert(view.image).second, view.image.c_str());
            for (const Question& question : entity.questions) {
                answers[{entity.className, question.kind}].insert(question.answer);
                ++asked[{entity.className, question.kind}];
            }
        }
    for (const Distractor& distractor : benchmark.distractors)
        QVERIFY2(names.insert(distractor.name).second, distractor.name.c_str());
    for (const auto& [kind, count] : asked)
        if (kind.first != "Personage")  // "She" and "He" apart, persons differ too, see falseAnswersAreFalse
            QCOMPARE(answers[kind].size(), count);
}

void DrawnBenchmarkTest::fewWordsTellEverything() {
    std::set<std::string> words;
    for (const Entity& entity : content().benchmark.entities)
        for (const Question& question : entity.questions) {
            std::vector<std::string> texts = question.phrasings;
            texts.push_back(question.answer);
            int count = 0;
            for (const std::string& text : texts)
                for (const QString& word : QString::fromStdString(text).split(' ')) {
                    words.insert(word.toStdString());
                    count += &text == &texts.back();
                }
            QVERIFY2(count >= 3 && count <= 12, question.answer.c_str());
        }
    QVERIFY2(words.size() < 800, std::to_string(words.size()).c_str());
}

void DrawnBenchmarkTest::falseAnswersAreFalse() {
    for (const Entity& entity : content().benchmark.entities)
        for (const Question& question : entity.questions) {
            QCOMPARE(question.perturbed.size(), std::size_t{3});
            std::set<std::string> all(question.perturbed.begin(), question.perturbed.end());
            all.insert(question.answer);
            QCOMPARE(all.size(), std::size_t{4});
            QVERIFY(!question.paraphrase.empty() && question.paraphrase != question.answer);
            QVERIFY2(question.answer.find('{') == std::string::npos, question.answer.c_str());
        }
}

void DrawnBenchmarkTest::itemsAskEveryKindOnTrainingViewsAlone() {
    const Benchmark& benchmark = content().benchmark;
    std::map<std::pair<int, int>, int> asked;
    for (const Request& request : benchmark.requests)
        for (const auto* items : {&request.forget, &request.retain})
            for (const Item& item : *items) {
                const auto& entity = benchmark.entities[static_cast<std::size_t>(item.entity)];
                QVERIFY(!entity.views[static_cast<std::size_t>(item.view)].heldOut);
                ++asked[{item.entity, item.question}];
            }
    QCOMPARE(asked.size(), std::size_t{127} * 5);
    for (const auto& [key, count] : asked)
        QVERIFY(count == 4 || count == 5);
}

void DrawnBenchmarkTest::sameSeedSameBytesOnAnyThread() {
    QTemporaryDir place;
    const fs::path one = place.path().toStdString() + "/one", two = place.path().toStdString() + "/two";
    const auto jobs = fewJobs(14);
    drawn::drawPictures(one, jobs, {});
    auto reversed = jobs;
    std::reverse(reversed.begin(), reversed.end());
    drawn::drawPictures(two, reversed, {});
    std::set<std::string> hashes;
    for (const auto& job : jobs) {
        QCOMPARE(sha256OfFile(one / job.image), sha256OfFile(two / job.image));
        hashes.insert(sha256OfFile(one / job.image));
    }
    QCOMPARE(hashes.size(), jobs.size());
    const auto again = drawn::inventContent(127).benchmark;
    QCOMPARE(contentHash(again), contentHash(content().benchmark));
    QVERIFY(contentHash(drawn::inventContent(128).benchmark) != contentHash(again));
    const lacuna::testing::Locale turkish("tr_TR");  // where std::toupper('i') is 'i'
    SKIP_WITHOUT(turkish);
    QCOMPARE(std::toupper('i'), int('i'));
    QCOMPARE(contentHash(drawn::inventContent(127).benchmark), contentHash(content().benchmark));
}

void DrawnBenchmarkTest::looksDifferFromOneAnother() {
    for (const auto figure : {drawn::Figure::Portrait, drawn::Figure::Poster, drawn::Figure::Emblem}) {
        const auto looks = drawn::distinctLooks(figure, 40, 5);
        for (std::size_t i = 0; i < looks.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(looks[i].marks != looks[j].marks || std::abs(looks[i].hue - looks[j].hue) > 20);
        QCOMPARE(drawn::distinctLooks(figure, 7, 5)[6].seed, looks[6].seed);
    }
    QCOMPARE(drawn::figureOfClass("TV series"), drawn::Figure::TitleCard);
    QCOMPARE(drawn::figureOfClass("Personage"), drawn::Figure::Portrait);
    QCOMPARE(drawn::figureOfClass("Gadgets"), drawn::Figure::Emblem);
}

void DrawnBenchmarkTest::cancelLeavesNoCompleteFolder() {
    QTemporaryDir place;
    qputenv("LACUNA_CACHE", place.path().toUtf8());
    bool stop = false;
    const Interruptions stopped([&] {
        if (stop)
            throw Cancelled{};
    });
    std::int64_t total = 0;
    const auto progress = [&](const Progress& at) {
        total = at.total;
        QVERIFY(at.done <= at.total);
        stop = true;
    };
    QVERIFY_EXCEPTION_THROWN(embeddedBenchmark(progress), Cancelled);
    QCOMPARE(total, std::int64_t{127 * 32 + 40 * 32 + 300});
    QVERIFY(!fs::exists(drawnBenchmarkFolder()));
    stop = false;
    const auto begun = loadBenchmarkFolder(unfinished(drawnBenchmarkFolder()));  // a window shows whom it is about
    QCOMPARE(contentHash(begun), contentHash(content().benchmark));
    stop = true;
    QVERIFY_EXCEPTION_THROWN(writeDrawnBenchmark(place.path().toStdString() + "/export", progress), Cancelled);
    QVERIFY(!fs::exists(place.path().toStdString() + "/export/lacuna.json"));
    qunsetenv("LACUNA_CACHE");
}

void DrawnBenchmarkTest::incompleteFolderIsMended() {
    QTemporaryDir place;
    const fs::path folder = place.path().toStdString() + "/set";
    const auto jobs = fewJobs(4);
    int finished = 0;
    const auto finish = [&](const fs::path& made) {
        ++finished;
        QVERIFY(made == folder ? drawn::missingPictures(made, jobs).empty() : !fs::exists(folder));
    };
    // What a killed process left: a whole picture, an empty one, half of a third.
    const fs::path left = folder.string() + ".part/a";
    fs::create_directories(left);
    writeFileAtomically(left / "0.jpg", "kept");
    writeFileAtomically(left / "1.jpg", "");
    writeFileAtomically(left / "2.jpg.part", "half");
    drawn::completeFolder(folder, jobs, anyFolder, finish, {});
    QCOMPARE(finished, 1);
    QCOMPARE(readFile(folder / "a/0.jpg"), std::string("kept"));
    QVERIFY(readFile(folder / "a/1.jpg").size() > 1000);
    const auto before = sha256OfFile(folder / "a/2.jpg");
    fs::remove(folder / "a/2.jpg");
    drawn::completeFolder(folder, jobs, anyFolder, finish, {});
    QCOMPARE(finished, 2);
    QCOMPARE(sha256OfFile(folder / "a/2.jpg"), before);
    drawn::completeFolder(folder, jobs, anyFolder, finish, {});
    QCOMPARE(finished, 2);  // nothing to do
}

void DrawnBenchmarkTest::brokenPictureIsAnErrorThatNamesIt() {
    QTemporaryDir place;
    const fs::path folder = place.path().toStdString();
    writeFileAtomically(folder / "a", "a file where a folder should be");
    try {
        drawn::drawPictures(folder, fewJobs(3), {});
        QFAIL("no error");
    } catch (const Error& error) {
        QCOMPARE(error.kind(), ErrorKind::Resource);
        QVERIFY(QString(error.what()).contains("/a"));
    }
}

void DrawnBenchmarkTest::standInsKeepEntityAndQuestion() {
    QTemporaryDir place;
    qputenv("LACUNA_CACHE", place.path().toUtf8());
    const Benchmark source = photoless();
    const Benchmark made = withSurrogatePictures(source, {});
    QVERIFY(made.surrogate);
    QCOMPARE(made.entities[0].views.size(), std::size_t{32});
    const Request& request = made.requests[0];
    QCOMPARE(request.forget.size(), std::size_t{2});
    QCOMPARE(request.forget[0].question, 0);
    QCOMPARE(request.retain[0].question, 1);
    QVERIFY(request.forget[0].view != request.forget[1].view);
    for (const Entity& entity : made.entities)
        for (const View& view : entity.views) {
            QVERIFY(view.image.find("..") == std::string::npos);
            QVERIFY(fs::file_size(made.imagePath(view)) > 1000);
        }
    QCOMPARE(withSurrogatePictures(source, {}).folder, made.folder);
    qunsetenv("LACUNA_CACHE");
}

void DrawnBenchmarkTest::photosThatAreAbsentAreNamed() {
    QTemporaryDir place;
    QVERIFY_EXCEPTION_THROWN(openBenchmark("embedded", "pictures", false, {}), Error);
    QVERIFY_EXCEPTION_THROWN(openBenchmark(place.path().toStdString() + "/none", "auto", false, {}), Error);
}

LACUNA_TEST(DrawnBenchmarkTest)
#include "drawn_benchmark_test.moc"
