// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_queue.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/runs/run_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::size_t mostQueueBytes = std::size_t{16} << 20;

fs::path listIn(const fs::path& session) {
    return session / "waiting.json";
}

/// A run beside the queue moves with it.
fs::path placed(const fs::path& folder, const fs::path& runs) {
    return folder.parent_path() == runs ? folder.filename() : folder;
}

std::string toJson(const std::vector<WaitingRun>& waiting, const fs::path& runs) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& run : waiting) {
        nlohmann::ordered_json item{{"folder", placed(run.folder, runs).string()}};
        if (run.spec)
            item["spec"] = nlohmann::ordered_json::parse(toJson(located(*run.spec, {})));
        list.push_back(std::move(item));
    }
    return nlohmann::ordered_json{{"waiting", std::move(list)}}.dump(2) + "\n";
}

std::vector<WaitingRun> readList(const fs::path& path, const fs::path& runs) {
    const auto json = parseJson(readFile(path, mostQueueBytes), path.string());
    std::vector<WaitingRun> waiting;
    try {
        for (const auto& item : json.at("waiting")) {
            WaitingRun run{runs / item.at("folder").get<std::string>(), {}};
            if (const auto spec = item.find("spec"); spec != item.end())
                run.spec = storedRunSpec(spec->dump(), path.string());
            waiting.push_back(std::move(run));
        }
    } catch (const nlohmann::json::exception& e) {
        throw inputError("{}: not a list of runs that wait ({}). Remove the file; no run is lost that had begun.",
                         path.string(), e.what());
    }
    return waiting;
}

/// Was it killed after the run had its folder, and before its list said so?
bool hasBegun(const WaitingRun& run) {
    if (!run.spec)
        return false;
    try {
        auto begun = checkedRunSpec(withoutProvenance(RunFolder::open(run.folder).readSpec()));
        const auto asked = withoutProvenance(checkedRunSpec(*run.spec));
        begun.device = asked.device;  // what the engine took
        begun.precision = asked.precision;
        begun.images = asked.images;
        begun.threads = asked.threads;
        return begun == asked;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

RunQueue::RunQueue(fs::path runs) : m_runs(std::move(runs)) {}
RunQueue::~RunQueue() = default;

fs::path RunQueue::own() {
    for (int number = 1; !m_lock; ++number) {
        const auto folder = m_runs / ".queue" / std::to_string(number);
        std::error_code code;
        if (fs::create_directories(folder, code); code)
            throw fileError(folder, code, "cannot be made");
        if (hasWriter({folder}) || isThere(listIn(folder)))
            continue;
        try {
            m_lock = std::make_unique<RunLock>(RunFolder{folder});
            m_folder = folder;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input)
                throw;  // else another session was quicker
        }
    }
    return listIn(m_folder);
}

std::vector<WaitingRun> RunQueue::takeOver(std::vector<std::string>& problems) {
    std::vector<fs::path> left;
    std::error_code code;
    for (fs::directory_iterator entry(m_runs / ".queue", code), end; !code && entry != end; entry.increment(code))
        if (entry->path() != m_folder && isThere(listIn(entry->path())))
            left.push_back(entry->path());
    std::sort(left.begin(), left.end());

    auto waiting = m_kept;
    std::vector<std::unique_ptr<RunLock>> locks;  // nobody else takes them over meanwhile
    std::vector<fs::path> read;
    for (const auto& session : left)
        try {
            if (hasWriter({session}))
                continue;
            locks.push_back(std::make_unique<RunLock>(RunFolder{session}));
            for (auto& run : readList(listIn(session), m_runs))
                // A list that was taken over and not removed before the machine stopped names the same.
                if (!hasBegun(run) && std::none_of(waiting.begin(), waiting.end(),
                                                   [&](const auto& each) { return each.folder == run.folder; }))
                    waiting.push_back(std::move(run));
            read.push_back(listIn(session));
        } catch (const Error& error) {
            problems.emplace_back(error.what());
        }
    std::vector<WaitingRun> taken(waiting.begin() + static_cast<std::ptrdiff_t>(m_kept.size()), waiting.end());
    keep(waiting);
    for (const auto& path : read)
        fs::remove(path, code);
    return taken;
}

void RunQueue::keep(const std::vector<WaitingRun>& waiting) {
    if (waiting == m_kept)
        return;
    const auto path = own();
    if (waiting.empty()) {
        std::error_code code;
        if (fs::remove(path, code); code)
            throw fileError(path, code, "cannot be removed");
    } else {
        writeFileAtomically(path, toJson(waiting, m_runs));
    }
    m_kept = waiting;
}

}  // namespace lacuna
