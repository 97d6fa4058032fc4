// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_tail.h"

#include "core/base/error.h"

#include <sys/stat.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Changes whenever the file does.
std::string fileMark(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0)
        return "absent;";
    return fmt::format("{}:{}:{}.{:09};", info.st_ino, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

}  // namespace

RunTail::RunTail(const fs::path& folder, const ReadOptions& options)
    : m_folder(RunFolder::open(folder)), m_options(options) {
    m_history = readWhole();
}

RunHistory RunTail::readWhole() {
    m_seen = fingerprint();  // before the reading: what comes meanwhile is a change
    auto parts = readParts(m_folder, partRequest(m_options));
    m_stage = static_cast<int>(parts.manifest.sealed.size());
    m_liveNumber = parts.liveNumber;
    m_told = parts.live ? parts.live->counts : RowCounts{};
    return historyFromParts(m_folder, std::move(parts));
}

std::string RunTail::fingerprint() const {
    const auto numbers = m_folder.liveNumbers();
    return fileMark(m_folder.manifest()) + (numbers.empty() ? "none" : fileMark(m_folder.live(numbers.back())));
}

RunGrowth RunTail::poll() {
    RunGrowth growth;
    const auto seen = fingerprint();
    if (seen != m_seen && takeSealed(growth) && takeLive(growth))
        m_seen = seen;
    growth.status = runStatus(m_folder, readManifest(m_folder));
    return growth;
}

bool RunTail::takeSealed(RunGrowth& growth) {
    const auto manifest = readManifest(RunFolder::open(m_folder.path));
    const auto sealed = static_cast<int>(manifest.sealed.size());
    if (sealed < m_stage) {  // another run of the same name
        growth = {};
        growth.replaced = readWhole();
        return false;
    }
    for (; m_stage < sealed; ++m_stage) {
        auto request = partRequest(m_options);
        request.tables.first = m_told;
        auto part = readPart(m_folder.sealedStage(m_stage), request);
        growth.rows.append(std::move(part.rows));
        growth.requests = std::move(part.requests);
        growth.sealed.push_back(m_stage);
        m_told = {};
        m_liveNumber = -1;
    }
    return true;
}

/// False when there is more to come that could not be read yet.
bool RunTail::takeLive(RunGrowth& growth) {
    const auto numbers = m_folder.liveNumbers();
    if (numbers.empty())
        return true;
    const auto newest = numbers.back();
    if (newest != m_liveNumber && !m_told.empty()) {
        growth = {};
        growth.replaced = readWhole();
        return false;
    }
    try {
        auto request = partRequest(m_options);
        request.tables.first = m_told;
        auto part = readPart(m_folder.live(newest), request);
        if (part.stage != m_stage)
            return part.stage < m_stage;  // left over from a sealed stage; or the manifest will say so in a moment
        growth.rows.append(std::move(part.rows));
        for (const auto& [table, rows] : part.counts)
            m_told[table] += rows;
        m_liveNumber = newest;
        return true;
    } catch (const Error&) {
        return false;  // caught in the middle of a write, or just sealed and removed
    }
}

void applyGrowth(RunHistory& history, RunGrowth growth) {
    if (growth.replaced) {
        history = *std::move(growth.replaced);
        return;
    }
    history.append(std::move(growth.rows));
    if (!growth.requests.empty())
        history.requests = std::move(growth.requests);
    history.stages += static_cast<int>(growth.sealed.size());
    history.status = growth.status;
}

}  // namespace lacuna
