// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entities/entities_panel.h"

#include "widgets/common/panel_header.h"
#include "widgets/common/theme.h"
#include "widgets/common/thumbnails.h"
#include "widgets/common/view_refresh.h"
#include "widgets/entities/entities_filter.h"
#include "widgets/entities/entities_model.h"
#include "widgets/entities/entity_delegate.h"
#include "widgets/entities/entity_grid.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace lacuna {

EntitiesPanel::EntitiesPanel(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_model(new EntitiesModel(workspace, this)),
      m_filter(new EntitiesFilter(this)),
      m_header(new PanelHeader(tr("Entities"), this)),
      m_filterLine(new QLineEdit(this)),
      m_filterButton(new QPushButton(tr("All"), this)),
      m_filterMenu(new QMenu(m_filterButton)),
      m_grid(new EntityGrid(this)),
      m_empty(emptyState({}, this)),
      m_waiting(tr("No benchmark is open.")) {
    m_filter->setSourceModel(m_model);
    // Before the grid, which else would choose a neighbour for an entity that the filter takes away.
    connect(m_filter, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this] { m_filtering = true; });
    m_grid->setModel(m_filter);
    for (const auto changed : {&QAbstractItemModel::rowsRemoved, &QAbstractItemModel::rowsInserted})
        connect(m_filter, changed, this, [this] {
            m_filtering = false;
            followSelection();
        });
    m_grid->setItemDelegate(new EntityDelegate(thumbnails, m_grid));
    m_grid->setAccessibleName(tr("Entities"));
    m_filterLine->setPlaceholderText(tr("Filter by name, verdict…"));
    m_filterLine->setAccessibleName(tr("Filter entities"));
    m_filterLine->setClearButtonEnabled(true);
    m_filterLine->setTextMargins(6, 0, 4, 0);
    m_filterLine->installEventFilter(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(10, 0, 10, 6);
    line->setSpacing(4);
    line->addWidget(m_filterLine);
    line->addWidget(m_filterButton);
    m_filterButton->setMenu(m_filterMenu);
    m_filterButton->setToolTip(tr("Show those alone of whom the chosen run still knows something, leaks, …"));
    m_filterButton->setAccessibleName(tr("Filter by verdict"));
    layout->addLayout(line);
    layout->addWidget(m_grid, 1);
    layout->addWidget(m_empty, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    auto* answers = new ViewRefresh(this, [this] { m_model->follow(); });
    answers->follow(m_workspace, {Grown::Answers, Grown::Stages});
    connect(m_model, &QAbstractItemModel::dataChanged, this, &EntitiesPanel::refresh);
    connect(m_filterMenu, &QMenu::aboutToShow, this, &EntitiesPanel::fillFilterMenu);
    connect(m_filterLine, &QLineEdit::textChanged, m_filter, &EntitiesFilter::setText);
    connect(m_filterLine, &QLineEdit::textChanged, this, &EntitiesPanel::refresh);
    connect(m_empty, &QLabel::linkActivated, m_filterLine, &QLineEdit::clear);
    m_grid->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_grid, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fillMenu(*menu);
        if (!menu->isEmpty())
            menu->popup(m_grid->viewport()->mapToGlobal(at));
        else
            menu->deleteLater();
    });
    connect(m_grid->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (current.isValid() && !m_filtering)
            m_workspace.selectEntity(current.data(EntitiesModel::IdRole).toString());
    });
    connect(m_grid->selectionModel(), &QItemSelectionModel::selectionChanged, this, &EntitiesPanel::refresh);
    connect(&thumbnails, &Thumbnails::ready, m_grid->viewport(), qOverload<>(&QWidget::update));
    connect(m_model, &QAbstractItemModel::modelReset, this, &EntitiesPanel::refresh);
    connect(&m_workspace, &Workspace::selectionChanged, this, &EntitiesPanel::followSelection);
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_empty->setFont(captionFont()); });
    refresh();
}

void EntitiesPanel::fillMenu(QMenu& menu) {
    const auto entities = selectedEntities();
    if (entities.isEmpty() || !m_requests)
        return;
    const auto* first = m_workspace.entity(entities.front());
    const auto whom = entities.size() > 1 ? tr("%1 entities").arg(entities.size())
                      : first             ? QString::fromStdString(first->name)
                                          : entities.front();
    const auto names = m_requests();
    for (const bool keep : {false, true}) {
        auto* into = menu.addMenu((keep ? tr("Keep %1 in") : tr("Forget %1 in")).arg(whom));
        for (const auto& name : names)
            connect(into->addAction(tr("Request %1").arg(name)), &QAction::triggered, this,
                    [this, entities, name, keep] { emit requestAsked(entities, name, keep); });
        if (!keep)
            connect(into->addAction(tr("A new request")), &QAction::triggered, this,
                    [this, entities] { emit requestAsked(entities, {}, false); });
        into->setEnabled(!into->isEmpty());
    }
}

void EntitiesPanel::setWaitingText(const QString& text) {
    m_waiting = text;
    refresh();
}

QStringList EntitiesPanel::selectedEntities() const {
    auto indexes = m_grid->selectionModel()->selectedIndexes();
    std::sort(indexes.begin(), indexes.end());
    QStringList ids;
    for (const auto& index : indexes)
        ids << index.data(EntitiesModel::IdRole).toString();
    return ids;
}

void EntitiesPanel::select(const QStringList& entities) {
    QItemSelection chosen;
    QModelIndex first;
    for (const auto& id : entities)
        if (const auto index = m_filter->mapFromSource(m_model->indexOf(id)); index.isValid()) {
            chosen.select(index, index);
            if (!first.isValid())
                first = index;
        }
    if (!first.isValid())
        return;
    m_grid->selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
    m_grid->selectionModel()->select(chosen, QItemSelectionModel::ClearAndSelect);
}

void EntitiesPanel::focusFilter() {
    m_filterLine->setFocus(Qt::ShortcutFocusReason);
    m_filterLine->selectAll();
}

void EntitiesPanel::step(int by) {
    const int rows = m_filter->rowCount();
    if (rows == 0)
        return;
    const auto current = m_grid->currentIndex();
    const int row = current.isValid() ? std::clamp(current.row() + by, 0, rows - 1) : 0;
    m_grid->setCurrentIndex(m_filter->index(row, 0));
}

bool EntitiesPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_filterLine && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape && !m_filterLine->text().isEmpty()) {
            m_filterLine->clear();
            return true;
        }
        if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
            m_grid->setFocus(Qt::TabFocusReason);
            if (!m_grid->currentIndex().isValid())
                step(0);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void EntitiesPanel::refresh() {
    const auto* benchmark = m_workspace.benchmark();
    const int shown = m_filter->rowCount(), all = m_model->rowCount();
    const auto selected = m_grid->selectionModel()->selectedIndexes().size();
    m_grid->setVisible(shown > 0);
    m_empty->setVisible(shown == 0);
    m_filterLine->setEnabled(benchmark);
    m_filterButton->setVisible(benchmark && m_workspace.chosenRun() >= 0);
    m_empty->setText(benchmark ? tr("Nothing matches. Try a name, a class, “request B”, “retained”, “still knows”. "
                                    "<a href=\"clear\">Show all</a>")
                               : m_waiting);
    if (!benchmark) {
        m_header->setSummary({});
        return;
    }
    const auto note = benchmark->surrogate      ? tr("drawn stand-ins")
                      : benchmark->leftOut == 1 ? tr("1 photo missing")
                      : benchmark->leftOut > 1  ? tr("%1 photos missing").arg(benchmark->leftOut)
                                                : QString();
    const auto count = selected > 1                    ? tr("%1 selected").arg(selected)
                       : shown < all                   ? tr("%1 of %2").arg(shown).arg(all)
                       : benchmark->bystanders.empty() ? QString::number(all)
                                                       : (note.isEmpty() ? tr("%1 + %2 bystanders") : tr("%1 + %2"))
                                                             .arg(benchmark->entities.size())
                                                             .arg(benchmark->bystanders.size());
    m_header->setSummary(note.isEmpty() ? count : tr("%1, %2").arg(count, note));
}

void EntitiesPanel::fillFilterMenu() {
    m_filterMenu->clear();
    connect(m_filterMenu->addAction(tr("All")), &QAction::triggered, m_filterLine, &QLineEdit::clear);
    m_filterMenu->addSeparator();
    for (const auto& [standing, count] : m_model->standings())
        connect(m_filterMenu->addAction(tr("%1 · %2").arg(standing).arg(count)), &QAction::triggered, m_filterLine,
                [this, standing = standing] { m_filterLine->setText(standing); });
}

void EntitiesPanel::followSelection() {
    const auto& id = m_workspace.selection().entity;
    if (m_grid->currentIndex().data(EntitiesModel::IdRole).toString() == id)
        return;
    const auto index = m_filter->mapFromSource(m_model->indexOf(id));
    if (index.isValid())
        m_grid->setCurrentIndex(index);
    else
        m_grid->selectionModel()->clear();
}

}  // namespace lacuna
