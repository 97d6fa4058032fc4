// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <array>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Which file each tensor is in, as an index says. A file name from it may not leave the folder.
std::map<std::string, std::string> weightMap(const fs::path& index) {
    const auto json = readJson(index);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        throw inputError("{}: has no \"weight_map\". Copy it again.", index.string());
    if (json["weight_map"].empty())
        throw inputError("{}: \"weight_map\" is empty. Copy it again.", index.string());
    std::map<std::string, std::string> files;
    for (const auto& [name, file] : json["weight_map"].items()) {
        if (!file.is_string())
            throw inputError("{}: the file of \"{}\" is not a text. Copy it again.", index.string(), name);
        const auto text = file.get<std::string>();
        if (text.empty() || fs::path(text).filename() != fs::path(text) || !text.ends_with(".safetensors"))
            throw inputError(
                "{}: \"{}\" is said to be in \"{}\", expected the name of a *.safetensors file beside it. Copy it "
                "again.",
                index.string(), name, text);
        files[name] = text;
    }
    return files;
}

/// Why a folder without model.safetensors and index is none, by the first file (by name) that says so.
Error noCheckpoint(const fs::path& folder) {
    constexpr std::array<std::string_view, 5> kPickles{".bin", ".pt", ".pth", ".ckpt", ".pkl"};
    std::vector<std::string> names;
    std::error_code code;
    for (fs::directory_iterator each(folder, code), end; !code && each != end; each.increment(code))
        names.push_back(each->path().filename().string());
    std::sort(names.begin(), names.end());
    for (const auto& name : names) {
        const auto extension = fs::path(name).extension().string();
        if (extension == ".safetensors")
            return inputError(
                "{}: {} is there without model.safetensors.index.json, which says what is in which file. "
                "Copy it from the same checkpoint.",
                folder.string(), name);
        if (extension == ".gguf")
            return inputError("{}: has {} alone. Use the checkpoint in Hugging Face layout (*.safetensors).",
                              folder.string(), name);
    }
    for (const auto& name : names)
        if (name.ends_with(".bin.index.json") ||
            std::find(kPickles.begin(), kPickles.end(), fs::path(name).extension().string()) != kPickles.end())
            return inputError(
                "{}: has {} alone, a Python pickle, which can run code and is never loaded. Convert it to "
                "safetensors: in Python, load it and call save_pretrained(…, safe_serialization=True).",
                folder.string(), name);
    return inputError(
        "{}: neither model.safetensors nor model.safetensors.index.json is there. Give a checkpoint "
        "folder in Hugging Face layout.",
        folder.string());
}

/// A tensor in two shards: which of them counts is anyone's guess.
void refuseSecondCopies(const std::map<std::string, std::shared_ptr<SafetensorsFile>>& shards,
                        const std::map<std::string, std::string>& fileOf, const fs::path& index) {
    for (const auto& [fileName, shard] : shards)
        for (const auto& [name, entry] : shard->entries())
            if (const auto listed = fileOf.find(name); listed != fileOf.end() && listed->second != fileName)
                throw inputError("{}: tensor \"{}\" is in {} and in {}. Take both from the same checkpoint.",
                                 index.parent_path().string(), name, listed->second, fileName);
}

/// transformers takes the single file and never looks at the index; which one its owner means, nobody knows.
void refuseSecondWeights(const std::map<std::string, std::shared_ptr<SafetensorsFile>>& shards,
                         const std::map<std::string, std::string>& fileOf, const fs::path& index,
                         const fs::path& single) {
    const SafetensorsFile other(single);
    const auto refused = [&](const std::string& name, std::string_view what) {
        return inputError(
            "{}: beside it is {} with other shards, and tensor \"{}\" {}. Remove the one that is not meant.",
            single.string(), index.filename().string(), name, what);
    };
    for (const auto& [name, entry] : other.entries())
        if (!fileOf.contains(name))
            throw refused(name, "is in the single file alone");
    for (const auto& [name, fileName] : fileOf) {
        if (!other.entries().contains(name))
            throw refused(name, "is in the shards alone");
        if (fileName != single.filename() && !shards.at(fileName)->sameContent(name, other, name))
            throw refused(name, "differs");
    }
}

}  // namespace

CheckpointFiles::CheckpointFiles(const fs::path& folder) : m_folder(folder) {
    const auto index = folder / "model.safetensors.index.json";
    const auto single = folder / "model.safetensors";
    if (!isThere(index)) {
        if (!isThere(single))
            throw noCheckpoint(folder);
        const auto file = std::make_shared<SafetensorsFile>(single);
        for (const auto& [name, entry] : file->entries())
            m_fileOf[name] = file;
        return;
    }
    std::map<std::string, std::shared_ptr<SafetensorsFile>> shards;
    const auto fileOf = weightMap(index);
    for (const auto& [name, fileName] : fileOf) {
        auto& shard = shards[fileName];
        if (!shard) {
            if (!isThere(folder / fileName))
                throw inputError("{}: the shard {} it names is not there. Download it into the same folder.",
                                 index.string(), fileName);
            shard = std::make_shared<SafetensorsFile>(folder / fileName);
        }
        if (!shard->entries().contains(name))
            throw inputError("{}: tensor \"{}\" is not in {}, as it says. Copy both again.", index.string(), name,
                             fileName);
        m_fileOf[name] = shard;
    }
    refuseSecondCopies(shards, fileOf, index);
    if (isThere(single))
        refuseSecondWeights(shards, fileOf, index, single);
}

std::vector<std::string> CheckpointFiles::names() const {
    std::vector<std::string> names;
    for (const auto& [name, file] : m_fileOf)
        names.push_back(name);
    return names;
}

bool CheckpointFiles::has(const std::string& name) const {
    return m_fileOf.contains(name);
}

const SafetensorsFile& CheckpointFiles::fileOf(const std::string& name) const {
    const auto found = m_fileOf.find(name);
    if (found == m_fileOf.end())
        throw inputError("The checkpoint has no tensor \"{}\". Is it of this model family?", name);
    return *found->second;
}

at::Tensor CheckpointFiles::read(const std::string& name) const {
    return fileOf(name).read(name);
}

const SafetensorsEntry& CheckpointFiles::entry(const std::string& name) const {
    return fileOf(name).entries().at(name);
}

bool CheckpointFiles::sameContent(const std::string& name, const std::string& other) const {
    return fileOf(name).sameContent(name, fileOf(other), other);
}

}  // namespace lacuna
