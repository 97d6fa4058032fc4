// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QIcon>

namespace lacuna {

/// A line icon of the one family in resources/icons, in the theme's ink (it follows a change of theme by itself); faint
/// while disabled. `colour`, when valid, stands in place of the ink. An unknown name gives a null icon.
QIcon icon(const QString& name, const QColor& colour = {});

/// The application's own.
QIcon applicationIcon();

}  // namespace lacuna
