#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/models/config_object.h"
#include "core/models/llava_weights.h"
#include "core/models/lora.h"
#include "core/models/weight_names.h"
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
/// How `peft` names the decoder's layers on transformers 5, and on transformers 4.
const std::string kLayers5 = "base_model.model.model.language_model.layers.";
const std::string kLayers4 = "base_model.model.language_model.model.layers.";

const std::string kPeft = "base_model.model.";
const std::vector<std::string> kVisionModules{"multi_modal_projector", "vision_tower"};

/// Of a weight of projector or tower, as `peft` names it on transformers 5.
std::string moduleName(const std::string& weight) {
    return kPeft + weightAliases(weight)[weight.starts_with("vision_tower") ? 1 : 0];
}

std::string factorName(const std::string& layers, std::size_t layer, const char* linear, const char* factor) {
    return fmt::format("{}{}.{}.lora_{}.weight", layers, layer, linear, factor);
}

/// "modules_to_save" of an adapter.
nlohmann::ordered_json modulesIn(const Adapter& adapter) {
    nlohmann::ordered_json modules;
    for (const std::string& module : kVisionModules)
        if (std::any_of(adapter.modules.begin(), adapter.modules.end(),
                        [&](const auto& weight) { return weight.first.starts_with(module + "."); }))
            modules.push_back(module);
    return modules;
}

nlohmann::ordered_json peftConfig(const Adapter& adapter, const std::string& baseModel) {
    return {{"peft_type", "LORA"},
            {"auto_mapping",
             {{"base_model_class", "LlavaForConditionalGeneration"},
              {"parent_library", "transformers.models.llava.modeling_llava"}}},
            {"base_model_name_or_path", baseModel},
            {"bias", "none"},
            {"fan_in_fan_out", false},
            {"inference_mode", true},
            {"init_lora_weights", true},
            {"lora_alpha", adapter.alpha},
            {"lora_dropout", 0.0},
            {"modules_to_save", modulesIn(adapter)},
            {"r", adapter.rank},
            // A pattern, because the tower's q_proj, k_proj and v_proj bear the same names.
            {"target_modules", R"(.*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj))"},
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

struct PeftConfig {
    std::int64_t rank = 0;
    double alpha = 0;
    std::vector<std::string>
        targets;  ///< ends of the names of all linears that have factors; empty where a pattern says
    std::vector<std::string> modules;  ///< trained as a whole: of kVisionModules
};

/// What changes the computation, or the base weights, beyond plain LoRA. Throws InputError.
void refuseVariants(const ConfigObject& config, const nlohmann::json& json) {
    for (const char* flag : {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"})
        config.expectFlag(flag, false);
    config.expectText("bias", "none");
    for (const char* key :
         {"rank_pattern", "alpha_pattern", "trainable_token_indices", "target_parameters", "layer_replication",
          "alora_invocation_tokens", "use_bdlora", "arrow_config", "kasa_config"})
        if (config.has(key) && !json.at(key).empty() && json.at(key) != false)
            throw config.invalid(key,
                                 "is set, and Lacuna reads adapters of one rank and alpha on linears alone. Train the "
                                 "adapter without it");
    if (config.has("init_lora_weights") && !json.at("init_lora_weights").is_boolean()) {
        const auto start = config.text("init_lora_weights", "");
        if (start != "gaussian" && start != "eva" && start != "orthogonal")
            throw config.invalid("init_lora_weights", fmt::format("is \"{}\", which changes the base weights too. Save "
                                                                  "the adapter anew as plain LoRA (PEFT's "
                                                                  "path_initial_model_for_weight_conversion)",
                                                                  start));
    }
    if (config.has("auto_mapping")) {
        const auto base = config.object("auto_mapping").text("base_model_class", "");
        if (!base.empty() && base != "LlavaForConditionalGeneration" && base != "LlavaNextForConditionalGeneration")
            throw config.invalid("auto_mapping",
                                 fmt::format("says that the adapter was made for a {}. Take one made for "
                                             "a LlavaForConditionalGeneration or a "
                                             "LlavaNextForConditionalGeneration",
                                             base));
    }
}

/// "target_modules" where it is a list that stands for every layer. Throws InputError.
std::vector<std::string> targetsOf(const ConfigObject& config) {
    std::vector<std::string> targets;
    if (!config.isArray("target_modules") || config.has("layers_to_transform") || config.has("exclude_modules"))
        return targets;
    for (const auto& target : config.array("target_modules", 1, 100'000)) {
        if (!target.is_string() || target.get_ref<const std::string&>().empty())
            throw config.invalid("target_modules", "is neither a pattern nor a list of names");
        targets.push_back(target.get<std::string>());
    }
    return targets;
}

/// "modules_to_save". Throws InputError.
std::vector<std::string> modulesOf(const ConfigObject& config) {
    std::vector<std::string> modules;
    if (!config.has("modules_to_save"))
        return modules;
    for (const auto& module : config.array("modules_to_save", 0, 1000)) {
        const auto known = std::find_if(kVisionModules.begin(), kVisionModules.end(), [&](const std::string& name) {
            return module.is_string() && (module == name || module == "model." + name);
        });
        if (known == kVisionModules.end())
            throw config.invalid(
                "modules_to_save",
                "names more than multi_modal_projector and vision_tower, and Lacuna trains nothing else "
                "as a whole. Train the adapter without it");
        modules.push_back(*known);
    }
    return modules;
}

PeftConfig readPeftConfig(const fs::path& path, std::int64_t highestRank) {
    const nlohmann::json json = readJson(path, kConfigLimitBytes);
    const ConfigObject config(json, path.string());
    if (const std::string type = config.text("peft_type", ""); type != "LORA")
        throw inputError("{}: \"peft_type\" is \"{}\", expected \"LORA\". Take a LoRA adapter.", path.string(), type);
    refuseVariants(config, json);
    PeftConfig peft;
    peft.rank = config.integer("r", 1, highestRank);
    peft.alpha = config.number("lora_alpha", -1e9, 1e9, 8);
    if (config.boolean("use_rslora", false))
        peft.alpha *= std::sqrt(static_cast<double>(peft.rank));  // alpha / √rank, said as alpha' / rank
    peft.targets = targetsOf(config);
    peft.modules = modulesOf(config);
    return peft;
}

/// One factor's entry held against the decoder. Throws InputError.
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

/// The names of a linear's A and B in a file, empty where it has none: `peft` may adapt some linears alone.
struct FactorNames {
    std::string a, b;
};
struct AdapterNames {
    std::vector<std::array<FactorNames, decoderLinearCount>> factors;  ///< [layer][linear]
    std::map<std::string, std::string> modules;                        ///< by name in checkpoints: name in the file
};

/// Is a linear of a layer among the targets? A name is one by its end, as `peft` has it.
bool isTarget(const std::vector<std::string>& targets, std::size_t layer, const char* linear) {
    const auto name = fmt::format(".model.language_model.layers.{}.{}", layer, linear),
               oldName = fmt::format(".language_model.model.layers.{}.{}", layer, linear);
    return std::any_of(targets.begin(), targets.end(), [&](const std::string& target) {
        return name.ends_with("." + target) || oldName.ends_with("." + target);
    });
}

/// Weights of modules that were trained as a whole; takes them out of `unread`. Throws InputError.
std::map<std::string, std::string> moduleNames(const SafetensorsFile& file, const fs::path& path,
                                               const LlavaConfig& config, const PeftConfig& peft,
                                               std::set<std::string>& unread) {
    std::map<std::string, std::string> found;
    for (const WeightRow& row : weightRows(config)) {
        if (std::none_of(peft.modules.begin(), peft.modules.end(),
                         [&](const std::string& module) { return row.name.starts_with(module + "."); }))
            continue;
        const std::vector<std::string> names = namesOfWeight(row.name);
        const auto name = std::find_if(names.begin(), names.end(),
                                       [&](const std::string& known) { return unread.contains(kPeft + known); });
        if (name == names.end())
            throw inputError(
                "{}: \"{}\" is missing, and \"modules_to_save\" in adapter_config.json says that its module is there. "
                "The "
                "adapter is incomplete or of another base: take the one made for this checkpoint.",
                path.string(), moduleName(row.name));
        found[row.name] = kPeft + *name;
        unread.erase(kPeft + *name);
        checkFactor(file, path, found[row.name], row.shape);
    }
    return found;
}

/// Checks the whole file against the model before anything is allocated. Throws InputError.
AdapterNames checkedNames(const SafetensorsFile& file, const fs::path& path, const LlavaConfig& llava,
                          const PeftConfig& peft) {
    const TextConfig& config = llava.text;
    std::set<std::string> unread;
    for (const auto& [name, entry] : file.entries())
        unread.insert(name);
    if (unread.empty())
        throw inputError("{}: holds no factors. Save the adapter again.", path.string());
    const auto shapes = decoderLinearShapes(config);
    AdapterNames all;
    auto& names = all.factors;
    names.resize(static_cast<std::size_t>(config.layers));
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::size_t j = 0; j < shapes.size(); ++j) {
            for (const std::string& layers : {kLayers5, kLayers4}) {
                const FactorNames found{factorName(layers, i, shapes[j].name, "A"),
                                        factorName(layers, i, shapes[j].name, "B")};
                const std::size_t count = unread.erase(found.a) + unread.erase(found.b);
                if (count == 0)
                    continue;
                if (count == 1)
                    throw inputError("{}: \"{}\" or \"{}\" is missing. The adapter is incomplete: copy it again.",
                                     path.string(), found.a, found.b);
                if (!names[i][j].a.empty())
                    throw inputError("{}: \"{}\" and \"{}\" are factors of one linear. Save the adapter again.",
                                     path.string(), names[i][j].a, found.a);
                checkFactor(file, path, found.a, {peft.rank, shapes[j].in});
                checkFactor(file, path, found.b, {shapes[j].out, peft.rank});
                names[i][j] = found;
            }
            if (names[i][j].a.empty() && isTarget(peft.targets, i, shapes[j].name))
                throw inputError(
                    "{}: has no factors of {} in layer {}, which \"target_modules\" in adapter_config.json lists. The "
                    "adapter is incomplete or of another base: take the one made for this checkpoint.",
                    path.string(), shapes[j].name, i);
        }
    }
    all.modules = moduleNames(file, path, llava, peft, unread);
    if (!unread.empty())
        throw inputError(
            "{}: \"{}\" fits no linear of this model's decoder ({} layers). The adapter is of another base, or adapts "
            "more than the decoder's linears (as a \"target_modules\" that names the tower's too).",
            path.string(), *unread.begin(), config.layers);
    return all;
}

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
    AdapterNames names = checkedNames(file, path, config, peft);
    return {std::move(peft), std::move(file), std::move(names)};
}

}  // namespace

std::vector<std::string> adapterTensorNames(const Adapter& adapter) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < adapter.layers.size(); ++i)
        for (const auto& linear : decoderLinearShapes({}))
            for (const char* factor : {"A", "B"})
                names.push_back(factorName(kLayers5, i, linear.name, factor));
    for (const auto& [name, weight] : adapter.modules)
        names.push_back(moduleName(name));
    return names;
}

void writeAdapter(const Adapter& adapter, const fs::path& folder, const std::string& baseModel) {
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
        writeFileAtomically(temporary / kConfigFile, peftConfig(adapter, baseModel).dump(2) + "\n");
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
    const auto shapes = decoderLinearShapes(config.text);
    Adapter adapter;
    adapter.rank = peft.rank;
    adapter.alpha = peft.alpha;
    for (const auto& [name, inFile] : names.modules)
        adapter.modules[name] = file.read(inFile).to(options);
    for (const auto& layerNames : names.factors) {
        auto& layer = adapter.layers.emplace_back();
        for (std::size_t j = 0; j < shapes.size(); ++j) {
            if (layerNames[j].a.empty())  // zeros say the same as no factors
                layer[j] = {at::zeros({peft.rank, shapes[j].in}, options),
                            at::zeros({shapes[j].out, peft.rank}, options)};
            else
                layer[j] = {file.read(layerNames[j].a).to(options), file.read(layerNames[j].b).to(options)};
        }
    }
    return adapter;
}

void checkAdapter(const fs::path& folder, const LlavaConfig& config) {
    openAdapter(folder, config);
}

}  // namespace lacuna
