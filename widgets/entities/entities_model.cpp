// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entities/entities_model.h"

#include "widgets/common/search_text.h"

#include <QMimeData>

#include <algorithm>

namespace lacuna {

QStringList requestsMade(const Workspace& workspace, int stage) {
    const auto shown = workspace.shownRuns();
    if (shown.empty())
        return {};
    const int selected = workspace.selection().run;
    const int run = std::find(shown.begin(), shown.end(), selected) == shown.end() ? shown.front() : selected;
    const auto& requests = workspace.runs()[static_cast<std::size_t>(run)].history.requests;
    QStringList made;
    for (std::size_t i = 0; i < requests.size() && static_cast<int>(i) < stage; ++i)
        made << QString::fromStdString(requests[i].name);
    return made;
}

EntitiesModel::EntitiesModel(Workspace& workspace, QObject* parent)
    : QAbstractListModel(parent), m_workspace(workspace) {
    connect(&workspace, &Workspace::benchmarkChanged, this, &EntitiesModel::load);
    connect(&workspace, &Workspace::stageChanged, this, &EntitiesModel::followTimeline);
    connect(&workspace, &Workspace::runsChanged, this, &EntitiesModel::followTimeline);
    connect(&workspace, &Workspace::selectionChanged, this, &EntitiesModel::followTimeline);
    connect(&workspace, &Workspace::referenceToggled, this, &EntitiesModel::followTimeline);
    load();
}

void EntitiesModel::load() {
    beginResetModel();
    m_rows.clear();
    m_rowOf.clear();
    if (const auto* benchmark = m_workspace.benchmark()) {
        std::vector<std::string> classes;
        for (const auto& entity : benchmark->entities)
            if (std::find(classes.begin(), classes.end(), entity.className) == classes.end())
                classes.push_back(entity.className);
        for (const auto& name : classes)
            for (const auto& entity : benchmark->entities)
                if (entity.className == name)
                    addRow(entity, QString::fromStdString(name));
        for (const auto& entity : benchmark->bystanders)
            addRow(entity, tr("Bystanders"));
    }
    endResetModel();
    followTimeline();
}

void EntitiesModel::addRow(const Entity& entity, const QString& group) {
    Row row;
    row.entity = &entity;
    row.group = group;
    const auto id = QString::fromStdString(entity.id);
    if (const auto forgotten = m_workspace.forgottenIn(id); !forgotten.isEmpty()) {
        row.fate = EntityFate::Forgotten;
        row.request = forgotten;
    } else if (const auto retained = m_workspace.retainedIn(id); !retained.isEmpty()) {
        row.fate = EntityFate::Retained;
        row.request = retained;
    }
    const auto& requests = m_workspace.benchmark()->requests;
    for (std::size_t i = 0; i < requests.size(); ++i)
        if (QString::fromStdString(requests[i].name) == row.request)
            row.requestIndex = static_cast<int>(i);
    row.search = searchText(
        QStringList{QString::fromStdString(entity.name), QString::fromStdString(entity.className), group, fateText(row)}
            .join(' '));
    m_rowOf[id] = static_cast<int>(m_rows.size());
    m_rows.push_back(row);
}

QString EntitiesModel::fateText(const Row& row) const {
    switch (row.fate) {
        case EntityFate::Forgotten:
            return tr("forgotten in request %1").arg(row.request);
        case EntityFate::Retained:
            return tr("retained in request %1").arg(row.request);
        case EntityFate::NeverAsked:
            return tr("never asked");
    }
    return {};
}

void EntitiesModel::followTimeline() {
    const auto made = requestsMade(m_workspace, m_workspace.shownStage());
    int first = -1, last = -1;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const bool now = m_rows[i].fate == EntityFate::Forgotten && made.contains(m_rows[i].request);
        if (std::exchange(m_rows[i].forgottenNow, now) == now)
            continue;
        first = first < 0 ? static_cast<int>(i) : first;
        last = static_cast<int>(i);
    }
    if (first >= 0)
        emit dataChanged(index(first), index(last), {ForgottenNowRole});
}

int EntitiesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant EntitiesModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto name = QString::fromStdString(row.entity->name);
    switch (role) {
        case Qt::DisplayRole:
            return name;
        case Qt::ToolTipRole:
            return QString("<b>%1</b><br>%2 · %3").arg(name.toHtmlEscaped(), row.group, fateText(row));
        case Qt::AccessibleTextRole:
            return QString("%1, %2, %3").arg(name, row.group, fateText(row));
        case IdRole:
            return QString::fromStdString(row.entity->id);
        case ClassRole:
            return row.group;
        case FateRole:
            return static_cast<int>(row.fate);
        case RequestRole:
            return row.request;
        case RequestIndexRole:
            return row.requestIndex;
        case ForgottenNowRole:
            return row.forgottenNow;
        case ImageRole:
            return row.entity->views.empty()
                       ? QString()
                       : QString::fromStdString(m_workspace.benchmark()->imagePath(row.entity->views.front()).string());
        case SearchRole:
            return row.search;
        default:
            return {};
    }
}

Qt::ItemFlags EntitiesModel::flags(const QModelIndex& index) const {
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QMimeData* EntitiesModel::mimeData(const QModelIndexList& indexes) const {
    QStringList ids, names;
    for (const auto& index : indexes) {
        ids << index.data(IdRole).toString();
        names << index.data().toString();
    }
    auto* mime = new QMimeData;
    mime->setData(mimeType, ids.join('\n').toUtf8());
    mime->setText(names.join('\n'));
    return mime;
}

QModelIndex EntitiesModel::indexOf(const QString& id) const {
    const auto row = m_rowOf.constFind(id);
    return row == m_rowOf.constEnd() ? QModelIndex() : index(*row);
}

}  // namespace lacuna
