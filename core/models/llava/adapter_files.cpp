// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/adapter_files.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/models/config_object.h"
#include "core/models/llava/llava_weights.h"
#include "core/models/llava/weight_names.h"
#include "core/models/peft_config.h"
#include "core/tensors/safetensors.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <fcntl.h>
#include <set>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

const std::string kWeightsFile = "adapter_model.safetensors";
const std::string kPickleFile = "adapter_model.bin";
const std::string kConfigFile = "adapter_config.json";
/// How `peft` names the decoder's layers on transformers 5.
const std::string kLayers5 = "base_model.model.model.language_model.layers.";
const std::string kHead = "language_model.lm_head";

const std::string kPeft = "base_model.model.";

/// Of a weight outside the decoder's layers, as `peft` names it on transformers 5.
std::string moduleName(const std::string& weight) {
    return kPeft + weightAliases(weight)[weight.starts_with("vision_tower") ? 1 : 0];
}

/// A linear's name in checkpoints → its module's on transformers 5.
std::string moduleOf5(const std::string& linear) {
    const std::string name = moduleName(linear + ".weight").substr(kPeft.size());
    return name.substr(0, name.rfind('.'));
}

std::string factorName(const std::string& layers, std::size_t layer, const char* linear, const char* factor) {
    return fmt::format("{}{}.{}.lora_{}.weight", layers, layer, linear, factor);
}

/// The part of an adapter that a weight or linear of this name in files belongs to.
AdapterPart& partOf(Adapter& adapter, const std::string& name) {
    return name.starts_with("vision_tower.")            ? adapter.tower
           : name.starts_with("multi_modal_projector.") ? adapter.projector
                                                        : adapter.decoder;
}

/// `peft` saves the weight under a linear's factors beside them where it is the head; it is no module of its own then.
bool liesUnderFactors(const Adapter& adapter, const std::string& weight) {
    const auto parts = adapter.parts();
    const std::string linear = weight.substr(0, weight.rfind('.'));
    return std::any_of(parts.begin(), parts.end(),
                       [&](const AdapterPart* part) { return part->factors.contains(linear); });
}

/// "modules_to_save" of an adapter: tower and projector where it has all of them, else each module by its own name.
nlohmann::ordered_json modulesIn(const Adapter& adapter, const LlavaConfig& config) {
    const std::vector<WeightRow> rows = weightRows(config);
    std::set<std::string> modules;
    const auto add = [&](const AdapterPart& part, const std::string& whole) {
        const bool isWhole = !whole.empty() && std::all_of(rows.begin(), rows.end(), [&](const WeightRow& row) {
            return !row.name.starts_with(whole + ".") || part.modules.contains(row.name);
        });
        for (const auto& [name, weight] : part.modules)
            if (!liesUnderFactors(adapter, name))
                modules.insert(isWhole ? whole : moduleOf5(name.substr(0, name.rfind('.'))));
    };
    add(adapter.decoder, "");
    add(adapter.projector, "multi_modal_projector");
    add(adapter.tower, "vision_tower");
    return modules.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(modules);
}

/// "rank_pattern" and "alpha_pattern": the modules whose rank or alpha is another than the adapter's.
struct OwnNumbers {
    nlohmann::ordered_json ranks = nlohmann::ordered_json::object(), alphas = nlohmann::ordered_json::object();

    explicit OwnNumbers(const Adapter& adapter) {
        const auto add = [&](const std::string& module, const LoraFactors& factors) {
            const std::int64_t rank = factors.a.size(0);
            if (rank != adapter.rank)
                ranks[module] = rank;
            if (factors.scale != adapter.alpha / static_cast<double>(rank))
                alphas[module] = factors.scale * static_cast<double>(rank);
        };
        const auto linears = decoderLinearShapes({});
        for (std::size_t i = 0; i < adapter.layers.size(); ++i)
            for (std::size_t j = 0; j < linears.size(); ++j)
                add(fmt::format("model.language_model.layers.{}.{}", i, linears[j].name), adapter.layers[i][j]);
        for (const AdapterPart* part : adapter.parts())
            for (const auto& [name, factors] : part->factors)
                add(moduleOf5(name), factors);
    }
};

/// A pattern, because the tower's q_proj, k_proj and v_proj bear the same names.
std::string targetPattern(const Adapter& adapter) {
    std::string pattern = R"(.*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj))";
    for (const AdapterPart* part : adapter.parts())
        for (const auto& [name, factors] : part->factors)
            pattern += "|" + moduleOf5(name);
    return pattern;
}

nlohmann::ordered_json peftConfig(const Adapter& adapter, const LlavaConfig& config, const std::string& baseModel) {
    const OwnNumbers own(adapter);
    const bool isNext = !config.gridPinpoints.empty();
    return {{"peft_type", "LORA"},
            // What AutoPeftModel makes the base with; it wants no task type beside it.
            {"auto_mapping",
             {{"base_model_class", isNext ? "LlavaNextForConditionalGeneration" : "LlavaForConditionalGeneration"},
              {"parent_library", isNext ? "transformers.models.llava_next.modeling_llava_next"
                                        : "transformers.models.llava.modeling_llava"}}},
            {"base_model_name_or_path", baseModel},
            {"alpha_pattern", own.alphas},
            {"bias", "none"},
            {"fan_in_fan_out", false},
            {"inference_mode", true},
            {"init_lora_weights", true},
            {"lora_alpha", adapter.alpha},
            {"lora_dropout", 0.0},
            {"modules_to_save", modulesIn(adapter, config)},
            {"r", adapter.rank},
            {"rank_pattern", own.ranks},
            {"target_modules", targetPattern(adapter)},
            {"task_type", nullptr},
            {"use_dora", false},
            {"use_rslora", false}};
}

/// Puts a finished folder in the place of `folder`, which may exist, in one step.
void publishFolder(const fs::path& temporary, const fs::path& folder) {
    if (!fs::exists(folder)) {
        publishFile(temporary, folder);
        return;
    }
    if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
        fs::remove_all(temporary);  // what stood there before
        return;
    }
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        throw fileError(folder, {errno, std::system_category()}, "cannot be replaced");
    // A drive that cannot exchange two names: in two steps.
    fs::remove_all(folder);
    publishFile(temporary, folder);
}

/// One entry held against the model. Throws InputError.
void checkFactor(const SafetensorsFile& file, const fs::path& path, const std::string& name,
                 std::vector<std::int64_t> expected) {
    const SafetensorsEntry& entry = file.entries().at(name);
    if (entry.shape != expected)
        throw inputError(
            "{}: \"{}\" has shape [{}], this model and rank make it [{}]. The adapter is of another "
            "base or rank: take the one made for this checkpoint.",
            path.string(), name, fmt::join(entry.shape, ", "), fmt::join(expected, ", "));
    if (!at::isFloatingType(entry.type))
        throw inputError("{}: \"{}\" is {}, expected floating point. Save the adapter in float32, bf16 or fp16.",
                         path.string(), name, at::toString(entry.type));
}

/// A linear of the model that may have factors.
struct AdaptableLinear {
    std::string name;  ///< in checkpoints, without ".weight"
    std::int64_t out = 0, in = 0;
    ModuleNames modules;  ///< the names it goes by in `transformers`
};

ModuleNames modulesOf(const std::string& weight) {
    ModuleNames names = namesOfWeight(weight);
    for (std::string& name : names)  // LLaVA-1.6's newline is of no module
        name.resize(name.find('.') == std::string::npos ? 0 : name.rfind('.'));
    return names;
}

/// The decoder's, layer by layer in DecoderLinear's order; then the others.
std::vector<AdaptableLinear> adaptableLinears(const LlavaConfig& config) {
    std::vector<AdaptableLinear> all;
    const auto add = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        all.push_back({name, out, in, modulesOf(name + ".weight")});
    };
    for (std::int64_t i = 0; i < config.text.layers; ++i)
        for (const LinearShape& linear : decoderLinearShapes(config.text))
            add(fmt::format("language_model.model.layers.{}.{}", i, linear.name), linear.out, linear.in);
    for (const WeightRow& row : weightRows(config))
        if (row.shape.size() == 2 && !row.name.starts_with("language_model.") &&
            !row.name.ends_with("position_embedding.weight"))
            add(row.name.substr(0, row.name.rfind('.')), row.shape[0], row.shape[1]);
    add(kHead, config.text.vocabulary, config.text.hidden);
    return all;
}

/// The names of a linear's A and B in a file, and their scale.
struct FactorNames {
    std::string a, b;
    double scale = 0;
};
struct AdapterNames {
    std::map<std::string, FactorNames> factors;  ///< by the linear's name in checkpoints, without ".weight"
    std::map<std::string, std::string> modules;  ///< by name in checkpoints: name in the file
};

/// One file's names held against a model's. Every function throws InputError.
class NameCheck {
public:
    NameCheck(const SafetensorsFile& file, fs::path path, const LlavaConfig& config, const PeftConfig& peft)
        : m_file(file), m_path(std::move(path)), m_config(config), m_peft(peft) {
        for (const auto& [name, entry] : file.entries())
            m_unread.insert(name);
        if (m_unread.empty())
            throw inputError("{}: holds no factors. Save the adapter again.", m_path.string());
    }

    AdapterNames names() {
        AdapterNames all;
        std::vector<std::string> missing;
        for (const AdaptableLinear& linear : adaptableLinears(m_config)) {
            const auto found = factorsOf(linear);
            const auto wanted = isTarget(m_peft, linear.modules);
            if (found && wanted == false)
                throw inputError(
                    "{}: has factors of {}, which adapter_config.json does not name (\"target_modules\" and what goes "
                    "with it): `peft` would leave them out. Take both files from the same adapter.",
                    m_path.string(), linear.modules.back());
            if (found)
                all.factors[linear.name] = *found;
            else if (wanted == true)
                missing.push_back(linear.name);
        }
        all.modules = modules();
        if (all.factors.empty() && all.modules.empty())
            refuseOtherNames();
        refuseIncomplete(all, missing);
        if (!m_unread.empty())
            refuseLeftOver();
        return all;
    }

private:
    std::optional<FactorNames> factorsOf(const AdaptableLinear& linear) {
        std::optional<FactorNames> found;
        for (const std::string& module : linear.modules) {
            FactorNames names{kPeft + module + ".lora_A.weight", kPeft + module + ".lora_B.weight"};
            const std::size_t count = m_unread.erase(names.a) + m_unread.erase(names.b);
            if (count == 0)
                continue;
            if (count == 1)
                throw inputError("{}: \"{}\" or \"{}\" is missing. The adapter is incomplete: copy it again.",
                                 m_path.string(), names.a, names.b);
            if (found)
                throw inputError("{}: \"{}\" and \"{}\" are factors of one linear. Save the adapter again.",
                                 m_path.string(), found->a, names.a);
            const fs::path config = m_path.parent_path() / kConfigFile;
            const std::int64_t rank = rankOf(m_peft, linear.modules, config);
            names.scale = scaleOf(m_peft, linear.modules, config);
            checkFactor(m_file, m_path, names.a, {rank, linear.in});
            checkFactor(m_file, m_path, names.b, {linear.out, rank});
            found = names;
        }
        return found;
    }

    /// Weights of modules that were trained as a whole. `peft` saves head and embedding unasked where they are targets.
    std::map<std::string, std::string> modules() {
        std::map<std::string, std::string> found;
        std::vector<WeightRow> rows = weightRows(m_config);
        if (m_config.text.tiedEmbeddings)
            rows.push_back({kHead + ".weight", {m_config.text.vocabulary, m_config.text.hidden}});
        for (const WeightRow& row : rows) {
            const bool whole = isTrainedWhole(m_peft, modulesOf(row.name));
            const bool spoken = row.name.starts_with(kHead) || row.name.ends_with("embed_tokens.weight");
            if (!whole && !spoken)
                continue;
            if (row.name.starts_with("language_model.model.layers.") && !row.name.ends_with("layernorm.weight"))
                throw inputError(
                    "{}: \"modules_to_save\" trains {} as a whole, and Lacuna keeps the decoder's linears as they are. "
                    "Train the adapter with factors there.",
                    (m_path.parent_path() / kConfigFile).string(), modulesOf(row.name).back());
            const auto name = nameOf(row.name);
            if (!name && whole)
                throw inputError(
                    "{}: \"{}\" is missing, and \"modules_to_save\" in adapter_config.json says that its module is "
                    "there. The adapter is incomplete or of another base: take the one made for this checkpoint.",
                    m_path.string(), moduleName(row.name));
            if (!name)
                continue;
            checkFactor(m_file, m_path, *name, row.shape);
            found[row.name] = *name;
            m_unread.erase(*name);
        }
        return found;
    }

    std::optional<std::string> nameOf(const std::string& weight) const {
        for (const std::string& alias : namesOfWeight(weight))
            for (const std::string& name :
                 {kPeft + alias, kPeft + alias.substr(0, alias.rfind('.')) + ".base_layer.weight"})
                if (m_unread.contains(name))
                    return name;
        return {};
    }

    /// A part without any factors was left out by who saved it, one with some has lost others.
    void refuseIncomplete(const AdapterNames& found, const std::vector<std::string>& missing) const {
        for (const std::string& name : missing) {
            const std::string part = name.substr(0, name.find('.'));
            const bool isHead = name == kHead;
            if (part == "language_model" && !isHead)
                throw incomplete(name);
            if (!isHead && std::any_of(found.factors.begin(), found.factors.end(),
                                       [&](const auto& factors) { return factors.first.starts_with(part + "."); }))
                throw incomplete(name);
        }
    }

    Error incomplete(const std::string& linear) const {
        return inputError(
            "{}: has no factors of {}, which \"target_modules\" in adapter_config.json names. The adapter is "
            "incomplete or of another base: take the one made for this checkpoint.",
            m_path.string(), modulesOf(linear + ".weight").back());
    }

    void refuseOtherNames() const {
        throw inputError(
            "{}: made for other module names: \"{}\" is of no linear of this model, whose are \"{}\", \"{}\" and so "
            "on. Take an adapter made with `transformers` for this checkpoint.",
            m_path.string(), *m_unread.begin(),
            factorName(kLayers5, 0, decoderLinearShapes(m_config.text).front().name, "A"),
            kPeft + "model.multi_modal_projector.linear_1.lora_A.weight");
    }

    void refuseLeftOver() const {
        const std::string& name = *m_unread.begin();
        if (name.find("lora_embedding_") != std::string::npos ||
            name.find("patch_embedding.lora_") != std::string::npos)
            throw inputError(
                "{}: \"{}\" adapts an embedding or a convolution, and Lacuna computes LoRA on linears alone. Train the "
                "adapter without it.",
                m_path.string(), name);
        if (name.find(".lora_") == std::string::npos)
            throw inputError(
                "{}: \"{}\" is neither a LoRA factor nor of a module in \"modules_to_save\". Take the adapter as "
                "`peft` saved it.",
                m_path.string(), name);
        throw inputError(
            "{}: made for other module names: \"{}\" fits no linear of this model (decoder of {} layers, tower of {}). "
            "The adapter is of another base: take the one made for this checkpoint.",
            m_path.string(), name, m_config.text.layers, m_config.vision.layers);
    }

    const SafetensorsFile& m_file;
    fs::path m_path;
    const LlavaConfig& m_config;
    const PeftConfig& m_peft;
    std::set<std::string> m_unread;
};

struct OpenAdapter {
    PeftConfig peft;
    SafetensorsFile file;
    AdapterNames names;
};

/// An adapter but for its factors, checked. Throws InputError.
OpenAdapter openAdapter(const fs::path& folder, const LlavaConfig& config) {
    PeftConfig peft = readPeftConfig(folder / kConfigFile, std::max(config.text.hidden, config.text.intermediate));
    const fs::path path = folder / kWeightsFile;
    if (!isThere(path) && isThere(folder / kPickleFile))
        throw inputError(
            "{}: has {} alone, a Python pickle, which can run code and is never loaded. Convert it to safetensors: in "
            "Python, load it and call save_pretrained(…, safe_serialization=True).",
            folder.string(), kPickleFile);
    if (!isThere(path))
        throw inputError("{}: is not there. Copy it beside adapter_config.json.", path.string());
    SafetensorsFile file(path);
    AdapterNames names = NameCheck(file, path, config, peft).names();
    return {std::move(peft), std::move(file), std::move(names)};
}

}  // namespace

std::vector<std::string> adapterTensorNames(const Adapter& adapter) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < adapter.layers.size(); ++i)
        for (const auto& linear : decoderLinearShapes({}))
            for (const char* factor : {"A", "B"})
                names.push_back(factorName(kLayers5, i, linear.name, factor));
    for (const AdapterPart* part : adapter.parts())
        for (const auto& [name, factors] : part->factors)
            for (const char* factor : {"A", "B"})
                names.push_back(fmt::format("{}{}.lora_{}.weight", kPeft, moduleOf5(name), factor));
    for (const AdapterPart* part : adapter.parts())
        for (const auto& [name, weight] : part->modules)
            names.push_back(liesUnderFactors(adapter, name) ? fmt::format("{}{}.base_layer.weight", kPeft,
                                                                          moduleOf5(name.substr(0, name.rfind('.'))))
                                                            : moduleName(name));
    return names;
}

void writeAdapter(const Adapter& adapter, const fs::path& folder, const LlavaConfig& config,
                  const std::string& baseModel) {
    const auto names = adapterTensorNames(adapter);
    const auto factors = adapter.parameters();
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (std::size_t i = 0; i < names.size(); ++i)
        tensors.emplace_back(names[i], factors[i].detach());
    fs::path temporary = fs::absolute(folder).lexically_normal();
    if (!temporary.has_filename())
        temporary = temporary.parent_path();
    const fs::path target = temporary;
    temporary += fmt::format(".{}.part", ::getpid());
    try {
        fs::remove_all(temporary);
        fs::create_directories(temporary);
        writeFileAtomically(temporary / kConfigFile, peftConfig(adapter, config, baseModel).dump(2) + "\n");
        writeSafetensors(temporary / kWeightsFile, tensors, {{"format", "pt"}});
        publishFolder(temporary, target);
    } catch (const fs::filesystem_error& problem) {
        throw fileError(target, problem.code());
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(temporary, ignored);
        throw;
    }
}

Adapter readAdapter(const fs::path& folder, const LlavaConfig& config, at::TensorOptions options) {
    const auto [peft, file, names] = openAdapter(folder, config);
    Adapter adapter;
    adapter.rank = peft.rank;
    adapter.alpha = peft.alpha;
    adapter.layers.resize(static_cast<std::size_t>(config.text.layers));
    const std::vector<AdaptableLinear> linears = adaptableLinears(config);
    for (std::size_t i = 0; i < linears.size(); ++i) {
        const std::size_t layer = i / decoderLinearCount;
        const bool inside = layer < adapter.layers.size();
        const auto found = names.factors.find(linears[i].name);
        if (found == names.factors.end() && !inside)
            continue;
        LoraFactors& factors = inside ? adapter.layers[layer][i % decoderLinearCount]
                                      : partOf(adapter, linears[i].name).factors[linears[i].name];
        if (found == names.factors.end())  // zeros say the same as no factors
            factors = {at::zeros({peft.rank, linears[i].in}, options), at::zeros({linears[i].out, peft.rank}, options),
                       peft.alpha / static_cast<double>(peft.rank)};
        else
            factors = {file.read(found->second.a).to(options), file.read(found->second.b).to(options),
                       found->second.scale};
    }
    for (const auto& [name, inFile] : names.modules)
        partOf(adapter, name).modules[name] = file.read(inFile).to(options);
    return adapter;
}

void checkAdapter(const fs::path& folder, const LlavaConfig& config) {
    openAdapter(folder, config);
}

}  // namespace lacuna
