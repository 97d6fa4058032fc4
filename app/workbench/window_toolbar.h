// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QToolBar>

class QAbstractButton;
class QToolButton;

namespace lacuna {

class DeviceButton;
class SearchField;
class TimelineBar;
class WindowActions;
class Workbench;

/// Open, new run, pause, stop · the timeline · the device · find anything.
class WindowToolBar : public QToolBar {
    Q_OBJECT
public:
    WindowToolBar(Workbench& workbench, const WindowActions& actions, QWidget* parent = nullptr);
    TimelineBar* timeline() const { return m_timeline; }
    QAbstractButton* device() const;  ///< its menu says what is in use

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QToolButton* button(QAction* action, bool text);
    void showDevice();
    void fillDeviceMenu();

    Workbench& m_workbench;
    const WindowActions& m_actions;
    TimelineBar* m_timeline;
    DeviceButton* m_device;
    SearchField* m_search;
};

}  // namespace lacuna
