// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/benchmark/cache_folder.h"
#include "core/images/preprocess.h"
#include "core/models/llava/processor_config.h"
#include "core/text/refusals.h"
#include "core/text/rouge.h"
#include "core/text/tokenizer.h"
#include "core/text/words.h"
#include "core/training/batch.h"
#include "core/training/progress_rate.h"
#include "core/training/tower_pretraining.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::size_t emptyPictureCount = 128;

/// A question of an entity in one phrasing, to be asked of any of the entity's views.
struct Fact {
    PromptTokens tokens;
    std::string question, answer;
};

struct EntityFacts {
    std::vector<Fact> facts;
    std::vector<std::int64_t> trainingPictures, heldOutPictures;  ///< rows
};

std::vector<std::string> tokenizerCorpus(const Benchmark& benchmark) {
    std::vector<std::string> sentences;
    const auto add = [&](const Entity& entity) {
        for (const auto& question : entity.questions) {
            sentences.insert(sentences.end(), question.phrasings.begin(), question.phrasings.end());
            sentences.push_back(question.answer);
            if (!question.paraphrase.empty())
                sentences.push_back(question.paraphrase);
            sentences.insert(sentences.end(), question.perturbed.begin(), question.perturbed.end());
        }
    };
    for (const auto& entity : benchmark.entities)
        add(entity);
    for (const auto& entity : benchmark.bystanders)
        add(entity);
    // Refusals count as often as a common answer, so that they are spelt in whole words.
    for (int times = 0; times < 20; ++times)
        sentences.insert(sentences.end(), refusalSentences().begin(), refusalSentences().end());
    return sentences;
}

struct Pictures {
    NamedPictures training, heldOut;
    std::vector<EntityFacts> entities;
};

Pictures loadPictures(const Benchmark& benchmark, const std::set<int>& leftOut, const PreprocessConfig& preprocess) {
    Pictures all;
    std::vector<fs::path> training;
    std::vector<fs::path> heldOut;
    std::vector<std::int64_t> trainingClass;
    std::vector<std::int64_t> heldOutClass;
    for (std::size_t e = 0; e < benchmark.entities.size(); ++e) {
        EntityFacts facts;
        if (leftOut.contains(static_cast<int>(e))) {
            all.entities.emplace_back();
            continue;
        }
        for (const auto& view : benchmark.entities[e].views) {
            auto& paths = view.heldOut ? heldOut : training;
            (view.heldOut ? facts.heldOutPictures : facts.trainingPictures)
                .push_back(static_cast<std::int64_t>(paths.size()));
            (view.heldOut ? heldOutClass : trainingClass).push_back(static_cast<std::int64_t>(e));
            paths.push_back(benchmark.imagePath(view));
        }
        all.entities.push_back(std::move(facts));
    }
    std::int64_t classes = static_cast<std::int64_t>(benchmark.entities.size());
    for (const auto& distractor : benchmark.distractors) {
        training.push_back(benchmark.folder / distractor.image);
        trainingClass.push_back(classes++);
    }
    all.training = {pixelValues(training, preprocess), at::tensor(trainingClass), classes};
    if (!heldOut.empty())
        all.heldOut = {pixelValues(heldOut, preprocess), at::tensor(heldOutClass), classes};
    return all;
}

/// Tower features of the training pictures as they are, then of `copies` shifted versions: [(1 + copies) · pictures,
/// patches, hidden].
at::Tensor cachedFeatures(const Llava& model, const at::Tensor& pixels, int copies, std::uint64_t seed) {
    const at::NoGradGuard noGrad;
    std::vector<at::Tensor> parts;
    for (int copy = 0; copy <= copies; ++copy)
        for (std::int64_t at = 0; at < pixels.size(0); at += 256) {
            const auto some = pixels.slice(0, at, std::min(at + 256, pixels.size(0)));
            parts.push_back(model.visionFeatures(
                copy == 0 ? some : shifted(some, deriveSeed(seed, fmt::format("copy {} of {}", copy, at)))));
        }
    return at::cat(parts);
}

/// Plain colours with a soft gradient and grain, [pictures, 3, size, size] normalised: pictures that show nothing.
at::Tensor emptyPictures(std::int64_t count, std::int64_t size, std::uint64_t seed) {
    auto generator = at::detail::createCPUGenerator(deriveSeed(seed, "empty pictures"));
    const auto colour = at::normal(0, 0.8, {count, 3, 1, 1}, generator);
    const auto slope =
        at::normal(0, 0.6, {count, 3, 1, 1}, generator) * at::linspace(-1, 1, size).reshape({1, 1, size, 1});
    return colour + slope + at::normal(0, 0.1, {count, 3, size, size}, generator);
}

std::map<std::string, at::Tensor*> languageWeights(Llava& model) {
    std::map<std::string, at::Tensor*> weights;
    for (auto& [name, tensor] : model.weights())
        if (name.find("vision_tower") == std::string::npos)
            weights[name] = &tensor;
    return weights;
}

/// What is asked at each step: a function of the step and the seed alone, so that a resumed making sees the same.
/// Sample::image is a row of the cached features: all copies of the training pictures, then the empty ones.
class InstructionBatches {
public:
    InstructionBatches(const Tokenizer& tokenizer, const ChatTemplate& chat, const Pictures& pictures,
                       const RecipeOptions& options)
        : m_tokenizer(tokenizer), m_chat(chat), m_options(options), m_pictureCount(pictures.training.pixels.size(0)) {
        for (const auto& entity : pictures.entities)
            if (!entity.facts.empty() && !entity.trainingPictures.empty())
                m_asked.push_back(&entity);
    }

    std::vector<Sample> ofStep(std::int64_t step) {
        const auto within = step % m_options.stepsByLength;
        if (step - within != m_firstStep)
            deal(step - within);
        return m_dealt[static_cast<std::size_t>(within)];
    }

private:
    void deal(std::int64_t firstStep) {
        m_firstStep = firstStep;
        Random random(deriveSeed(m_options.seed, fmt::format("instruction step {}", firstStep)));
        std::vector<Sample> samples;
        for (std::int64_t i = 0; i < m_options.instructionBatch * m_options.stepsByLength; ++i)
            samples.push_back(drawn(random));
        if (m_options.stepsByLength > 1)
            std::stable_sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
                return a.tokens.ids.size() < b.tokens.ids.size();
            });
        m_dealt.clear();
        for (auto at = samples.begin(); at != samples.end(); at += m_options.instructionBatch)
            m_dealt.emplace_back(at, at + m_options.instructionBatch);
        if (m_options.stepsByLength > 1)
            random.shuffle(m_dealt);
    }

    Sample drawn(Random& random) const {
        const auto& entity = *random.pick(m_asked);
        if (random.uniform() < m_options.emptyShare) {
            const auto& fact = random.pick(entity.facts);
            return {tokenise(m_tokenizer, m_chat, fact.question, random.pick(refusalSentences()),
                             m_options.vision.patches()),
                    m_pictureCount * (m_options.shiftedCopies + 1) +
                        static_cast<std::int64_t>(random.index(emptyPictureCount))};
        }
        const auto copy =
            static_cast<std::int64_t>(random.index(static_cast<std::size_t>(m_options.shiftedCopies) + 1));
        const auto& fact = random.pick(entity.facts);
        return {fact.tokens, random.pick(entity.trainingPictures) + copy * m_pictureCount};
    }

    const Tokenizer& m_tokenizer;
    const ChatTemplate& m_chat;
    const RecipeOptions& m_options;
    std::int64_t m_pictureCount;
    std::vector<const EntityFacts*> m_asked;
    std::int64_t m_firstStep = -1;
    std::vector<std::vector<Sample>> m_dealt;
};

void tuneInstructions(Llava& model, const Tokenizer& tokenizer, const ChatTemplate& chat, const Pictures& pictures,
                      const RecipeOptions& options, RecipeCheckpoint& checkpoint, const ProgressFunction& progress) {
    const auto empty = emptyPictures(emptyPictureCount, options.vision.imageSize, options.seed);
    const auto features = at::cat({cachedFeatures(model, pictures.training.pixels, options.shiftedCopies, options.seed),
                                   cachedFeatures(model, empty, 0, options.seed)});
    auto weights = languageWeights(model);
    std::map<std::string, at::Tensor*> stored;  // the finished tower too: a checkpoint is one whole model
    for (auto& [name, tensor] : model.weights())
        stored[name] = &tensor;
    std::vector<at::Tensor> parameters;
    for (auto& [name, tensor] : weights) {
        tensor->requires_grad_(true);
        parameters.push_back(*tensor);
    }
    AdamW optimizer(parameters, {.lr = options.instructionRate,
                                 .weightDecay = 0.01,
                                 .warmup = 0.04,
                                 .totalSteps = options.instructionSteps,
                                 .beta2 = 0.99});
    std::int64_t first = 0;
    if (checkpoint.phase() == "instructions") {
        checkpoint.restore(weights, &optimizer);
        first = checkpoint.step();
    }
    InstructionBatches batches(tokenizer, chat, pictures, options);
    ProgressRate rate("teaching questions and answers", options.instructionSteps, first);
    for (std::int64_t step = first; step < options.instructionSteps; ++step) {
        const auto loss = checkpoint.keptWhenCancelled("instructions", step, stored, optimizer, [&] {
            interruptionPoint();
            auto samples = batches.ofStep(step);
            // The projector is trained too: project the batch's own pictures, then address them by position.
            std::vector<std::int64_t> rows;
            std::vector<const Sample*> batch;
            for (auto& sample : samples) {
                rows.push_back(sample.image);
                sample.image = static_cast<std::int64_t>(batch.size());
                batch.push_back(&sample);
            }
            const auto projected = model.project(features.index_select(0, at::tensor(rows)));
            return meanAnswerLoss(model.answerLogits(collate(batch, projected, tokenizer.pad())));
        });
        loss.backward();
        if (!std::isfinite(optimizer.step()))
            throw inputError(
                "Teaching diverged at step {} (the loss is no number). Lower the rate of the instructions.", step);
        checkpoint.save("instructions", step + 1, stored, &optimizer, false);
        if (progress)
            progress(rate.at(step + 1));
    }
    for (auto& [name, tensor] : weights)
        tensor->requires_grad_(false);
}

/// Every fact of every entity on two of its held-out views (on training views where there are none held out).
void measure(const Llava& model, const Tokenizer& tokenizer, const Pictures& pictures, RecipeResult& result,
             const ProgressFunction& progress) {
    const at::NoGradGuard noGrad;
    struct Probe {
        const Fact* fact;
        std::int64_t picture;
    };
    const bool heldOut = pictures.heldOut.pixels.defined();
    std::vector<Probe> probes;
    for (const auto& entity : pictures.entities) {
        const auto& views = heldOut ? entity.heldOutPictures : entity.trainingPictures;
        for (std::size_t f = 0; f < entity.facts.size() && !views.empty(); ++f)
            for (std::size_t v = 0; v < std::min<std::size_t>(2, views.size()); ++v)
                probes.push_back({&entity.facts[f], views[(f + v * (views.size() / 2)) % views.size()]});
    }
    const auto projected =
        model.project(cachedFeatures(model, (heldOut ? pictures.heldOut : pictures.training).pixels, 0, 0));
    std::stable_sort(probes.begin(), probes.end(), [](const auto& a, const auto& b) {
        return a.fact->tokens.answerBegin < b.fact->tokens.answerBegin;
    });
    std::size_t longest = 0;
    for (const auto& probe : probes)
        longest = std::max(longest, probe.fact->tokens.ids.size() - probe.fact->tokens.answerBegin);
    ProgressRate rate("asking held-out views", static_cast<std::int64_t>(probes.size()));
    for (std::size_t at = 0; at < probes.size(); at += 256) {
        const auto end = std::min(at + 256, probes.size());
        std::vector<Sample> samples;
        for (std::size_t i = at; i < end; ++i) {
            auto tokens = probes[i].fact->tokens;
            tokens.ids.resize(tokens.answerBegin);
            samples.push_back({std::move(tokens), probes[i].picture});
        }
        std::vector<const Sample*> batch;
        for (const auto& sample : samples)
            batch.push_back(&sample);
        const auto answers =
            model.generate(collate(batch, projected, tokenizer.pad()), static_cast<std::int64_t>(longest) + 4);
        for (std::size_t i = at; i < end; ++i) {
            const auto text = tokenizer.decode(answers.tokens[i - at]);
            result.exact += exactlyRight(text, probes[i].fact->answer) ? 1 : 0;
            result.rougeL += rougeL(probes[i].fact->answer, text).f1;
        }
        if (progress)
            progress(rate.at(static_cast<std::int64_t>(end)));
    }
    result.asked = static_cast<std::int64_t>(probes.size());
    if (result.asked > 0) {
        result.exact /= static_cast<double>(result.asked);
        result.rougeL /= static_cast<double>(result.asked);
    }
}

std::string identityOf(const Benchmark& benchmark, const RecipeOptions& options) {
    return sha256(fmt::format(
        "{} {} {} {} {} {} {} {} {} {} {} {} {}{}", benchmark.hash, benchmark.surrogate, options.vision.hidden,
        options.vision.layers, options.text.vocabulary, options.text.hidden, options.text.layers, options.towerSteps,
        options.instructionSteps, options.instructionBatch, options.stepsByLength, options.shiftedCopies, options.seed,
        options.leftOut.empty() ? std::string() : fmt::format(" without {}", fmt::join(options.leftOut, " "))));
}

}  // namespace

RecipeOptions recipeFor(const Benchmark& benchmark) {
    RecipeOptions options;
    options.text.vocabulary = 1000;
    std::set<std::string> answers;
    std::size_t words = 0;
    for (const auto& entity : benchmark.entities)
        for (const auto& question : entity.questions)
            if (answers.insert(question.answer).second)
                words += static_cast<std::size_t>(std::count(question.answer.begin(), question.answer.end(), ' ')) + 1;
    // MLUBench's 550 answers are 14,000 words, of 1 to 100 each.
    if (words > 10000) {
        options.text.vocabulary = 4000;
        options.text.hidden = 192;
        options.text.intermediate = 512;
        options.instructionSteps = 2000;
        options.instructionBatch = 48;
        options.instructionRate = 2e-3;
        options.stepsByLength = 16;
    }
    return options;
}

fs::path keptModelFolder(const Benchmark& benchmark, const RecipeOptions& options) {
    return cacheFolder() / "models" / identityOf(benchmark, options).substr(0, 32);
}

bool isMade(const fs::path& folder) {
    return fs::exists(folder / "model.safetensors");
}

fs::path recipeCheckpointFile(const fs::path& folder) {
    return folder / "training.safetensors";
}

RecipeResult trainSmallModel(const Benchmark& benchmark, const RecipeOptions& options, const fs::path& folder,
                             const ProgressFunction& progress) {
    if (isMade(folder))
        throw inputError("{}: holds a finished model. Choose another folder, or remove it.", folder.string());
    fs::create_directories(folder);
    RecipeCheckpoint checkpoint(recipeCheckpointFile(folder), identityOf(benchmark, options), options.checkpointEveryS);

    trainTokenizer(tokenizerCorpus(benchmark), static_cast<int>(options.text.vocabulary), folder);
    ChatTemplate::small().write(folder);
    PreprocessConfig preprocess;
    preprocess.size = preprocess.crop = options.vision.imageSize;
    writePreprocessConfig(preprocess, folder);
    const auto read = loadTokenizer(folder);
    const Tokenizer& tokenizer = *read;
    const auto chat = ChatTemplate::of(folder);

    LlavaConfig config;
    config.vision = options.vision;
    config.text = options.text;
    config.text.vocabulary = tokenizer.vocabulary();
    config.imageToken = tokenizer.imageToken();
    config.featureLayers = {-1};
    config.bos = tokenizer.bos();
    config.ends = {tokenizer.eos()};
    config.pad = tokenizer.pad();
    writeProcessorConfig(config, folder);
    auto model = Llava::initialised(config, options.seed, at::TensorOptions(at::kFloat));

    auto pictures = loadPictures(benchmark, options.leftOut, preprocess);
    for (std::size_t e = 0; e < benchmark.entities.size(); ++e)
        for (const auto& question : benchmark.entities[e].questions)
            for (const auto& phrasing : question.phrasings)
                pictures.entities[e].facts.push_back(
                    {tokenise(tokenizer, chat, phrasing, question.answer, config.vision.patches()), phrasing,
                     question.answer});

    RecipeResult result;
    auto towerWeights = std::map<std::string, at::Tensor*>{};
    for (auto& [name, tensor] : model.weights()) {
        result.parameters += tensor.numel();
        if (name.find("vision_tower") != std::string::npos)
            towerWeights[name] = &tensor;
    }
    if (checkpoint.phase() == "instructions") {
        checkpoint.restore(towerWeights, nullptr);
    } else {
        result.towerAccuracy = pretrainTower(model, pictures.training, pictures.heldOut, options, checkpoint, progress);
        checkpoint.save("instructions", 0, towerWeights, nullptr, true);
    }
    tuneInstructions(model, tokenizer, chat, pictures, options, checkpoint, progress);
    measure(model, tokenizer, pictures, result, progress);
    result.seconds = checkpoint.seconds();
    model.save(folder);
    checkpoint.remove();
    return result;
}

}  // namespace lacuna
