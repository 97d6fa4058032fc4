// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QKeyEvent>

namespace lacuna {

/// Arrow keys mean the same wherever the focus is: ←→ stage, ↑↓ entity, which the window does. With Ctrl they move
/// inside a grid of pictures, with Shift they extend its selection.
enum class ArrowUse { NoArrow, OfTheWindow, InsideTheGrid };

inline ArrowUse arrowUse(const QKeyEvent& event) {
    if (event.key() < Qt::Key_Left || event.key() > Qt::Key_Down)
        return ArrowUse::NoArrow;
    return event.modifiers() & ~Qt::KeypadModifier ? ArrowUse::InsideTheGrid : ArrowUse::OfTheWindow;
}

}  // namespace lacuna
