// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/workbench.h"

#include "app/workbench/demo_comparison.h"
#include "app/workbench/lesson_runs.h"
#include "app/workbench/rename_run_command.h"
#include "core/benchmark/cache_folder.h"
#include "core/benchmark/mlubench_folder.h"
#include "core/installation/installation.h"
#include "core/runs/run_branch.h"
#include "widgets/common/run_names.h"

namespace lacuna {

/// Without the runs of lessons, which nobody queues again.
static std::vector<WaitingRun> sessionsOwn(std::vector<WaitingRun> waiting) {
    std::erase_if(waiting, [](const auto& run) { return LessonRuns::isOne(run.folder); });
    return waiting;
}

Workbench::Workbench(QObject* parent) : QObject(parent) {
    connect(&m_bridge, &EngineBridge::failed, this, &Workbench::tell);
    connect(&m_bridge, &EngineBridge::noted, this,
            [this](const QString& text) { m_messages.add(MessagesModel::Kind::Note, text); });
    connect(&m_bridge, &EngineBridge::stageSealed, this, &Workbench::followStage);
    connect(&m_bridge, &EngineBridge::runStarted, this, [this](int run) {
        if (m_workspace.selection().run < 0)
            m_workspace.selectRun(run);
    });
    connect(&m_bridge, &EngineBridge::loaded, this, &Workbench::takeDrawn);
    connect(&m_library, &RunLibrary::failed, this, [this](const QString& text) { tell(ErrorKind::Input, text); });
    constexpr int lookEveryMs = 150;
    m_begun.setInterval(lookEveryMs);
    connect(&m_begun, &QTimer::timeout, this, &Workbench::lookForBegun);
    connect(&m_library, &RunLibrary::queueFound, this, &Workbench::queueAgain);
    connect(&m_bridge, &EngineBridge::unbegunChanged, this, [this] {
        if (!m_queueingAgain)
            m_library.keepQueue(sessionsOwn(m_bridge.unbegun()));
    });
    connect(&m_library, &RunLibrary::trashEmptied, this, &Workbench::dropGoneDeletions);
    connect(&m_undoStack, &QUndoStack::indexChanged, this, &Workbench::dropGoneDeletions);
    connect(&m_loader, &EngineLoader::loaded, this, [this] { useEngine(m_loader.take()); });
    connect(&m_loader, &EngineLoader::failed, this, [this](const QString& message, bool torchMissing) {
        m_engineProblem = message;
        tell(ErrorKind::Resource, message);
        emit engineProblemChanged();
        if (torchMissing && m_torchFetch.possible())
            emit torchAsked();
    });
    connect(&m_torchFetch, &TorchFetch::ended, this, [this](const QString& problem) {
        if (problem.isEmpty())
            startEngine();
        else
            tell(ErrorKind::Resource, problem);
    });
}

void Workbench::tell(ErrorKind, const QString& message, const QString& detail) {
    m_messages.add(MessagesModel::Kind::Error, message, detail);
}

void Workbench::setBenchmarkWait(const QString& text) {
    m_benchmarkWait = text;
    emit benchmarkWaitChanged();
}

void Workbench::openBenchmark(const QString& named, const QString& images) {
    RunSpec asked;
    asked.benchmark = named.toStdString();
    // Absolute, as a run stores it: the session remembers it, and the next may begin in another folder.
    const auto benchmark = QString::fromStdString(located(std::move(asked), {}).benchmark);
    const bool other = benchmark != m_benchmarkName || !m_benchmarkAsked;
    const bool load = other || images != m_images;
    m_benchmarkAsked = true;
    if (other) {
        m_formerName = m_benchmarkName;
        m_formerImages = m_images;
    }
    m_benchmarkName = benchmark;
    m_images = images;
    emit benchmarkNameChanged();
    const auto folder =
        benchmark == "embedded" ? drawnBenchmarkFolder() : std::filesystem::path(benchmark.toStdString());
    std::error_code error;
    if (benchmark != "embedded" || std::filesystem::exists(folder / "lacuna.json", error)) {
        readBenchmark(folder, load);
        return;
    }
    setBenchmarkWait(tr("The embedded pictures are drawn once, as soon as the engine is there."));
    m_begun.start();
    if (load)
        m_bridge.send(command::Load{});
}

/// Names and questions of the embedded benchmark are there before its pictures are.
void Workbench::lookForBegun() {
    std::error_code error;
    if (m_benchmarkName != "embedded" || m_workspace.benchmark()) {
        m_begun.stop();
        return;
    }
    const auto folder = drawnBenchmarkFolder();
    if (m_background.busy() || !std::filesystem::exists(unfinished(folder) / "lacuna.json", error))
        return;
    m_background.run(
        [folder] {
            auto benchmark = loadBenchmarkFolder(unfinished(folder));
            benchmark.folder = folder;  // where its pictures will be
            return std::make_shared<const Benchmark>(std::move(benchmark));
        },
        [this](const std::shared_ptr<const Benchmark>& begun) {
            if (m_benchmarkName == "embedded" && !m_workspace.benchmark()) {
                showBenchmark(begun);
                m_onlyBegun = true;
            }
        },
        [](const QString&) {});  // half written: it is looked for again
}

struct Workbench::ReadBenchmark {
    std::shared_ptr<const Benchmark> benchmark;
    std::vector<MissingPicture> missing;
    std::size_t views = 0;
    QString images;   ///< as the engine is to open it
    QString refusal;  ///< why what asks about the missing ones cannot be left out
};

void Workbench::readBenchmark(const std::filesystem::path& folder, bool load) {
    setBenchmarkWait(tr("Reading the benchmark…"));
    const bool embedded = m_benchmarkName == "embedded";
    m_background.run(
        [folder, embedded, decided = m_images, asReleased = m_asReleased] {
            ReadBenchmark read;
            auto benchmark = loadBenchmarkFolder(folder, asReleased);
            const auto pictures = picturePaths(benchmark);
            read.views = pictures.size();
            read.missing = missingPictures(folder, pictures);
            read.images = embedded || read.missing.empty() ? "auto" : "surrogate";
            if (read.images == "surrogate" && decided != "surrogate" && read.missing.size() < read.views)
                try {
                    benchmark = withoutMissingPictures(benchmark);
                    read.images = "present";
                } catch (const Error& error) {
                    read.refusal = QString::fromUtf8(error.what());
                }
            read.benchmark = std::make_shared<const Benchmark>(std::move(benchmark));
            return read;
        },
        [this, load](const ReadBenchmark& read) {
            showBenchmark(read.benchmark);
            if (!read.benchmark->releasedHash.empty())
                m_messages.add(MessagesModel::Kind::Note,
                               tr("%1 holds texts that were wrongly decoded; they are mended here and in new runs. "
                                  "`lacuna data check` lists them; --as-released leaves them.")
                                   .arg(QString::fromStdString(read.benchmark->title)));
            if (load)
                loadRead(read);
        },
        [this](const QString& message) {
            setBenchmarkWait(message);
            tell(ErrorKind::Input, message);
        });
}

void Workbench::loadRead(const ReadBenchmark& read) {
    command::Load wanted;
    wanted.benchmark = m_benchmarkName.toStdString();
    wanted.images = read.images.toStdString();
    wanted.asReleased = read.benchmark->asReleased;
    m_bridge.send(wanted);
    if (read.images == "auto")
        return;
    constexpr std::size_t named = 2, listed = 40;
    QStringList list;
    for (const auto& picture : read.missing)
        if (list.size() < static_cast<qsizetype>(listed))
            list << QString::fromStdString(picture.image);
    // The last two parts tell whose picture it is.
    QStringList ends;
    for (const auto& picture : list.mid(0, named))
        ends << picture.section('/', -2);
    auto some = ends.join(tr(", "));
    if (read.missing.size() > named)
        some = tr("%1 and %2 more").arg(some).arg(read.missing.size() - named);
    if (read.missing.size() > listed)
        list << tr("… and %1 more: `lacuna data check` lists all").arg(read.missing.size() - listed);
    const bool all = read.missing.size() == read.views;
    const auto title = QString::fromStdString(read.benchmark->title);
    const QLocale locale;
    const auto count = all ? tr("All %1 photos of %2 are missing").arg(locale.toString(qulonglong(read.views)), title)
                           : tr("%1 of %2 photos of %3 are missing (%4)")
                                 .arg(locale.toString(qulonglong(read.missing.size())),
                                      locale.toString(qulonglong(read.views)), title, some);
    const auto done = read.images == "present" ? tr("what asks about them is left out, and every run says so.")
                                               : tr("drawn stand-ins take the place of all, and every run says so.");
    const auto text = tr("%1: %2").arg(count, done);
    m_messages.add(MessagesModel::Kind::Note, read.refusal.isEmpty() ? text : text + " " + read.refusal);
    if (!all && m_images.isEmpty())
        emit photosMissing(text, list.join('\n'), read.images == "present");
}

void Workbench::showBenchmark(std::shared_ptr<const Benchmark> benchmark) {
    m_onlyBegun = false;
    m_thumbnails.clear();
    m_workspace.setBenchmark(std::move(benchmark));
    setBenchmarkWait({});
}

/// What the engine has drawn: the embedded pictures on the first start, or stand-ins for missing photos.
void Workbench::takeDrawn(const std::shared_ptr<const Benchmark>& benchmark) {
    const auto* seen = m_workspace.benchmark();
    const bool awaited = seen && !m_onlyBegun ? benchmark && benchmark->surrogate && benchmark->title == seen->title
                                              : m_benchmarkName == "embedded";
    if (benchmark && awaited)
        showBenchmark(benchmark);
}

void Workbench::startEngine() {
    EngineOptions options;
    options.datasets = installedDatasets();
    options.lowPriority = true;
    m_engineProblem.clear();
    m_loader.start(options);
    m_engineStarted = true;
    emit engineProblemChanged();
}

void Workbench::useEngine(std::unique_ptr<Engine> engine) {
    m_bridge.attach(std::move(engine));
}

void Workbench::followStage(int run, int stage) {
    // Whoever looks at the newest stage sees the next one come; whoever looks elsewhere is left alone.
    const auto& of = m_workspace.runs()[static_cast<std::size_t>(run)];
    if (m_followsStages && of.shown && m_workspace.stage() == stage - 1 && m_workspace.measuredStages() == stage + 1)
        m_workspace.setStage(stage);
}

void Workbench::startDemo() {
    for (auto& spec : demoComparison(m_library.folder()))
        start(std::move(spec));
}

/// Free on the disk and among the runs that have no folder yet because they wait for their turn.
std::string Workbench::freeName(const std::string& wanted) const {
    std::error_code error;
    const auto taken = [&](const std::string& name) {
        const auto folder = m_library.folder() / name;
        return std::filesystem::exists(folder, error) || m_workspace.indexOf(folder) >= 0 || m_bridge.awaits(folder);
    };
    auto name = wanted;
    for (int number = 2; taken(name); ++number)
        name = wanted + "-" + std::to_string(number);
    return name;
}

void Workbench::start(RunSpec spec) {
    spec.name = freeName(spec.name.empty() ? combinationId(choicesOf(spec)) : spec.name);
    m_bridge.send(command::Start{std::move(spec), m_library.folder()});
}

void Workbench::measureAgain(int run, const ParameterValues& values) {
    const auto& history = m_workspace.runs().at(static_cast<std::size_t>(run)).history;
    auto spec = branchedSpec({history.source.string(), history.stages - 1}, history.spec, history.requests, {});
    spec.name = folderNameOf(history.name, combinationId(choicesOf(spec)));
    for (const auto& [id, value] : values) {
        spec.parameters[id] = value;
        spec.name += QString("-%1-%2").arg(QString::fromStdString(id)).arg(value, 0, 'f', 2).toStdString();
    }
    start(std::move(spec));
}

void Workbench::queueAgain(const std::vector<WaitingRun>& left) {
    m_queueingAgain = true;
    QStringList names;
    for (const auto& run : left) {
        if (run.spec)
            start(*run.spec);
        else
            m_bridge.send(command::Resume{run.folder});
        const int index = m_workspace.indexOf(run.folder);
        names << (index < 0 ? QString::fromStdString(run.folder.filename().string()) : runName(m_workspace, index));
    }
    m_queueingAgain = false;
    m_library.keepQueue(sessionsOwn(m_bridge.unbegun()));
    m_messages.add(
        MessagesModel::Kind::Note,
        left.size() == 1
            ? tr("A run that Lacuna ended before is queued again: %1.").arg(names[0])
            : tr("%1 runs that Lacuna ended before are queued again: %2.").arg(left.size()).arg(names.join(tr(", "))));
}

void Workbench::goOn(int run) {
    m_bridge.send(command::Resume{m_workspace.runs().at(static_cast<std::size_t>(run)).history.source});
}

void Workbench::rename(int run, const QString& name) {
    m_undoStack.push(new RenameRunCommand(m_workspace, m_library, run, name.toStdString(),
                                          [this](const QString& text) { tell(ErrorKind::Input, text); }));
}

void Workbench::keepForNextSession() {
    auto waiting = sessionsOwn(m_bridge.unbegun());
    const bool held = m_bridge.state() == EngineState::Paused || m_bridge.state() == EngineState::Pausing;
    if (m_bridge.working() && !held && m_bridge.state() != EngineState::Stopping && !m_bridge.currentRun().empty() &&
        !LessonRuns::isOne(m_bridge.currentRun()))
        waiting.insert(waiting.begin(), {m_bridge.currentRun(), {}});
    m_library.keepQueue(waiting);
}

void Workbench::forget(int run) {
    take(run, DeleteRunCommand::Files::Stay);
}

void Workbench::take(int run, DeleteRunCommand::Files files) {
    m_undoStack.push(new DeleteRunCommand(m_workspace, m_library, run, files,
                                          [this](const QString& text) { tell(ErrorKind::Resource, text); }));
}

void Workbench::remove(int run) {
    const auto& history = m_workspace.runs().at(static_cast<std::size_t>(run)).history;
    if (history.status == RunStatus::Queued) {
        m_bridge.unqueue(history.source);
        return;
    }
    take(run, DeleteRunCommand::Files::ToTrash);
}

/// A deletion, or several in one, that nothing brings back.
static bool isGone(const QUndoCommand* command) {
    if (!command)
        return false;
    if (const auto* deletion = dynamic_cast<const DeleteRunCommand*>(command))
        return deletion->isGone();
    for (int i = 0; i < command->childCount(); ++i)
        if (!isGone(command->child(i)))
            return false;
    return command->childCount() > 0;
}

void Workbench::dropGoneDeletions() {
    while (m_undoStack.canUndo()) {
        if (!isGone(m_undoStack.command(m_undoStack.index() - 1)))
            return;
        m_undoStack.undo();  // does nothing but leave the stack
    }
}

}  // namespace lacuna
