// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/preprocess.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/images/picture.h"
#include "core/tensors/safetensors.h"
#include "tests/common/test_registry.h"

#include <ATen/Parallel.h>
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

namespace fs = std::filesystem;
using namespace lacuna;

class PreprocessTest : public QObject {
    Q_OBJECT

private slots:
    void resizesAsPilToTheBit();
    void givesThePixelsOfClipImageProcessor_data();
    void givesThePixelsOfClipImageProcessor();
    void squashesAndPadsAsTransformers();
    void aBatchIsItsPicturesWithAnyCountOfThreads();
    void aBatchNamesTheBadPicture();
    void refusesWhatIsNoPicture_data();
    void refusesWhatIsNoPicture();
    void refusesTruncatedPictures_data();
    void refusesTruncatedPictures();
    void refusesHugePicturesBeforeDecoding();
    void writesTheConfigItReads();
    void readsBothLayoutsOfTheConfig();
    void theNestedSettingsWinOverTheOlderFile();
    void refusesConfigsItCannotFollow_data();
    void refusesConfigsItCannotFollow();

private:
    fs::path at(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    void put(const std::string& name, std::string_view bytes) const {
        fs::create_directories(at(name).parent_path());
        std::ofstream(at(name), std::ios::binary) << bytes;
    }
    QTemporaryDir m_folder;
};

namespace {

const fs::path kFixtures = fs::path(LACUNA_SOURCE_DIR) / "tests/fixtures/images";

const SafetensorsFile& goldens() {
    static const SafetensorsFile file(kFixtures / "goldens.safetensors");
    return file;
}

PreprocessConfig fixtureConfig() {
    PreprocessConfig config;
    config.size = 32;
    config.crop = 28;
    return config;
}

/// Difference in units of the 0–1 range: the normalisation taken back.
at::Tensor difference(const at::Tensor& ours, const at::Tensor& golden) {
    const auto deviation = at::tensor(PreprocessConfig{}.deviation, at::kFloat).reshape({3, 1, 1});
    return ((ours - golden) * deviation).abs();
}

template <typename Work>
std::string complaint(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : std::string();
    }
    return {};
}

void verifyComplaint(const std::string& message, const std::string& part) {
    QVERIFY2(message.find(part) != std::string::npos, message.empty() ? "no InputError" : message.c_str());
}

}  // namespace

void PreprocessTest::resizesAsPilToTheBit() {
    int seen = 0;
    for (const auto& [name, entry] : goldens().entries()) {
        if (!name.starts_with("resized/"))
            continue;
        const auto picture = resizedBicubic(readPicture(kFixtures / name.substr(8)), 23, 41);
        const auto golden = goldens().read(name);
        QCOMPARE(picture.pixels.size(), static_cast<std::size_t>(golden.numel()));
        QVERIFY2(std::equal(picture.pixels.begin(), picture.pixels.end(), golden.const_data_ptr<std::uint8_t>()),
                 name.c_str());
        ++seen;
    }
    QCOMPARE(seen, 9);
}

void PreprocessTest::givesThePixelsOfClipImageProcessor_data() {
    QTest::addColumn<QString>("name");
    for (const auto& [name, entry] : goldens().entries())
        if (name.find('/') == std::string::npos)
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

void PreprocessTest::givesThePixelsOfClipImageProcessor() {
    QFETCH(QString, name);
    const auto file = name.toStdString();
    const auto off = difference(pixelValues(kFixtures / file, fixtureConfig()), goldens().read(file));
    // Lossy formats are decoded by another build of their library; PNG, WebP without loss and BMP are exact.
    const bool lossy = file.ends_with(".jpg");
    QVERIFY2(off.max().item<double>() <= (lossy ? 2.0 / 255 : 1e-6),
             fmt::format("{}", off.max().item<double>()).c_str());
    QVERIFY2(off.mean().item<double>() <= 1e-3, fmt::format("{}", off.mean().item<double>()).c_str());
}

void PreprocessTest::squashesAndPadsAsTransformers() {
    PreprocessConfig squash;
    squash.size = squash.crop = 32;
    squash.squash = true;
    QVERIFY(difference(pixelValues(kFixtures / "wide.png", squash), goldens().read("squash/wide.png"))
                .max()
                .item<double>() <= 1e-6);
    PreprocessConfig wide;
    wide.size = 20;
    wide.crop = 30;
    QVERIFY(difference(pixelValues(kFixtures / "square.png", wide), goldens().read("wide_crop/square.png"))
                .max()
                .item<double>() <= 1e-6);
}

void PreprocessTest::aBatchIsItsPicturesWithAnyCountOfThreads() {
    std::vector<fs::path> files;
    for (int i = 0; i < 5; ++i)
        for (const auto* name : {"square.png", "wide.png", "photo.jpg", "lossless.webp"})
            files.push_back(kFixtures / name);
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const auto alone = pixelValues(files, fixtureConfig());
    at::set_num_threads(3);
    const auto together = pixelValues(files, fixtureConfig());
    at::set_num_threads(before);
    QVERIFY(at::equal(alone, together));
    for (std::size_t i = 0; i < 4; ++i)
        QVERIFY(at::equal(alone[static_cast<std::int64_t>(i)], pixelValues(files[i], fixtureConfig())));
    QCOMPARE(pixelValues(std::vector<fs::path>{}, fixtureConfig()).size(0), std::int64_t{0});
}

void PreprocessTest::aBatchNamesTheBadPicture() {
    std::vector<fs::path> files(20, kFixtures / "square.png");
    files[13] = at("gone.png");
    verifyComplaint(complaint([&] { pixelValues(files, fixtureConfig()); }), "gone.png");
}

void PreprocessTest::refusesWhatIsNoPicture_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray() << QByteArray("empty");
    QTest::newRow("text") << QByteArray("this is a text") << QByteArray("no PNG");
    QTest::newRow("gif") << QByteArray("GIF89a\x01\x02\x03\x04") << QByteArray("cut off");
    QTest::newRow("svg") << QByteArray("<svg xmlns=''></svg>") << QByteArray("an SVG");
    QTest::newRow("web page") << QByteArray("<!DOCTYPE html><html>404</html>") << QByteArray("a web page");
    QTest::newRow("avif") << QByteArray(
                                 "\0\0\0\x20"
                                 "ftypavif....",
                                 16)
                          << QByteArray("an AVIF");
    QTest::newRow("png and rubbish") << QByteArray("\x89PNG\r\n\x1a\n") + QByteArray(60, 'x') + "IEND"
                                     << QByteArray("cut off");
    QTest::newRow("jpeg and rubbish") << QByteArray("\xff\xd8\xff\xe0\x00\x04xxyyyyyyyy", 16) << QByteArray("cut off");
    QTest::newRow("jpeg alone") << QByteArray("\xff\xd8\xff") << QByteArray("cut off");
    QTest::newRow("webp alone") << QByteArray("RIFF\xff\xff\xff\x7fWEBPVP8 ") << QByteArray("cut off");
    QTest::newRow("bmp alone") << QByteArray("BM12") << QByteArray("cut off");
}

void PreprocessTest::refusesWhatIsNoPicture() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, says);
    put("no_picture.png", bytes.toStdString());
    const auto message = complaint([&] { pixelValues(at("no_picture.png"), fixtureConfig()); });
    verifyComplaint(message, says.toStdString());
    verifyComplaint(message, "no_picture.png");
}

void PreprocessTest::refusesTruncatedPictures_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("share");
    for (const auto* name : {"square.png", "photo.jpg", "progressive.jpg", "lossless.webp", "bitmap.bmp"})
        for (const double share : {0.02, 0.5, 0.97})
            QTest::newRow(fmt::format("{} {}", name, share).c_str()) << QString(name) << share;
}

void PreprocessTest::refusesTruncatedPictures() {
    QFETCH(QString, name);
    QFETCH(double, share);
    const auto bytes = readFile(kFixtures / name.toStdString());
    put("cut", std::string_view(bytes).substr(0, static_cast<std::size_t>(share * static_cast<double>(bytes.size()))));
    const auto message = complaint([&] { pixelValues(at("cut"), fixtureConfig()); });
    verifyComplaint(message, "cut:");
}

void PreprocessTest::refusesHugePicturesBeforeDecoding() {
    auto png = readFile(kFixtures / "square.png");
    for (const std::size_t size : {16, 20})  // width and height, big-endian
        png.replace(size, 4, std::string("\x00\x00\x4e\x20", 4));
    put("huge.png", png);
    verifyComplaint(complaint([&] { readPicture(at("huge.png")); }), "20000 × 20000 pixels");
    put("nothing.png", png.replace(16, 4, std::string(4, '\0')));
    verifyComplaint(complaint([&] { readPicture(at("nothing.png")); }), "names no size");
}

void PreprocessTest::writesTheConfigItReads() {
    PreprocessConfig config;
    config.size = 336;
    config.crop = 224;
    config.mean = {0.1, 0.2, 0.3};
    fs::create_directories(at("own"));
    writePreprocessConfig(config, at("own"));
    const auto read = readPreprocessConfig(at("own"));
    QCOMPARE(read.size, config.size);
    QCOMPARE(read.crop, config.crop);
    QCOMPARE(read.mean, config.mean);
    QCOMPARE(read.deviation, config.deviation);
    QCOMPARE(read.rescale, config.rescale);
    QVERIFY(!read.squash);
}

void PreprocessTest::readsBothLayoutsOfTheConfig() {
    put("old/preprocessor_config.json", R"({"size":224,"crop_size":200,"do_center_crop":true,"resample":3})");
    QCOMPARE(readPreprocessConfig(at("old")).crop, std::int64_t{200});
    put("new/processor_config.json",
        R"({"image_processor":{"size":{"height":384,"width":384},"image_mean":[0.5,0.5,0.5]},"patch_size":14})");
    const auto config = readPreprocessConfig(at("new"));
    QVERIFY(config.squash);
    QCOMPARE(config.crop, std::int64_t{384});
    QCOMPARE(config.mean[2], 0.5);
}

/// Which one counts is what AutoProcessor of transformers 5.17 takes: the nested one where it is not null.
void PreprocessTest::theNestedSettingsWinOverTheOlderFile() {
    put("both/preprocessor_config.json", R"({"size":224,"crop_size":200,"image_mean":[0.5,0.5,0.5]})");
    put("both/processor_config.json", R"({"image_processor":{"size":64,"image_mean":[0.4,0.4,0.4]}})");
    auto config = readPreprocessConfig(at("both"));
    QCOMPARE(config.crop, std::int64_t{64});
    QCOMPARE(config.mean[0], 0.4);
    QCOMPARE(config.notes.size(), std::size_t{1});
    put("both/preprocessor_config.json", R"({"size":{"shortest_edge":64},"image_mean":[0.4,0.4,0.4]})");
    QVERIFY(readPreprocessConfig(at("both")).notes.empty());
    put("both/preprocessor_config.json", "{");
    QCOMPARE(readPreprocessConfig(at("both")).notes.size(), std::size_t{1});
    put("both/preprocessor_config.json", R"({"size":200})");
    for (const char* without : {R"({"image_processor":null,"patch_size":14})", R"({"patch_size":14})"}) {
        put("both/processor_config.json", without);
        config = readPreprocessConfig(at("both"));
        QCOMPARE(config.crop, std::int64_t{200});
        QVERIFY(config.notes.empty());
    }
    put("both/processor_config.json", R"({"image_processor":[]})");
    verifyComplaint(complaint([&] { readPreprocessConfig(at("both")); }), "\"image_processor\" is no object");
}

void PreprocessTest::refusesConfigsItCannotFollow_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, const char* json, const char* says) {
        QTest::newRow(name) << QByteArray(json) << QByteArray(says);
    };
    row("a list", "[]", "expected a JSON object");
    row("no size", "{}", "\"size\" is missing");
    row("zero", R"({"size":0})", "\"size\" is not a number of pixels");
    row("huge", R"({"size":{"shortest_edge":100000}})", "\"size\" is not a number of pixels");
    row("a text", R"({"size":"224"})", "\"size\" is not a square");
    row("oblong", R"({"size":{"height":3,"width":4}})", "\"size\" is not a square");
    row("longest", R"({"size":{"shortest_edge":224,"longest_edge":300}})", "longest_edge");
    row("padding", R"({"size":224,"do_pad":true})", "do_pad");
    row("no resize", R"({"size":224,"do_resize":false})", "do_resize");
    row("no crop", R"({"size":224,"do_center_crop":false})", "do_center_crop");
    row("bilinear", R"({"size":224,"resample":2})", "resample");
    row("mean", R"({"size":224,"image_mean":[1,2]})", "image_mean");
    row("deviation", R"({"size":224,"image_std":[1,0,1]})", "image_std");
    row("rescale", R"({"size":224,"rescale_factor":-1})", "rescale_factor");
    row("flag", R"({"size":224,"do_pad":"yes"})", "do_pad");
}

void PreprocessTest::refusesConfigsItCannotFollow() {
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, says);
    put("bad/preprocessor_config.json", json.toStdString());
    const auto message = complaint([&] { readPreprocessConfig(at("bad")); });
    verifyComplaint(message, says.toStdString());
    verifyComplaint(message, "preprocessor_config.json");
    verifyComplaint(complaint([&] { readPreprocessConfig(at("nowhere")); }), "neither");
}

LACUNA_TEST(PreprocessTest)
#include "preprocess_test.moc"
