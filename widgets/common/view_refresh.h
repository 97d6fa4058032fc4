// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QWidget>

#include <functional>

namespace lacuna {

/// When a view is brought up to date: once per turn of the event loop, however much came in it, and not while it is
/// hidden; what came meanwhile is made up for once, when it is shown, before it is painted.
class ViewRefresh : public QObject {
public:
    /// `refresh` does the view's work. Belongs to `view`.
    ViewRefresh(QWidget* view, std::function<void()> refresh);

    /// Asks whenever a run gains rows of these kinds.
    void follow(const Workspace& workspace, GrownKinds kinds);
    void ask();
    void now();  ///< without waiting for the event loop or for being shown

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget& m_view;
    std::function<void()> m_refresh;
    bool m_stale = false, m_scheduled = false;
};

}  // namespace lacuna
