// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/entities/entities_model.h"

#include "widgets/common/run_names.h"
#include "widgets/common/search_text.h"
#include "widgets/common/theme.h"

#include <QMimeData>

#include <algorithm>

namespace lacuna {

EntitiesModel::EntitiesModel(Workspace& workspace, QObject* parent)
    : QAbstractListModel(parent), m_workspace(workspace) {
    connect(&workspace, &Workspace::benchmarkChanged, this, &EntitiesModel::load);
    connect(&workspace, &Workspace::stageChanged, this, &EntitiesModel::follow);
    connect(&workspace, &Workspace::runsChanged, this, &EntitiesModel::follow);
    connect(&workspace, &Workspace::selectionChanged, this, &EntitiesModel::follow);
    connect(&workspace, &Workspace::referenceToggled, this, &EntitiesModel::follow);
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
    m_followed.reset();
    follow();
}

void EntitiesModel::addRow(const Entity& entity, const QString& group) {
    Row row;
    row.entity = &entity;
    row.group = group;
    setFate(row);
    row.search = searchText(
        QStringList{QString::fromStdString(entity.name), QString::fromStdString(entity.className), group}.join(' '));
    m_rowOf[QString::fromStdString(entity.id)] = static_cast<int>(m_rows.size());
    m_rows.push_back(row);
}

/// By the chosen run's requests.
void EntitiesModel::setFate(Row& row) const {
    const auto id = QString::fromStdString(row.entity->id);
    const auto forgotten = m_workspace.forgottenIn(id), retained = m_workspace.retainedIn(id);
    row.fate = !forgotten.isEmpty()  ? EntityFate::Forgotten
               : !retained.isEmpty() ? EntityFate::Retained
                                     : EntityFate::NeverAsked;
    row.request = forgotten.isEmpty() ? retained : forgotten;
    row.requestIndex = -1;
    const int chosen = m_workspace.chosenRun();
    if (chosen >= 0) {
        const auto& own = m_workspace.runs()[static_cast<std::size_t>(chosen)].history.requests;
        for (std::size_t i = 0; i < own.size(); ++i)
            if (QString::fromStdString(own[i].name) == row.request)
                row.requestIndex = static_cast<int>(i);
    }
    const auto& requests = m_workspace.benchmark()->requests;
    for (std::size_t i = 0; i < requests.size(); ++i)
        if (QString::fromStdString(requests[i].name) == row.request)
            row.requestIndex = static_cast<int>(i);
}

QString EntitiesModel::fateText(const Row& row) const {
    switch (row.fate) {
        case EntityFate::Forgotten:
            return row.forgottenNow ? tr("forgotten in request %1").arg(row.request)
                                    : tr("to be forgotten in request %1").arg(row.request);
        case EntityFate::Retained:
            return tr("retained in request %1").arg(row.request);
        case EntityFate::NeverAsked:
            return tr("never asked");
    }
    return {};
}

QString EntitiesModel::standing(const Row& row) const {
    const auto most = row.tally.most();
    return !most ? tr("not asked") : row.stillKnown() ? tr("still knows") : verdictName(*most);
}

QString EntitiesModel::standingText(const Row& row) const {
    const int chosen = m_workspace.chosenRun();
    if (chosen < 0)
        return {};
    const auto& run = m_workspace.runs()[static_cast<std::size_t>(chosen)].history;
    const int stage = m_workspace.shownStage();
    const auto where = tr("%1, %2").arg(methodTitle(run.spec), m_workspace.stageName(stage));
    if (row.tally.judged() == 0)
        return stage < run.stages ? tr("%1: not asked").arg(where) : tr("%1: not measured yet").arg(where);
    QStringList parts;
    for (const auto& verdict : verdictRows)
        if (const int count = row.tally.of(verdict.verdict); count > 0)
            parts << tr("%1 %2").arg(count).arg(verdictName(verdict.verdict));
    return tr("%1: of %2 answers %3").arg(where).arg(row.tally.judged()).arg(parts.join(tr(", ")));
}

void EntitiesModel::follow() {
    const int chosen = m_workspace.chosenRun();
    const auto* run = chosen < 0 ? nullptr : &m_workspace.runs()[static_cast<std::size_t>(chosen)];
    const int stage = m_workspace.shownStage();
    Followed followed{run ? run->id : 0, stage, run ? run->answers.size() : 0, m_workspace.requestsMade(stage)};
    if (m_followed == followed)
        return;
    const bool otherRun = !m_followed || m_followed->run != followed.run;
    m_followed = std::move(followed);
    for (auto& row : m_rows) {
        if (otherRun)
            setFate(row);
        row.forgottenNow = row.fate == EntityFate::Forgotten && m_followed->made.contains(row.request);
        row.tally = run ? run->answers.tally(row.entity->id, stage) : VerdictTally();
    }
    if (!m_rows.empty())  // also the words about them, which name run and stage
        emit dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1),
                         {FateRole, RequestRole, RequestIndexRole, ForgottenNowRole, VerdictRole, KnownShareRole,
                          SearchRole, Qt::ToolTipRole, Qt::AccessibleTextRole});
}

std::vector<std::pair<QString, int>> EntitiesModel::standings() const {
    std::vector<std::pair<QString, int>> all;
    QStringList words{tr("still knows")};
    for (const auto& verdict : verdictRows)
        words << verdictName(verdict.verdict);
    words << tr("not asked");
    for (const auto& word : words)
        if (const auto count =
                std::count_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return standing(row) == word; });
            count > 0)
            all.emplace_back(word, static_cast<int>(count));
    return all;
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
            return QStringList{QString("<b>%1</b>").arg(name.toHtmlEscaped()),
                               QString("%1 · %2").arg(row.group, fateText(row)), standingText(row)}
                .join("<br>");
        case Qt::AccessibleTextRole: {
            QStringList parts{name, row.group, fateText(row), standingText(row)};
            parts.removeAll({});
            return parts.join(", ");
        }
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
        case VerdictRole:
            return row.tally.most() ? static_cast<int>(*row.tally.most()) : -1;
        case KnownShareRole:
            return row.tally.judged() == 0 ? 1.0 : double(row.tally.of(Verdict::Knows)) / row.tally.judged();
        case ImageRole:
            return row.entity->views.empty()
                       ? QString()
                       : QString::fromStdString(m_workspace.benchmark()->imagePath(row.entity->views.front()).string());
        case SearchRole:
            return row.search + ' ' + searchText(fateText(row) + ' ' + standing(row));
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
    mime->setData(entitiesMime, ids.join('\n').toUtf8());
    mime->setText(names.join('\n'));
    return mime;
}

QModelIndex EntitiesModel::indexOf(const QString& id) const {
    const auto row = m_rowOf.constFind(id);
    return row == m_rowOf.constEnd() ? QModelIndex() : index(*row);
}

}  // namespace lacuna
