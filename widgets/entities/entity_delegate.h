// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStyledItemDelegate>

namespace lacuna {

class Thumbnails;

/// Paints one entity of the grid: its picture, faded once forgotten, and a badge for its request.
class EntityDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    EntityDelegate(Thumbnails& thumbnails, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintPicture(QPainter& painter, const QRect& rect, const QModelIndex& index) const;
    void paintVerdict(QPainter& painter, const QRect& rect, const QModelIndex& index) const;
    void paintBadge(QPainter& painter, const QRect& rect, const QModelIndex& index) const;

    Thumbnails& m_thumbnails;
};

}  // namespace lacuna
