// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/workbench.h"

#include "app/workbench/delete_run_command.h"
#include "app/workbench/demo_comparison.h"
#include "core/benchmark/cache_folder.h"
#include "core/benchmark/mlubench_folder.h"

namespace lacuna {

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
    connect(&m_library, &RunLibrary::trashEmptied, this, &Workbench::dropGoneDeletions);
    connect(&m_undoStack, &QUndoStack::indexChanged, this, &Workbench::dropGoneDeletions);
    connect(&m_loader, &EngineLoader::loaded, this, [this] { useEngine(m_loader.take()); });
    connect(&m_loader, &EngineLoader::failed, this, [this](const QString& message) {
        m_engineProblem = message;
        tell(ErrorKind::Resource, message);
        emit engineProblemChanged();
    });
}

void Workbench::tell(ErrorKind, const QString& message, const QString& detail) {
    m_messages.add(MessagesModel::Kind::Error, message, detail);
}

void Workbench::setBenchmarkWait(const QString& text) {
    m_benchmarkWait = text;
    emit benchmarkWaitChanged();
}

void Workbench::openBenchmark(const QString& named) {
    RunSpec asked;
    asked.benchmark = named.toStdString();
    // Absolute, as a run stores it: the session remembers it, and the next may begin in another folder.
    const auto benchmark = QString::fromStdString(located(std::move(asked), {}).benchmark);
    const bool load = benchmark != m_benchmarkName || !m_benchmarkAsked;
    m_benchmarkAsked = true;
    m_benchmarkName = benchmark;
    emit benchmarkNameChanged();
    const auto folder =
        benchmark == "embedded" ? drawnBenchmarkFolder() : std::filesystem::path(benchmark.toStdString());
    std::error_code error;
    if (benchmark != "embedded" || std::filesystem::exists(folder / "lacuna.json", error)) {
        readBenchmark(folder, load);
        return;
    }
    setBenchmarkWait(tr("The embedded pictures are drawn once, as soon as the engine is there."));
    if (load)
        m_bridge.send(command::Load{});
}

void Workbench::readBenchmark(const std::filesystem::path& folder, bool load) {
    struct Read {
        std::shared_ptr<const Benchmark> benchmark;
        std::size_t views = 0, absent = 0;
    };
    setBenchmarkWait(tr("Reading the benchmark…"));
    m_background.run(
        [folder, asReleased = m_asReleased] {
            Read read{std::make_shared<const Benchmark>(loadBenchmarkFolder(folder, asReleased))};
            const auto pictures = picturePaths(*read.benchmark);
            read.views = pictures.size();
            read.absent = missingPictures(folder, pictures).size();
            return read;
        },
        [this, load](const Read& read) {
            showBenchmark(read.benchmark);
            if (!read.benchmark->releasedHash.empty())
                m_messages.add(MessagesModel::Kind::Note,
                               tr("%1 holds texts that were wrongly decoded; they are mended here and in new runs. "
                                  "`lacuna data check` lists them; --as-released leaves them.")
                                   .arg(QString::fromStdString(read.benchmark->title)));
            if (!load)
                return;
            command::Load wanted;
            wanted.benchmark = m_benchmarkName.toStdString();
            wanted.asReleased = read.benchmark->asReleased;
            if (read.absent > 0 && m_benchmarkName != "embedded") {
                wanted.images = "surrogate";
                m_messages.add(MessagesModel::Kind::Note,
                               tr("%1 of %2 photos of %3 are absent: drawn stand-ins take the place of all, and every "
                                  "run says so.")
                                   .arg(read.absent)
                                   .arg(read.views)
                                   .arg(QString::fromStdString(read.benchmark->title)));
            }
            m_bridge.send(wanted);
        },
        [this](const QString& message) {
            setBenchmarkWait(message);
            tell(ErrorKind::Input, message);
        });
}

void Workbench::showBenchmark(std::shared_ptr<const Benchmark> benchmark) {
    m_thumbnails.clear();
    m_workspace.setBenchmark(std::move(benchmark));
    setBenchmarkWait({});
}

/// What the engine has drawn: the embedded pictures on the first start, or stand-ins for absent photos.
void Workbench::takeDrawn(const std::shared_ptr<const Benchmark>& benchmark) {
    const auto* seen = m_workspace.benchmark();
    if (benchmark && (seen ? benchmark->surrogate && benchmark->title == seen->title : m_benchmarkName == "embedded"))
        showBenchmark(benchmark);
}

void Workbench::startEngine() {
    EngineOptions options;
    options.datasets = datasetsFolder();
    options.lowPriority = true;
    m_loader.start(options);
    m_engineStarted = true;
    emit engineProblemChanged();
}

void Workbench::useEngine(std::unique_ptr<Engine> engine) {
    m_bridge.attach(std::move(engine));
}

void Workbench::followStage(int run, int stage) {
    // Whoever looks at the newest stage sees the next one come; whoever looks elsewhere is left alone.
    const bool shown = m_workspace.runs()[static_cast<std::size_t>(run)].shown;
    if (shown && m_workspace.stage() == stage - 1 && m_workspace.measuredStages() == stage + 1)
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
    spec.name = freeName(spec.name.empty() ? spec.method : spec.name);
    m_bridge.send(command::Start{std::move(spec), m_library.folder()});
}

void Workbench::goOn(int run) {
    m_bridge.send(command::Resume{m_workspace.runs().at(static_cast<std::size_t>(run)).history.source});
}

void Workbench::rename(int run, const QString& name) {
    try {
        m_library.rename(run, name.toStdString());
    } catch (const Error& error) {
        tell(error.kind(), QString::fromUtf8(error.what()));
    }
}

void Workbench::remove(int run) {
    const auto& history = m_workspace.runs().at(static_cast<std::size_t>(run)).history;
    if (history.status == RunStatus::Queued) {
        m_bridge.unqueue(history.source);
        return;
    }
    auto command = std::make_unique<DeleteRunCommand>(m_workspace, m_library, run);
    connect(command->teller(), &Teller::failed, this, [this](const QString& text) { tell(ErrorKind::Resource, text); });
    m_undoStack.push(command.release());
}

void Workbench::dropGoneDeletions() {
    while (m_undoStack.canUndo()) {
        const auto* deletion = dynamic_cast<const DeleteRunCommand*>(m_undoStack.command(m_undoStack.index() - 1));
        if (!deletion || !deletion->isGone())
            return;
        m_undoStack.undo();  // does nothing but leave the stack
    }
}

}  // namespace lacuna
