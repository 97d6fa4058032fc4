// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entities/entities_filter.h"

#include "widgets/common/search_text.h"
#include "widgets/entities/entities_model.h"

#include <algorithm>

namespace lacuna {

EntitiesFilter::EntitiesFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setFilterRole(EntitiesModel::SearchRole);  // it changes along the timeline
}

void EntitiesFilter::setText(const QString& text) {
    QStringList words;
    // A lone letter after "request" is its name, not a letter of somebody's name.
    for (const auto& word : searchText(text).split(' ', Qt::SkipEmptyParts))
        if (!words.isEmpty() && words.last() == "request")
            words.last() += ' ' + word;
        else
            words << word;
    if (words == m_words)
        return;
    m_words = words;
    invalidateFilter();
}

bool EntitiesFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const auto text = sourceModel()->index(row, 0, parent).data(EntitiesModel::SearchRole).toString();
    return std::all_of(m_words.begin(), m_words.end(), [&](const auto& word) {
        return word.startsWith("request ") ? (text + ' ').contains(word + ' ') : text.contains(word);
    });
}

}  // namespace lacuna
