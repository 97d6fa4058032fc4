// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/checkpoint_hash.h"

#include "core/base/checked_json.h"
#include "core/base/sha256.h"

#include <map>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Bytes of a checkpoint: hashed in a few hundredths of a second.
constexpr std::int64_t betweenTellings = 32 << 20;

bool decidesAnswers(const fs::path& file) {
    const auto kind = file.extension();
    return kind == ".safetensors" || kind == ".json" || kind == ".model" || kind == ".jinja";
}

/// Name → hash.
std::map<std::string, std::string> hashesOf(const fs::path& folder, const ProgressFunction& progress) {
    std::map<std::string, std::string> files;
    std::int64_t done = 0, total = 0;
    std::error_code unknown;
    for (const auto& entry : fs::directory_iterator(folder))
        if (decidesAnswers(entry.path()))
            files[entry.path().filename().string()];
    const std::string named = "additional_chat_templates/default.jinja";
    if (!files.contains("chat_template.jinja") && fs::exists(folder / named, unknown))  // takes its place
        files[named];
    for (const auto& [name, hash] : files)
        total += static_cast<std::int64_t>(fs::file_size(folder / name, unknown));
    const auto came = [&](std::uint64_t more) {
        const auto before = done;
        done += static_cast<std::int64_t>(more);
        if (progress && before / betweenTellings != done / betweenTellings)
            progress({"hashing the model", done, total});
    };
    for (auto& [name, hash] : files)
        hash = sha256OfFile(folder / name, came);
    return files;
}

std::string joined(const std::map<std::string, std::string>& hashes) {
    std::string lines;
    for (const auto& [name, hash] : hashes)
        lines.append(name).append(" ").append(hash).append("\n");
    return sha256(lines);
}

}  // namespace

CheckpointHash checkpointHash(const fs::path& folder, const ProgressFunction& progress) {
    auto hashes = hashesOf(folder, progress);
    const auto now = joined(hashes);
    if (!hashes.contains(kProcessorFile))
        return {now, now};
    const auto json = readJson(folder / kProcessorFile);
    if (json.contains("image_processor") || json.contains("chat_template"))
        return {now, now};
    hashes.erase(kProcessorFile);
    return {now, joined(hashes)};
}

}  // namespace lacuna
