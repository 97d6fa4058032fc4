// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFont>

namespace lacuna {

/// For a room that looks at a projector: large text and heavy lines, whatever was chosen; what was chosen comes back.
void setPresenting(bool presenting);
bool presenting();
/// Of the lines in plots: 1, and more while somebody presents.
double lineScale();

QFont readingFont();  ///< of a page that is read, such as a lesson
QFont headingFont();  ///< over it

}  // namespace lacuna
