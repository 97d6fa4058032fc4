// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attacks/attack_model.h"

#include "core/catalog/attacks.h"
#include "widgets/common/run_names.h"

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

}  // namespace

AttackModel::AttackModel(const Workspace& workspace, const AttackResults& results, QObject* parent)
    : QAbstractTableModel(parent), m_workspace(workspace), m_results(results) {}

int AttackModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AttackModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 1 + static_cast<int>(attackRows().size());
}

void AttackModel::refresh() {
    const auto names = runNames(m_workspace);
    std::vector<Row> rows;
    m_stage = m_workspace.shownStage();
    for (const int run : m_workspace.shownRuns()) {
        const auto& history = m_workspace.runs()[static_cast<std::size_t>(run)].history;
        Row row{run,
                names[static_cast<std::size_t>(run)].whole(),
                history.source,
                history.published.empty() ? history.stages : 0,
                m_results.of(history.source),
                {}};
        // What is known of the same log is not counted anew: a click elsewhere asks for this too.
        const auto known = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& one) {
            return one.log == row.log && one.attacked.stage == m_stage;
        });
        if (known != m_rows.end() && !row.log->empty())
            row.attacked = known->attacked;
        else
            row.attacked = attackedRun(history, *row.log, m_stage);
        row.attacked.run = nullptr;
        row.attacked.utilityLost = utilityLost(history, m_stage);
        rows.push_back(std::move(row));
    }
    const bool same = rows.size() == m_rows.size();
    if (!same)
        beginResetModel();
    m_rows = std::move(rows);
    if (!same)
        endResetModel();
    else if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int AttackModel::runOf(int row) const {
    return row < 0 || row >= rowCount() ? -1 : m_rows[static_cast<std::size_t>(row)].run;
}

int AttackModel::rowOfRun(int run) const {
    for (int row = 0; row < rowCount(); ++row)
        if (runOf(row) == run)
            return row;
    return -1;
}

std::string AttackModel::attackOf(int column) const {
    return column < 1 || column >= columnCount() ? std::string()
                                                 : attackRows()[static_cast<std::size_t>(column) - 1].id;
}

AttackState AttackModel::state(const QModelIndex& index) const {
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto id = attackOf(index.column());
    const auto* figure = row.attacked.figure(id);
    if (m_results.waits(row.source, m_stage, id))
        return AttackState::Waiting;
    if (!figure)
        return AttackState::NotMounted;
    if (!figure->entry->refused.empty())
        return AttackState::Refused;
    return figure->best() ? AttackState::Recovered : AttackState::NothingLost;
}

const RecoveredShare* AttackModel::recovered(const QModelIndex& index) const {
    const auto* figure = m_rows[static_cast<std::size_t>(index.row())].attacked.figure(attackOf(index.column()));
    return figure && figure->best() ? &*figure->best()->recovered : nullptr;
}

QVariant AttackModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    if (role == Qt::ToolTipRole || (role == Qt::AccessibleDescriptionRole && index.column() > 0))
        return toolTip(index);
    if (role != Qt::DisplayRole)
        return {};
    if (index.column() == 0)
        return m_rows[static_cast<std::size_t>(index.row())].name;
    switch (state(index)) {
        case AttackState::NotMounted:
            return tr("not run");
        case AttackState::Waiting:
            return tr("…");
        case AttackState::Refused:
            return tr("n/a");
        case AttackState::NothingLost:
            return tr("nothing lost");
        case AttackState::Recovered:
            break;
    }
    const double share = 100 * recovered(index)->share;
    return tr("%1 %").arg(std::abs(share) < 0.5 ? 0.0 : share, 0, 'f', 0);
}

QString AttackModel::toolTip(const QModelIndex& index) const {
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    if (index.column() == 0)
        return row.attacked.utilityLost ? tr("%1\nUtility lost by the unlearning itself: %2 %")
                                              .arg(row.name)
                                              .arg(100 * *row.attacked.utilityLost, 0, 'f', 0)
                                        : row.name;
    const auto& attack = attackRow(attackOf(index.column()));
    auto words = tr("%1 on %2, %3").arg(text(attack.name), row.name, m_workspace.stageName(m_stage));
    const auto* figure = row.attacked.figure(attack.id);
    switch (state(index)) {
        case AttackState::NotMounted:
            return words + tr("\nNot run yet. Enter or a double click runs it.");
        case AttackState::Waiting:
            return words + tr("\nAsked for; it has not come to its end.");
        case AttackState::Refused:
            return words + '\n' + text(figure->entry->refused);
        case AttackState::NothingLost:
            return words + tr("\nThe stage answers all that the original model answers: nothing could come back.");
        case AttackState::Recovered:
            break;
    }
    const auto& share = *recovered(index);
    words += tr("\n%1 of what was lost comes back, 95 % interval by entities\nknown: %2 before, %3 after, %4 by the "
                "original model\nN %5 answers about %6 entities")
                 .arg(text(recoveredText(share)))
                 .arg(share.before, 0, 'f', 2)
                 .arg(share.after, 0, 'f', 2)
                 .arg(share.original, 0, 'f', 2)
                 .arg(share.questions)
                 .arg(share.entities);
    if (figure->variants.size() > 1) {
        words += tr("\nthe strongest of:");
        for (const auto& variant : figure->variants)
            words += QString("\n  %1: %2").arg(text(variantText(variant)), text(recoveredText(variant.recovered)));
    }
    words += tr("\nprice: %1 samples, %2 steps, %3 s")
                 .arg(figure->entry->samples)
                 .arg(figure->entry->steps)
                 .arg(figure->entry->seconds, 0, 'f', 1);
    if (!figure->entry->note.empty())
        words += '\n' + text(figure->entry->note);
    return words;
}

QVariant AttackModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (section == 0)
        return role == Qt::DisplayRole ? QVariant(QString()) : QVariant();
    const auto& attack = attackRows()[static_cast<std::size_t>(section) - 1];
    if (role == Qt::DisplayRole)
        return text(attack.name);
    if (role == Qt::ToolTipRole)
        return tr("%1\nThe attacker needs: %2").arg(text(attack.summary), text(attack.assumes));
    return {};
}

bool AttackModel::measured(int row) const {
    return m_stage > 0 && m_stage < m_rows.at(static_cast<std::size_t>(row)).stages;
}

std::vector<WantedAttacks> AttackModel::missing(const std::vector<int>& rows) const {
    std::vector<WantedAttacks> all;
    for (int row = 0; row < rowCount(); ++row) {
        const auto& run = m_rows[static_cast<std::size_t>(row)];
        if (!measured(row) || (!rows.empty() && std::find(rows.begin(), rows.end(), row) == rows.end()))
            continue;
        WantedAttacks wanted{run.source, m_stage, {}};
        for (int column = 1; column < columnCount(); ++column)
            if (state(index(row, column)) == AttackState::NotMounted)
                wanted.attacks.push_back(attackOf(column));
        if (!wanted.attacks.empty())
            all.push_back(std::move(wanted));
    }
    return all;
}

/// Of the same attack on any open run, on this one if it was mounted at another stage; else by what asking took and
/// how many askings the catalog says it is worth.
std::optional<double> AttackModel::secondsOf(const std::filesystem::path& run, const std::string& attack) const {
    double sum = 0;
    int count = 0;
    const auto look = [&](const AttackLog& log) {
        for (const auto& entry : log.entries)
            if (entry.attack == attack && entry.refused.empty()) {
                sum += entry.seconds;
                ++count;
            }
    };
    look(*m_results.of(run));
    if (count == 0)
        for (const auto& [other, log] : m_results.all())
            look(*log);
    if (count > 0)
        return sum / count;
    if (const auto* asked = m_results.of(run)->find(unattacked, m_stage))
        return asked->seconds * attackRow(attack).cost;
    for (const auto& [other, log] : m_results.all())
        for (const auto& entry : log->entries)
            if (entry.attack == unattacked)
                return entry.seconds * attackRow(attack).cost;
    return std::nullopt;
}

std::vector<AttackedRun> AttackModel::exported() const {
    std::vector<AttackedRun> all;
    for (const auto& row : m_rows) {
        all.push_back(row.attacked);
        all.back().run = &m_workspace.runs().at(static_cast<std::size_t>(row.run)).history;
    }
    return all;
}

std::optional<double> AttackModel::secondsFor(const std::vector<WantedAttacks>& wanted) const {
    double all = 0;
    for (const auto& one : wanted)
        for (const auto& attack : one.attacks) {
            const auto seconds = secondsOf(one.run, attack);
            if (!seconds)
                return std::nullopt;
            all += *seconds;
        }
    return all;
}

}  // namespace lacuna
