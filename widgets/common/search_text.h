// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

namespace lacuna {

/// What searches compare: case, composition and width aside, as the command line does it (`comparable` of
/// core/base/unicode.h).
QString searchText(const QString& text);

}  // namespace lacuna
