// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/workbench_tabs.h"

#include <QMainWindow>
#include <QTimer>

class QTabWidget;

namespace lacuna {

class CommandPalette;
class EntitiesPanel;
class KeySheet;
class LessonDesk;
class MessagesPanel;
class NoteBar;
class RunsPanel;
class StatusPanel;
class WindowActions;
class WindowToolBar;
class Workbench;
struct TrashContent;

/// The one window: panels, tabs and bars put together, and what happens between them.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Workbench& workbench);
    ~MainWindow() override;

    Workbench& workbench() { return m_workbench; }
    WindowActions& windowActions() { return *m_actions; }
    RunsPanel* runsPanel() const { return m_runs; }
    EntitiesPanel* entitiesPanel() const { return m_entities; }
    CommandPalette* palettePanel() const { return m_palette; }
    MessagesPanel* messagesPanel() const { return m_messages; }
    WindowToolBar* toolBar() const { return m_toolBar; }
    LessonDesk& lessons() { return *m_lessons; }
    bool panelsShown() const;
    void showPanels(bool shown);  ///< runs and entities
    NoteBar* noteBar() const { return m_note; }

    const std::vector<WorkbenchTab>& tabs() const { return m_tabs; }
    QString tab() const;              ///< id of the tab in front
    bool showTab(const QString& id);  ///< false when there is none of that name
    void openPaths(const QStringList& paths);
    bool playing() const { return m_play.isActive(); }

signals:
    void leaveAtOnce();  ///< the window was closed a second time while a run finishes its step
    void closed();

protected:
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildPanels();
    void buildTabBar();
    void connectFileActions();
    void askAboutTrash(const TrashContent& content);
    void connectRunActions();
    void connectViewActions();
    void connectRunsPanel();
    void refreshActions();
    void endReference();  ///< Shift is held no longer, or not alone
    void refreshTitle();
    void newRun(const RunSpec* like);
    void togglePause();
    int continuable() const;
    void play();
    void playStep();
    void openPalette();
    void showInFileManager(int run);
    void offerTorch();
    void askAboutPhotos(const QString& text, const QString& list, bool leftOut);
    QString closingText() const;  ///< what becomes of the runs in work and of those that wait
    void about();
    const WorkbenchTab* frontTab() const;

    Workbench& m_workbench;
    WindowActions* m_actions;
    WindowToolBar* m_toolBar;
    RunsPanel* m_runs = nullptr;
    EntitiesPanel* m_entities = nullptr;
    QDockWidget* m_dock = nullptr;
    int m_dockWidth = 264;  ///< as it was made
    MessagesPanel* m_messages;
    StatusPanel* m_status;
    NoteBar* m_note;
    QTabWidget* m_tabWidget;
    std::vector<WorkbenchTab> m_tabs;
    CommandPalette* m_palette;
    LessonDesk* m_lessons = nullptr;
    KeySheet* m_keys = nullptr;
    QTimer m_play;
    QTimer m_referenceDelay;
    bool m_divided = false;  ///< between runs and entities, by hand
    bool m_closing = false;  ///< waits for the engine to be done
};

}  // namespace lacuna
