// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/checkpoint_hash.h"

#include "core/base/interruption.h"
#include "tests/common/bytes_read.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

class CheckpointHashTest : public QObject {
    Q_OBJECT

private slots:
    void isThatOfNamesAndHashes();
    void readsEachFileOnce();
    void canBeStopped();
};

/// Python's hashlib: sha256("".join(f"{name} {sha256(bytes)}\n" …)), names in order.
void CheckpointHashTest::isThatOfNamesAndHashes() {
    const QTemporaryDir temporary;
    const fs::path folder = temporary.path().toStdString();
    put(folder / "a.safetensors", "weights");
    put(folder / "config.json", "{}");
    put(folder / "tokenizer.model", "pieces");
    put(folder / "README.md", "decides nothing");
    const std::string plain = "a30a1ee5334d63a8f7e0d3b0470a903670069b54c28e2246dea7c51811111825";
    auto hash = checkpointHash(folder);
    QCOMPARE(hash.now, plain);
    QCOMPARE(hash.beforeProcessor, plain);

    put(folder / "processor_config.json", R"({"patch_size": 8})");
    hash = checkpointHash(folder);
    QCOMPARE(hash.now, std::string("6da44022ff1df85b5b568d51028dd0c54803e39e3148f89fae5ee5c01577ff9b"));
    QCOMPARE(hash.beforeProcessor, plain);

    put(folder / "processor_config.json", R"({"chat_template": "x"})");  // decides answers
    hash = checkpointHash(folder);
    QCOMPARE(hash.now, std::string("fd48e0bfad2fb5cdea8c6b71692642e90d0670982e9fd9cd5b23d0caf3bf37ee"));
    QCOMPARE(hash.beforeProcessor, hash.now);

    fs::create_directories(folder / "additional_chat_templates");
    put(folder / "additional_chat_templates/default.jinja", "named");  // counts in the place of the next
    QCOMPARE(checkpointHash(folder).now,
             std::string("835e6c10fe05af1ac09f188d697ba703b59513602b0d0d3c7bb1717b1ab8a7de"));
    put(folder / "chat_template.jinja", "own");
    QCOMPARE(checkpointHash(folder).now,
             std::string("00ce604d7809553799dce7c431ebe45f2b27d37c05e13ae0fdf99a29800505fe"));
}

void CheckpointHashTest::readsEachFileOnce() {
    const QTemporaryDir temporary;
    const fs::path folder = temporary.path().toStdString();
    constexpr std::int64_t size = 40 << 20;
    put(folder / "model.safetensors", std::string(size, 'w'));
    put(folder / "processor_config.json", R"({"patch_size": 8})");
    std::vector<Progress> told;
    const auto before = testing::bytesRead();
    QVERIFY(before >= 0);
    const auto hash = checkpointHash(folder, [&](const Progress& progress) { told.push_back(progress); });
    const auto read = testing::bytesRead() - before;
    QVERIFY(hash.now != hash.beforeProcessor);
    QVERIFY2(read >= size && read < size + size / 4, std::to_string(read).c_str());
    QCOMPARE(told.size(), std::size_t{1});  // every 32 MiB
    QCOMPARE(told.front().total, size + 17);
}

void CheckpointHashTest::canBeStopped() {
    const QTemporaryDir temporary;
    put(fs::path(temporary.path().toStdString()) / "model.safetensors", "weights");
    const Interruptions stopped([] { throw Cancelled{}; });
    QVERIFY_THROWS_EXCEPTION(Cancelled, checkpointHash(temporary.path().toStdString()));
}

LACUNA_TEST(CheckpointHashTest)
#include "checkpoint_hash_test.moc"
