// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QKeyEvent>

namespace lacuna {

/// A key in a grid of pictures. Arrow keys mean the same wherever the focus is: ←→ stage, ↑↓ entity, which is left to
/// the window. With Ctrl they move inside the grid, with Shift they extend its selection: `press` gets them without
/// Ctrl.
template <typename Press>
void pressInGrid(QKeyEvent* event, Press&& press) {
    if (event->key() < Qt::Key_Left || event->key() > Qt::Key_Down)
        return press(event);
    if (!(event->modifiers() & ~Qt::KeypadModifier))
        return event->ignore();
    QKeyEvent inside(event->type(), event->key(), event->modifiers() & ~Qt::ControlModifier);
    press(&inside);
}

}  // namespace lacuna
