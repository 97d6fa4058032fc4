// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/text/jinja_cursor.h"

namespace lacuna {

/// Reads an expression and leaves the cursor behind it. Throws InputError naming the line.
JinjaExpression jinjaExpression(JinjaCursor& cursor);
/// The same without `a if b else c`, for places where an `if` means something else.
JinjaExpression jinjaExpressionBeforeIf(JinjaCursor& cursor);

}  // namespace lacuna
