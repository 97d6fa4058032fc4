// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attacks/attack_answers.h"

#include "core/catalog/attacks.h"
#include "widgets/common/run_names.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int lineHeight = 26, nameWidth = 148, chipWidth = 66;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

}  // namespace

AttackAnswers::AttackAnswers(const AttackModel& model, const AttackResults& results, QWidget* parent)
    : QWidget(parent), m_model(model), m_results(results) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void AttackAnswers::refresh() {
    m_lines.clear();
    const auto& workspace = m_model.workspace();
    const auto& selection = workspace.selection();
    const int run = workspace.chosenRun();
    const auto* entity = workspace.entity(selection.entity);
    m_title = tr("Choose a forgotten entity to read its answer under each attack");
    const auto id = selection.entity.toStdString();
    QString question;
    if (run >= 0 && entity) {
        const auto kept = m_results.of(workspace.runs()[static_cast<std::size_t>(run)].history.source);
        const auto& log = *kept;
        const auto add = [&](const AttackEntry* entry, const QString& name, const AttackVariantFigure* way) {
            if (!entry)
                return;
            for (const auto* answer : log.answersOf(*entry)) {
                if (answer->entity != id ||
                    (way && (answer->variant != way->variant || answer->amount != way->amount)) ||
                    (!selection.questionKind.isEmpty() && text(answer->kind) != selection.questionKind))
                    continue;
                if (question.isEmpty())
                    question = text(answer->question);
                m_lines.push_back(
                    {name, way ? text(variantText(*way)) : QString(), text(answer->answer), answer->verdict});
                return;  // the first of them
            }
        };
        add(log.find(originalModel, m_model.stage()), tr("original model"), nullptr);
        add(log.find(unattacked, m_model.stage()), tr("no attack"), nullptr);
        if (const int row = m_model.rowOfRun(run); row >= 0)
            for (const auto& figure : m_model.attacked(row).figures)
                add(figure.entry, text(attackRow(figure.entry->attack).name), figure.best());
        const auto name = runName(workspace, run);
        m_title = m_lines.empty()
                      ? tr("%1: no attack on %2, %3, asks about it")
                            .arg(text(entity->name), name, workspace.stageName(m_model.stage()))
                      : tr("%1, asked “%2”, by %3 under each attack").arg(text(entity->name), question, name);
    }
    setAccessibleName(m_title);
    updateGeometry();
    update();
}

QSize AttackAnswers::sizeHint() const {
    return {320, static_cast<int>(m_lines.size()) * lineHeight + 1};
}

void AttackAnswers::paintEvent(QPaintEvent*) {
    const auto& theme = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const auto& line = m_lines[i];
        const QRectF place(0, static_cast<double>(i) * lineHeight, width(), lineHeight);
        painter.setPen(theme.line);
        painter.drawLine(place.bottomLeft(), place.bottomRight());
        painter.setFont(captionFont());
        painter.setPen(theme.soft);
        const auto name = line.way.isEmpty() ? line.attack : tr("%1: %2").arg(line.attack, line.way);
        painter.drawText(place.adjusted(0, 0, nameWidth - width(), 0), Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(name, Qt::ElideRight, nameWidth - 8));
        painter.setFont(bodyFont());
        painter.setPen(theme.ink);
        const auto words = place.adjusted(nameWidth, 0, -chipWidth - 10, 0);
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(line.answer.isEmpty() ? tr("(no answer)") : line.answer,
                                                          Qt::ElideRight, static_cast<int>(words.width())));
        const QRectF chip(width() - chipWidth, place.top() + 4, chipWidth, lineHeight - 8);
        const auto colour = line.verdict ? verdictColour(*line.verdict) : theme.soft;
        paintBox(painter, chip, mixed(theme.panel, colour, 0.25), colour, 3);
        painter.setFont(captionFont());
        painter.setPen(readable(colour));
        painter.drawText(chip, Qt::AlignCenter, line.verdict ? verdictName(*line.verdict) : tr("not judged"));
    }
}

bool AttackAnswers::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto at = static_cast<std::size_t>(std::max(0, help->pos().y() / lineHeight));
    if (at < m_lines.size())
        QToolTip::showText(help->globalPos(), m_lines[at].answer, this);
    else
        QToolTip::hideText();
    return true;
}

}  // namespace lacuna
