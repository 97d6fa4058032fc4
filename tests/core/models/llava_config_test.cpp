#include "core/models/llava_config.h"

#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>
#include <functional>

using namespace lacuna;

namespace {

using Json = nlohmann::json;

LlavaConfig someConfig() {
    LlavaConfig config;
    config.text.vocabulary = 90;
    config.text.keyValueHeads = 2;
    config.imageToken = 89;
    config.featureLayers = {-1};
    config.pad = 3;
    return config;
}

/// A folder whose config.json is a good one after `change`.
std::string folderWith(const QTemporaryDir& folder, const std::function<void(Json&)>& change) {
    const std::string path = folder.path().toStdString();
    writeLlavaConfig(someConfig(), path);
    std::ifstream stream(path + "/config.json");
    Json json = Json::parse(stream);
    change(json);
    std::ofstream(path + "/config.json") << json.dump();
    return path;
}

/// What readLlavaConfig complains of, empty when it does not.
std::string complaint(const std::function<void(Json&)>& change) {
    const QTemporaryDir folder;
    try {
        readLlavaConfig(folderWith(folder, change));
        return "";
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "not an input error";
    }
}

/// The key that a complaint must name, and what makes it wrong.
const std::vector<std::pair<const char*, std::function<void(Json&)>>> kWrongs{
    {"model_type", [](Json& json) { json["model_type"] = "llava_onevision"; }},
    {"model_type", [](Json& json) { json.erase("model_type"); }},
    {"quantization_config",
     [](Json& json) {
         json["quantization_config"] = {{"quant_method", "bitsandbytes"}};
     }},
    {"image_grid_pinpoints",
     [](Json& json) {
         json["model_type"] = "llava_next";
         json["image_grid_pinpoints"] = {{64, 64 * 255}, {64 * 16, 64 * 17}};  // 272 tiles
     }},
    {"text_config", [](Json& json) { json.erase("text_config"); }},
    {"text_config", [](Json& json) { json["text_config"] = 3; }},
    {"vision_config", [](Json& json) { json["vision_config"] = Json::array(); }},
    {"image_token_index", [](Json& json) { json.erase("image_token_index"); }},
    {"image_token_index", [](Json& json) { json["image_token_index"] = 90; }},
    {"image_token_index", [](Json& json) { json["image_token_index"] = "89"; }},
    {"vision_feature_layer", [](Json& json) { json["vision_feature_layer"] = -5; }},
    {"vision_feature_layer",
     [](Json& json) {
         json["vision_feature_layer"] = {-2, -5};
     }},
    {"vision_feature_layer", [](Json& json) { json["vision_feature_layer"] = Json::array(); }},
    {"vision_feature_select_strategy", [](Json& json) { json["vision_feature_select_strategy"] = "cls"; }},
    {"vision_feature_select_strategy",
     [](Json& json) {
         json["model_type"] = "llava_next";
         json["image_grid_pinpoints"] = {{64, 128}};
         json["vision_feature_select_strategy"] = "full";
     }},
    {"image_grid_pinpoints", [](Json& json) { json["model_type"] = "llava_next"; }},
    {"image_grid_pinpoints",
     [](Json& json) {
         json["model_type"] = "llava_next";
         json["image_grid_pinpoints"] = {{64, 128}, {64, 100}};
     }},
    {"image_grid_pinpoints",
     [](Json& json) {
         json["model_type"] = "llava_next";
         json["image_grid_pinpoints"] = Json::array();
     }},
    {"text_config.hidden_size", [](Json& json) { json["text_config"]["hidden_size"] = 1e9; }},
    {"text_config.hidden_size", [](Json& json) { json["text_config"]["hidden_size"] = -128; }},
    {"text_config.hidden_size", [](Json& json) { json["text_config"]["hidden_size"] = 18446744073709551615U; }},
    {"text_config.num_attention_heads", [](Json& json) { json["text_config"]["num_attention_heads"] = 3; }},
    {"text_config.num_attention_heads", [](Json& json) { json["text_config"]["num_attention_heads"] = 0; }},
    {"text_config.num_key_value_heads", [](Json& json) { json["text_config"]["num_key_value_heads"] = 3; }},
    {"text_config.rms_norm_eps", [](Json& json) { json["text_config"]["rms_norm_eps"] = "small"; }},
    {"text_config.hidden_act", [](Json& json) { json["text_config"]["hidden_act"] = "gelu"; }},
    {"text_config.attention_bias", [](Json& json) { json["text_config"]["attention_bias"] = true; }},
    {"text_config.rope_scaling.type",
     [](Json& json) {
         json["text_config"]["rope_scaling"] = {{"type", "linear"}};
     }},
    {"vision_config.patch_size", [](Json& json) { json["vision_config"]["patch_size"] = 65; }},
    {"vision_config.hidden_act", [](Json& json) { json["vision_config"]["hidden_act"] = "relu"; }},
    {"vision_config.num_hidden_layers", [](Json& json) { json["vision_config"]["num_hidden_layers"] = true; }},
};

}  // namespace

class LlavaConfigTest : public QObject {
    Q_OBJECT

private slots:
    void readsWhatItWrote();
    void takesTheDefaultsAndNamesOfBothTransformersGenerations();
    void namesTheKeyThatIsWrong_data();
    void namesTheKeyThatIsWrong();
    void namesTheFileThatIsMissingOrNoJson();
};

void LlavaConfigTest::readsWhatItWrote() {
    const QTemporaryDir folder;
    const LlavaConfig config = readLlavaConfig(folderWith(folder, [](Json&) {}));
    QCOMPARE(config.text.vocabulary, std::int64_t{90});
    QCOMPARE(config.text.keyValueHeads, std::int64_t{2});
    QCOMPARE(config.text.ropeTheta, 10000.0);
    QCOMPARE(config.vision.patches(), std::int64_t{16});
    QCOMPARE(config.imageToken, std::int64_t{89});
    QCOMPARE(config.featureLayers, std::vector<std::int64_t>{-1});
    QCOMPARE(config.pad, std::int64_t{3});
    QVERIFY(config.dropsClassToken);
}

void LlavaConfigTest::takesTheDefaultsAndNamesOfBothTransformersGenerations() {
    const QTemporaryDir folder;
    const LlavaConfig old = readLlavaConfig(folderWith(folder, [](Json& json) {  // as llava-1.5-7b-hf has it
        json["text_config"] = {
            {"model_type", "llama"}, {"max_position_embeddings", 4096}, {"rms_norm_eps", 1e-5}, {"vocab_size", 32064}};
        json["image_token_index"] = 32000;
        json["pad_token_id"] = 32001;
    }));
    QCOMPARE(old.text.hidden, std::int64_t{4096});
    QCOMPARE(old.text.intermediate, std::int64_t{11008});
    QCOMPARE(old.text.keyValueHeads, std::int64_t{32});
    QCOMPARE(old.eos, std::int64_t{2});

    const LlavaConfig now = readLlavaConfig(folderWith(folder, [](Json& json) {
        json["image_token_id"] = 88;
        json["text_config"].erase("rope_theta");
        json["text_config"]["rope_parameters"] = {{"rope_theta", 500000.0}, {"rope_type", "default"}};
        json["text_config"]["pad_token_id"] = nullptr;
    }));
    QCOMPARE(now.imageToken, std::int64_t{88});
    QCOMPARE(now.text.ropeTheta, 500000.0);
}

void LlavaConfigTest::namesTheKeyThatIsWrong_data() {
    QTest::addColumn<std::size_t>("number");
    for (std::size_t i = 0; i < kWrongs.size(); ++i)
        QTest::addRow("%zu: %s", i, kWrongs[i].first) << i;
}

void LlavaConfigTest::namesTheKeyThatIsWrong() {
    QFETCH(std::size_t, number);
    const auto& [key, change] = kWrongs[number];
    const std::string said = complaint(change);
    QVERIFY2(said.find("config.json") != std::string::npos, said.c_str());
    QVERIFY2(said.find(std::string("\"") + key + "\"") != std::string::npos, said.c_str());
}

void LlavaConfigTest::namesTheFileThatIsMissingOrNoJson() {
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    QVERIFY_THROWS_EXCEPTION(Error, readLlavaConfig(path));
    for (const char* text : {"", "{", "[]", "{\"model_type\": \"llava\"", "\x80\x02}q"}) {
        std::ofstream(path + "/config.json") << text;
        try {
            readLlavaConfig(path);
            QFAIL(text);
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY(std::string(error.what()).find("config.json") != std::string::npos);
        }
    }
}

LACUNA_TEST(LlavaConfigTest)
#include "llava_config_test.moc"
