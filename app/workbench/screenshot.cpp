// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/screenshot.h"

#include "app/workbench/lesson_desk.h"
#include "app/workbench/main_window.h"
#include "app/workbench/note_bar.h"
#include "app/workbench/workbench.h"

#include <QElapsedTimer>
#include <QPixmap>
#include <QTimer>

namespace lacuna {
namespace {

/// What is wrong with the request; empty when all of it was there.
QString choose(Workspace& workspace, const ScreenshotRequest& request) {
    if (request.stage >= 0)
        workspace.setStage(request.stage);
    const auto* benchmark = workspace.benchmark();
    if (!benchmark || request.entity.isEmpty())
        return {};
    for (const auto* all : {&benchmark->entities, &benchmark->bystanders})
        for (const auto& entity : *all)
            if (entity.name == request.entity.toStdString() || entity.id == request.entity.toStdString()) {
                workspace.selectEntity(QString::fromStdString(entity.id));
                return {};
            }
    return QObject::tr("%1 has no entity \"%2\". The names stand in the Entities panel.")
        .arg(QString::fromStdString(benchmark->title), request.entity);
}

/// What is wrong with the lesson that is asked for; empty when it was opened, or none is.
QString openLesson(MainWindow& window, const ScreenshotRequest& request) {
    auto& lessons = window.lessons();
    if (request.lesson.isEmpty())
        return {};
    if (!lessons.openShipped(request.lesson)) {
        if (!request.lesson.endsWith(".json"))
            return QObject::tr("there is no lesson \"%1\". `lacuna lesson list` names them; a file ends in .json.")
                .arg(request.lesson);
        if (!lessons.openFile(request.lesson))
            return window.noteBar()->text();
    }
    lessons.turnTo(static_cast<std::size_t>(request.page - 1));
    if (request.guess > 0)
        lessons.choose(request.guess - 1);
    lessons.setPresenting(request.presenting);
    return {};
}

/// Settled = nothing is being read, and no picture came for a while.
class Photographer : public QObject {
public:
    Photographer(MainWindow& window, ScreenshotRequest request, std::function<void(QString)> done)
        : QObject(&window), m_window(window), m_request(std::move(request)), m_done(std::move(done)) {
        connect(&window.workbench().thumbnails(), &Thumbnails::ready, this, [this] { m_quiet.restart(); });
        connect(&m_timer, &QTimer::timeout, this, &Photographer::look);
        m_all.start();
        m_quiet.start();
        m_timer.start(50);
    }

private:
    void look() {
        if (m_window.workbench().busyLoading())
            m_quiet.restart();
        if (m_quiet.elapsed() < 600 && m_all.elapsed() < 30'000)
            return;
        if (!m_chosen) {
            m_chosen = true;
            m_window.showTab(m_request.tab);
            auto problem = openLesson(m_window, m_request);
            if (problem.isEmpty())
                problem = choose(m_window.workbench().workspace(), m_request);
            if (!problem.isEmpty()) {
                m_timer.stop();
                m_done(problem);
                return;
            }
            m_quiet.restart();
            return;
        }
        m_timer.stop();
        const bool written = m_window.grab().save(m_request.file);
        m_done(written ? QString() : QObject::tr("%1 cannot be written.").arg(m_request.file));
    }

    MainWindow& m_window;
    ScreenshotRequest m_request;
    std::function<void(QString)> m_done;
    QTimer m_timer;
    QElapsedTimer m_all, m_quiet;
    bool m_chosen = false;
};

}  // namespace

void takeScreenshot(MainWindow& window, const ScreenshotRequest& request, std::function<void(QString)> done) {
    new Photographer(window, request, std::move(done));
}

}  // namespace lacuna
