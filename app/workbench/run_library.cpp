// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/run_library.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_reader.h"

#include <QCollator>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <thread>

namespace lacuna {
namespace {

namespace fs = std::filesystem;

/// So many run folders are glanced at side by side.
constexpr std::size_t readers = 3;

QString text(const fs::path& path) {
    return QString::fromStdString(path.string());
}

/// The oldest first: the order in which they were made. Then the run files that lie in folders without a spec, and with
/// `loose` those that lie in `folder` itself.
std::vector<fs::path> runsIn(const fs::path& folder, bool loose = false) {
    std::vector<fs::path> found;
    auto listed = RunStore(folder).list();
    QCollator natural(QLocale::English);  // alike on every machine: of the locale "C" it counts no numbers
    natural.setNumericMode(true);         // 2 before 10, of those made in one second
    std::sort(listed.begin(), listed.end(), [&](const auto& a, const auto& b) {
        return a.spec.createdUtc != b.spec.createdUtc
                   ? a.spec.createdUtc < b.spec.createdUtc
                   : natural.compare(QString::fromStdString(a.name), QString::fromStdString(b.name)) < 0;
    });
    for (const auto& listing : listed)
        found.push_back(listing.folder);
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const RunFolder inside{entry->path()};
        if (inside.path.filename().string().starts_with('.'))
            continue;
        if (isThere(inside.merged()) && !isThere(inside.spec()))
            files.push_back(inside.merged());
        else if (loose && looksLikeRun(inside.path) && !isThere(inside.spec()))
            files.push_back(inside.path);
    }
    std::sort(files.begin(), files.end());
    found.insert(found.end(), files.begin(), files.end());
    return found;
}

bool isFolder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

}  // namespace

bool looksLikeRun(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error))
        return fs::exists(path / "spec.json", error);
    return path.extension() == ".h5" && fs::is_regular_file(path, error);
}

RunLibrary::RunLibrary(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace) {
    connect(&workspace, &Workspace::runsChanged, this, &RunLibrary::keepPins);
    // A new run's folder is there before its spec is: it is looked at again.
    m_scanLater.setSingleShot(true);
    m_scanLater.setInterval(1500);
    connect(&m_scanLater, &QTimer::timeout, this, &RunLibrary::scan);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        scan();
        m_scanLater.start();
    });
    m_followTimer.setInterval(400);
    connect(&m_followTimer, &QTimer::timeout, this, &RunLibrary::follow);
}

RunLibrary::~RunLibrary() {
    m_queueWork.finish();
}

void RunLibrary::setFolder(const fs::path& folder) {
    if (!m_watcher.directories().isEmpty())
        m_watcher.removePaths(m_watcher.directories());
    m_folder = fs::absolute(folder).lexically_normal();  // the next session may begin elsewhere
    m_seen.clear();
    const auto waiting = m_waiting;
    if (m_queue)
        keepQueue({});
    m_queue = std::make_shared<RunQueue>(m_folder);
    keepQueue(waiting);  // what waits stays with this session
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        emit failed(tr("The runs folder %1 cannot be made: %2. Choose another with File > Runs folder.")
                        .arg(text(folder), QString::fromStdString(error.message())));
    else
        m_watcher.addPath(text(folder));
    scan();
}

void RunLibrary::scan() {
    m_background.run([folder = m_folder] { return runsIn(folder); },
                     [this](const std::vector<fs::path>& found) {
                         std::vector<fs::path> fresh;
                         for (const auto& path : found)
                             if (m_seen.insert(path).second)
                                 fresh.push_back(path);
                         glance(fresh);
                         for (const auto& path : fresh)
                             read(path, false);
                         tellWhenIdle();
                     },
                     [this](const QString& message) {
                         emit failed(message);
                         emit listed();
                     });
}

/// Cells come first, of all runs: they are small, and the curves are drawn from them. A run that cannot be read is told
/// of when it is read as a whole.
void RunLibrary::glance(const std::vector<fs::path>& sources) {
    m_background.run(
        [sources] {
            std::vector<RunHistory> each(sources.size()), seen;
            std::atomic<std::size_t> next = 0;
            const auto work = [&] {
                for (std::size_t i = next++; i < sources.size(); i = next++)
                    try {
                        each[i] = readRun(sources[i], {.only = {CellRow::table}, .checkSeals = false});
                    } catch (const std::exception&) {
                    }
            };
            {
                std::vector<std::jthread> others;  // each waits for a child of its own
                for (std::size_t i = 1; i < std::min(sources.size(), readers); ++i)
                    others.emplace_back(work);
                work();
            }
            std::copy_if(std::make_move_iterator(each.begin()), std::make_move_iterator(each.end()),
                         std::back_inserter(seen), [](const auto& run) { return !run.source.empty(); });
            return seen;
        },
        [this](std::vector<RunHistory> seen) {
            for (auto& history : seen)
                if (m_workspace.indexOf(history.source) < 0 &&
                    looksLikeRun(history.source)) {  // else renamed meanwhile
                    m_glanced[history.source] = history.status;
                    m_workspace.addRun(std::move(history));
                }
            emit listed();
        },
        [this](const QString& message) {
            emit failed(message);
            emit listed();
        });
}

void RunLibrary::open(const fs::path& path) {
    auto source = fs::absolute(path).lexically_normal();
    if (!source.has_filename())  // "runs/ga/"
        source = source.parent_path();
    std::error_code error;
    if (looksLikeRun(source) || !fs::is_directory(source, error)) {
        read(source, true);
        return;
    }
    if (const RunFolder folder{source}; isThere(folder.merged())) {
        read(folder.merged(), true);
        return;
    }
    const auto inside = runsIn(source, true);
    if (inside.empty())
        emit failed(tr("%1 holds no run: expected a run folder (with spec.json), a run.h5, or a folder of them.")
                        .arg(text(source)));
    for (const auto& run : inside)
        read(run, true);
}

void RunLibrary::read(const fs::path& source, bool asked) {
    m_background.run(
        [source] {
            Found found;
            const bool folder = fs::is_directory(source);
            std::shared_ptr<RunTail> tail;
            if (!folder || !wholeRunFile(source).empty()) {
                found.history = readRun(source);
            } else {
                tail = std::make_shared<RunTail>(source);
                found.history = tail->takeHistory();
            }
            if (folder)
                try {
                    found.extra = readRunExtra(source);
                    found.probes = readOwnProbes(source);
                    found.attacks = readAttackLog(source);
                } catch (const Error& error) {
                    found.problem = QString::fromUtf8(error.what());
                }
            if (tail && found.history.status == RunStatus::Running)
                found.tail = std::move(tail);
            found.answers = AnswerLog(std::exchange(found.history.answers, {}));
            return found;
        },
        [this, asked](Found found) { add(std::move(found), asked); },
        [this, source, asked](const QString& message) {
            std::error_code error;
            if (asked || fs::exists(source, error))  // else renamed or removed meanwhile
                emit failed(message);
            tellWhenIdle();
        });
}

void RunLibrary::keepProbe(const fs::path& source, const OwnProbe& probe) {
    if (isFolder(source))
        m_background.run(
            [source, probe] {
                keepOwnProbe(source, probe);
                return true;
            },
            [](bool) {}, [this](const QString& message) { emit failed(message); });
}

void RunLibrary::add(Found found, bool asked) {
    const auto source = found.history.source;
    if (!found.problem.isEmpty())
        emit failed(found.problem);
    if (!found.probes.empty())
        emit probesRead(source, found.probes);
    if (!found.attacks.empty())
        emit attacksRead(source, found.attacks);
    // A run that this process writes is told by the engine; what lies on the disk is behind it.
    const int known = m_workspace.indexOf(source);
    const auto status = known < 0 ? RunStatus::Finished : m_workspace.runs()[std::size_t(known)].history.status;
    const auto glanced = m_glanced.extract(source);
    const bool untouched = !glanced.empty() && glanced.mapped() == status;
    const bool gone = known < 0 && !looksLikeRun(source);  // renamed or removed while it was read
    if (!gone && (known < 0 || asked || untouched)) {
        const bool ours =
            !untouched && (status == RunStatus::Queued || status == RunStatus::Running || status == RunStatus::Paused);
        if (!ours || m_followed.count(source)) {
            const int run = m_workspace.addRun(std::move(found.history), std::move(found.answers));
            m_pinned[m_workspace.runs()[static_cast<std::size_t>(run)].id] = found.extra.pinned;
            m_workspace.setPinned(run, found.extra.pinned);
            QStringList tags;
            for (const auto& tag : found.extra.tags)
                tags << QString::fromStdString(tag);
            m_workspace.setNotes(run, QString::fromStdString(found.extra.notes), tags);
            if (const auto place = m_places.extract(source)) {
                const int to = std::min(place.mapped().row, static_cast<int>(m_workspace.runs().size()) - 1);
                m_workspace.setShown(run, place.mapped().shown);
                m_workspace.moveRun(run, to);
                m_workspace.selectRun(to);
            }
            if (found.tail) {
                m_followed[source] = std::move(found.tail);
                m_followTimer.start();
            }
        }
        emit opened(source);
    }
    tellWhenIdle();
}

void RunLibrary::tellWhenIdle() {
    if (!m_background.busy())
        emit idle();
}

void RunLibrary::follow() {
    if (m_followed.empty())
        m_followTimer.stop();
    if (m_followed.empty() || std::exchange(m_following, true))
        return;
    m_background.run(
        [tails = m_followed] {
            std::vector<std::pair<fs::path, RunGrowth>> grown;
            for (const auto& [source, tail] : tails)
                try {
                    grown.emplace_back(source, tail->poll());
                } catch (const Error&) {  // the folder is gone: its run stays as it was last seen
                    grown.emplace_back(source, RunGrowth{});
                }
            return grown;
        },
        [this](std::vector<std::pair<fs::path, RunGrowth>>&& grown) {
            m_following = false;
            for (auto& [source, growth] : grown)
                apply(source, std::move(growth));
        },
        [this](const QString& message) {
            m_following = false;
            emit failed(message);
        });
}

void RunLibrary::apply(const fs::path& source, RunGrowth growth) {
    int run = m_workspace.indexOf(source);
    if (run < 0 || growth.status != RunStatus::Running)
        m_followed.erase(source);
    if (run < 0)
        return;
    if (growth.replaced)
        run = m_workspace.addRun(std::move(*growth.replaced));
    m_workspace.appendRows(run, std::move(growth.rows));
    for (std::size_t i = 0; i < growth.requests.size(); ++i)
        if (const auto& request = growth.requests[i]; request.stepsDone >= 0)
            m_workspace.setTrained(run, static_cast<int>(i) + 1, request.stepsDone, request.stepsPlanned);
    if (!growth.sealed.empty())
        m_workspace.setStages(run, growth.sealed.back() + 1);
    m_workspace.setStatus(run, growth.status);
}

/// Pins are kept with the run, so that they are there for everybody who opens it.
void RunLibrary::keepPins() {
    for (const auto& run : m_workspace.runs()) {
        const auto known = m_pinned.constFind(run.id);
        const auto source = run.history.source;
        if (known != m_pinned.constEnd() && *known != run.pinned && isFolder(source))
            m_background.run(
                [source, pinned = run.pinned] {
                    auto extra = readRunExtra(source);
                    extra.pinned = pinned;
                    writeRunExtra(source, extra);
                    return true;
                },
                [](bool) {}, [this](const QString& message) { emit failed(message); });
        m_pinned[run.id] = run.pinned;
    }
}

void RunLibrary::rename(int run, const std::string& name, const std::string& title) {
    const auto source = m_workspace.runs().at(static_cast<std::size_t>(run)).history.source;
    if (!isFolder(source))
        throw inputError("{} is a single file. Rename it in the file manager.", source.string());
    const auto wanted = source.parent_path() / name;
    const bool fresh = m_seen.insert(wanted).second;  // the folder's change must not open it a second time
    fs::path target;
    try {
        target = RunStore(source.parent_path()).rename(source.filename().string(), name, title);
    } catch (const Error&) {
        if (fresh)
            m_seen.erase(wanted);  // a run that comes by that name later is to be opened
        throw;
    }
    m_followed.erase(source);
    m_workspace.setSource(run, target, title);
    if (m_glanced.erase(source) > 0)
        read(target, true);
}

TrashedRun RunLibrary::remove(int run) {
    const auto source = m_workspace.runs().at(static_cast<std::size_t>(run)).history.source;
    TrashedRun trashed;
    if (isFolder(source))
        trashed = RunStore(source.parent_path()).trash(source.filename().string());
    if (!trashed.folder.empty())
        m_deletedIn.insert(source.parent_path());
    m_followed.erase(source);
    m_workspace.removeRun(run);
    return trashed;
}

void RunLibrary::takeOverQueue() {
    takeOver();
    constexpr int later = 5000;
    QTimer::singleShot(later, this, &RunLibrary::takeOver);
}

void RunLibrary::takeOver() {
    if (!m_queue)
        return;
    struct Left {
        std::vector<WaitingRun> runs;
        std::vector<std::string> problems;
    };
    m_queueWork.run(
        [queue = m_queue] {
            Left left;
            left.runs = queue->takeOver(left.problems);
            return left;
        },
        [this](const Left& left) {
            for (const auto& problem : left.problems)
                emit failed(QString::fromStdString(problem));
            if (!left.runs.empty())
                emit queueFound(left.runs);
        },
        [this](const QString& message) { emit failed(message); });
}

void RunLibrary::keepQueue(std::vector<WaitingRun> waiting) {
    m_waiting = waiting;
    if (!m_queue)
        return;
    m_queueWork.run(
        [queue = m_queue, waiting = std::move(waiting)] {
            queue->keep(waiting);
            return true;
        },
        [](bool) {}, [this](const QString& message) { emit failed(message); });
}

TrashedRun RunLibrary::forget(int run) {
    m_followed.erase(m_workspace.runs().at(static_cast<std::size_t>(run)).history.source);
    m_workspace.removeRun(run);
    return {};
}

void RunLibrary::keepNotes(int run, const QString& notes, const QStringList& tags) {
    const auto source = m_workspace.runs().at(static_cast<std::size_t>(run)).history.source;
    m_workspace.setNotes(run, notes, tags);
    if (!isFolder(source))
        return;
    std::vector<std::string> texts;
    for (const auto& tag : tags)
        texts.push_back(tag.toStdString());
    m_background.run(
        [source, notes = notes.toStdString(), texts] {
            auto extra = readRunExtra(source);
            extra.notes = notes;
            extra.tags = texts;
            writeRunExtra(source, extra);
            return true;
        },
        [](bool) {}, [this](const QString& message) { emit failed(message); });
}

std::set<fs::path> RunLibrary::foldersWithTrash() const {
    auto folders = m_deletedIn;
    if (!m_folder.empty())
        folders.insert(m_folder);
    return folders;
}

void RunLibrary::lookIntoTrash() {
    m_background.run(
        [folders = foldersWithTrash()] {
            TrashContent all;
            for (const auto& folder : folders) {
                const auto content = RunStore(folder).trashed();
                all.runs += content.runs;
                all.bytes += content.bytes;
            }
            return all;
        },
        [this](const TrashContent& content) { emit trashSeen(content); },
        [this](const QString& message) { emit failed(message); });
}

void RunLibrary::emptyTrash() {
    m_background.run(
        [folders = foldersWithTrash()] {
            for (const auto& folder : folders)
                RunStore(folder).emptyTrash();
            return true;
        },
        [this](bool) { emit trashEmptied(); }, [this](const QString& message) { emit failed(message); });
}

void RunLibrary::bringBack(const TrashedRun& trashed, const fs::path& source, int place, bool shown) {
    if (!trashed.folder.empty())
        RunStore(source.parent_path()).restore(trashed);
    m_places[source] = {place, shown};
    read(source, true);
}

}  // namespace lacuna
