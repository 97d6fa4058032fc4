// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/main_window.h"

#include "app/workbench/command_palette.h"
#include "app/workbench/key_sheet.h"
#include "app/workbench/lesson_desk.h"
#include "app/workbench/messages_panel.h"
#include "app/workbench/note_bar.h"
#include "app/workbench/palette_entries.h"
#include "app/workbench/status_panel.h"
#include "app/workbench/window_actions.h"
#include "app/workbench/window_toolbar.h"
#include "app/workbench/workbench.h"
#include "core/runs/run_branch.h"
#include "widgets/common/icons.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"
#include "widgets/entities/entities_panel.h"
#include "widgets/entities/entity_grid.h"
#include "widgets/runs/run_details.h"
#include "widgets/runs/runs_panel.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QScreen>
#include <QShortcut>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QTextEdit>
#include <QTreeView>
#include <QVBoxLayout>

namespace lacuna {
namespace {

/// "~/data/mlubench": short where it can be.
QString withTilde(const QString& path) {
    const auto home = QDir::homePath();
    return path.startsWith(home + '/') ? '~' + path.mid(home.size()) : path;
}

}  // namespace

MainWindow::MainWindow(Workbench& workbench)
    : m_workbench(workbench),
      m_actions(new WindowActions(menuBar())),
      m_toolBar(new WindowToolBar(workbench, *m_actions, this)),
      m_messages(new MessagesPanel(workbench.messages(), this)),
      m_status(new StatusPanel(workbench, this)),
      m_note(new NoteBar),
      m_tabWidget(new QTabWidget(this)),
      m_palette(new CommandPalette(this)) {
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    setFocusPolicy(Qt::ClickFocus);
    addToolBar(m_toolBar);
    setStatusBar(m_status);
    addDockWidget(Qt::BottomDockWidgetArea, m_messages);
    m_messages->hide();
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    buildPanels();
    buildTabBar();
    connectFileActions();
    connectRunActions();
    connectViewActions();
    connectRunsPanel();
    m_lessons = new LessonDesk(*this);
    m_keys = new KeySheet(this, m_actions->all());
    m_play.setInterval(900);
    connect(&m_play, &QTimer::timeout, this, &MainWindow::playStep);
    // Shift alone, held: not the moment in which somebody writes a capital or extends a selection.
    m_referenceDelay.setSingleShot(true);
    m_referenceDelay.setInterval(160);
    connect(&m_referenceDelay, &QTimer::timeout, this, [this] {
        if (isActiveWindow() && !QApplication::activeModalWidget())
            m_workbench.workspace().setShowsReference(true);
    });
    qApp->installEventFilter(this);
    constexpr QSize frame(8, 40);  // about; a window manager tells only after it has shown the window
    const auto available = screen()->availableSize();
    resize(QSize(1440, 900).expandedTo(available * 0.8).boundedTo(available - frame));
    // What the Entity view needs beside the panels; a smaller screen has F4, which hides them.
    setMinimumSize(QSize(900, 600).boundedTo(screen()->availableSize() - frame));
    refreshActions();
    refreshTitle();
    setFocus();  // else the first button wears a ring nobody asked for
}

MainWindow::~MainWindow() {
    qApp->removeEventFilter(this);
}

void MainWindow::buildPanels() {
    auto& workspace = m_workbench.workspace();
    auto* both = new QSplitter(Qt::Vertical, this);
    m_runs = new RunsPanel(workspace, both);
    m_entities = new EntitiesPanel(workspace, m_workbench.thumbnails(), both);
    connect(m_entities->grid(), &QAbstractItemView::activated, this, [this] { showTab("entity"); });
    connect(&m_workbench, &Workbench::entitiesPicked, m_entities, &EntitiesPanel::select);
    m_entities->setRequests([this] {
        QStringList names;
        for (const auto& tab : m_tabs)
            if (tab.requests)
                names << tab.requests();
        return names;
    });
    connect(m_entities, &EntitiesPanel::requestAsked, this,
            [this](const QStringList& entities, const QString& request, bool keep) {
                for (const auto& tab : m_tabs)
                    if (tab.addToRequest) {
                        showTab(tab.id);
                        tab.addToRequest(entities, request, keep);
                    }
            });
    both->addWidget(m_runs);
    both->addWidget(m_entities);
    both->setStretchFactor(1, 1);
    both->setSizes({180, 600});
    both->setChildrenCollapsible(false);
    // Many runs get more room, up to two fifths, until somebody divides it himself.
    connect(both, &QSplitter::splitterMoved, this, [this] { m_divided = true; });
    const auto divide = [this, both] {
        constexpr int rowHeight = 24, head = 76;
        const int wanted = std::min(m_runs->lines() * rowHeight + head, both->height() * 2 / 5);
        if (!m_divided && wanted > m_runs->height())
            both->setSizes({wanted, both->height() - wanted});
    };
    connect(&workspace, &Workspace::runsChanged, this, divide);
    connect(m_runs->view(), &QTreeView::expanded, this, divide);
    m_runs->setMinimumHeight(90);
    m_dock = new QDockWidget(tr("Runs and entities"), this);
    m_dock->setObjectName("panels");
    m_dock->setFeatures(QDockWidget::NoDockWidgetFeatures);
    m_dock->setTitleBarWidget(new QWidget(m_dock));
    m_dock->setWidget(both);
    m_dock->setMinimumWidth(200);
    addDockWidget(Qt::LeftDockWidgetArea, m_dock);
    resizeDocks({m_dock}, {m_dockWidth}, Qt::Horizontal);
    const auto wait = [this] { m_entities->setWaitingText(m_workbench.benchmarkWait()); };
    connect(&m_workbench, &Workbench::benchmarkWaitChanged, this, wait);
    connect(&m_workbench.bridge(), &EngineBridge::workChanged, this, [this, wait] {
        const auto& work = m_workbench.bridge().work();
        if (!m_workbench.workspace().benchmark() && !work.what.isEmpty() && work.share >= 0)
            m_entities->setWaitingText(tr("%1: %2 %").arg(work.what).arg(static_cast<int>(work.share * 100)));
        else
            wait();
    });
    connect(&workspace, &Workspace::benchmarkChanged, this, &MainWindow::refreshTitle);
    connect(&m_workbench, &Workbench::benchmarkNameChanged, m_note, &QWidget::hide);
    connect(&m_workbench, &Workbench::photosMissing, this, &MainWindow::askAboutPhotos);
    connect(&m_workbench, &Workbench::torchAsked, this, &MainWindow::offerTorch);
}

void MainWindow::buildTabBar() {
    m_tabWidget->setDocumentMode(true);
    m_tabWidget->tabBar()->setExpanding(false);
    m_tabWidget->tabBar()->setDrawBase(true);
    m_tabs = buildTabs(m_workbench, m_tabWidget);
    int number = 1;
    auto* before = m_actions->menu("view")->actions().value(0);
    for (const auto& tab : m_tabs) {
        m_tabWidget->addTab(tab.widget, tab.title);
        auto* action = new QAction(icon("tab"), tab.title, this);
        action->setObjectName("view.tab_" + tab.id);
        action->setShortcut(QKeySequence(QString("Alt+%1").arg(number++)));
        connect(action, &QAction::triggered, this, [this, id = tab.id] { showTab(id); });
        m_actions->adopt("view", action, before);
    }
    m_actions->menu("view")->insertSeparator(before);
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_note);
    layout->addWidget(m_tabWidget);
    setCentralWidget(centre);
    showTab("curves");
    connect(m_tabWidget, &QTabWidget::currentChanged, this, &MainWindow::refreshActions);
}

void MainWindow::connectRunsPanel() {
    connect(m_runs, &RunsPanel::renameAsked, &m_workbench, &Workbench::rename);
    connect(m_runs, &RunsPanel::deleteAsked, this, [this](int run) {
        const auto& history = m_workbench.workspace().runs()[static_cast<std::size_t>(run)].history;
        const auto name = QString::fromStdString(shownName(history));
        std::error_code error;
        const bool folder = std::filesystem::is_directory(history.source, error);
        const int before = m_workbench.undoStack().index();
        m_workbench.remove(run);
        if (m_workbench.undoStack().index() > before)
            m_status->say((folder ? tr("%1 is in the trash. Ctrl+Z brings it back.")
                                  : tr("%1 is off the list, its file stays. Ctrl+Z brings it back."))
                              .arg(name));
    });
    connect(m_runs, &RunsPanel::manyBegin, this,
            [this](int count) { m_workbench.undoStack().beginMacro(tr("remove %1 runs").arg(count)); });
    connect(m_runs, &RunsPanel::manyEnd, this, [this] {
        m_workbench.undoStack().endMacro();
        m_status->say(tr("They are off the list. Ctrl+Z brings all back."));
    });
    connect(m_runs, &RunsPanel::forgetAsked, &m_workbench, &Workbench::forget);
    connect(m_runs, &RunsPanel::detailsAsked, this, [this](int run) {
        auto* details = new RunDetails(m_workbench.workspace(), run, this);
        connect(details, &RunDetails::written, this,
                [this](const std::filesystem::path& source, const QString& notes, const QStringList& tags) {
                    if (const int now = m_workbench.workspace().indexOf(source); now >= 0)
                        m_workbench.library().keepNotes(now, notes, tags);
                });
        details->open();
    });
    connect(m_runs, &RunsPanel::continueAsked, &m_workbench, &Workbench::goOn);
    connect(m_runs, &RunsPanel::benchmarkAsked, this, [this](int run) {
        const auto& spec = m_workbench.workspace().runs()[static_cast<std::size_t>(run)].history.spec;
        const bool decided = spec.images == "present" || spec.images == "surrogate";
        m_workbench.openBenchmark(QString::fromStdString(spec.benchmark),
                                  decided ? QString::fromStdString(spec.images) : QString());
    });
    connect(m_runs, &RunsPanel::folderAsked, this, &MainWindow::showInFileManager);
    connect(m_runs, &RunsPanel::duplicateAsked, this,
            [this](int run) { newRun(&m_workbench.workspace().runs()[static_cast<std::size_t>(run)].history.spec); });
    connect(m_runs, &RunsPanel::branchAsked, this, [this](int run) {
        auto& workspace = m_workbench.workspace();
        const auto& history = workspace.runs()[static_cast<std::size_t>(run)].history;
        const int last = history.stages - 1, now = workspace.stage();
        const auto spec = branchedSpec({history.source.string(), now >= 1 && now <= last ? now : last}, history.spec,
                                       history.requests, {});
        newRun(&spec);
    });
    const bool canMake = std::any_of(m_tabs.begin(), m_tabs.end(), [](const auto& tab) { return bool(tab.newRun); });
    for (auto* action : m_runs->runActions()) {
        if (action->objectName() == "run.duplicate" || action->objectName() == "run.branch")
            action->setVisible(canMake);
        m_actions->adopt("run", action);
    }
    (*m_actions)["run.new"]->setVisible(canMake);
    for (int number = 1; number <= 9; ++number)
        connect(new QShortcut(QKeySequence(Qt::Key_0 + number), this), &QShortcut::activated, this,
                [this, number] { m_runs->toggleNumber(number); });
}

bool MainWindow::panelsShown() const {
    return !m_dock->isHidden();
}

void MainWindow::showPanels(bool shown) {
    m_dock->setVisible(shown);
}

QString MainWindow::tab() const {
    const auto* tab = frontTab();
    return tab ? tab->id : QString();
}

const WorkbenchTab* MainWindow::frontTab() const {
    const int index = m_tabWidget->currentIndex();
    return index < 0 ? nullptr : &m_tabs[static_cast<std::size_t>(index)];
}

bool MainWindow::showTab(const QString& id) {
    for (std::size_t i = 0; i < m_tabs.size(); ++i)
        if (m_tabs[i].id.compare(id, Qt::CaseInsensitive) == 0) {
            m_tabWidget->setCurrentIndex(static_cast<int>(i));
            return true;
        }
    return false;
}

void MainWindow::newRun(const RunSpec* like) {
    for (const auto& tab : m_tabs)
        if (tab.newRun) {
            showTab(tab.id);
            tab.newRun(like);
        }
}

void MainWindow::play() {
    auto& workspace = m_workbench.workspace();
    if (m_play.isActive()) {
        m_play.stop();
    } else if (workspace.stageCount() > 1) {
        if (workspace.stage() >= std::max(1, workspace.measuredStages()) - 1)
            workspace.setStage(0);
        m_play.start();
    }
}

void MainWindow::playStep() {
    auto& workspace = m_workbench.workspace();
    if (workspace.stage() + 1 < workspace.measuredStages())
        workspace.setStage(workspace.stage() + 1);
    else
        m_play.stop();
}

void MainWindow::openPaths(const QStringList& paths) {
    for (const auto& path : paths)
        m_workbench.library().open(path.toStdString());
}

void MainWindow::openPalette() {
    m_palette->open(paletteEntries(*this));
}

/// The selected run, where it was stopped and nothing is in work; −1 = none.
int MainWindow::continuable() const {
    const auto& workspace = m_workbench.workspace();
    const int run = workspace.selection().run;
    const auto& bridge = m_workbench.bridge();
    if (run < 0 || bridge.working() || !bridge.takes(CommandKind::Job))
        return -1;
    const auto status = workspace.runs()[static_cast<std::size_t>(run)].history.status;
    return status == RunStatus::Interrupted || status == RunStatus::Failed ? run : -1;
}

void MainWindow::refreshActions() {
    const auto& bridge = m_workbench.bridge();
    const auto state = bridge.state();
    const bool paused = state == EngineState::Paused;
    auto& actions = *m_actions;
    const int stopped = continuable();
    actions["run.pause"]->setText(paused         ? tr("Continue")
                                  : stopped >= 0 ? tr("Continue %1").arg(runName(m_workbench.workspace(), stopped))
                                                 : tr("Pause"));
    actions["run.pause"]->setIcon(icon(paused || stopped >= 0 ? "play" : "pause"));
    actions["run.pause"]->setEnabled(stopped >= 0 || bridge.takes(paused ? CommandKind::Continue : CommandKind::Pause));
    actions["run.free"]->setEnabled(bridge.takes(CommandKind::Pause));
    actions["run.stop"]->setEnabled(bridge.stoppable());
    actions["run.checkpoint"]->setEnabled(bridge.takes(CommandKind::CheckpointNow));
    actions["run.skip"]->setEnabled(bridge.takes(CommandKind::SkipToNextRequest));
    actions["run.demo"]->setEnabled(m_workbench.engineProblem().isEmpty());
    const auto* tab = frontTab();
    actions["figure.copy"]->setEnabled(tab && tab->copyFigure);
    actions["figure.save"]->setEnabled(tab && tab->saveFigure);
    actions["figure.fit"]->setEnabled(tab && tab->fit);
    actions["figure.reset"]->setEnabled(tab && tab->resetZoom);
    const auto mode = Theme::instance().mode();
    actions["view.theme_system"]->setChecked(mode == Theme::Mode::System);
    actions["view.theme_light"]->setChecked(mode == Theme::Mode::Light);
    actions["view.theme_dark"]->setChecked(mode == Theme::Mode::Dark);
}

void MainWindow::refreshTitle() {
    const auto* benchmark = m_workbench.workspace().benchmark();
    const auto& name = m_workbench.benchmarkName();
    const auto title = benchmark ? QString::fromStdString(benchmark->title) : QString();
    setWindowTitle(!benchmark           ? tr("Lacuna")
                   : name == "embedded" ? tr("%1 — Lacuna").arg(title)
                                        : tr("%1 · %2 — Lacuna").arg(title, withTilde(name)));
}

/// The engine's libtorch is no part of a package: fetched when somebody agrees to its size and licence.
void MainWindow::offerTorch() {
    auto& fetch = m_workbench.torchFetch();
    disconnect(&fetch, nullptr, m_note, nullptr);  // of an earlier offer
    const auto ask = [this, &fetch](const QString& problem) {
        const auto text =
            problem.isEmpty()
                ? tr("The engine is missing: runs can be looked at, not computed. %1").arg(TorchFetch::offer())
                : problem;
        m_note->say(text,
                    {{problem.isEmpty() ? tr("Get it") : tr("Try again"), tr("From the Python package index, by pip"),
                      [&fetch] { fetch.start(); }},
                     {tr("Not now"), tr("It is offered again at the next start"), [] {}}},
                    TorchFetch::licence());
    };
    connect(&fetch, &TorchFetch::progress, m_note, [this, &fetch](const QString& text) {
        m_note->say(text, {{tr("Stop"), tr("Nothing is changed then"), [&fetch] { fetch.stop(); }}},
                    TorchFetch::licence());
    });
    connect(&fetch, &TorchFetch::ended, m_note, [this, ask](const QString& problem) {
        m_note->hide();
        if (!problem.isEmpty() && !m_closing)
            ask(problem);
    });
    ask({});
}

void MainWindow::askAboutPhotos(const QString& text, const QString& list, bool leftOut) {
    if (m_closing)
        return;
    std::vector<NoteBar::Choice> choices;
    if (leftOut)
        choices.push_back(
            {tr("Leave them out"), tr("Keep it so, also the next time"), [this] { m_workbench.leaveOutMissing(); }});
    choices.push_back({tr("Stand-ins for all"), tr("Show the model a drawn picture in place of every photo"),
                       [this] { m_workbench.drawStandIns(); }});
    choices.push_back(
        {tr("Cancel"), tr("Back to the benchmark from before"), [this] { m_workbench.openFormerBenchmark(); }});
    m_note->say(text, choices, list);
}

QString MainWindow::closingText() const {
    const auto& bridge = m_workbench.bridge();
    const auto waiting = static_cast<int>(bridge.unbegun().size());
    const int run = m_workbench.workspace().indexOf(bridge.currentRun());
    QStringList parts;
    if (run >= 0) {
        const auto& history = m_workbench.workspace().runs()[static_cast<std::size_t>(run)].history;
        const auto step = history.steps.size() && bridge.phase() == RunPhase::Training
                              ? tr("step %1").arg(history.steps.step.back() + 2)
                              : tr("what it is at");
        const bool held = bridge.state() == EngineState::Paused || bridge.state() == EngineState::Pausing;
        parts << (held ? tr("%1 is kept at %2 and can be continued the next time.")
                       : tr("%1 finishes %2, with a checkpoint, and goes on when Lacuna opens."))
                     .arg(QString::fromStdString(shownName(history)), step);
    }
    if (waiting > 0)
        parts << (waiting == 1 ? tr("The run that waits is kept and queued again when Lacuna opens.")
                               : tr("The %1 runs that wait are kept and queued again when Lacuna opens.").arg(waiting));
    return parts.isEmpty() ? tr("What is in work is brought to an end.") : parts.join(' ');
}

void MainWindow::closeEvent(QCloseEvent* event) {
    auto& bridge = m_workbench.bridge();
    m_lessons->leave();  // what is kept is what was there before it
    emit closed();       // the session is saved also when the step in work never ends
    const bool preparing = bridge.state() == EngineState::Loading && !bridge.unbegun().empty();
    if (!bridge.working() && !preparing) {
        bridge.shutDown();
        event->accept();
        return;
    }
    event->ignore();
    if (std::exchange(m_closing, true)) {
        emit leaveAtOnce();
        return;
    }
    m_workbench.keepForNextSession();  // once: what is dropped while the engine ends is not to be forgotten
    connect(&bridge, &EngineBridge::shutDownDone, this, &MainWindow::close);
    m_note->say(closingText(), {{tr("Leave at once"),
                                 tr("Without the checkpoint: the run goes on from the one before. So does closing the "
                                    "window again."),
                                 [this] { emit leaveAtOnce(); }}});
    setWindowTitle(tr("Closing… — Lacuna"));
    bridge.shutDown();
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    auto& workspace = m_workbench.workspace();
    if (event->modifiers() & ~Qt::KeypadModifier)
        return QMainWindow::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Left:
            workspace.setStage(workspace.stage() - 1);
            break;
        case Qt::Key_Right:
            workspace.setStage(workspace.stage() + 1);
            break;
        case Qt::Key_Up:
            m_entities->step(-1);
            break;
        case Qt::Key_Down:
            m_entities->step(1);
            break;
        case Qt::Key_Space:
            play();
            break;
        default:
            QMainWindow::keyPressEvent(event);
    }
}

/// Text, and the panels until somebody gives them a width of his own, grow with a large window.
void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    Theme::instance().setWindowSize(size());
    constexpr int least = 264, most = 420;
    const int wanted = std::clamp(width() * 11 / 64, least, most);
    if (m_dock->width() == m_dockWidth && wanted != m_dockWidth) {
        m_dockWidth = wanted;
        resizeDocks({m_dock}, {m_dockWidth}, Qt::Horizontal);
    }
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ThemeChange && Theme::instance().mode() == Theme::Mode::System)
        Theme::instance().apply(Theme::Mode::System);
    if (event->type() == QEvent::ActivationChange && !isActiveWindow())
        endReference();
}

void MainWindow::endReference() {
    m_referenceDelay.stop();
    m_workbench.workspace().setShowsReference(false);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    const auto type = event->type();
    // Another key ends it: a shortcut's own comes as ShortcutOverride alone. So does a dialog, which takes the release.
    if (type == QEvent::WindowBlocked ||
        (type == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() != Qt::Key_Shift))
        endReference();
    if (type == QEvent::KeyPress || type == QEvent::KeyRelease || type == QEvent::MouseButtonPress) {
        const auto* key = type == QEvent::MouseButtonPress ? nullptr : static_cast<QKeyEvent*>(event);
        const bool shift = key && key->key() == Qt::Key_Shift;
        const bool alone = key && !(key->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
        const auto* focus = QApplication::focusWidget();
        const bool writing = qobject_cast<const QLineEdit*>(focus) || qobject_cast<const QTextEdit*>(focus) ||
                             qobject_cast<const QAbstractSpinBox*>(focus);
        if (shift && alone && type == QEvent::KeyPress && !writing) {
            if (!key->isAutoRepeat())
                m_referenceDelay.start();
        } else {
            m_referenceDelay.stop();
            if (shift && type == QEvent::KeyRelease)
                m_workbench.workspace().setShowsReference(false);
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    for (const auto& url : event->mimeData()->urls())
        if (url.isLocalFile())
            event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList paths;
    for (const auto& url : event->mimeData()->urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    openPaths(paths);
    event->acceptProposedAction();
}

}  // namespace lacuna
