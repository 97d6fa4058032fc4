// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the menus do: the other half of MainWindow.
#include "app/workbench/command_palette.h"
#include "app/workbench/key_sheet.h"
#include "app/workbench/main_window.h"
#include "app/workbench/messages_panel.h"
#include "app/workbench/status_panel.h"
#include "app/workbench/window_actions.h"
#include "app/workbench/workbench.h"
#include "core/base/legal_notice.h"
#include "widgets/common/theme.h"
#include "widgets/common/toast.h"
#include "widgets/entities/entities_panel.h"

#include <QApplication>
#include <QDesktopServices>
#include <QDockWidget>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

namespace lacuna {

void MainWindow::connectFileActions() {
    auto& actions = *m_actions;
    const auto runs = [this] { return QString::fromStdString(m_workbench.library().folder().string()); };
    const auto openFolder = [this, runs] {
        const auto path = QFileDialog::getExistingDirectory(this, tr("Open a run folder, or a folder of runs"), runs());
        if (!path.isEmpty())
            openPaths({path});
    };
    actions.on("file.open", this, openFolder);
    connect(&m_workbench, &Workbench::openAsked, this, openFolder);
    connect(&m_workbench, &Workbench::askAsked, this, [this] { showTab("entity"); });
    connect(&m_workbench, &Workbench::entityAsked, this, [this] { showTab("entity"); });
    connect(&m_workbench, &Workbench::newRunAsked, this, [this] { newRun(nullptr); });
    actions.on("file.open_file", this, [this, runs] {
        openPaths(QFileDialog::getOpenFileNames(this, tr("Open run files"), runs(), tr("Runs (*.h5)")));
    });
    actions.on("file.benchmark", this, [this] {
        const auto path = QFileDialog::getExistingDirectory(this, tr("Open a benchmark in MLUBench's layout"));
        if (!path.isEmpty())
            m_workbench.openBenchmark(path);
    });
    actions.on("file.embedded", this, [this] { m_workbench.openBenchmark("embedded"); });
    actions.on("file.runs", this, [this, runs] {
        const auto path = QFileDialog::getExistingDirectory(this, tr("Folder that new runs go to"), runs());
        if (path.isEmpty())
            return;
        m_workbench.library().setFolder(path.toStdString());
        m_workbench.library().takeOverQueue();
    });
    actions.on("file.show_trash", this, [this] {
        const auto trash = RunStore(m_workbench.library().folder()).trashFolder();
        std::error_code error;
        if (std::filesystem::is_directory(trash, error))
            QDesktopServices::openUrl(QUrl::fromLocalFile(QString::fromStdString(trash.string())));
        else
            Toast::show(centralWidget(), tr("The trash is empty."));
    });
    actions.on("file.trash", this, [this] { m_workbench.library().lookIntoTrash(); });
    connect(&m_workbench.library(), &RunLibrary::trashSeen, this, &MainWindow::askAboutTrash);
    connect(&m_workbench.library(), &RunLibrary::trashEmptied, this,
            [this] { m_status->say(tr("The trash is empty.")); });
    actions.on("file.quit", this, [this] { close(); });

    auto* before = m_actions->menu("edit")->actions().value(0);
    auto* undo = m_workbench.undoStack().createUndoAction(this, tr("Undo"));
    auto* redo = m_workbench.undoStack().createRedoAction(this, tr("Redo"));
    undo->setShortcut(QKeySequence("Ctrl+Z"));
    redo->setShortcuts({QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")});
    m_actions->adopt("edit", undo, before);
    m_actions->adopt("edit", redo, before);
    m_actions->menu("edit")->insertSeparator(before);
    actions.on("edit.filter", this, [this] { m_entities->focusFilter(); });
    actions.on("edit.find", this, [this] { openPalette(); });
}

void MainWindow::askAboutTrash(const TrashContent& content) {
    if (content.runs == 0) {
        m_status->say(tr("The trash is empty."));
        return;
    }
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Empty the trash"),
                                (content.runs == 1 ? tr("Remove one deleted run, %1, for good?")
                                                   : tr("Remove %n deleted runs, %1, for good?", nullptr, content.runs))
                                    .arg(QLocale().formattedDataSize(static_cast<qint64>(content.bytes))),
                                QMessageBox::Cancel, this);
    box->setObjectName("trash");
    box->setInformativeText(content.runs == 1 ? tr("Nothing brings it back then, nor does Undo.")
                                              : tr("Nothing brings them back then, nor does Undo."));
    auto* empty = box->addButton(tr("Empty the trash"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(empty, &QAbstractButton::clicked, this, [this] { m_workbench.library().emptyTrash(); });
    box->open();
}

void MainWindow::connectRunActions() {
    auto& actions = *m_actions;
    auto& bridge = m_workbench.bridge();
    actions.on("run.new", this, [this] { newRun(nullptr); });
    actions.on("run.demo", this, [this] { m_workbench.startDemo(); });
    actions.on("run.pause", this, [this] { togglePause(); });
    actions.on("run.free", this, [&bridge] { bridge.send(command::Pause{true}); });
    actions.on("run.stop", this, [&bridge] { bridge.send(command::Stop{}); });
    actions.on("run.checkpoint", this, [&bridge] { bridge.send(command::CheckpointNow{}); });
    actions.on("run.skip", this, [&bridge] { bridge.send(command::SkipToNextRequest{}); });
    connect(&bridge, &EngineBridge::confirmed, this,
            [this](const QString& text) { Toast::show(centralWidget(), text.toHtmlEscaped()); });
    connect(&bridge, &EngineBridge::stateChanged, this, &MainWindow::refreshActions);
    connect(&m_workbench.workspace(), &Workspace::selectionChanged, this, &MainWindow::refreshActions);
    connect(&m_workbench.workspace(), &Workspace::statusChanged, this, &MainWindow::refreshActions);
    connect(&m_workbench.workspace(), &Workspace::runsChanged, this, &MainWindow::refreshActions);
    connect(&m_workbench, &Workbench::engineProblemChanged, this, &MainWindow::refreshActions);
    connect(m_status, &StatusPanel::messagesAsked, this, [this] { m_messages->setVisible(!m_messages->isVisible()); });
    connect(&m_workbench.messages(), &MessagesModel::added, this,
            [this](MessagesModel::Kind kind, const QString&, int) {
                if (kind == MessagesModel::Kind::Error)
                    m_messages->show();
            });
}

void MainWindow::togglePause() {
    if (m_workbench.bridge().state() == EngineState::Paused)
        m_workbench.bridge().send(command::Continue{});
    else if (const int stopped = continuable(); stopped >= 0)
        m_workbench.goOn(stopped);
    else
        m_workbench.bridge().send(command::Pause{});
}

void MainWindow::connectViewActions() {
    auto& actions = *m_actions;
    auto& workspace = m_workbench.workspace();
    actions.on("view.previous_stage", this, [&workspace] { workspace.setStage(workspace.stage() - 1); });
    actions.on("view.next_stage", this, [&workspace] { workspace.setStage(workspace.stage() + 1); });
    actions.on("view.play", this, [this] { play(); });
    actions.on("view.previous_entity", this, [this] { m_entities->step(-1); });
    actions.on("view.next_entity", this, [this] { m_entities->step(1); });
    actions.on("view.messages", this, [this] { m_messages->setVisible(!m_messages->isVisible()); });
    connect(m_messages, &QDockWidget::visibilityChanged, actions["view.messages"], &QAction::setChecked);
    actions["view.panels"]->setChecked(true);
    actions.on("view.panels", this, [this] { m_dock->setVisible(!m_dock->isVisible()); });
    actions.on("view.fullscreen", this, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    constexpr double step = 0.125;
    const auto resizeText = [this](double by) {
        Theme::instance().setTextScale(Theme::instance().textScale() + by);
        Toast::show(centralWidget(), tr("Text at %1 %").arg(qRound(Theme::instance().textScale() * 100)));
    };
    actions["view.larger"]->setShortcuts({QKeySequence(tr("Ctrl++")), QKeySequence(tr("Ctrl+="))});
    actions.on("view.larger", this, [resizeText] { resizeText(step); });
    actions.on("view.smaller", this, [resizeText] { resizeText(-step); });
    const auto theme = [&](const QString& id, Theme::Mode mode) {
        actions.on(id, this, [mode] { Theme::instance().apply(mode); });
    };
    theme("view.theme_system", Theme::Mode::System);
    theme("view.theme_light", Theme::Mode::Light);
    theme("view.theme_dark", Theme::Mode::Dark);
    connect(&Theme::instance(), &Theme::changed, this, &MainWindow::refreshActions);
    const auto figure = [&](const QString& id, std::function<void()> WorkbenchTab::*act) {
        actions.on(id, this, [this, act] {
            if (const auto* tab = frontTab(); tab && tab->*act)
                (tab->*act)();
        });
    };
    figure("figure.copy", &WorkbenchTab::copyFigure);
    figure("figure.save", &WorkbenchTab::saveFigure);
    figure("figure.fit", &WorkbenchTab::fit);
    figure("figure.reset", &WorkbenchTab::resetZoom);
    actions.on("help.keys", this, [this] { m_keys->open(); });
    actions.on("help.about", this, [this] { about(); });
}

void MainWindow::showInFileManager(int run) {
    const auto source = m_workbench.workspace().runs()[static_cast<std::size_t>(run)].history.source;
    const QFileInfo info(QString::fromStdString(source.string()));
    QDesktopServices::openUrl(QUrl::fromLocalFile(info.isDir() ? info.filePath() : info.path()));
}

void MainWindow::about() {
    QFile notices(QStringLiteral(":/notices.md"));
    auto* box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About Lacuna"));
    box->setIconPixmap(windowIcon().pixmap(64));
    box->setText(tr("<b>Lacuna %1</b><br>A workbench for lifelong unlearning of multimodal language models.")
                     .arg(LACUNA_VERSION));
    box->setInformativeText(QString::fromUtf8(legalNotice));
    if (notices.open(QFile::ReadOnly))  // compiled in
        box->setDetailedText(QString::fromUtf8(notices.readAll()));
    box->open();
}

}  // namespace lacuna
