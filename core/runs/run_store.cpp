// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_store.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr const char* trashName = ".trash";

RunListing listingOf(const RunFolder& folder) {
    RunListing listing;
    listing.folder = folder.path;
    listing.name = folder.path.filename().string();
    try {
        listing.spec = folder.readSpec();
        const auto manifest = readManifest(folder);
        listing.status = runStatus(folder, manifest);
        listing.stages = static_cast<int>(manifest.sealed.size());
        if (!manifest.requests.empty())
            listing.stageCount = static_cast<int>(manifest.requests.size()) + 1;
        if (!manifest.sealed.empty())
            listing.elapsedS = manifest.sealed.back().elapsedS;
        listing.extra = readRunExtra(folder.path);
    } catch (const Error& e) {
        listing.problem = e.what();
    }
    return listing;
}

/// One rename, or nothing: never over something that is there, be it a link to nowhere or an empty folder.
void move(const fs::path& from, const fs::path& to) {
    const auto refuse = [&](const std::string& why) {
        throw resourceError("{}: cannot be moved to {} ({}).", from.string(), to.string(), why);
    };
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return;
    int code = errno;
    if ((code == EINVAL || code == ENOSYS) && !isThere(to))  // a file system that cannot be told so
        code = ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
    if (code == EXDEV)
        refuse("it lies on another drive; move it in the file manager, and open it there");
    if (code != 0)
        refuse(std::string(std::strerror(code)) + "; check both folders and their permissions");
}

/// What was renamed survives a power cut, where the file system can promise it: undoing would be no better.
void trySync(const fs::path& folder) {
    try {
        syncFolder(folder);
    } catch (const Error&) {
    }
}

}  // namespace

std::vector<RunListing> RunStore::list() const {
    std::vector<RunListing> runs;
    std::error_code code, ignored;
    for (fs::directory_iterator entry(m_runs, code), end; !code && entry != end; entry.increment(code)) {
        const RunFolder folder{entry->path()};
        if (!folder.path.filename().string().starts_with('.') && fs::exists(folder.spec(), ignored))
            runs.push_back(listingOf(folder));
    }
    std::sort(runs.begin(), runs.end(), [](const RunListing& a, const RunListing& b) {
        return a.spec.createdUtc != b.spec.createdUtc ? a.spec.createdUtc > b.spec.createdUtc : a.name < b.name;
    });
    return runs;
}

fs::path RunStore::trashFolder() const {
    return m_runs / trashName;
}

std::string RunStore::freeName(const std::string& wanted) const {
    std::error_code code;
    auto name = wanted;
    for (int i = 2; fs::exists(m_runs / name, code); ++i)
        name = fmt::format("{}-{}", wanted, i);
    return name;
}

RunSpec RunStore::duplicate(const RunSpec& spec) const {
    auto copy = withoutProvenance(spec);
    copy.name = freeName(spec.name);
    copy.title.clear();
    return copy;
}

fs::path RunStore::existing(const std::string& name) const {
    if (const fs::path only(name); name.empty() || name.starts_with('.') || only.filename() != only)
        throw inputError("\"{}\": not a run of {}. Give the name of its folder.", name, m_runs.string());
    const auto folder = RunFolder::open(m_runs / name);
    if (hasWriter(folder))
        throw inputError("{}: this run is being written. Stop it first.", folder.path.string());
    return folder.path;
}

fs::path RunStore::rename(const std::string& name, const std::string& newName, const std::string& title) const {
    const auto from = existing(name);
    const bool moves = newName != name;
    if (moves)
        checkRunName(newName);
    checkRunTitle(title);
    const RunFolder to{m_runs / newName};
    if (moves && isThere(to.path))
        throw inputError("{}: there is something of that name already. Choose another name for the run.",
                         to.path.string());
    const RunLock nobodyElse{RunFolder{from}};
    // Not through RunSpec: a newer Lacuna's keys stay. Written before anything moves: what may fail fails here.
    auto spec = nlohmann::ordered_json::parse(readFile(from / "spec.json"), nullptr, false);
    std::optional<AtomicFile> renamed;
    if (spec.is_object()) {
        spec["name"] = newName;
        spec["title"] = title;
        renamed.emplace(from / "spec.json");
        renamed->write(spec.dump(2) + "\n");
        renamed->sync();
    }
    if (moves)
        move(from, to.path);
    if (renamed) {
        renamed->movedTo(to.path);
        try {
            renamed->replace();
        } catch (const Error&) {
            if (moves)
                move(to.path, from);
            renamed->movedTo(from);  // it leaves nothing behind there
            throw;
        }
        trySync(to.path);
    }
    trySync(m_runs);
    return to.path;
}

TrashedRun RunStore::trash(const std::string& name) const {
    const auto from = existing(name);
    std::error_code code;
    fs::create_directories(m_runs / trashName, code);
    TrashedRun run{m_runs / trashName / RunStore(m_runs / trashName).freeName(name), name};
    move(from, run.folder);
    trySync(m_runs / trashName);
    trySync(m_runs);
    return run;
}

TrashContent RunStore::trashed() const {
    TrashContent content;
    std::error_code code;
    for (fs::directory_iterator entry(m_runs / trashName, code), end; !code && entry != end; entry.increment(code))
        ++content.runs;
    fs::recursive_directory_iterator entry(m_runs / trashName, fs::directory_options::skip_permission_denied, code),
        end;
    for (; !code && entry != end; entry.increment(code)) {
        std::error_code unknown;
        if (entry->is_regular_file(unknown) && !entry->is_symlink(unknown))
            if (const auto size = entry->file_size(unknown); !unknown)
                content.bytes += size;
    }
    return content;
}

void RunStore::restore(const TrashedRun& run) const {
    std::error_code code;
    if (!fs::exists(run.folder, code))
        throw inputError("{}: no longer in the trash.", run.folder.string());
    if (isThere(m_runs / run.name))
        throw inputError("{}: a run of that name was made since. Rename that one first.", (m_runs / run.name).string());
    move(run.folder, m_runs / run.name);
    trySync(m_runs);
}

void RunStore::emptyTrash() const {
    std::error_code code;
    fs::remove_all(m_runs / trashName, code);
    if (code)
        throw resourceError("{}: cannot be removed ({}). Check its permissions.", (m_runs / trashName).string(),
                            code.message());
}

}  // namespace lacuna
