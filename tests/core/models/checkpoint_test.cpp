#include "core/base/error.h"
#include "core/models/llava.h"
#include "core/tensors/safetensors.h"
#include "tests/common/test_registry.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <functional>

using namespace lacuna;

namespace fs = std::filesystem;

namespace {

LlavaConfig tinyConfig() {
    LlavaConfig config;
    config.vision = {.imageSize = 8, .patchSize = 4, .hidden = 8, .intermediate = 8, .layers = 1, .heads = 2};
    config.text = {.vocabulary = 20, .hidden = 8, .intermediate = 12, .layers = 2, .heads = 2, .keyValueHeads = 1};
    config.imageToken = 19;
    return config;
}

using Tensors = std::map<std::string, at::Tensor>;

/// Saves a checkpoint, lets `change` spoil its tensors, and tells what loading it complains of ("" = nothing).
std::string complaint(const std::function<void(Tensors&)>& change) {
    const QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    Llava model = Llava::initialised(tinyConfig(), 1, at::kFloat);
    model.save(path);
    Tensors tensors = model.weights();
    change(tensors);
    writeSafetensors(path / "model.safetensors", {tensors.begin(), tensors.end()});
    try {
        Llava::load(path, at::kFloat);
        return "";
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "not an input error";
    }
}

const std::string kUp = "language_model.model.layers.1.mlp.up_proj.weight";

/// What adapter reading complains of after `change` of its config and tensors.
std::string adapterComplaint(const TextConfig& reader,
                             const std::function<void(nlohmann::json&, Tensors&)>& change = {}) {
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "adapter";
    writeAdapter(makeAdapter(tinyConfig().text, 3, 6, 1, at::kFloat), path, "tiny");
    if (change) {
        std::ifstream stream(path / "adapter_config.json");
        nlohmann::json json = nlohmann::json::parse(stream);
        Tensors tensors;
        {
            const SafetensorsFile file(path / "adapter_model.safetensors");
            for (const auto& [name, entry] : file.entries())
                tensors[name] = file.read(name);
        }
        change(json, tensors);
        std::ofstream(path / "adapter_config.json") << json.dump();
        writeSafetensors(path / "adapter_model.safetensors", {tensors.begin(), tensors.end()});
    }
    try {
        readAdapter(path, reader, at::kFloat);
        return "";
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "not an input error";
    }
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class CheckpointTest : public QObject {
    Q_OBJECT

private slots:
    void aCheckpointComesBackBitForBit();
    void takesOtherNamesAndHalfPrecision();
    void namesTheTensorThatIsMissingOrOfAnotherShape();
    void tiedEmbeddingsHaveNoHead();
    void anAdapterComesBackBitForBit();
    void anAdapterOfAnotherBaseOrRankIsRefused();
    void anAdapterOnSomeLinearsIsRead();
    void anAdapterThatCannotBeWrittenLeavesTheOldOne();
};

void CheckpointTest::aCheckpointComesBackBitForBit() {
    const QTemporaryDir folder;
    Llava model = Llava::initialised(tinyConfig(), 5, at::kFloat);
    model.save(folder.path().toStdString());
    std::int64_t calls = 0;
    Llava read = Llava::load(folder.path().toStdString(), at::kFloat, [&](const Progress& progress) {
        QCOMPARE(progress.done, ++calls);
        QVERIFY(progress.total >= progress.done);
    });
    QCOMPARE(static_cast<std::size_t>(calls), model.weights().size());
    for (const auto& [name, weight] : model.weights())
        QVERIFY2(at::equal(weight, read.weights().at(name)), name.c_str());
}

void CheckpointTest::takesOtherNamesAndHalfPrecision() {
    QCOMPARE(complaint([](Tensors& tensors) {
                 Tensors renamed;
                 for (auto& [name, weight] : tensors) {
                     std::string other = "model." + name;
                     if (name == "language_model.lm_head.weight")
                         other = "lm_head.weight";
                     else if (name.starts_with("language_model.model."))
                         other = "model.language_model." + name.substr(21);
                     renamed[other] = weight.to(at::kBFloat16);
                 }
                 tensors = renamed;
             }),
             std::string());
}

void CheckpointTest::namesTheTensorThatIsMissingOrOfAnotherShape() {
    QVERIFY(says(complaint([](Tensors& tensors) { tensors.erase(kUp); }), kUp));
    QVERIFY(says(complaint([](Tensors& tensors) { tensors[kUp] = at::zeros({12, 9}); }), kUp));
    QVERIFY(says(complaint([](Tensors& tensors) { tensors[kUp] = at::zeros({12, 8}, at::kInt); }), kUp));
    QVERIFY(says(complaint([](Tensors& tensors) { tensors[kUp] = at::full({12, 8}, NAN); }), kUp));
}

void CheckpointTest::tiedEmbeddingsHaveNoHead() {
    LlavaConfig config = tinyConfig();
    config.text.tiedEmbeddings = true;
    const QTemporaryDir folder;
    Llava model = Llava::initialised(config, 5, at::kFloat);
    QVERIFY(!model.weights().contains("language_model.lm_head.weight"));
    model.save(folder.path().toStdString());
    const Llava read = Llava::load(folder.path().toStdString(), at::kFloat);
    TokenBatch batch{at::tensor({1, 4, 5, 2}, at::kLong).view({1, 4}), at::tensor({-100, -100, 5, 2}, at::kLong).view({1, 4}),
                     at::tensor({4}, at::kLong), {}};
    QVERIFY(at::equal(read.answerLogits(batch).logits, model.answerLogits(batch).logits));
}

void CheckpointTest::anAdapterComesBackBitForBit() {
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "deep" / "adapter";
    const Adapter adapter = makeAdapter(tinyConfig().text, 3, 7.5, 1, at::kFloat);
    writeAdapter(adapter, path, "tiny");
    const Adapter read = readAdapter(path, tinyConfig().text, at::kFloat);
    QCOMPARE(read.rank, adapter.rank);
    QCOMPARE(read.alpha, adapter.alpha);
    const std::vector<at::Tensor> wrote = adapter.parameters(), found = read.parameters();
    QCOMPARE(found.size(), std::size_t{2 * 7 * 2});
    for (std::size_t i = 0; i < wrote.size(); ++i)
        QVERIFY(at::equal(wrote[i], found[i]));
    const Adapter clone = adapter.clone();
    clone.layers[0][0].b.fill_(1);
    QVERIFY(!adapter.layers[0][0].b.any().item<bool>());
}

void CheckpointTest::anAdapterOfAnotherBaseOrRankIsRefused() {
    const TextConfig text = tinyConfig().text;
    QCOMPARE(adapterComplaint(text), std::string());
    TextConfig wider = text, shallower = text;
    wider.intermediate = 16;
    shallower.layers = 1;
    QVERIFY(says(adapterComplaint(wider), "another base"));
    QVERIFY(says(adapterComplaint(shallower), "another base"));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json& json, Tensors&) { json["r"] = 4; }), "shape"));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json& json, Tensors&) { json["r"] = "3"; }), "\"r\""));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json& json, Tensors&) { json.erase("r"); }), "\"r\""));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json& json, Tensors&) { json["peft_type"] = "IA3"; }), "IA3"));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json& json, Tensors&) { json["use_dora"] = true; }), "use_dora"));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json& json, Tensors&) { json["rank_pattern"] = {{"q_proj", 2}}; }),
                 "rank_pattern"));
    QVERIFY(says(adapterComplaint(
                     text, [](nlohmann::json&, Tensors& tensors) { tensors.erase(tensors.begin()->first); }),
                 "missing"));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json&, Tensors& tensors) { tensors["lm_head.weight"] = at::ones(3); }),
                 "lm_head.weight"));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json&, Tensors& tensors) { tensors.clear(); }), "no factors"));
}

void CheckpointTest::anAdapterOnSomeLinearsIsRead() {
    QCOMPARE(adapterComplaint(tinyConfig().text,
                              [](nlohmann::json& json, Tensors& tensors) {
                                  std::erase_if(tensors,
                                                [](const auto& row) { return !says(row.first, ".q_proj.lora_"); });
                                  json["use_rslora"] = true;
                              }),
             std::string());
}

void CheckpointTest::anAdapterThatCannotBeWrittenLeavesTheOldOne() {
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "file";
    std::ofstream(path) << "not a folder";
    QVERIFY_THROWS_EXCEPTION(Error, writeAdapter(makeAdapter(tinyConfig().text, 3, 6, 1, at::kFloat), path / "adapter", "tiny"));
    QVERIFY(fs::is_regular_file(path));
}

LACUNA_TEST(CheckpointTest)
#include "checkpoint_test.moc"
