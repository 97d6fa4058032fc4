#include "core/runs/run_store.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>

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

void move(const fs::path& from, const fs::path& to) {
    std::error_code code;
    fs::rename(from, to, code);
    if (code)
        throw resourceError("{}: cannot be moved to {} ({}). Check the folder and its permissions.", from.string(),
                            to.string(), code.message());
    syncFolder(to.parent_path());
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
    return copy;
}

fs::path RunStore::existing(const std::string& name) const {
    checkRunName(name);
    const auto folder = RunFolder::open(m_runs / name);
    if (hasWriter(folder))
        throw inputError("{}: this run is being written. Stop it first.", folder.path.string());
    return folder.path;
}

fs::path RunStore::rename(const std::string& name, const std::string& newName) const {
    const auto from = existing(name);
    checkRunName(newName);
    const RunFolder to{m_runs / newName};
    std::error_code code;
    if (fs::exists(to.path, code))
        throw inputError("{}: there is something of that name already. Choose another name for the run.",
                         to.path.string());
    move(from, to.path);
    // Not through RunSpec: a newer Lacuna's keys stay.
    auto spec = nlohmann::ordered_json::parse(readFile(to.spec()), nullptr, false);
    if (spec.is_object()) {
        spec["name"] = newName;
        writeFileAtomically(to.spec(), spec.dump(2) + "\n");
    }
    return to.path;
}

TrashedRun RunStore::trash(const std::string& name) const {
    const auto from = existing(name);
    std::error_code code;
    fs::create_directories(m_runs / trashName, code);
    TrashedRun run{m_runs / trashName / RunStore(m_runs / trashName).freeName(name), name};
    move(from, run.folder);
    syncFolder(m_runs);
    return run;
}

void RunStore::restore(const TrashedRun& run) const {
    std::error_code code;
    if (!fs::exists(run.folder, code))
        throw inputError("{}: no longer in the trash.", run.folder.string());
    if (fs::exists(m_runs / run.name, code))
        throw inputError("{}: a run of that name was made since. Rename that one first.", (m_runs / run.name).string());
    move(run.folder, m_runs / run.name);
}

void RunStore::emptyTrash() const {
    std::error_code code;
    fs::remove_all(m_runs / trashName, code);
    if (code)
        throw resourceError("{}: cannot be removed ({}). Check its permissions.", (m_runs / trashName).string(),
                            code.message());
}

}  // namespace lacuna
