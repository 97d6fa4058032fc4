// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/models/llava_config.h"
#include "core/models/lora.h"
#include "core/models/picture_features.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lacuna {

class CheckpointFiles;

/// Token sequences, padded on the right to one length, with their pictures; on any device: a model takes them to its
/// own.
struct TokenBatch {
    at::Tensor ids;      ///< [batch, tokens] int64; the picture's positions hold the image token
    at::Tensor labels;   ///< [batch, tokens] int64: the token's own id where it is to be predicted, −100 elsewhere
    at::Tensor lengths;  ///< [batch] int64, on the CPU
    at::Tensor
        images;  ///< [… image tokens, hidden] of the batch in their order, see Llava::pack; undefined = text only
    std::int64_t size() const { return ids.size(0); }
};

/// What a model says at the labelled positions of a batch, packed sample after sample.
struct AnswerLogits {
    at::Tensor logits;   ///< [answer tokens, vocabulary] float32
    at::Tensor targets;  ///< [answer tokens] int64
    at::Tensor sample;   ///< [answer tokens] int64: row in the batch
};

/// Hidden states of a batch's text tokens (neither picture nor padding), packed sample after sample.
struct TextStates {
    std::vector<std::size_t> layers;  ///< behind which decoder layers, 0 = behind the first
    std::vector<at::Tensor> states;   ///< for each of them [text tokens, hidden]
    at::Tensor sample;                ///< [text tokens] int64: row in the batch
};

/// What the tower makes of pictures in one pass.
struct TowerOutputs {
    at::Tensor features;   ///< [n, patches, vision hidden · layers]: as Llava::visionFeatures
    at::Tensor embedding;  ///< [n, vision hidden]: as Llava::imageEmbedding
};

/// How the next token is chosen. Source of the nucleus: Holtzman et al. 2020, arXiv 1904.09751.
struct Sampling {
    double temperature = 0;  ///< logits are divided by it; 0 = greedy: the likeliest token
    double topP = 1;         ///< draw among the fewest likeliest tokens that have this probability together
    std::uint64_t seed = 0;  ///< same seed, same draws, whatever else is in the batch
};

/// Answers, closing EOS left out.
struct Generated {
    std::vector<std::vector<std::int64_t>> tokens;
    std::vector<std::vector<float>>
        logProbabilities;  ///< one per token, as the model has them (temperature 1), EOS left out
};

/// How the decoder's linears are held: in the type that is computed in, or in 4 bits (Nf4), from which each is made
/// anew whenever it is needed. Everything else of a model is always in the type that is computed in.
enum class WeightFormat { Full, Nf4 };

/// How a pass that is to be differentiated is made.
struct TrainingPass {
    double dropout = 0;       ///< of LoRA's inputs
    bool recomputes = false;  ///< keep each layer's input alone (see recomputed); then only the adapter gets gradients
};

/// A LLaVA: CLIP-style tower → 2-layer GELU projector → Llama decoder. Weights are plain named tensors, loaded once and
/// never copied; an adapter is handed to each call, null = the original model.
class Llava {
public:
    /// Hugging Face layout; `config` as the files bear it out (settledConfig). Throws InputError naming file and key;
    /// nothing large is allocated before the headers agree.
    static Llava load(const CheckpointFiles& files, const LlavaConfig& config, at::TensorOptions options,
                      const ProgressFunction& progress = {}, WeightFormat format = WeightFormat::Full);
    /// The same of a folder that nothing has been read of yet.
    static Llava load(const std::filesystem::path& folder, at::TensorOptions options,
                      const ProgressFunction& progress = {}, WeightFormat format = WeightFormat::Full);
    /// Random weights as `transformers` initialises them, for making the small model.
    static Llava initialised(const LlavaConfig& config, std::uint64_t seed, at::TensorOptions options);
    void save(const std::filesystem::path& folder)
        const;  ///< config.json and model.safetensors, names as `transformers` has them; not of a 4-bit model

    const LlavaConfig& config() const;
    at::TensorOptions options() const;
    WeightFormat format() const;
    /// All but those held in 4 bits, by their names in files ("language_model.model.layers.0.self_attn.q_proj.weight",
    /// …): for training the small model.
    std::map<std::string, at::Tensor>& weights();

    /// Tower and projector as float32 copies by their names in files: what an adapter trains of them, see Adapter.
    std::map<std::string, at::Tensor> visionModules() const;

    /// pixels [n, 3, size, size] normalised → the tower's chosen hidden states [n, patches, vision hidden · layers];
    /// with an adapter that trains the tower, differentiable in its copy.
    at::Tensor visionFeatures(const at::Tensor& pixels, const Adapter* adapter = nullptr) const;
    /// The tower's last class token after its final norm [n, vision hidden]: for pretraining and gates.
    at::Tensor imageEmbedding(const at::Tensor& pixels) const;
    /// Both of the above in one pass.
    TowerOutputs towerOutputs(const at::Tensor& pixels) const;
    /// → [n, patches, hidden], in the decoder's width; as visionFeatures with an adapter.
    at::Tensor project(const at::Tensor& features, const Adapter* adapter = nullptr) const;
    /// Projected tiles of pictures of these sizes → what the decoder reads in place of their image tokens; see
    /// packedPictures.
    PictureFeatures pack(const at::Tensor& projected, const std::vector<PictureSize>& pictures) const;

    /// Logits at labelled positions only, differentiable in the adapter (and in weights that require gradients). With
    /// `text`, its layers' states are filled in on the way, differentiable too.
    AnswerLogits answerLogits(const TokenBatch& batch, const Adapter* adapter = nullptr,
                              const TrainingPass& training = {}, TextStates* text = nullptr) const;

    /// Continuation of `batch.ids` (labels are not read), stopped at EOS or `maxTokens`; key–value cache, no gradients.
    /// Throws InputError for a negative temperature or a topP outside (0, 1].
    Generated generate(const TokenBatch& batch, std::int64_t maxTokens, const Adapter* adapter = nullptr,
                       const Sampling& sampling = {}) const;

private:
    struct Weights;
    std::shared_ptr<Weights> m_weights;
};

}  // namespace lacuna
