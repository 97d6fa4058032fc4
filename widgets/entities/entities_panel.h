// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;

namespace lacuna {

class EntitiesFilter;
class EntitiesModel;
class EntityGrid;
class PanelHeader;
class Thumbnails;

/// All entities of the benchmark as pictures, with a line to filter them.
class EntitiesPanel : public QWidget {
    Q_OBJECT
public:
    EntitiesPanel(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);

    EntityGrid* grid() const { return m_grid; }
    QLineEdit* filterLine() const { return m_filterLine; }
    QPushButton* filterButton() const { return m_filterButton; }
    EntitiesModel& model() { return *m_model; }
    QStringList selectedEntities() const;      ///< ids, in the order of the grid
    void select(const QStringList& entities);  ///< those of them that the filter leaves
    void focusFilter();
    void step(int by);  ///< chooses the next or previous entity of those the filter leaves
    /// What to say while there is no benchmark, e.g. "Drawing the pictures: 40 %".
    void setWaitingText(const QString& text);
    /// Names of the requests that entities can be put into, asked for when the menu opens; without it there is no menu.
    void setRequests(std::function<QStringList()> names) { m_requests = std::move(names); }
    void fillMenu(QMenu& menu);  ///< what can be done with the selected entities

signals:
    /// They are to be forgotten, or kept, in that request; empty = a new one.
    void requestAsked(const QStringList& entities, const QString& request, bool keep);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    void fillFilterMenu();
    void followSelection();

    Workspace& m_workspace;
    EntitiesModel* m_model;
    EntitiesFilter* m_filter;
    PanelHeader* m_header;
    QLineEdit* m_filterLine;
    QPushButton* m_filterButton;
    QMenu* m_filterMenu;
    EntityGrid* m_grid;
    QLabel* m_empty;
    QString m_waiting;
    std::function<QStringList()> m_requests;
    bool m_filtering = false;  ///< what goes is filtered out: that chooses nobody else
};

}  // namespace lacuna
