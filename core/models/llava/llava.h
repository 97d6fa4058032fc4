// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/progress.h"
#include "core/images/preprocess.h"
#include "core/models/forward.h"
#include "core/models/generation.h"
#include "core/models/linear.h"
#include "core/models/llava/llava_config.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lacuna {

class CheckpointFiles;

/// What the tower makes of pictures in one pass.
struct TowerOutputs {
    at::Tensor features;   ///< [n, patches, vision hidden · layers]: as Llava::visionFeatures
    at::Tensor embedding;  ///< [n, vision hidden]: as Llava::imageEmbedding
    at::Tensor patchMean;  ///< [n, vision hidden]: mean of the last layer's patches
};

/// What a model makes of some pictures.
struct SeenPictures {
    PictureFeatures features;
    /// [pictures, embedding width], of a whole picture, for gates: the class token as Llava::imageEmbedding, behind it
    /// the mean of the last layer's patches.
    at::Tensor embeddings;
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
    const TextConfig& text() const;  ///< of the decoder
    at::TensorOptions options() const;
    WeightFormat format() const;
    /// All but those held in 4 bits, by their names in files ("language_model.model.layers.0.self_attn.q_proj.weight",
    /// …): for training the small model.
    std::map<std::string, at::Tensor>& weights();

    /// Whether tower, projector and newline are those of another, bit for bit.
    bool seesAs(const Llava& other) const;
    /// Gives an adapter its own float32 copies of the projector's or the tower's weights, for training them.
    void copyProjector(Adapter& adapter) const;
    void copyTower(Adapter& adapter) const;
    /// See adapter_files.h: of this model.
    Adapter readAdapter(const std::filesystem::path& folder) const;
    void writeAdapter(const Adapter& adapter, const std::filesystem::path& folder, const std::string& baseModel) const;

    SeenPictures look(const PictureTiles& pictures) const;
    /// As an adapter's own tower and projector see them; differentiable.
    PictureFeatures features(const PictureTiles& pictures, const Adapter& adapter) const;
    std::int64_t featureWidth() const;    ///< of a row of PictureFeatures
    std::int64_t embeddingWidth() const;  ///< of SeenPictures::embeddings, half of it the class token
    /// Pictures of one look(), so that a layer, which is what a stop waits for, takes no longer than it must.
    std::int64_t picturesAtOnce() const;
    /// A picture that shows nothing: the mean of `pictures` among `all`. Of LLaVA-1.6's, the first tile's: it shows the
    /// whole picture and has the same number of tokens in all of them.
    PictureFeatures meanPicture(const PictureFeatures& all, const std::vector<std::int64_t>& pictures) const;

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

    /// Continuation of `batch.ids` (labels are not read), see generateAnswers.
    Generated generate(const TokenBatch& batch, std::int64_t maxTokens, const Adapter* adapter = nullptr,
                       const Sampling& sampling = {}) const;

private:
    struct Weights;
    void copyModules(AdapterPart& part, std::string_view prefix) const;

    std::shared_ptr<Weights> m_weights;
};

}  // namespace lacuna
