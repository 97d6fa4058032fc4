// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/agreement_grid.h"

#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/compare/compare_model.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

constexpr double lineHeight = 24, headHeight = 22, widest = 76, namePad = 12;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

QString correlationText(const std::optional<double>& value) {
    static const CompareColumn share{.full = 1};
    return compareNumber(value, share);
}

/// The stronger the fuller; against each other in another hue.
QColor ground(double value) {
    auto colour = value < 0 ? verdictColour(Verdict::Wrong) : Theme::instance().palette().accent;
    constexpr double fullest = 0.45;  // so that numbers can be read on it in both themes
    colour.setAlphaF(static_cast<float>(fullest * std::min(1.0, std::abs(value))));
    return colour;
}

}  // namespace

AgreementGrid::AgreementGrid(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void AgreementGrid::setAgreement(const Agreement& agreement) {
    m_agreement = agreement;
    m_gold = std::any_of(agreement.columns.begin(), agreement.columns.end(),
                         [](const auto& measured) { return measured.rhoGold; });
    setAccessibleDescription(text(agreementText(agreement, false)));
    updateGeometry();
    update();
}

std::size_t AgreementGrid::columns() const {
    return m_agreement.columns.empty() ? 0 : m_agreement.columns.size() + (m_gold ? 2 : 1);
}

AgreementGrid::Cell AgreementGrid::cell(std::size_t line, std::size_t column) const {
    const auto& measured = m_agreement.columns[line];
    if (column < measured.tau.size())
        return {measured.tau[column], line == column};
    return {column == measured.tau.size() ? measured.meanTau : measured.rhoGold};
}

QString AgreementGrid::heading(std::size_t column) const {
    const auto measures = m_agreement.columns.size();
    return column < measures ? QString::number(column + 1) : column == measures ? tr("mean") : tr("to gold");
}

double AgreementGrid::nameWidth() const {
    const QFontMetricsF metrics(bodyFont());
    double name = 0;
    for (std::size_t line = 0; line < m_agreement.columns.size(); ++line)
        name = std::max(name, metrics.horizontalAdvance(
                                  QString("%1 · %2").arg(line + 1).arg(text(m_agreement.columns[line].column.title))));
    return std::min(name + namePad, width() * 0.4);
}

QRectF AgreementGrid::cellRect(std::size_t line, std::size_t column) const {
    const double name = nameWidth();
    const double each = std::min(widest, (width() - name) / static_cast<double>(std::max<std::size_t>(1, columns())));
    return {name + each * static_cast<double>(column), headHeight + lineHeight * static_cast<double>(line), each,
            lineHeight};
}

QSize AgreementGrid::sizeHint() const {
    const auto lines = static_cast<double>(m_agreement.columns.size());
    return {420, lines > 0 ? static_cast<int>(headHeight + lineHeight * lines) + 2 : 0};
}

void AgreementGrid::paintEvent(QPaintEvent*) {
    const auto& theme = Theme::instance().palette();
    QPainter painter(this);
    const auto fits = [&](const QString& words, const QRectF& place) {
        return tabularWidth(QFontMetricsF(painter.font()), words) <= place.width() - 4;
    };
    painter.setFont(captionFont());
    painter.setPen(theme.soft);
    for (std::size_t column = 0; column < columns(); ++column) {
        auto place = cellRect(0, column);
        place.moveTop(0);
        if (fits(heading(column), place))
            painter.drawText(place, Qt::AlignCenter, heading(column));
    }
    for (std::size_t line = 0; line < m_agreement.columns.size(); ++line) {
        painter.setFont(bodyFont());
        painter.setPen(theme.ink);
        auto place = cellRect(line, 0);
        const QRectF name(0, place.top(), place.left() - namePad / 2, lineHeight);
        const auto words = QString("%1 · %2").arg(line + 1).arg(text(m_agreement.columns[line].column.title));
        painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(name.width())));
        for (std::size_t column = 0; column < columns(); ++column) {
            place = cellRect(line, column).adjusted(1, 1, -1, -1);
            const auto shown = cell(line, column);
            if (shown.itself) {
                painter.fillRect(place, theme.chip);
                continue;
            }
            if (shown.value)
                painter.fillRect(place, ground(*shown.value));
            const auto number = correlationText(shown.value);
            painter.setPen(shown.value ? theme.ink : theme.soft);
            if (fits(number, place))
                drawTabular(painter, place, Qt::AlignCenter, number);
        }
    }
}

QString AgreementGrid::toolTipAt(const QPointF& point) const {
    for (std::size_t line = 0; line < m_agreement.columns.size(); ++line) {
        const auto& own = m_agreement.columns[line];
        if (QRectF(0, cellRect(line, 0).top(), cellRect(line, 0).left(), lineHeight).contains(point))
            return QString("%1\n%2").arg(text(own.column.title), text(own.column.help));
        for (std::size_t column = 0; column < columns(); ++column) {
            if (!cellRect(line, column).contains(point))
                continue;
            const auto shown = cell(line, column);
            if (shown.itself)
                return text(own.column.title);
            const auto number = shown.value ? correlationText(shown.value) : tr("nothing: one is alike in all runs");
            if (column < own.tau.size())
                return tr("%1 and %2\nKendall's τ over %3 runs: %4")
                    .arg(text(own.column.title), text(m_agreement.columns[column].column.title))
                    .arg(m_agreement.runs)
                    .arg(number);
            if (column == own.tau.size())
                return tr("%1\nMean of its τ with the others: %2").arg(text(own.column.title), number);
            return tr("%1 and nearness to gold\nSpearman's ρ over %2 runs: %3")
                .arg(text(own.column.title))
                .arg(m_agreement.runs)
                .arg(number);
        }
    }
    return {};
}

bool AgreementGrid::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto words = toolTipAt(help->pos()); words.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), words, this);
    return true;
}

}  // namespace lacuna
