// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/llava.h"
#include "core/tensors/safetensors.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

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
    writeAdapter(makeAdapter(tinyConfig().text, 3, 6, 1, at::kFloat), path, tinyConfig(), "tiny");
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
        LlavaConfig config = tinyConfig();
        config.text = reader;
        readAdapter(path, config, at::kFloat);
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
    void refusesWeightsThatTheConfigHasNoPlaceFor();
    void refusesATensorUnderTwoNames();
    void tiedEmbeddingsHaveNoHead();
    void whatTheWeightsHoldDecidesOverTheTie_data();
    void whatTheWeightsHoldDecidesOverTheTie();
    void anAdapterComesBackBitForBit();
    void anAdapterBringsItsOwnTowerAndProjector();
    void anAdapterOfAnotherBaseOrRankIsRefused();
    void anAdapterOfAnotherKindIsRefused();
    void anAdapterOnSomeLinearsIsRead();
    void anAdapterWithoutWhatItListsIsRefused();
    void aPickledAdapterIsRefused();
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

void CheckpointTest::refusesWeightsThatTheConfigHasNoPlaceFor() {
    const std::string deeper = "language_model.model.layers.2.mlp.up_proj.weight",
                      biased = "language_model.model.layers.0.self_attn.q_proj.bias";
    for (const auto& name : {deeper, biased}) {
        const auto said = complaint([&](Tensors& tensors) { tensors[name] = at::zeros({8}); });
        QVERIFY2(says(said, name) && says(said, "no place"), said.c_str());
    }
    // Older transformers wrote these too.
    QCOMPARE(complaint([](Tensors& tensors) {
                 tensors["language_model.model.layers.0.self_attn.rotary_emb.inv_freq"] = at::zeros({2});
                 tensors["vision_tower.vision_model.embeddings.position_ids"] = at::zeros({1, 5}, at::kLong);
             }),
             std::string());
}

void CheckpointTest::refusesATensorUnderTwoNames() {
    const auto said = complaint([](Tensors& tensors) { tensors["lm_head.weight"] = at::zeros({20, 8}); });
    QVERIFY2(says(said, "\"language_model.lm_head.weight\" and \"lm_head.weight\""), said.c_str());
}

void CheckpointTest::tiedEmbeddingsHaveNoHead() {
    LlavaConfig config = tinyConfig();
    config.text.tiedEmbeddings = true;
    const QTemporaryDir folder;
    Llava model = Llava::initialised(config, 5, at::kFloat);
    QVERIFY(!model.weights().contains("language_model.lm_head.weight"));
    model.save(folder.path().toStdString());
    const Llava read = Llava::load(folder.path().toStdString(), at::kFloat);
    TokenBatch batch{at::tensor({1, 4, 5, 2}, at::kLong).view({1, 4}),
                     at::tensor({-100, -100, 5, 2}, at::kLong).view({1, 4}),
                     at::tensor({4}, at::kLong),
                     countedPositions(1, 4),
                     {}};
    QVERIFY(at::equal(read.answerLogits(batch).logits, model.answerLogits(batch).logits));
}

/// What a LLaVA does whose config ties at `root` and in `text`, and whose weights hold what `keeps` leaves of embedding
/// and head. "own": the file's head; "embedding": tied. transformers 5.17
/// (LlavaForConditionalGeneration.from_pretrained, `lm_head.weight is embed_tokens.weight`) gives the same.
void CheckpointTest::whatTheWeightsHoldDecidesOverTheTie_data() {
    QTest::addColumn<bool>("root");
    QTest::addColumn<bool>("text");
    QTest::addColumn<QString>("holds");
    QTest::addColumn<QString>("head");
    QTest::newRow("tied at the root, another head in the file") << true << false << "both"
                                                                << "own";
    QTest::newRow("tied in text_config, another head in the file") << false << true << "both"
                                                                   << "own";
    QTest::newRow("tied twice, another head in the file") << true << true << "both"
                                                          << "own";
    QTest::newRow("tied, the head is a copy") << true << false << "copy"
                                              << "embedding";
    QTest::newRow("tied in text_config alone, no head") << false << true << "embedding"
                                                        << "embedding";
    QTest::newRow("tied at the root alone, no head") << true << false << "embedding"
                                                     << "embedding";
    QTest::newRow("tied, written as the head alone") << true << true << "head"
                                                     << "own";
    QTest::newRow("not tied, no head") << false << false << "embedding"
                                       << "refused";
    QTest::newRow("not tied, no embedding") << false << false << "head"
                                            << "refused";
    QTest::newRow("not tied") << false << false << "both"
                              << "own";
}

void CheckpointTest::whatTheWeightsHoldDecidesOverTheTie() {
    QFETCH(bool, root);
    QFETCH(bool, text);
    QFETCH(QString, holds);
    QFETCH(QString, head);
    const std::string kHead = "language_model.lm_head.weight", kEmbedding = "language_model.model.embed_tokens.weight";
    const QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    Llava model = Llava::initialised(tinyConfig(), 1, at::kFloat);
    model.save(path);
    Tensors tensors = model.weights();
    const auto embedding = tensors.at(kEmbedding), own = tensors.at(kHead);
    if (holds == "copy")
        tensors[kHead] = embedding.clone();
    if (holds == "embedding")
        tensors.erase(kHead);
    if (holds == "head")
        tensors.erase(kEmbedding);
    writeSafetensors(path / "model.safetensors", {tensors.begin(), tensors.end()});
    nlohmann::json json;
    std::ifstream(path / "config.json") >> json;
    json["tie_word_embeddings"] = root;
    json["text_config"]["tie_word_embeddings"] = text;
    std::ofstream(path / "config.json") << json.dump();
    if (head == "refused") {
        QVERIFY_THROWS_EXCEPTION(Error, Llava::load(path, at::kFloat));
        return;
    }
    Llava read = Llava::load(path, at::kFloat);
    const auto& weights = read.weights();
    QCOMPARE(weights.contains(kHead), holds == "both");
    QVERIFY(at::equal(weights.contains(kHead) ? weights.at(kHead) : weights.at(kEmbedding),
                      head == "own" ? own : embedding));
    QCOMPARE(read.config().notes.size(), std::size_t{holds == "both" && (root || text) ? 1U : 0U});
}

void CheckpointTest::anAdapterComesBackBitForBit() {
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "deep" / "adapter";
    const Adapter adapter = makeAdapter(tinyConfig().text, 3, 7.5, 1, at::kFloat);
    writeAdapter(adapter, path, tinyConfig(), "tiny");
    const Adapter read = readAdapter(path, tinyConfig(), at::kFloat);
    QCOMPARE(read.rank, adapter.rank);
    QCOMPARE(read.alpha, adapter.alpha);
    const std::vector<at::Tensor> wrote = adapter.parameters(), found = read.parameters();
    QCOMPARE(found.size(), std::size_t{2} * 7 * 2);
    for (std::size_t i = 0; i < wrote.size(); ++i)
        QVERIFY(at::equal(wrote[i], found[i]));
    const Adapter clone = adapter.clone();
    clone.layers[0][0].b.fill_(1);
    QVERIFY(!adapter.layers[0][0].b.any().item<bool>());
}

void CheckpointTest::anAdapterBringsItsOwnTowerAndProjector() {
    const QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    const Llava model = Llava::initialised(tinyConfig(), 5, at::kFloat);
    Adapter adapter = makeAdapter(tinyConfig().text, 3, 6, 1, at::kFloat);
    model.copyProjector(adapter);
    model.copyTower(adapter);
    adapter.projector.modules.at("multi_modal_projector.linear_2.bias").fill_(0.5);
    writeAdapter(adapter, path / "adapter", tinyConfig(), "tiny");
    const Adapter read = readAdapter(path / "adapter", tinyConfig(), at::kFloat);
    QVERIFY(read.decoder.empty());
    for (const auto part : {&Adapter::projector, &Adapter::tower}) {
        QCOMPARE((read.*part).modules.size(), (adapter.*part).modules.size());
        for (const auto& [name, weight] : (adapter.*part).modules)
            QVERIFY(at::equal((read.*part).modules.at(name), weight));
    }

    Adapter projector = adapter.clone();
    projector.tower = {};
    writeAdapter(projector, path / "projector", tinyConfig(), "tiny");
    const Adapter half = readAdapter(path / "projector", tinyConfig(), at::kFloat);
    QCOMPARE(half.projector.modules.size(), projector.projector.modules.size());
    QVERIFY(half.tower.empty());

    SafetensorsFile file(path / "adapter" / "adapter_model.safetensors");
    std::vector<std::pair<std::string, at::Tensor>> incomplete;
    for (const auto& [name, entry] : file.entries())
        if (!says(name, "post_layernorm.bias"))
            incomplete.emplace_back(name, file.read(name));
    writeSafetensors(path / "adapter" / "adapter_model.safetensors", incomplete);
    try {
        readAdapter(path / "adapter", tinyConfig(), at::kFloat);
        QFAIL("an incomplete tower was read");
    } catch (const Error& error) {
        QVERIFY2(says(error.what(), "post_layernorm.bias") && says(error.what(), "modules_to_save"), error.what());
    }
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
    // A rank of its own that the file does not have; a pattern that only Python runs.
    QVERIFY(says(adapterComplaint(text,
                                  [](nlohmann::json& json, Tensors&) {
                                      json["rank_pattern"] = {{"q_proj", 2}};
                                  }),
                 "shape"));
    QVERIFY(says(adapterComplaint(text,
                                  [](nlohmann::json& json, Tensors&) {
                                      json["alpha_pattern"] = {{"(?<=x)q_proj", 2}};
                                  }),
                 "alpha_pattern"));
    QVERIFY(
        says(adapterComplaint(text, [](nlohmann::json&, Tensors& tensors) { tensors.erase(tensors.begin()->first); }),
             "missing"));
    QVERIFY(
        says(adapterComplaint(text, [](nlohmann::json&, Tensors& tensors) { tensors["lm_head.weight"] = at::ones(3); }),
             "lm_head.weight"));
    QVERIFY(says(adapterComplaint(text, [](nlohmann::json&, Tensors& tensors) { tensors.clear(); }), "no factors"));
}

void CheckpointTest::anAdapterOnSomeLinearsIsRead() {
    QCOMPARE(adapterComplaint(tinyConfig().text,
                              [](nlohmann::json& json, Tensors& tensors) {
                                  std::erase_if(tensors,
                                                [](const auto& row) { return !says(row.first, ".q_proj.lora_"); });
                                  json["use_rslora"] = true;
                                  json["target_modules"] = ".*language_model.*q_proj";
                              }),
             std::string());
}

void CheckpointTest::anAdapterOfAnotherKindIsRefused() {
    const std::vector<std::pair<const char*, nlohmann::json>> wrongs{
        {"modules_to_save", {"lm_head"}},
        {"alpha_pattern", {{"q_proj", "2"}}},
        {"layers_to_transform", {"1"}},
        {"target_parameters", {"mlp.experts"}},
        {"use_qalora", true},
        {"bias", "all"},
        {"layer_replication", {{0, 2}}},
        {"init_lora_weights", "pissa"},
        {"auto_mapping", {{"base_model_class", "Qwen2VLForConditionalGeneration"}}},
        {"target_modules", nlohmann::json::array()},
        {"target_modules", {1, 2}},
        {"r", 1 << 20},
        {"lora_alpha", "16"},
    };
    for (const auto& [key, value] : wrongs) {
        const auto said = adapterComplaint(
            tinyConfig().text, [&, name = key, set = value](nlohmann::json& json, Tensors&) { json[name] = set; });
        QVERIFY2(says(said, "adapter_config.json") && says(said, key), (std::string(key) + ": " + said).c_str());
    }
    for (const auto& fine : {nlohmann::json(true), nlohmann::json("gaussian")})
        QCOMPARE(adapterComplaint(tinyConfig().text,
                                  [&](nlohmann::json& json, Tensors&) { json["init_lora_weights"] = fine; }),
                 std::string());
    // "fan_in_fan_out" is taken back by `peft` itself on a linear.
    for (const char* key : {"fan_in_fan_out", "use_rslora"})
        QCOMPARE(adapterComplaint(tinyConfig().text, [&](nlohmann::json& json, Tensors&) { json[key] = true; }),
                 std::string());
    QVERIFY(says(adapterComplaint(tinyConfig().text,
                                  [&](nlohmann::json& json, Tensors& tensors) {
                                      json["modules_to_save"] = {"up_proj"};
                                      std::erase_if(tensors,
                                                    [](const auto& row) { return says(row.first, "up_proj"); });
                                  }),
                 "\"modules_to_save\" trains model.language_model.layers.0.mlp.up_proj"));
    // Half of a pair; a layer the tower has not; an embedding; names of another library.
    const auto with = [](const std::string& name) {
        return adapterComplaint(tinyConfig().text, [&](nlohmann::json&, Tensors& tensors) {
            tensors[name] = at::zeros({3, 8});
        });
    };
    const std::string tower = "base_model.model.model.vision_tower.vision_model.encoder.layers.";
    QVERIFY(says(with(tower + "0.self_attn.q_proj.lora_A.weight"), "incomplete"));
    QVERIFY(says(with(tower + "7.self_attn.q_proj.lora_A.weight"), "made for other module names"));
    QVERIFY(says(with("base_model.model.model.language_model.embed_tokens.lora_embedding_A"), "an embedding"));
    const auto other = adapterComplaint(tinyConfig().text, [](nlohmann::json&, Tensors& tensors) {
        Tensors others;
        for (const auto& [name, tensor] : tensors)
            others["base_model.model.model." + name.substr(name.find("layers."))] = tensor;
        tensors = others;
    });
    QVERIFY2(
        says(other, "made for other module names: \"base_model.model.model.layers.0.") && !says(other, "incomplete"),
        other.c_str());
}

void CheckpointTest::anAdapterWithoutWhatItListsIsRefused() {
    const std::vector<std::string> linears{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
    const nlohmann::json all = linears;
    const auto without = [&](const nlohmann::json& targets, const std::string& part) {
        return adapterComplaint(tinyConfig().text, [&](nlohmann::json& json, Tensors& tensors) {
            json["target_modules"] = targets;
            std::erase_if(tensors, [&](const auto& row) { return says(row.first, part); });
        });
    };
    QCOMPARE(without(all, "nothing"), std::string());
    const auto said = without(all, "layers.1.mlp.up_proj");
    QVERIFY2(says(said, "layers.1.mlp.up_proj") && says(said, "target_modules"), said.c_str());
    // What the config does not name, `peft` leaves out.
    QVERIFY(says(without({"q_proj", "v_proj"}, "mlp."), "does not name"));
    QVERIFY(says(without(".*language_model.*q_proj", ".v_proj."), "does not name"));
    QCOMPARE(without(".*language_model.*self_attn.*", "mlp."), std::string());
    // A pattern that only Python runs: what the file holds counts.
    QCOMPARE(without("(?i).*Q_PROJ", ".v_proj."), std::string());
    // Whole names, of either generation of transformers, and layers.
    for (const std::string layers : {"model.language_model.layers.", "language_model.model.layers."}) {
        nlohmann::json names = nlohmann::json::array();
        for (const std::string& linear : linears)
            names.push_back(layers + "0." + (linear.size() == 6 ? "self_attn." : "mlp.") + linear);
        QCOMPARE(without(names, "layers.1."), std::string());
        names.push_back(layers + "1.self_attn.q_proj");
        QVERIFY(says(without(names, "layers.1."), "layers.1.self_attn.q_proj"));
    }
    const auto layer = [&](const nlohmann::json& layers, const std::string& part) {
        return adapterComplaint(tinyConfig().text, [&](nlohmann::json& json, Tensors& tensors) {
            json["target_modules"] = all;
            json["layers_to_transform"] = layers;
            std::erase_if(tensors, [&](const auto& row) { return says(row.first, part); });
        });
    };
    QCOMPARE(layer(0, "layers.1."), std::string());
    QCOMPARE(layer({1}, "layers.0."), std::string());
    QVERIFY(says(layer(0, "nothing"), "does not name"));
    QVERIFY(says(layer({0, 1}, "layers.1."), "incomplete"));
}

void CheckpointTest::aPickledAdapterIsRefused() {
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "adapter";
    writeAdapter(makeAdapter(tinyConfig().text, 3, 6, 1, at::kFloat), path, tinyConfig(), "tiny");
    const auto said = [&] {
        try {
            checkAdapter(path, tinyConfig());
            return std::string();
        } catch (const Error& error) {
            return std::string(error.what());
        }
    };
    QCOMPARE(said(), std::string());
    fs::rename(path / "adapter_model.safetensors", path / "adapter_model.bin");
    QVERIFY2(says(said(), "adapter_model.bin alone, a Python pickle"), said().c_str());
    std::ofstream(path / "adapter_model.safetensors") << "\x80\x02}q" << std::string(100, '.');
    QVERIFY2(says(said(), "adapter_model.safetensors: a Python pickle"), said().c_str());
    fs::remove(path / "adapter_model.safetensors");
    fs::remove(path / "adapter_model.bin");
    QVERIFY2(says(said(), "is not there"), said().c_str());
}

void CheckpointTest::anAdapterThatCannotBeWrittenLeavesTheOldOne() {
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "file";
    std::ofstream(path) << "not a folder";
    QVERIFY_THROWS_EXCEPTION(Error, writeAdapter(makeAdapter(tinyConfig().text, 3, 6, 1, at::kFloat), path / "adapter",
                                                 tinyConfig(), "tiny"));
    QVERIFY(fs::is_regular_file(path));
}

LACUNA_TEST(CheckpointTest)
#include "checkpoint_test.moc"
