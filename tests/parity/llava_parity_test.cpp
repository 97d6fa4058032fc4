// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/preprocess.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/llava.h"
#include "core/models/llava/merged_checkpoint.h"
#include "core/tensors/safetensors.h"
#include "core/training/batch.h"
#include "core/training/given_stages.h"
#include "core/training/optimizer.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fmt/format.h>

#include <filesystem>

using namespace lacuna;

namespace fs = std::filesystem;

namespace {

const fs::path kFixtures = fs::path(LACUNA_SOURCE_DIR) / "tests" / "fixtures" / "parity";

/// Those that make_next_fixtures.py drew, for LLaVA-1.6 alone.
std::vector<fs::path> picturesOf(const fs::path& folder) {
    std::vector<fs::path> pictures;
    while (fs::exists(folder / fmt::format("picture_{}.png", pictures.size())))
        pictures.push_back(folder / fmt::format("picture_{}.png", pictures.size()));
    return pictures;
}

double largestDifference(const at::Tensor& ours, const at::Tensor& theirs) {
    return ours.sizes() == theirs.sizes() ? (ours.detach() - theirs).abs().max().item<double>() : 1e9;
}

/// A checkpoint beside what `transformers` and `peft` say about it; tests/parity/make_fixtures.py wrote both.
struct Golden {
    fs::path folder;
    Llava model;
    SafetensorsFile said;
    PictureTiles tiles;
    at::Tensor features, projected;
    PictureFeatures packed;
    TokenBatch batch;

    explicit Golden(const char* layout)
        : folder(kFixtures / layout),
          model(Llava::load(folder, at::kFloat)),
          said(folder / "golden.safetensors"),
          tiles(seen()),
          features(model.visionFeatures(tiles.pixels)),
          projected(model.project(features)),
          packed(model.pack(projected, tiles.sizes)),
          batch{said.read("ids"), said.read("labels"), said.read("lengths"), positions(), packed} {}

    at::Tensor positions() const {
        const std::vector<std::int64_t>& shape = said.entries().at("ids").shape;
        return countedPositions(shape[0], shape[1]);
    }

    /// 1.6: the pictures as they are preprocessed here. 1.5: random pixels.
    PictureTiles seen() const {
        if (const auto pictures = picturesOf(folder); !pictures.empty())
            return pictureTiles(pictures, readPreprocessConfig(folder));
        const at::Tensor pixels = said.read("pixels");
        return {pixels, std::vector<PictureSize>(static_cast<std::size_t>(pixels.size(0)))};
    }

    Adapter adapter() const {
        Adapter read = readAdapter(folder / "adapter", model.config(), at::kFloat);
        for (at::Tensor& factor : read.parameters())
            factor.requires_grad_(true);
        return read;
    }

    /// In the order of Adapter::parameters, by the prefix they are kept under ("grad.", "stepped.").
    std::vector<at::Tensor> factors(const std::string& prefix) const {
        std::vector<at::Tensor> all;
        for (std::int64_t layer = 0; layer < model.config().text.layers; ++layer)
            for (const LinearShape& linear : decoderLinearShapes(model.config().text))
                for (const char* factor : {"A", "B"})
                    all.push_back(
                        said.read(fmt::format("{}base_model.model.model.language_model.layers.{}.{}.lora_{}.weight",
                                              prefix, layer, linear.name, factor)));
        return all;
    }
};

at::Tensor lossesBySample(const AnswerLogits& answers, std::int64_t samples) {
    const at::Tensor losses = at::cross_entropy_loss(answers.logits, answers.targets, {}, at::Reduction::None);
    const at::Tensor sums = at::zeros({samples}).index_add(0, answers.sample, losses);
    return sums / at::bincount(answers.sample, {}, samples);
}

}  // namespace

/// Held against `transformers` 5.17 and `peft` on tiny random checkpoints of LLaVA-1.5 and 1.6, with the names of both
/// generations.
class LlavaParityTest : public QObject {
    Q_OBJECT

private slots:
    void layouts_data() {
        QTest::addColumn<QString>("layout");
        QTest::newRow("grouped heads, names of transformers 5") << "grouped";
        QTest::newRow("plain heads, names of transformers 4") << "classic";
        anyResolution(false);
    }
    void anyResolution(bool alone = true) {
        if (alone)
            QTest::addColumn<QString>("layout");
        QTest::newRow("1.6, shards and names of transformers 5") << "next";
        QTest::newRow("1.6, a folder of transformers 4") << "next_classic";
        QTest::newRow("1.6 with a Mistral decoder") << "next_mistral";
    }

    void tilesAndImageTokens_data() { anyResolution(); }
    void tilesAndImageTokens();
    void towerAndProjector_data() { layouts_data(); }
    void towerAndProjector();
    void logitsAndLosses_data() { layouts_data(); }
    void logitsAndLosses();
    void sixtyFourGreedyTokens_data() { layouts_data(); }
    void sixtyFourGreedyTokens();
    void adapterLogitsGradientsAndOneStep_data() { layouts_data(); }
    void adapterLogitsGradientsAndOneStep();
    void trainedTowerAndProjectorGetTheSameGradients();
    void adaptersAsPeftsUsersMakeThem_data();
    void adaptersAsPeftsUsersMakeThem();
    void mergedIntoTheWeightsTheyAnswerAlike_data() { adaptersAsPeftsUsersMakeThem_data(); }
    void mergedIntoTheWeightsTheyAnswerAlike();
    void givenAsStagesTheyAnswerAlike_data() { adaptersAsPeftsUsersMakeThem_data(); }
    void givenAsStagesTheyAnswerAlike();
    void writtenAdapterAndCheckpointReadBackTheSame_data() { layouts_data(); }
    void writtenAdapterAndCheckpointReadBackTheSame();
};

#define GOLDEN()             \
    QFETCH(QString, layout); \
    const Golden golden(layout.toUtf8().constData())

void LlavaParityTest::tilesAndImageTokens() {
    GOLDEN();
    const PreprocessConfig preprocess = readPreprocessConfig(golden.folder);
    const at::Tensor deviation = at::tensor(preprocess.deviation, at::kFloat).reshape({3, 1, 1});
    const at::Tensor pixels = golden.said.read("pixels"), counts = golden.said.read("counts");
    std::int64_t first = 0;
    for (std::int64_t i = 0; i < pixels.size(0); ++i) {
        const PictureSize size = golden.tiles.sizes[static_cast<std::size_t>(i)];
        const std::int64_t count = golden.model.config().pictureTiles(size);
        const at::Tensor off =
            ((golden.tiles.pixels.narrow(0, first, count) - pixels[i].narrow(0, 0, count)) * deviation).abs();
        QVERIFY(off.max().item<double>() <= 2.0 / 255);
        QVERIFY(off.mean().item<double>() <= 1e-3);
        QCOMPARE(golden.model.config().pictureTokens(size), counts[i].item<std::int64_t>());
        QCOMPARE(golden.packed.count(i), counts[i].item<std::int64_t>());
        first += count;
    }
    QCOMPARE(first, golden.tiles.pixels.size(0));
}

void LlavaParityTest::towerAndProjector() {
    GOLDEN();
    QVERIFY(largestDifference(golden.features, golden.said.read("vision_features")) < 1e-4);
    QVERIFY(largestDifference(golden.projected, golden.said.read("projected")) < 1e-4);
    if (golden.said.entries().contains("image_embedding"))
        QVERIFY(largestDifference(golden.model.imageEmbedding(golden.tiles.pixels),
                                  golden.said.read("image_embedding")) < 1e-4);
    if (golden.said.entries().contains("packed"))
        QVERIFY(largestDifference(golden.packed.rows(), golden.said.read("packed")) < 1e-4);
}

void LlavaParityTest::logitsAndLosses() {
    GOLDEN();
    const AnswerLogits answers = golden.model.answerLogits(golden.batch);
    QVERIFY(largestDifference(answers.logits, golden.said.read("logits")) < 1e-4);
    QVERIFY(largestDifference(lossesBySample(answers, golden.batch.size()), golden.said.read("losses")) < 1e-5);
}

void LlavaParityTest::sixtyFourGreedyTokens() {
    GOLDEN();
    TokenBatch prompts = golden.batch;
    prompts.lengths = golden.said.read("prompt_lengths");
    const std::int64_t longest = prompts.lengths.max().item<std::int64_t>();
    prompts.ids = prompts.ids.narrow(1, 0, longest).clone();
    prompts.positions = prompts.positions.narrow(1, 0, longest);
    for (std::int64_t i = 0; i < prompts.size(); ++i) {
        const std::int64_t length = prompts.lengths[i].item<std::int64_t>();
        prompts.ids[i].narrow(0, length, longest - length).fill_(golden.model.config().pad);
    }
    const Generated generated = golden.model.generate(prompts, 64);
    for (std::size_t i = 0; i < generated.tokens.size(); ++i) {
        const at::Tensor theirs = golden.said.read("generated_" + std::to_string(i));
        const std::vector<std::int64_t> tokens(theirs.const_data_ptr<std::int64_t>(),
                                               theirs.const_data_ptr<std::int64_t>() + theirs.numel());
        QCOMPARE(tokens.size(), std::size_t{64});
        QVERIFY(generated.tokens[i] == tokens);
    }
}

void LlavaParityTest::adapterLogitsGradientsAndOneStep() {
    GOLDEN();
    const Adapter adapter = golden.adapter();
    const AnswerLogits answers = golden.model.answerLogits(golden.batch, &adapter);
    QVERIFY(largestDifference(answers.logits, golden.said.read("adapter_logits")) < 1e-4);
    QVERIFY(largestDifference(lossesBySample(answers, golden.batch.size()), golden.said.read("adapter_losses")) < 1e-5);

    const at::Tensor loss = meanAnswerLoss(answers);
    QVERIFY(largestDifference(loss, golden.said.read("adapter_mean_loss")) < 1e-5);
    loss.backward();
    const std::vector<at::Tensor> parameters = adapter.parameters();
    const std::vector<at::Tensor> gradients = golden.factors("grad.");
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const double scale = gradients[i].abs().max().item<double>();
        QVERIFY(scale > 0);
        QVERIFY(largestDifference(parameters[i].grad(), gradients[i]) < 1e-4 * scale);
    }

    AdamW optimizer(parameters, {.lr = 1e-3, .weightDecay = 0.1, .warmup = 0, .clip = 0, .totalSteps = 1 << 30});
    optimizer.step();
    const std::vector<at::Tensor> stepped = golden.factors("stepped.");
    for (std::size_t i = 0; i < parameters.size(); ++i)
        QVERIFY(largestDifference(parameters[i], stepped[i]) < 1e-5);
}

/// `peft`'s "modules_to_save" on the checkpoint "grouped".
void LlavaParityTest::trainedTowerAndProjectorGetTheSameGradients() {
    const Golden golden("grouped");
    const fs::path folder = kFixtures / "vision";
    const SafetensorsFile said(folder / "golden.safetensors");
    const Adapter adapter = readAdapter(folder / "adapter", golden.model.config(), at::kFloat);
    for (const at::Tensor& parameter : adapter.parameters())
        parameter.set_requires_grad(true);
    TokenBatch batch = golden.batch;
    batch.pictures = golden.model.project(golden.model.visionFeatures(golden.tiles.pixels, &adapter), &adapter);
    for (const bool recomputes : {false, true}) {
        const AnswerLogits answers = golden.model.answerLogits(batch, &adapter, {0, recomputes});
        QVERIFY(largestDifference(answers.logits, said.read("logits")) < 1e-4);
        const at::Tensor loss = meanAnswerLoss(answers);
        QVERIFY(largestDifference(loss, said.read("loss")) < 1e-5);
        const std::vector<std::string> names = adapterTensorNames(adapter);
        const std::vector<at::Tensor> parameters = adapter.parameters();
        loss.backward({}, /*retain_graph=*/true);
        std::size_t compared = 0;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (said.entries().contains("grad." + names[i])) {
                const at::Tensor theirs = said.read("grad." + names[i]);
                const double scale = std::max(theirs.abs().max().item<double>(), 1e-3);
                QVERIFY2(largestDifference(parameters[i].grad(), theirs) < 1e-4 * scale, names[i].c_str());
                ++compared;
            }
            parameters[i].mutable_grad() = at::Tensor();
        }
        QVERIFY(compared > 20);
    }
}

void LlavaParityTest::adaptersAsPeftsUsersMakeThem_data() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"list", "all_linear", "patterns", "layers", "whole"})
        QTest::newRow(kind) << kind;
}

/// Logits that peft gives with the adapter beside the weights.
void LlavaParityTest::mergedIntoTheWeightsTheyAnswerAlike() {
    QFETCH(QString, kind);
    const at::NoGradGuard noGrad;
    const Golden golden("grouped");
    const fs::path folder = kFixtures / "adapters" / kind.toStdString();
    const Adapter adapter = readAdapter(folder, golden.model.config(), at::kFloat);
    const QTemporaryDir temporary;
    const fs::path out = temporary.filePath("merged").toStdString();
    writeMergedCheckpoint(CheckpointFiles(golden.folder), golden.model.config(), {{&adapter, 1}}, {}, out);
    const Llava merged = Llava::load(out, at::TensorOptions(at::kFloat));
    TokenBatch batch = golden.batch;
    batch.pictures = merged.project(merged.visionFeatures(golden.tiles.pixels));
    const double off = largestDifference(merged.answerLogits(batch).logits,
                                         SafetensorsFile(folder / "golden.safetensors").read("logits"));
    QVERIFY2(off < 1e-4, std::to_string(off).c_str());
}

/// As a run measures them: an adapter through the run's copy of it, and as a checkpoint merged elsewhere. Logits as
/// above.
void LlavaParityTest::givenAsStagesTheyAnswerAlike() {
    QFETCH(QString, kind);
    const at::NoGradGuard noGrad;
    const Golden golden("grouped");
    const fs::path folder = kFixtures / "adapters" / kind.toStdString();
    const QTemporaryDir temporary;
    const fs::path merged = temporary.filePath("merged").toStdString();
    const Adapter theirs = readAdapter(folder, golden.model.config(), at::kFloat);
    writeMergedCheckpoint(CheckpointFiles(golden.folder), golden.model.config(), {{&theirs, 1}}, {}, merged);
    const std::vector<fs::path> stages{folder, merged};
    const RunFolder run{temporary.filePath("run").toStdString()};
    takeGivenStages(stages, golden.model, "grouped", run);
    takeGivenStages(stages, golden.model, "grouped", run);  // a resume finds them there
    for (int stage = 1; stage <= 2; ++stage) {
        const Adapter adapter =
            readGivenStage(stages[static_cast<std::size_t>(stage) - 1], run.adapters(stage), golden.model, nullptr);
        QCOMPARE(adapter.whole != nullptr, stage == 2);
        TokenBatch batch = golden.batch;
        QVERIFY(adapter.changesPictures());
        batch.pictures = golden.model.features(golden.tiles, adapter);
        const double off = largestDifference(golden.model.answerLogits(batch, &adapter).logits,
                                             SafetensorsFile(folder / "golden.safetensors").read("logits"));
        QVERIFY2(off < 1e-4, std::to_string(off).c_str());
    }
}

/// On the checkpoint "grouped"; make_adapter_fixtures.py made them and says logits and gradients.
void LlavaParityTest::adaptersAsPeftsUsersMakeThem() {
    QFETCH(QString, kind);
    const Golden golden("grouped");
    const fs::path folder = kFixtures / "adapters" / kind.toStdString();
    const SafetensorsFile said(folder / "golden.safetensors");
    const Adapter adapter = readAdapter(folder, golden.model.config(), at::kFloat);
    for (const at::Tensor& parameter : adapter.parameters())
        parameter.set_requires_grad(true);
    TokenBatch batch = golden.batch;
    QVERIFY(adapter.changesPictures());
    batch.pictures = golden.model.project(golden.model.visionFeatures(golden.tiles.pixels, &adapter), &adapter);
    const AnswerLogits answers = golden.model.answerLogits(batch, &adapter);
    const double off = largestDifference(answers.logits, said.read("logits"));
    QVERIFY2(off < 1e-4, std::to_string(off).c_str());
    const at::Tensor loss = meanAnswerLoss(answers);
    QVERIFY(largestDifference(loss, said.read("loss")) < 1e-5);
    loss.backward();
    const std::vector<std::string> names = adapterTensorNames(adapter);
    const std::vector<at::Tensor> parameters = adapter.parameters();
    std::size_t compared = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!said.entries().contains("grad." + names[i]))
            continue;
        const at::Tensor theirs = said.read("grad." + names[i]);
        const double scale = std::max(theirs.abs().max().item<double>(), 1e-3);
        QVERIFY2(largestDifference(parameters[i].grad(), theirs) < 1e-4 * scale, names[i].c_str());
        ++compared;
    }
    std::size_t wanted = 0;
    for (const auto& [name, entry] : said.entries())
        wanted += name.starts_with("grad.") ? 1 : 0;
    QCOMPARE(compared, wanted);

    // Written and read again it is the same, and generation, which adds the factors to the weights, sees them too.
    const QTemporaryDir temporary;
    writeAdapter(adapter, temporary.filePath("again").toStdString(), golden.model.config(), "tiny");
    const Adapter again =
        readAdapter(temporary.filePath("again").toStdString(), golden.model.config(), golden.model.options());
    QVERIFY(largestDifference(golden.model.answerLogits(batch, &again).logits, answers.logits.detach()) < 1e-5);
    batch.pictures = {batch.pictures.rows().detach(), batch.pictures.begins()};
    const at::Tensor length = golden.said.read("prompt_lengths").narrow(0, 0, 1);
    TokenBatch prompt = batch;
    prompt.ids = batch.ids.narrow(0, 0, 1).narrow(1, 0, length.item<std::int64_t>());
    prompt.positions = countedPositions(1, prompt.ids.size(1));
    prompt.lengths = length;
    prompt.pictures = batch.pictures.of({0});
    const Generated generated = golden.model.generate(prompt, 1, &adapter);
    // The first answer's first position predicts what comes behind the prompt.
    QCOMPARE(generated.tokens.front().front(), answers.logits[0].argmax().item<std::int64_t>());
}

/// make_fixtures.py takes such folders as its arguments and lets `transformers` and `peft` read them.
void LlavaParityTest::writtenAdapterAndCheckpointReadBackTheSame() {
    GOLDEN();
    const QTemporaryDir temporary;
    const QByteArray kept = qgetenv("LACUNA_PARITY_OUT");
    const fs::path root = (kept.isEmpty() ? temporary.path().toStdString() : kept.toStdString());
    const fs::path folder = root / layout.toStdString();
    const Adapter adapter = golden.adapter();
    golden.model.save(folder);
    writeAdapter(adapter, folder / "adapter", golden.model.config(), "tiny");
    writeAdapter(adapter, folder / "adapter", golden.model.config(), "tiny");  // over one that stands there

    const Llava model = Llava::load(folder, at::kFloat);
    const Adapter read = readAdapter(folder / "adapter", model.config(), at::kFloat);
    const at::Tensor logits = golden.model.answerLogits(golden.batch, &adapter).logits;
    QVERIFY(at::equal(model.answerLogits(golden.batch, &read).logits, logits));
    if (!kept.isEmpty())
        writeSafetensors(root / (layout.toStdString() + ".safetensors"), {{"ids", golden.batch.ids},
                                                                          {"labels", golden.batch.labels},
                                                                          {"lengths", golden.batch.lengths},
                                                                          {"pixels", golden.said.read("pixels")},
                                                                          {"adapter_logits", logits.detach()}});
}

LACUNA_TEST(LlavaParityTest)
#include "llava_parity_test.moc"
