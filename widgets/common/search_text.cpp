// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/search_text.h"

#include "core/base/unicode.h"

namespace lacuna {

QString searchText(const QString& text) {
    return QString::fromStdString(comparable(text.toStdString()));
}

}  // namespace lacuna
