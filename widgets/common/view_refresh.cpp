// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/view_refresh.h"

#include <QEvent>
#include <QTimer>

namespace lacuna {

ViewRefresh::ViewRefresh(QWidget* view, std::function<void()> refresh)
    : QObject(view), m_view(*view), m_refresh(std::move(refresh)) {
    view->installEventFilter(this);
}

void ViewRefresh::follow(const Workspace& workspace, GrownKinds kinds) {
    connect(&workspace, &Workspace::runGrew, this, [this, kinds](int, Grown what) {
        if (kinds.testFlag(what))
            ask();
    });
}

void ViewRefresh::ask() {
    m_stale = true;
    if (m_scheduled || !m_view.isVisible())
        return;
    m_scheduled = true;
    QTimer::singleShot(0, this, [this] {
        m_scheduled = false;
        if (m_stale && m_view.isVisible())
            now();
    });
}

void ViewRefresh::now() {
    m_stale = false;
    m_refresh();
}

bool ViewRefresh::eventFilter(QObject* watched, QEvent* event) {
    if (watched == &m_view && event->type() == QEvent::Show && m_stale)
        now();
    return QObject::eventFilter(watched, event);
}

}  // namespace lacuna
