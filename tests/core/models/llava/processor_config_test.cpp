// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/processor_config.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/models/llava/adapter_files.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace lacuna;

namespace fs = std::filesystem;

/// Fields that `transformers` 5.17 and `peft` 0.21 demand, read off processing_llava.py and auto.py there;
/// tests/parity/open_elsewhere.py opens the folders with both.
class ProcessorConfigTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path folder() const { return m_folder.path().toStdString(); }

private slots:
    void autoProcessorCountsThePatchesThatTheModelHas() {
        for (const bool dropsClassToken : {true, false}) {
            LlavaConfig config;
            config.vision.imageSize = 48;
            config.vision.patchSize = 8;
            config.dropsClassToken = dropsClassToken;
            writeProcessorConfig(config, folder());
            const auto json = readJson(folder() / "processor_config.json");
            QCOMPARE(json.at("processor_class"), "LlavaProcessor");
            QCOMPARE(json.at("image_token"), "<image>");
            const auto patch = json.at("patch_size").get<std::int64_t>();
            // As LlavaProcessor.replace_image_token counts.
            auto tokens = (48 / patch) * (48 / patch) + json.at("num_additional_image_tokens").get<std::int64_t>();
            if (json.at("vision_feature_select_strategy") == "default")
                --tokens;
            QCOMPARE(tokens, config.tileTokens());
        }
    }

    void theProcessorIsTheFamilys() {
        LlavaConfig config;
        config.gridPinpoints = {{336, 672}};
        writeProcessorConfig(config, folder());
        QCOMPARE(readJson(folder() / "processor_config.json").at("processor_class"), "LlavaNextProcessor");
    }

    void theEmbeddedModelHasOne() {
        const fs::path embedded = fs::path(LACUNA_SOURCE_DIR) / "datasets" / "small-llava";
        writeProcessorConfig(readLlavaConfig(embedded), folder());
        QCOMPARE(readFile(folder() / "processor_config.json"), readFile(embedded / "processor_config.json"));
    }

    void autoPeftModelFindsTheBaseOfAnAdapter() {
        LlavaConfig config;
        config.text = {.vocabulary = 20, .hidden = 8, .intermediate = 12, .layers = 1, .heads = 2, .keyValueHeads = 1};
        for (const bool isNext : {false, true}) {
            config.gridPinpoints.clear();
            if (isNext)
                config.gridPinpoints = {{336, 672}};
            writeAdapter(makeAdapter(config.text, 2, 4, 1, at::kFloat), folder() / "adapter", config, "/models/base");
            const auto json = readJson(folder() / "adapter" / "adapter_config.json");
            QCOMPARE(json.at("base_model_name_or_path"), "/models/base");
            QVERIFY(json.at("task_type").is_null());  // with one AutoPeftModel refuses
            const auto& mapping = json.at("auto_mapping");
            QCOMPARE(mapping.at("base_model_class"),
                     isNext ? "LlavaNextForConditionalGeneration" : "LlavaForConditionalGeneration");
            QCOMPARE(mapping.at("parent_library"), isNext ? "transformers.models.llava_next.modeling_llava_next"
                                                          : "transformers.models.llava.modeling_llava");
        }
    }
};

LACUNA_TEST(ProcessorConfigTest)
#include "processor_config_test.moc"
