// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/safetensors.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <fstream>
#include <limits>
#include <sys/stat.h>

namespace fs = std::filesystem;
using namespace lacuna;

class SafetensorsTest : public QObject {
    Q_OBJECT

private slots:
    void readsWhatThePythonPackageWrites();
    void writesWhatItReadsBack();
    void writesStridedAndBf16();
    void refusesHostileHeaders_data();
    void refusesHostileHeaders();
    void refusesAbsurdHeaderLengths();
    void refusesPickles();
    void refusesAPointerOfGitLfs();
    void doesNotWaitForAPipe();
    void writesTheSameBytesAsBefore();
    void writingHoldsNoCopyOfAll();
    void namesTheTensorWithNaN();
    void aTruncatedFileIsAnErrorAlsoWhileOpen();
    void readsShardsByTheirIndex();
    void refusesBrokenIndexes_data();
    void refusesBrokenIndexes();
    void refusesATensorInTwoShards();
    void refusesASingleFileThatIsNotWhatTheShardsHold();
    void saysWhyAFolderIsNoCheckpoint_data();
    void saysWhyAFolderIsNoCheckpoint();
    void aLinkToNowhereIsNotSkipped();

private:
    fs::path at(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QTemporaryDir m_folder;
};

namespace {

const fs::path kFixture = fs::path(LACUNA_SOURCE_DIR) / "tests/fixtures/safetensors/types.safetensors";

void put(const fs::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string fileOf(const std::string& header, std::size_t dataBytes) {
    std::string bytes(8, '\0');
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + std::string(dataBytes, '\0');
}

/// The message of the InputError that `work` must throw; empty when it throws none.
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

void SafetensorsTest::readsWhatThePythonPackageWrites() {
    const SafetensorsFile file(kFixture);
    QCOMPARE(file.entries().size(), std::size_t{11});
    QCOMPARE(file.metadata().at("format"), std::string("pt"));
    const auto f32 = file.read("f32");
    QCOMPARE(f32.sizes().vec(), (std::vector<std::int64_t>{2, 3}));
    QCOMPARE(f32[1][2].item<float>(), -7e20f);
    QCOMPARE(file.read("f16")[1].item<float>(), -65504.f);
    QCOMPARE(file.read("f64")[0].item<double>(), 1e300);
    QCOMPARE(file.read("i64")[0].item<std::int64_t>(), -(std::int64_t{1} << 62));
    QCOMPARE(file.read("i32")[0].item<int>(), -3);
    QCOMPARE(file.read("i16")[1].item<int>(), 300);
    QCOMPARE(file.read("i8")[0].item<int>(), -8);
    QCOMPARE(file.read("u8")[1].item<int>(), 255);
    QCOMPARE(file.read("bool")[0].item<bool>(), true);
    QCOMPARE(file.read("scalar").dim(), std::int64_t{0});
    QCOMPARE(file.read("empty").numel(), std::int64_t{0});
}

void SafetensorsTest::writesWhatItReadsBack() {
    const SafetensorsFile file(kFixture);
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (const auto& [name, entry] : file.entries())
        tensors.emplace_back(name, file.read(name));
    writeSafetensors(at("copy.safetensors"), tensors, file.metadata());
    // tests/fixtures/safetensors/make.py reads this copy with the Python package, when the variable is set.
    if (const auto keep = qEnvironmentVariable("LACUNA_KEEP_COPY"); !keep.isEmpty())
        fs::copy_file(at("copy.safetensors"), keep.toStdString(), fs::copy_options::overwrite_existing);
    const SafetensorsFile copy(at("copy.safetensors"));
    for (const auto& [name, tensor] : tensors)
        QVERIFY2(at::equal(copy.read(name), tensor) && copy.entries().at(name).type == tensor.scalar_type(),
                 name.c_str());
    const auto bytes = readFile(at("copy.safetensors"));
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), 8);
    QCOMPARE(header % 8, std::uint64_t{0});
}

void SafetensorsTest::writesStridedAndBf16() {
    const auto matrix = at::arange(6, at::kFloat).reshape({2, 3});
    writeSafetensors(at("strided.safetensors"), {{"t", matrix.t()}, {"b", matrix.to(at::kBFloat16)}});
    const SafetensorsFile file(at("strided.safetensors"));
    QVERIFY(at::equal(file.read("t"), matrix.t()));
    QVERIFY(at::equal(file.read("b"), matrix.to(at::kBFloat16)));
    QVERIFY_EXCEPTION_THROWN(writeSafetensors("/nowhere/at/all.safetensors", {{"t", matrix}}), Error);
}

void SafetensorsTest::refusesHostileHeaders_data() {
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("dataBytes");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, QByteArray header, int dataBytes, QByteArray says) {
        QTest::newRow(name) << header << dataBytes << says;
    };
    const QByteArray good = R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
    row("not json", "{\"a\":", 8, "not valid JSON");
    row("two values", "{}{}", 0, "not valid JSON");
    row("bad utf-8", "{\"\xff\xfe\":1}", 0, "not UTF-8");
    row("deep", "{\"a\":" + QByteArray(1000, '[') + QByteArray(1000, ']') + "}", 8, "nested deeper");
    row("duplicate", "{" + good + "," + good + "}", 8, "stands twice");
    row("duplicate inside", R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8,
        "stands twice");
    row("list", R"([1,2])", 8, "no JSON header");
    row("not an object", R"({"a":5})", 8, "tensor a: expected dtype");
    row("more keys", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}})", 8, "tensor a: expected dtype");
    row("unknown type", R"({"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}})", 2, "F8_E4M3");
    row("negative", R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8, "whole number");
    row("fraction", R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", 8, "whole number");
    row("overflow", R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0, "overflows");
    row("overflow beside zero", R"({"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}})", 0,
        "overflows");
    row("beyond 64 bits", R"({"a":{"dtype":"F32","shape":[99999999999999999999999],"data_offsets":[0,8]}})", 8,
        "whole number");
    row("dimensions",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + QByteArray("1,").repeated(50) + "1],\"data_offsets\":[0,1]}}", 1,
        "51 dimensions");
    row("a million values", "{\"a\":[" + QByteArray("1,").repeated(1000000) + "1]}", 1, "over 100000 values");
    row("shape and offsets", R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8, "12 bytes of its shape");
    row("backward", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8, "8 bytes of its shape");
    row("beyond the data", "{" + good + "}", 4, "the data ends at 4");
    row("rest", "{" + good + "}", 12, "4 bytes of data belong to no tensor");
    row("hole",
        R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
        3, "tensor b begins at byte 2, expected 1");
    row("overlap",
        R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
        3, "tensor b begins at byte 1, expected 2");
    row("metadata", R"({"__metadata__":{"a":1}})", 0, "__metadata__");
}

void SafetensorsTest::refusesHostileHeaders() {
    QFETCH(QByteArray, header);
    QFETCH(int, dataBytes);
    QFETCH(QByteArray, says);
    put(at("hostile.safetensors"), fileOf(header.toStdString(), static_cast<std::size_t>(dataBytes)));
    const auto message = complaint([&] { SafetensorsFile file(at("hostile.safetensors")); });
    verifyComplaint(message, says.toStdString());
    verifyComplaint(message, "hostile.safetensors");
}

void SafetensorsTest::refusesAbsurdHeaderLengths() {
    for (const auto length : {std::uint64_t{100}, std::uint64_t{1} << 40, std::numeric_limits<std::uint64_t>::max()}) {
        std::string bytes(8, '\0');
        std::memcpy(bytes.data(), &length, 8);
        put(at("long.safetensors"), bytes + "{}");
        verifyComplaint(complaint([&] { SafetensorsFile file(at("long.safetensors")); }), "claims a header");
    }
    put(at("short.safetensors"), "abc");
    verifyComplaint(complaint([&] { SafetensorsFile file(at("short.safetensors")); }), "too short");
    verifyComplaint(complaint([&] { SafetensorsFile file(at("missing.safetensors")); }), "missing.safetensors");
    verifyComplaint(complaint([&] { SafetensorsFile file(fs::path(m_folder.path().toStdString())); }), "not a file");
}

void SafetensorsTest::refusesPickles() {
    put(at("zip.safetensors"), std::string("PK\x03\x04") + std::string(200, 'x'));
    verifyComplaint(complaint([&] { SafetensorsFile file(at("zip.safetensors")); }), "pickle");
    put(at("old.safetensors"), std::string("\x80\x02}q\x01X", 6) + std::string(200, 'x'));
    verifyComplaint(complaint([&] { SafetensorsFile file(at("old.safetensors")); }), "pickle");
    // A header of 0x0280 bytes begins with a pickle's bytes, and is none.
    std::string header = "{}";
    header.resize(0x0280, ' ');
    put(at("looks_like.safetensors"), fileOf(header, 0));
    QVERIFY(SafetensorsFile(at("looks_like.safetensors")).entries().empty());
}

void SafetensorsTest::refusesAPointerOfGitLfs() {
    put(at("pointer.safetensors"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4977222960\n");
    verifyComplaint(complaint([&] { SafetensorsFile file(at("pointer.safetensors")); }), "git lfs pull");
}

void SafetensorsTest::doesNotWaitForAPipe() {
    QCOMPARE(::mkfifo(at("pipe.safetensors").c_str(), 0600), 0);
    verifyComplaint(complaint([&] { SafetensorsFile file(at("pipe.safetensors")); }), "not a file");
}

/// The layout of the format's description (github.com/huggingface/safetensors, "Format"), laid out by hand: length,
/// header, data. Strided, empty and 0-dimensional tensors are among them.
void SafetensorsTest::writesTheSameBytesAsBefore() {
    const auto transposed = at::arange(6, at::kFloat).view({2, 3}).t();
    writeSafetensors(at("bytes.safetensors"),
                     {{"t", transposed}, {"empty", at::zeros({0, 4})}, {"s", at::scalar_tensor(7, at::kByte)}},
                     {{"a", "b"}});
    std::string expected = R"({"__metadata__":{"a":"b"},"t":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},)"
                           R"("empty":{"dtype":"F32","shape":[0,4],"data_offsets":[24,24]},)"
                           R"("s":{"dtype":"U8","shape":[],"data_offsets":[24,25]}})";
    expected.resize((expected.size() + 7) / 8 * 8, ' ');
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(expected.size() % 256);
    bytes[1] = static_cast<char>(expected.size() / 256);
    bytes += expected;
    for (const float value : {0.F, 3.F, 1.F, 4.F, 2.F, 5.F})
        bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    bytes += '\7';
    QVERIFY(readFile(at("bytes.safetensors")) == bytes);
}

/// What is written is not gathered in memory first: of 96 MB in twelve tensors less than two are held beside them.
void SafetensorsTest::writingHoldsNoCopyOfAll() {
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (int i = 0; i < 12; ++i)
        tensors.emplace_back(std::to_string(i), at::ones({2 << 20}));
    const auto peakMib = [] {
        std::ifstream status("/proc/self/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmHWM"))
                return std::stod(line.substr(line.find(':') + 1)) / 1024;
        return 0.0;
    };
    if (!(std::ofstream("/proc/self/clear_refs") << 5 << std::flush))
        QSKIP("this kernel keeps no peak of memory that can be reset");
    const double before = peakMib();
    writeSafetensors(at("large.safetensors"), tensors);
    QVERIFY2(peakMib() - before < 16, qPrintable(QString::number(peakMib() - before)));
    QCOMPARE(fs::file_size(at("large.safetensors")) / 1'000'000, std::uintmax_t{100});
}

void SafetensorsTest::namesTheTensorWithNaN() {
    const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    for (const auto type : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16})
        for (const double bad : {infinity, -infinity, nan}) {
            auto values = at::ones({5000}, at::TensorOptions(type));
            values[4999].fill_(bad);
            writeSafetensors(at("nan.safetensors"), {{"good", at::ones({3})}, {"layer.0.weight", values}});
            const SafetensorsFile file(at("nan.safetensors"));
            file.read("good");
            verifyComplaint(complaint([&] { file.read("layer.0.weight"); }), "layer.0.weight: holds NaN or infinity");
        }
}

void SafetensorsTest::aTruncatedFileIsAnErrorAlsoWhileOpen() {
    writeSafetensors(at("cut.safetensors"), {{"a", at::ones({100})}});
    const SafetensorsFile file(at("cut.safetensors"));
    fs::resize_file(at("cut.safetensors"), 200);
    verifyComplaint(complaint([&] { file.read("a"); }), "tensor a: cannot be read to its end");
    verifyComplaint(complaint([&] { SafetensorsFile again(at("cut.safetensors")); }), "cut off");
    verifyComplaint(complaint([&] { file.read("b"); }), "has no tensor b");
}

void SafetensorsTest::readsShardsByTheirIndex() {
    const auto folder = at("sharded");
    fs::create_directory(folder);
    writeSafetensors(folder / "one.safetensors", {{"a", at::ones({2})}});
    writeSafetensors(folder / "two.safetensors", {{"b", at::zeros({3})}, {"c", at::ones({1})}});
    put(folder / "model.safetensors.index.json",
        R"({"metadata":{"total_size":24},"weight_map":{"a":"one.safetensors","b":"two.safetensors","c":"two.safetensors"}})");
    const CheckpointFiles files(folder);
    QCOMPARE(files.names(), (std::vector<std::string>{"a", "b", "c"}));
    QVERIFY(files.has("b") && !files.has("d"));
    QCOMPARE(files.entry("b").shape, std::vector<std::int64_t>{3});
    QVERIFY(at::equal(files.read("a"), at::ones({2})));
    verifyComplaint(complaint([&] { files.read("d"); }), "no tensor \"d\"");
}

void SafetensorsTest::refusesBrokenIndexes_data() {
    QTest::addColumn<QByteArray>("index");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("missing shard") << QByteArray(R"({"weight_map":{"a":"gone.safetensors"}})")
                                   << QByteArray("gone.safetensors");
    QTest::newRow("leaves the folder") << QByteArray(R"({"weight_map":{"a":"../model.safetensors"}})")
                                       << QByteArray("beside it");
    QTest::newRow("absolute") << QByteArray(R"({"weight_map":{"a":"/etc/passwd"}})") << QByteArray("beside it");
    QTest::newRow("no map") << QByteArray(R"({"weights":{}})") << QByteArray("weight_map");
    QTest::newRow("number") << QByteArray(R"({"weight_map":{"a":1}})") << QByteArray("not a text");
    QTest::newRow("a pickle") << QByteArray(R"({"weight_map":{"a":"pytorch_model-00001-of-00002.bin"}})")
                              << QByteArray("*.safetensors file beside it");
    QTest::newRow("empty") << QByteArray(R"({"weight_map":{}})") << QByteArray("is empty");
    QTest::newRow("a tensor twice") << QByteArray(R"({"weight_map":{"a":"one.safetensors","a":"two.safetensors"}})")
                                    << QByteArray("\"a\" stands twice");
    QTest::newRow("not in it") << QByteArray(R"({"weight_map":{"z":"one.safetensors"}})") << QByteArray("\"z\" is not");
}

void SafetensorsTest::refusesBrokenIndexes() {
    QFETCH(QByteArray, index);
    QFETCH(QByteArray, says);
    const auto folder = at("broken");
    fs::create_directory(folder);
    writeSafetensors(folder / "one.safetensors", {{"a", at::ones({2})}});
    put(folder / "model.safetensors.index.json", index.toStdString());
    verifyComplaint(complaint([&] { CheckpointFiles files(folder); }), says.toStdString());
}

void SafetensorsTest::refusesATensorInTwoShards() {
    const auto folder = at("doubled");
    fs::create_directory(folder);
    writeSafetensors(folder / "one.safetensors", {{"a", at::ones({2})}});
    writeSafetensors(folder / "two.safetensors", {{"a", at::zeros({2})}, {"b", at::zeros({3})}});
    put(folder / "model.safetensors.index.json", R"({"weight_map":{"a":"one.safetensors","b":"two.safetensors"}})");
    verifyComplaint(complaint([&] { CheckpointFiles files(folder); }),
                    "tensor \"a\" is in one.safetensors and in two.safetensors");
}

/// transformers 5.17 loads model.safetensors and never opens the index; with equal weights that is no matter.
void SafetensorsTest::refusesASingleFileThatIsNotWhatTheShardsHold() {
    const auto folder = at("both");
    fs::create_directory(folder);
    const auto a = at::arange(6, at::kFloat), b = at::ones({3}, at::kHalf);
    writeSafetensors(folder / "one.safetensors", {{"a", a}});
    writeSafetensors(folder / "two.safetensors", {{"b", b}});
    put(folder / "model.safetensors.index.json", R"({"weight_map":{"a":"one.safetensors","b":"two.safetensors"}})");
    const auto said = [&](const std::vector<std::pair<std::string, at::Tensor>>& single) {
        writeSafetensors(folder / "model.safetensors", single);
        return complaint([&] { CheckpointFiles files(folder); });
    };
    QCOMPARE(said({{"a", a}, {"b", b}}), std::string());
    verifyComplaint(said({{"a", a + 1}, {"b", b}}), "tensor \"a\" differs");
    verifyComplaint(said({{"a", a.view({2, 3})}, {"b", b}}), "tensor \"a\" differs");
    verifyComplaint(said({{"a", a}, {"b", b.to(at::kBFloat16)}}), "tensor \"b\" differs");
    verifyComplaint(said({{"a", a}}), "tensor \"b\" is in the shards alone");
    verifyComplaint(said({{"a", a}, {"b", b}, {"c", b}}), "tensor \"c\" is in the single file alone");
    // An index that names the single file itself is no second copy.
    put(folder / "model.safetensors.index.json", R"({"weight_map":{"a":"model.safetensors","b":"model.safetensors"}})");
    QCOMPARE(said({{"a", a + 1}, {"b", b}}), std::string());
}

void SafetensorsTest::saysWhyAFolderIsNoCheckpoint_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("nothing") << QByteArray("notes.txt") << QByteArray("neither model.safetensors");
    for (const char* pickle : {"pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json",
                               "weights.bin", "consolidated.00.pth", "model.pt", "last.ckpt"})
        QTest::newRow(pickle) << QByteArray(pickle) << QByteArray(pickle) + " alone, a Python pickle";
    QTest::newRow("no index") << QByteArray("model-00001-of-00003.safetensors")
                              << QByteArray("without model.safetensors.index.json");
    QTest::newRow("gguf") << QByteArray("llava.gguf") << QByteArray("llava.gguf alone");
}

void SafetensorsTest::saysWhyAFolderIsNoCheckpoint() {
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, says);
    const QTemporaryDir folder;
    put(fs::path(folder.path().toStdString()) / file.toStdString(), "PK");
    verifyComplaint(complaint([&] { CheckpointFiles files(folder.path().toStdString()); }), says.toStdString());
}

void SafetensorsTest::aLinkToNowhereIsNotSkipped() {
    const auto folder = at("linked");
    fs::create_directory(folder);
    fs::create_symlink("../blobs/gone", folder / "model.safetensors");
    verifyComplaint(complaint([&] { CheckpointFiles files(folder); }), "model.safetensors: cannot be read");
    fs::create_symlink("model.safetensors.index.json", folder / "model.safetensors.index.json");
    verifyComplaint(complaint([&] { CheckpointFiles files(folder); }), "index.json: cannot be read");
}

LACUNA_TEST(SafetensorsTest)
#include "safetensors_test.moc"
