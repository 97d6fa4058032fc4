// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/workbench/main_window.h"
#include "app/workbench/window_actions.h"
#include "app/workbench/workbench.h"
#include "tests/app/workbench/fake_engine.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>

namespace lacuna::testing {

/// What a test of the window begins with: the window over an empty runs folder, and an engine that follows a script.
class WindowFixture : public QObject {
protected:
    std::unique_ptr<QTemporaryDir> m_place;
    std::shared_ptr<FakeEngineScript> m_script;
    std::unique_ptr<Workbench> m_workbench;
    std::unique_ptr<MainWindow> m_window;

    void openWindow() {
        m_place = std::make_unique<QTemporaryDir>();
        m_script = std::make_shared<FakeEngineScript>();
        m_script->onSend = obedientEngine();
        m_workbench = std::make_unique<Workbench>();
        m_workbench->library().setFolder(m_place->path().toStdString());
        m_window = std::make_unique<MainWindow>(*m_workbench);
        m_window->resize(1440, 900);  // the offscreen screen is small
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void closeWindow() {
        m_window.reset();
        m_workbench.reset();
    }
    void attachEngine() { m_workbench->useEngine(std::make_unique<FakeEngine>(m_script)); }
    /// Until everything that the engine has to say was heard.
    void settle() {
        while (!m_script->replies.empty())
            m_workbench->bridge().drain();
    }
    Workspace& workspace() { return m_workbench->workspace(); }
    QAction* action(const QString& id) const { return m_window->windowActions()[id]; }
};

}  // namespace lacuna::testing
