// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/given_stages.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/interruption.h"
#include "core/models/checkpoint_hash.h"
#include "core/models/llava/adapter_files.h"
#include "core/models/llava/same_architecture.h"
#include "core/models/llava/weight_names.h"
#include "core/text/tokenizer.h"

#include <nlohmann/json.hpp>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// In an archived stage, in the place of an adapter: {"sha256": checkpointHash}.
constexpr const char* kCheckpointNote = "checkpoint.json";

/// The folder right below that holds an adapter; empty when none does.
std::string adapterBelow(const fs::path& folder) {
    std::error_code code;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
        if (isThere(entry->path() / "adapter_config.json"))
            return entry->path().string();
    return {};
}

/// Tokens that mean something else under the same number make another vocabulary. Trainers save weights without a
/// tokenizer too: then it is the model's.
void requireSameTokens(const fs::path& folder, const Tokenizer& model) {
    if (!isThere(folder / "tokenizer.model"))
        return;
    const auto own = loadTokenizer(folder);
    bool same = own->vocabulary() == model.vocabulary();
    for (std::int64_t id = 0; same && id < own->vocabulary(); ++id)
        same = own->piece(id) == model.piece(id);
    if (!same)
        throw inputError(
            "{}: its tokenizer has other tokens than the model's: the same numbers would be other words. Take a "
            "checkpoint that was made from this model.",
            folder.string());
}

/// Bases are named by whoever trained: a path there, or a name on the Hub.
void noteOtherBase(const fs::path& adapter, const fs::path& model,
                   const std::function<void(const std::string&)>& note) {
    const auto config = readJson(adapter / "adapter_config.json");
    const auto named = config.value("base_model_name_or_path", nlohmann::json());
    if (!named.is_string())
        return;
    const fs::path base = named.get<std::string>();
    const auto lastOf = [](const fs::path& path) {
        const auto plain = path.lexically_normal();
        return plain.has_filename() ? plain.filename() : plain.parent_path().filename();
    };
    if (!base.empty() && lastOf(base) != lastOf(fs::absolute(model)))
        note(fmt::format(
            "{}: says that it was made for \"{}\". It fits {} by its shapes, and is measured on it; whether "
            "it was made for these weights no file says.",
            adapter.string(), base.string(), model.string()));
}

void noteCheckpoint(const fs::path& archive, const std::string& hash) {
    auto part = archive;
    part += ".part";
    std::error_code code;
    fs::remove_all(part, code);
    fs::create_directories(part, code);
    if (code)
        throw fileError(part, code);
    writeFileAtomically(part / kCheckpointNote, nlohmann::json{{"sha256", hash}}.dump(2) + "\n");
    publishFile(part, archive);
}

}  // namespace

bool isWholeCheckpoint(const fs::path& folder) {
    if (isThere(folder / "adapter_config.json"))
        return false;
    if (isThere(folder / "config.json"))
        return true;
    const auto below = adapterBelow(folder);
    throw inputError("{}: is neither an adapter (it has no adapter_config.json) nor a checkpoint (no config.json). {}",
                     folder.string(),
                     !isThere(folder) ? "There is nothing of that name."
                     : below.empty()  ? "Name the folder that these files lie in."
                                      : fmt::format("There is an adapter in {}.", below));
}

void checkGivenStages(const std::vector<std::filesystem::path>& stages, const fs::path& model,
                      const std::function<void(const std::string&)>& note) {
    const CheckpointFiles files(model);
    const auto config = settledConfig(files, readLlavaConfig(model));
    const auto tokenizer = loadTokenizer(model);
    for (const auto& stage : stages) {
        if (isWholeCheckpoint(stage)) {
            requireSameArchitecture(CheckpointFiles(stage), config);
            requireSameTokens(stage, *tokenizer);
        } else {
            checkAdapter(stage, config);
            noteOtherBase(stage, model, note);
        }
    }
}

void takeGivenStages(const std::vector<std::filesystem::path>& stages, const Llava& network, const std::string& base,
                     const RunFolder& folder) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
        interruptionPoint();
        const auto archive = folder.adapters(static_cast<int>(i) + 1);
        if (isThere(archive))
            continue;
        std::error_code code;
        fs::create_directories(archive.parent_path(), code);
        if (code)
            throw fileError(archive.parent_path(), code);
        const auto& stage = stages[i];
        if (isWholeCheckpoint(stage))
            noteCheckpoint(archive, checkpointHash(stage).now);
        else
            network.writeAdapter(network.readAdapter(stage), archive, base);
        syncFolder(archive.parent_path());
    }
}

Adapter WholeStage::of(const fs::path& folder, const std::string& hash, const Llava& base) {
    if (m_adapter.whole && m_hash == hash)
        return m_adapter;
    drop();
    if (!isThere(folder))
        throw inputError("{}: this run measured the checkpoint there, and it is gone. Put it back.", folder.string());
    if (checkpointHash(folder).now != hash)
        throw inputError("{}: has changed since this run measured it. Put it back as it was, or measure it anew.",
                         folder.string());
    const CheckpointFiles files(folder);
    Adapter adapter;
    const auto model = std::make_shared<const Llava>(
        Llava::load(files, requireSameArchitecture(files, base.config()), base.options(), {}, base.format()));
    adapter.seesAlike = model->seesAs(base);
    adapter.whole = model;
    m_adapter = adapter;
    m_hash = hash;
    return adapter;
}

Adapter readGivenStage(const std::filesystem::path& given, const fs::path& archived, const Llava& network,
                       WholeStage* kept) {
    if (!isThere(archived / kCheckpointNote))
        return network.readAdapter(archived);
    const auto hash = readJson(archived / kCheckpointNote).value("sha256", std::string());
    WholeStage alone;
    return (kept ? *kept : alone).of(given, hash, network);
}

}  // namespace lacuna
