// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QAbstractListModel>

namespace lacuna {

/// What the benchmark has in store for an entity.
enum class EntityFate { Forgotten, Retained, NeverAsked };

/// All entities, class by class in the benchmark's order, then its bystanders as a class of their own.
class EntitiesModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        IdRole = Qt::UserRole,  ///< Entity::id
        ClassRole,              ///< heading it stands under
        FateRole,               ///< EntityFate as int
        RequestRole,            ///< name of the request that forgets or retains it; may be empty
        RequestIndexRole,       ///< its place in the benchmark, −1 = none
        ForgottenNowRole,       ///< bool: the request that forgets it has been made at the timeline's stage
        ImageRole,              ///< path of its first picture
        SearchRole,             ///< everything a filter may look at, lower case
    };
    static constexpr const char* mimeType = "application/x-lacuna-entities";

    explicit EntitiesModel(Workspace& workspace, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override { return {mimeType, "text/plain"}; }
    /// Ids, one a line, to be dropped into a request; as text their names.
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

    QModelIndex indexOf(const QString& id) const;

private:
    struct Row {
        const Entity* entity = nullptr;
        QString group;
        EntityFate fate = EntityFate::NeverAsked;
        QString request;
        int requestIndex = -1;
        bool forgottenNow = false;
        QString search;
    };

    void load();
    void addRow(const Entity& entity, const QString& group);
    void followTimeline();
    QString fateText(const Row& row) const;

    Workspace& m_workspace;
    std::vector<Row> m_rows;
    QHash<QString, int> m_rowOf;
};

/// The requests that have been made at stage `stage` of the run the reader looks at (the selected one if it is shown,
/// else the first shown): the first `stage` of its order.
QStringList requestsMade(const Workspace& workspace, int stage);

}  // namespace lacuna
