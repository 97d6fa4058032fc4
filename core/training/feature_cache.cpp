// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/feature_cache.h"

#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/sha256.h"
#include "core/tensors/safetensors.h"

#include <fmt/format.h>

#include <algorithm>

namespace lacuna {
namespace {

namespace fs = std::filesystem;

std::string contentOf(const FeatureCache::Features& features) {
    Sha256 digest;
    for (const auto& tensor : {features.projected, features.embeddings, features.begins}) {
        const auto whole = tensor.contiguous();
        digest.add({static_cast<const char*>(whole.data_ptr()), whole.nbytes()});
    }
    return digest.hex();
}

/// The oldest go, until there is room for one more.
void makeRoom(const fs::path& folder) {
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code none;
    for (fs::directory_iterator entry(folder, none), end; !none && entry != end; entry.increment(none))
        if (entry->path().extension() == ".safetensors")
            files.emplace_back(entry->last_write_time(none), entry->path());
    std::sort(files.begin(), files.end());
    for (std::size_t i = 0; i + FeatureCache::mostFiles <= files.size(); ++i)
        fs::remove(files[i].second, none);
}

}  // namespace

FeatureCache::FeatureCache(fs::path folder, std::string key) : m_folder(std::move(folder)), m_key(std::move(key)) {}

fs::path FeatureCache::fileOf(const std::vector<fs::path>& pictures) const {
    if (m_folder.empty())
        return {};
    Sha256 digest;
    digest.add(m_key);
    for (const auto& picture : pictures) {
        std::error_code gone;
        const auto size = fs::file_size(picture, gone);
        const auto changed = gone ? fs::file_time_type() : fs::last_write_time(picture, gone);
        if (gone)
            return {};
        digest.add(fmt::format("\n{} {} {}", picture.string(), size, changed.time_since_epoch().count()));
    }
    return m_folder / (digest.hex().substr(0, 32) + ".safetensors");
}

std::optional<FeatureCache::Features> FeatureCache::read(const std::vector<fs::path>& pictures) const {
    const auto path = fileOf(pictures);
    std::error_code none;
    if (path.empty() || !fs::is_regular_file(path, none))
        return std::nullopt;
    try {
        const SafetensorsFile file(path);
        Features features{file.read("projected"), file.read("embeddings"), file.read("begins")};
        const auto kept = file.metadata().find("sha256");
        if (kept != file.metadata().end() && kept->second == contentOf(features))
            return features;
    } catch (const Error&) {  // unreadable: as if it were not there
    }
    return std::nullopt;
}

void FeatureCache::write(const std::vector<fs::path>& pictures, const Features& features) const {
    const auto path = fileOf(pictures);
    if (path.empty() || features.projected.nbytes() + features.embeddings.nbytes() > mostBytes)
        return;
    std::error_code failed;
    fs::create_directories(m_folder, failed);
    if (failed)
        throw fileError(m_folder, failed, "cannot be made");
    makeRoom(m_folder);
    writeSafetensors(
        path, {{"projected", features.projected}, {"embeddings", features.embeddings}, {"begins", features.begins}},
        {{"sha256", contentOf(features)}});
}

}  // namespace lacuna
