// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QSortFilterProxyModel>

namespace lacuna {

/// The entities whose name, class, fate or standing (what most answers about them show) holds every word of the filter
/// line; "request B" and "forgotten in request B" count as one word each.
class EntitiesFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit EntitiesFilter(QObject* parent = nullptr);
    void setText(const QString& text);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
};

}  // namespace lacuna
