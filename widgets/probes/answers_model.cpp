// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/answers_model.h"

#include "core/catalog/metrics.h"
#include "widgets/common/theme.h"

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

bool answered(const SheetRow& row) {
    return row.state == SheetRow::State::Answered;
}

}  // namespace

QString ribbonText(const RibbonCell& cell) {
    switch (cell.state) {
        case RibbonCell::State::Empty:
            return QObject::tr("not measured yet");
        case RibbonCell::State::Ended:
            return QObject::tr("not measured, the run ended before");
        case RibbonCell::State::Unjudged:
            return QObject::tr("answered, without a verdict");
        case RibbonCell::State::Judged:
            return verdictName(cell.verdict);
    }
    return {};
}

void AnswersModel::setSheet(AnswerSheet sheet) {
    const bool sameShape =
        sheet.rows.size() == m_sheet.rows.size() && sheet.stageLabels.size() == m_sheet.stageLabels.size();
    if (sameShape && !sheet.rows.empty()) {
        m_sheet = std::move(sheet);
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
        return;
    }
    beginResetModel();
    m_sheet = std::move(sheet);
    endResetModel();
}

int AnswersModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_sheet.rows.size());
}

int AnswersModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : FirstStageColumn + static_cast<int>(m_sheet.stageLabels.size());
}

QString AnswersModel::stageText(const SheetRow& row, int stage) const {
    return ribbonText(row.ribbon[static_cast<std::size_t>(stage)]);
}

QString AnswersModel::answerToolTip(const SheetRow& row) const {
    if (!answered(row))
        return row.note.toHtmlEscaped();
    auto tip = "<p>" + text(row.answer.answer).toHtmlEscaped() + "</p>";
    if (row.judged) {
        const auto& verdict = verdictRow(*row.answer.verdict);
        tip += "<p><b>" + verdictSign(verdict.verdict) + ' ' + verdictName(verdict.verdict) + "</b>: " +
               QString::fromUtf8(verdict.help.data(), static_cast<qsizetype>(verdict.help.size())).toHtmlEscaped() +
               "</p>";
    }
    if (!row.answer.tokens.empty())
        tip += "<p>" + tr("Bars: one per token, as strong as the model was sure of it.") + "</p>";
    return tip;
}

QVariant AnswersModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& of = row(index.row());
    const int stage = stageOf(index.column());
    const auto answer = answered(of) ? text(of.answer.answer) : of.note;
    switch (role) {
        case Qt::DisplayRole:
            if (index.column() == NameColumn)
                return of.name;
            if (index.column() == AnswerColumn)
                return answer;
            if (index.column() == ProbabilityColumn)
                return answered(of) && !of.answer.truth.empty() ? QString::number(of.answer.probability, 'f', 2)
                                                                : QString();
            return of.ribbon[static_cast<std::size_t>(stage)].state == RibbonCell::State::Judged
                       ? verdictSign(of.ribbon[static_cast<std::size_t>(stage)].verdict)
                       : QString();
        case Qt::ToolTipRole:
            if (index.column() == NameColumn)
                return of.run < 0 ? tr("The original model, before any request") : of.name;
            if (index.column() == AnswerColumn)
                return answerToolTip(of);
            if (stage >= 0)
                return QString("%1: %2").arg(m_sheet.stageLabels[stage], stageText(of, stage));
            return headerData(index.column(), Qt::Horizontal, role);
        case Qt::AccessibleTextRole:
            if (index.column() == AnswerColumn && of.judged)
                return tr("%1 answers: %2. Verdict: %3").arg(of.name, answer, verdictName(*of.answer.verdict));
            if (stage >= 0)
                return QString("%1, %2: %3").arg(of.name, m_sheet.stageLabels[stage], stageText(of, stage));
            if (index.column() == ProbabilityColumn)
                return of.run < 0 || answered(of) ? tr("%1, probability of the truth: %2")
                                                        .arg(of.name, data(index, Qt::DisplayRole).toString())
                                                  : QString();
            return data(index, Qt::DisplayRole);
        default:
            return {};
    }
}

QVariant AnswersModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const int stage = stageOf(section);
    if (role == Qt::DisplayRole) {
        if (section == NameColumn)
            return QString();
        if (section == AnswerColumn) {
            if (m_sheet.stage == 0)
                return tr("answer of the original");
            const auto label = m_sheet.stageLabels.value(m_sheet.stage);
            return label.toInt() > 0 ? tr("answer at stage %1").arg(label) : tr("answer after %1").arg(label);
        }
        return section == ProbabilityColumn ? tr("p(truth)") : m_sheet.stageLabels[stage];
    }
    if (role == Qt::AccessibleTextRole && section == ProbabilityColumn)
        return tr("probability of the truth");
    if (role == Qt::ToolTipRole) {
        if (section == AnswerColumn)
            return tr(
                "Blue words stand in the truth, red ones do not; words that every such answer shares are not "
                "marked.");
        if (section == ProbabilityColumn) {
            const auto& metric = metricRow("probability");
            return tr("<p><b>p(truth): %1</b><br>%2<br><i>%3</i></p><p>Here of this one question; 1 = certain.</p>")
                .arg(text(metric.name).toHtmlEscaped(), text(metric.help).toHtmlEscaped(),
                     text(metric.formula).toHtmlEscaped());
        }
        if (stage >= 0)
            return tr("Click: go to this stage");
    }
    return {};
}

}  // namespace lacuna
