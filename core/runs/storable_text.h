// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>

namespace lacuna {

/// Makes `text` fit for a run file and for JSON: each byte that is NUL or no part of a UTF-8 character becomes U+FFFD.
/// (A model that writes byte by byte may stop, or be cut into tokens, in the middle of a character.)
void makeStorable(std::string& text);

}  // namespace lacuna
