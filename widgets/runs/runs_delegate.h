// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPersistentModelIndex>
#include <QStyledItemDelegate>

namespace lacuna {

class Workspace;

/// Paints a run as one line: mark, method, what sets it apart, how it stands, and the number that shows and hides it
/// (also by click). Several runs of a method are a line with an arrow that unfolds them; they stand further in.
class RunsDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit RunsDelegate(const Workspace& workspace, QObject* parent = nullptr);

    static QRect chipRect(const QRect& row);   ///< where the number stands
    static QRect arrowRect(const QRect& row);  ///< where a line of several is folded and unfolded

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;
    /// A name that cannot be keeps its editor open and is told why.
    bool eventFilter(QObject* editor, QEvent* event) override;

signals:
    void foldAsked(const QModelIndex& index);

private:
    const Workspace& m_workspace;
    mutable QPersistentModelIndex m_edited;
};

}  // namespace lacuna
