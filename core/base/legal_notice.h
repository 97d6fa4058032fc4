// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lacuna {

/// What the GPL asks a program to say of itself ("How to Apply These Terms to Your New Programs"), in lines of plain
/// text.
inline constexpr const char* legalNotice =
    "Copyright (C) 2026 The Lacuna authors\n"
    "Free software under the GNU General Public License, version 3 or later: "
    "https://www.gnu.org/licenses/gpl-3.0.html\n"
    "You may change and pass it on under its terms. There is NO WARRANTY, to the extent permitted by law.\n"
    "Benchmark data and weights are under CC0-1.0. Libraries and their licences: THIRD-PARTY-NOTICES.md";

}  // namespace lacuna
