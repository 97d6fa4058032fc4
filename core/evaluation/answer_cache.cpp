// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/answer_cache.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/sha256.h"
#include "core/runs/run_tables.h"

#include <string_view>

namespace lacuna {
namespace {

constexpr std::size_t hashLength = 64;

}  // namespace

AnswerCache::AnswerCache(const std::filesystem::path& folder, const std::string& key)
    : m_path(folder / "stage0" / (sha256(answerColumns() + "\n" + key).substr(0, 32) + ".answers")) {}

std::optional<std::vector<AnswerRow>> AnswerCache::read() const {
    std::error_code none;
    if (!std::filesystem::is_regular_file(m_path, none))
        return std::nullopt;
    try {
        const auto bytes = readFile(m_path);
        const std::string_view all(bytes);
        if (all.size() < hashLength || sha256(all.substr(hashLength)) != all.substr(0, hashLength))
            return std::nullopt;
        return answersFromBytes(all.substr(hashLength));
    } catch (const Error&) {  // unreadable: as if it were not there
    }
    return std::nullopt;
}

void AnswerCache::write(const std::vector<AnswerRow>& rows) const {
    const auto bytes = answerBytes(rows);
    std::error_code failed;
    std::filesystem::create_directories(m_path.parent_path(), failed);
    if (failed)
        throw fileError(m_path.parent_path(), failed, "cannot be made");
    writeFileAtomically(m_path, sha256(bytes) + bytes);
}

}  // namespace lacuna
