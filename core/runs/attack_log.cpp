// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/attack_log.h"

#include "core/base/atomic_file.h"
#include "core/base/file_error.h"
#include "core/runs/child_reader.h"
#include "core/runs/row_codec.h"
#include "core/runs/run_folder.h"
#include "core/runs/storable_text.h"
#include "core/runs/tables/table_read.h"
#include "core/runs/tables/table_write.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::chrono::seconds readingTime{60};

std::vector<TableSpec> specs() {
    return {specOf<AttackEntry>({}), specOf<AttackAnswer>({})};
}

template <typename Row>
void take(std::vector<Row>& rows, TableFile& content, const std::string& file) {
    auto* table = findTable(content, Row::table);
    if (!table)
        refuseTable(file, Row::table, "is missing");
    try {
        fill(rows, *table, {});
    } catch (const Error& error) {
        refuseTable(file, Row::table, error.what());
    }
}

template <typename Row>
void clean(std::vector<Row>& rows) {
    for (auto& row : rows)
        Row::columns([&](const char*, auto member, bool) {
            if constexpr (std::is_same_v<typename MemberType<decltype(member)>::Type, std::string>)
                makeStorable(row.*member);
        });
}

/// Keeps other processes from writing attacks of the same run while it lives; where a drive has no locks, nothing does.
class FolderLock {
public:
    explicit FolderLock(const fs::path& folder)
        : m_descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        while (m_descriptor >= 0 && ::flock(m_descriptor, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    ~FolderLock() {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int m_descriptor;
};

}  // namespace

const AttackEntry* AttackLog::find(std::string_view attack, int stage) const {
    const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                    [&](const auto& entry) { return entry.attack == attack && entry.stage == stage; });
    return found == entries.rend() ? nullptr : &*found;
}

const AttackEntry* AttackLog::find(std::string_view attack, int stage, const std::string& parameters,
                                   std::int64_t seed) const {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
        return entry.attack == attack && entry.stage == stage && entry.parameters == parameters && entry.seed == seed;
    });
    return found == entries.end() ? nullptr : &*found;
}

std::vector<const AttackAnswer*> AttackLog::answersOf(const AttackEntry& entry) const {
    std::vector<const AttackAnswer*> some;
    for (const auto& answer : answers)
        if (answer.entry == &entry - entries.data())
            some.push_back(&answer);
    return some;
}

void AttackLog::append(AttackLog more) {
    const auto replaced = [&](const AttackEntry& entry) {
        return more.find(entry.attack, entry.stage, entry.parameters, entry.seed) != nullptr;
    };
    std::vector<std::int64_t> places(entries.size(), -1);
    AttackLog kept;
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (!replaced(entries[i])) {
            places[i] = static_cast<std::int64_t>(kept.entries.size());
            kept.entries.push_back(std::move(entries[i]));
        }
    for (auto& answer : answers)
        if (const auto place = places.at(static_cast<std::size_t>(answer.entry)); place >= 0) {
            answer.entry = place;
            kept.answers.push_back(std::move(answer));
        }
    for (auto& answer : more.answers) {
        answer.entry += static_cast<std::int64_t>(kept.entries.size());
        kept.answers.push_back(std::move(answer));
    }
    std::move(more.entries.begin(), more.entries.end(), std::back_inserter(kept.entries));
    *this = std::move(kept);
}

std::string parametersText(const ParameterValues& values) {
    return nlohmann::json(values).dump();
}

fs::path attackFile(const fs::path& folder) {
    return RunFolder{folder}.extra() / "attacks.h5";
}

AttackLog readAttackLog(const fs::path& folder) {
    const auto file = attackFile(folder);
    std::error_code code;
    if (!fs::exists(file, code))
        return {};
    auto read = readTableFiles({file}, specs(), readingTime);
    if (read.front().error)
        throw *read.front().error;
    AttackLog log;
    auto& content = read.front().content;
    take(log.entries, content, file.string());
    take(log.answers, content, file.string());
    for (const auto& answer : log.answers)
        if (answer.entry < 0 || static_cast<std::size_t>(answer.entry) >= log.entries.size())
            refuseTable(file.string(), AttackAnswer::table,
                        fmt::format("an answer belongs to attack {} of {}", answer.entry, log.entries.size()));
    return log;
}

void keepAttacks(const fs::path& folder, const AttackLog& more) {
    const auto file = attackFile(folder);
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    if (failed)
        throw fileError(file.parent_path(), failed, "cannot be made");
    const FolderLock lock(file.parent_path());
    auto log = readAttackLog(folder);
    log.append(more);
    clean(log.entries);
    clean(log.answers);
    writeFileAtomically(
        file,
        sealedImage(
            {{{"format", attacksFormat}, {"format_version", attacksFormatVersion}, {"lacuna_version", LACUNA_VERSION}},
             {tableOf(log.entries), tableOf(log.answers)}}));
}

}  // namespace lacuna
