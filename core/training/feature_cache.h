// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/ATen.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lacuna {

/// What a model makes of a benchmark's pictures, as FeatureStore holds it, kept between two starts: the same bits, so
/// that nothing depends on whether they were computed or read. Files are checked by their SHA-256 and replaced as a
/// whole; a few are kept, the oldest give way.
class FeatureCache {
public:
    struct Features {
        at::Tensor projected;   ///< [all tokens, feature width]
        at::Tensor embeddings;  ///< [pictures, embedding width]
        at::Tensor begins;      ///< [pictures + 1] int64: where a picture's tokens begin
    };

    /// Keeps nothing.
    FeatureCache() = default;
    /// In `folder`. `key` says everything the bits depend on but the pictures; their files count by path, size and time
    /// of change.
    FeatureCache(std::filesystem::path folder, std::string key);

    /// Nothing when they were not kept, a picture's file is gone or changed, or the file is damaged.
    std::optional<Features> read(const std::vector<std::filesystem::path>& pictures) const;
    /// Does nothing for more than `mostBytes`. Throws ResourceError.
    void write(const std::vector<std::filesystem::path>& pictures, const Features& features) const;

    static constexpr std::uint64_t mostBytes = std::uint64_t{512} << 20;
    static constexpr std::size_t mostFiles = 4;

private:
    std::filesystem::path fileOf(const std::vector<std::filesystem::path>& pictures) const;  ///< empty: a file is gone

    std::filesystem::path m_folder;
    std::string m_key;
};

}  // namespace lacuna
