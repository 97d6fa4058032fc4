// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/sequence_tab.h"

#include "app/workbench/workbench.h"
#include "widgets/sequence/request_strip.h"
#include "widgets/sequence/sequence_view.h"

namespace lacuna {
namespace {

RunControls controlsOf(const Workbench& workbench, const EngineBridge& bridge) {
    const auto state = bridge.state();
    RunControls controls;
    controls.run = bridge.currentRun().empty() ? bridge.nextRun() : bridge.currentRun();
    controls.pause = bridge.takes(CommandKind::Pause);
    controls.goOn = state == EngineState::Paused && bridge.takes(CommandKind::Continue);
    controls.stop = bridge.stoppable();
    controls.checkpoint = bridge.takes(CommandKind::CheckpointNow);
    controls.skip = bridge.takes(CommandKind::SkipToNextRequest);
    if (bridge.measuring())
        controls.noSkip =
            QObject::tr("The model is being tested and nothing is trained: the next request begins by itself.");
    controls.resume = bridge.takes(CommandKind::Job);
    controls.queues = bridge.working() || !bridge.queueEmpty();
    controls.problem = workbench.engineProblem();
    // Where there are no steps, what is asked comes after the pass or the questions in work: in a moment.
    const bool steps = bridge.phase() == RunPhase::Training;
    if (state == EngineState::Pausing || bridge.wish() == CommandKind::Pause)
        controls.waiting = steps ? QObject::tr("pausing after this step, with a checkpoint…") : QObject::tr("pausing…");
    else if (state == EngineState::Stopping || bridge.wish() == CommandKind::Stop)
        controls.waiting =
            steps ? QObject::tr("stopping after this step, with a checkpoint…") : QObject::tr("stopping…");
    else if (bridge.wish() == CommandKind::SkipToNextRequest)
        controls.waiting = QObject::tr("ending this request after this step…");
    return controls;
}

void sendWhatIsAsked(Workbench& workbench, SequenceView* view) {
    auto& bridge = workbench.bridge();
    QObject::connect(view, &SequenceView::startRequested, &workbench, &Workbench::start);
    QObject::connect(view, &SequenceView::pauseRequested, &bridge,
                     [&bridge](bool freeMemory) { bridge.send(command::Pause{freeMemory}); });
    QObject::connect(view, &SequenceView::continueRequested, &bridge, [&bridge] { bridge.send(command::Continue{}); });
    QObject::connect(view, &SequenceView::stopRequested, &bridge, [&bridge] { bridge.send(command::Stop{}); });
    QObject::connect(view, &SequenceView::checkpointRequested, &bridge,
                     [&bridge] { bridge.send(command::CheckpointNow{}); });
    QObject::connect(view, &SequenceView::skipRequested, &bridge,
                     [&bridge] { bridge.send(command::SkipToNextRequest{}); });
    QObject::connect(view, &SequenceView::resumeRequested, &workbench, &Workbench::goOn);
}

}  // namespace

WorkbenchTab sequenceTab(Workbench& workbench, QWidget* parent) {
    auto* view = new SequenceView(workbench.workspace(), workbench.thumbnails(), workbench.undoStack(), parent);
    auto& bridge = workbench.bridge();
    sendWhatIsAsked(workbench, view);
    const auto refresh = [&workbench, &bridge, view] { view->setControls(controlsOf(workbench, bridge)); };
    QObject::connect(&bridge, &EngineBridge::stateChanged, view, refresh);
    QObject::connect(&bridge, &EngineBridge::runEnded, view, refresh);
    QObject::connect(&workbench.workspace(), &Workspace::runsChanged, view, refresh);  // queued, or out of the queue
    QObject::connect(&workbench, &Workbench::engineProblemChanged, view, refresh);
    refresh();
    QObject::connect(&bridge, &EngineBridge::deviceChanged, view, [&bridge, view] {
        if (bridge.device().startsWith("cuda"))
            view->offerGpu();
    });
    const auto benchmark = [&workbench, view] { view->draft().setBenchmark(workbench.benchmarkName().toStdString()); };
    QObject::connect(&workbench, &Workbench::benchmarkNameChanged, view, benchmark);
    benchmark();
    QObject::connect(&workbench, &Workbench::benchmarkWaitChanged, view,
                     [&workbench, view] { view->setWaitingText(workbench.benchmarkWait()); });
    WorkbenchTab tab{"sequence", QObject::tr("Sequence"), view, {}, {}, {}, {}, {}};
    tab.newRun = [view](const RunSpec* like) { view->newRun(like); };
    tab.requests = [view] {
        QStringList names;
        const auto all = view->draft().order();
        for (std::size_t i = static_cast<std::size_t>(view->draft().made()); i < all.size(); ++i)
            names << QString::fromStdString(all[i]);
        return names;
    };
    tab.addToRequest = [view](const QStringList& entities, const QString& request, bool keep) {
        view->strip()->add(entities, request, keep ? RequestSide::Keep : RequestSide::Forget);
    };
    tab.keep = [view] { return QString::fromStdString(toJson(view->draft().spec())); };
    tab.bringBack = [view](const QString& kept) {
        try {
            view->draft().restore(storedRunSpec(kept.toStdString(), "session"));
        } catch (const Error&) {
            // Settings that were written by hand: the draft begins anew.
        }
    };
    return tab;
}

}  // namespace lacuna
