// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/entity_drag.h"
#include "widgets/common/workspace.h"

#include <QAbstractListModel>

#include <utility>
#include <vector>

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
        VerdictRole,            ///< Verdict as int: what most answers about it show; −1 where nothing was asked
        KnownShareRole,         ///< 0…1 of those answers that still know it; 1 where nothing was asked
        ImageRole,              ///< path of its first picture
        SearchRole,             ///< everything a filter may look at, lower case
    };

    explicit EntitiesModel(Workspace& workspace, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override { return {entitiesMime, "text/plain"}; }
    /// Ids, one a line, to be dropped into a request; as text their names.
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

    QModelIndex indexOf(const QString& id) const;

    /// Looks anew at the answers of the chosen run at the timeline's stage, where that is another, or has more of them.
    void follow();
    /// What a filter finds them by, with how many entities it is so: "still knows", "gibberish", "not asked".
    std::vector<std::pair<QString, int>> standings() const;

private:
    struct Row {
        const Entity* entity = nullptr;
        QString group;
        EntityFate fate = EntityFate::NeverAsked;
        QString request;
        int requestIndex = -1;
        bool forgottenNow = false;
        VerdictTally tally;  ///< of the chosen run at the timeline's stage
        QString search;      ///< without its standing
        bool stillKnown() const { return forgottenNow && tally.most() == Verdict::Knows; }
    };

    /// What the rows were last filled from.
    struct Followed {
        int run = 0;  ///< WorkspaceRun::id
        int stage = 0;
        std::size_t answers = 0;
        QStringList made;
        bool operator==(const Followed&) const = default;
    };

    void load();
    void addRow(const Entity& entity, const QString& group);
    void setFate(Row& row) const;
    QString fateText(const Row& row) const;
    QString standing(const Row& row) const;      ///< as a filter finds it
    QString standingText(const Row& row) const;  ///< in full, with the run and the stage; empty before any run

    Workspace& m_workspace;
    std::vector<Row> m_rows;
    QHash<QString, int> m_rowOf;
    std::optional<Followed> m_followed;
};

}  // namespace lacuna
