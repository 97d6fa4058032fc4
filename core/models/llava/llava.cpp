// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/llava.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/llava_weights.h"
#include "core/models/llava/splice.h"
#include "core/models/llava/weight_names.h"
#include "core/tensors/safetensors.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <chrono>

namespace lacuna {
namespace {

TokenBatch onDevice(const TokenBatch& batch, const at::Device& device) {
    return {batch.ids.to(device), batch.labels.to(device), batch.lengths, batch.positions, batch.pictures};
}

constexpr const char* kLanguage = "language_model.";
constexpr std::int64_t kTilesAtOnce = 128;
/// Multiplications of one layer for the tiles of one pass: 4 tiles of LLaVA-1.5's tower. More would not be quicker,
/// and a layer is what a stop waits for.
constexpr std::int64_t kLayerProducts = 30'000'000'000;

std::int64_t mostTiles(const LlavaConfig& config) {
    std::int64_t most = 1;
    for (const PictureSize& size : config.gridPinpoints)
        most = std::max(most, config.pictureTiles(size));
    return most;
}

}  // namespace

Llava Llava::load(const std::filesystem::path& folder, at::TensorOptions options, const ProgressFunction& progress,
                  WeightFormat format) {
    const CheckpointFiles files(folder);
    return load(files, settledConfig(files, readLlavaConfig(folder)), options, progress, format);
}

Llava Llava::load(const CheckpointFiles& files, const LlavaConfig& config, at::TensorOptions options,
                  const ProgressFunction& progress, WeightFormat format) {
    const std::vector<WeightRow> rows = weightRows(config);
    const std::vector<std::string> names = weightNamesIn(files, config);

    const at::NoGradGuard noGradients;
    Llava model;
    model.m_weights = std::make_shared<Weights>(config, options, format);
    const auto begin = std::chrono::steady_clock::now();
    const auto total = static_cast<std::int64_t>(rows.size());
    for (std::int64_t i = 0; i < total; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const at::Tensor read = files.read(names[at]);
        if (const auto held = model.m_weights->quantised.find(rows[at].name); held != model.m_weights->quantised.end())
            *held->second = quantisedNf4(read.to(options.device()).to(options));
        else
            model.m_weights->named.at(rows[at].name).copy_(read);
        if (progress) {
            const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            const auto done = static_cast<double>(i + 1);
            progress({"loading the model", i + 1, total, elapsed / done * (static_cast<double>(total) - done)});
        }
    }
    return model;
}

Llava Llava::initialised(const LlavaConfig& config, std::uint64_t seed, at::TensorOptions options) {
    const at::NoGradGuard noGradients;
    Llava model;
    model.m_weights = std::make_shared<Weights>(config, options);
    for (const WeightRow& row : weightRows(config)) {
        at::Tensor& weight = model.m_weights->named.at(row.name);
        if (row.start == WeightRow::Start::Normal) {
            const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(deriveSeed(seed, row.name));
            weight.copy_(at::empty(row.shape).normal_(0, row.deviation, generator));
        } else {
            weight.fill_(row.start == WeightRow::Start::Ones ? 1 : 0);
        }
    }
    model.m_weights->decoder.embedding.select(0, config.pad).zero_();
    return model;
}

void Llava::save(const std::filesystem::path& folder) const {
    if (format() == WeightFormat::Nf4)
        throw internalError("A model held in 4 bits was to be saved. Please report this.");
    std::filesystem::create_directories(folder);
    writeLlavaConfig(m_weights->config, folder);
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (const WeightRow& row : weightRows(m_weights->config))
        tensors.emplace_back(row.name, m_weights->named.at(row.name).detach().cpu().contiguous());
    writeSafetensors(folder / "model.safetensors", tensors, {{"format", "pt"}});
}

const LlavaConfig& Llava::config() const {
    return m_weights->config;
}

const TextConfig& Llava::text() const {
    return m_weights->config.text;
}

at::TensorOptions Llava::options() const {
    return m_weights->options;
}

WeightFormat Llava::format() const {
    return m_weights->quantised.empty() ? WeightFormat::Full : WeightFormat::Nf4;
}

std::map<std::string, at::Tensor>& Llava::weights() {
    return m_weights->named;
}

bool Llava::seesAs(const Llava& other) const {
    const auto& theirs = other.m_weights->named;
    return std::all_of(m_weights->named.begin(), m_weights->named.end(), [&](const auto& own) {
        const auto found = theirs.find(own.first);
        return own.first.starts_with(kLanguage) || (found != theirs.end() && own.second.equal(found->second));
    });
}

void Llava::copyModules(AdapterPart& part, std::string_view prefix) const {
    for (const auto& [name, weight] : m_weights->named) {
        interruptionPoint();
        if (name.starts_with(prefix))
            part.modules[name] = weight.detach().to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    }
}

void Llava::copyProjector(Adapter& adapter) const {
    copyModules(adapter.projector, "multi_modal_projector.");
}

void Llava::copyTower(Adapter& adapter) const {
    copyModules(adapter.tower, "vision_tower.");
}

Adapter Llava::readAdapter(const std::filesystem::path& folder) const {
    return lacuna::readAdapter(folder, m_weights->config, m_weights->options);
}

void Llava::writeAdapter(const Adapter& adapter, const std::filesystem::path& folder,
                         const std::string& baseModel) const {
    lacuna::writeAdapter(adapter, folder, m_weights->config, baseModel);
}

SeenPictures Llava::look(const PictureTiles& pictures) const {
    const TowerOutputs outputs = towerOutputs(pictures.pixels.to(m_weights->options));
    std::vector<std::int64_t> firstTiles;
    std::int64_t tile = 0;
    for (const PictureSize& size : pictures.sizes) {
        firstTiles.push_back(tile);
        tile += m_weights->config.pictureTiles(size);
    }
    const at::Tensor rows = at::tensor(firstTiles, at::kLong).to(outputs.embedding.device());
    return {pack(project(outputs.features), pictures.sizes),
            at::cat({outputs.embedding, outputs.patchMean}, 1).index_select(0, rows)};
}

PictureFeatures Llava::features(const PictureTiles& pictures, const Adapter& adapter) const {
    if (adapter.whole)
        return adapter.whole->look(pictures).features;
    return pack(project(visionFeatures(pictures.pixels.to(m_weights->options), &adapter), &adapter), pictures.sizes);
}

std::int64_t Llava::featureWidth() const {
    return m_weights->config.text.hidden;
}

std::int64_t Llava::embeddingWidth() const {
    return 2 * m_weights->config.vision.hidden;
}

std::int64_t Llava::picturesAtOnce() const {
    const VisionConfig& vision = m_weights->config.vision;
    const std::int64_t products = vision.patches() * (4 * vision.hidden + 2 * vision.intermediate) * vision.hidden;
    return std::max<std::int64_t>(1, std::min(kTilesAtOnce, kLayerProducts / products) / mostTiles(m_weights->config));
}

PictureFeatures Llava::meanPicture(const PictureFeatures& all, const std::vector<std::int64_t>& pictures) const {
    std::vector<at::Tensor> tiles;
    for (const std::int64_t picture : pictures)
        tiles.push_back(all[picture].narrow(0, 0, m_weights->config.tileTokens()));
    return at::stack(tiles).to(at::kFloat).mean(0, true).to(all.rows().scalar_type());
}

at::Tensor Llava::visionFeatures(const at::Tensor& pixels, const Adapter* adapter) const {
    if (adapter && adapter->whole)
        return adapter->whole->visionFeatures(pixels);
    return runTower(m_weights->visionOf(adapter).tower, m_weights->config, pixels, true, false).chosen;
}

at::Tensor Llava::imageEmbedding(const at::Tensor& pixels) const {
    return runTower(m_weights->vision.tower, m_weights->config, pixels, false, true).embedding;
}

TowerOutputs Llava::towerOutputs(const at::Tensor& pixels) const {
    const TowerStates states = runTower(m_weights->vision.tower, m_weights->config, pixels, true, true);
    return {states.chosen, states.embedding, states.patchMean};
}

at::Tensor Llava::project(const at::Tensor& features, const Adapter* adapter) const {
    if (adapter && adapter->whole)
        return adapter->whole->project(features);
    interruptionPoint();
    const VisionWeights vision = m_weights->visionOf(adapter);
    return applied(vision.projector2, at::gelu(applied(vision.projector1, features)));
}

PictureFeatures Llava::pack(const at::Tensor& projected, const std::vector<PictureSize>& pictures) const {
    return packedPictures(projected, pictures, m_weights->config, m_weights->newline);
}

AnswerLogits Llava::answerLogits(const TokenBatch& given, const Adapter* adapter, const TrainingPass& training,
                                 TextStates* text) const {
    if (adapter && adapter->whole)
        return adapter->whole->answerLogits(given, nullptr, training, text);
    interruptionPoint();
    const TokenBatch batch = onDevice(given, m_weights->options.device());
    const std::int64_t tokens = batch.ids.size(1);
    // Position t predicts the token at t + 1.
    const at::Tensor labels = batch.labels.narrow(1, 1, tokens - 1);
    const at::Tensor where = labels.ne(-100).nonzero();
    const at::Tensor sample = where.select(1, 0);
    const at::Tensor rows = sample * tokens + where.select(1, 1);
    const at::Tensor targets = labels.index({sample, where.select(1, 1)});
    if (rows.size(0) == 0)
        return {at::empty({0, m_weights->config.text.vocabulary}, m_weights->options.dtype(at::kFloat)), targets,
                sample, at::empty({0, m_weights->config.text.hidden}, m_weights->options)};
    const std::optional<Decoder> own = m_weights->decoderOf(adapter);
    const Decoder& decoder = own ? *own : m_weights->decoder;
    const DecoderInputs inputs{splicedInputs(decoder, m_weights->config, batch), batch.positions};
    LayerTaps taps;
    if (text) {
        const at::Tensor within =
            at::arange(tokens, batch.ids.options()) < batch.lengths.to(batch.ids.device()).unsqueeze(1);
        const at::Tensor places = (within & batch.ids.ne(m_weights->config.imageToken)).nonzero();
        text->sample = places.select(1, 0);
        taps = {text->layers, text->sample * tokens + places.select(1, 1)};
    }
    const at::Tensor states = decoderStates(decoder, m_weights->config.text, inputs, rows, adapter, training, nullptr,
                                            text ? &taps : nullptr);
    if (text)
        text->states = std::move(taps.states);
    return {applied(decoder.head, states).to(at::kFloat), targets, sample, states};
}

Generated Llava::generate(const TokenBatch& given, std::int64_t maxTokens, const Adapter* adapter,
                          const Sampling& sampling) const {
    if (adapter && adapter->whole)
        return adapter->whole->generate(given, maxTokens, nullptr, sampling);
    const at::NoGradGuard noGradients;
    const TokenBatch batch = onDevice(given, m_weights->options.device());
    const std::optional<Decoder> own = m_weights->decoderOf(adapter);
    const Decoder& decoder = own ? *own : m_weights->decoder;
    const LlavaConfig& config = m_weights->config;
    return generateAnswers(decoder, config.text, config.ends, {splicedInputs(decoder, config, batch), batch.positions},
                           batch.lengths, maxTokens, adapter, sampling);
}

}  // namespace lacuna
