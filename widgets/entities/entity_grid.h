// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QListView>

namespace lacuna {

/// A grid of square cells under headings, one heading per stretch of rows with the same class. A QListView, so that
/// selection, keyboard and screen readers work as in any list; its layout is arithmetic, so thousands of cells cost
/// nothing until they are painted.
class EntityGrid : public QListView {
    Q_OBJECT
public:
    explicit EntityGrid(QWidget* parent = nullptr);

    int columns() const { return m_columns; }
    int headings() const { return static_cast<int>(m_sections.size()); }

    QRect visualRect(const QModelIndex& index) const override;
    QModelIndex indexAt(const QPoint& point) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    void doItemsLayout() override;
    void setModel(QAbstractItemModel* model) override;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    int horizontalOffset() const override { return 0; }
    int verticalOffset() const override;
    bool isIndexHidden(const QModelIndex&) const override { return false; }
    void setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags flags) override;
    QRegion visualRegionForSelection(const QItemSelection& selection) const override;
    void updateGeometries() override;
    void scrollContentsBy(int dx, int dy) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Section {
        QString title;
        int first = 0, count = 0;
        int top = 0;  ///< of the heading, in contents coordinates
    };

    const Section& sectionOf(int row) const;
    QRect cellRect(int row) const;  ///< in contents coordinates
    int rowBelow(int row, int lines) const;
    void paintHeading(QPainter& painter, const Section& section) const;

    std::vector<Section> m_sections;
    int m_columns = 1;
    int m_cell = 36;
    int m_height = 0;
};

}  // namespace lacuna
