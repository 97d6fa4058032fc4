// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/key_sheet.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QAction>
#include <QPainter>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int edge = 20, between = 32;

int lineHeight() {
    return std::max(22, QFontMetrics(bodyFont()).height() + 5);
}

double keyWidth(const QString& key) {
    return std::max(22.0, QFontMetricsF(captionFont()).horizontalAdvance(key) + 14);
}

}  // namespace

QList<std::pair<QString, QString>> plainKeys() {
    return {{"1 – 9", KeySheet::tr("Show or hide a run")},
            {KeySheet::tr("hold Shift"), KeySheet::tr("Look at the original model")},
            {"← →", KeySheet::tr("Previous or next stage")},
            {"↑ ↓", KeySheet::tr("Previous or next entity")},
            {KeySheet::tr("→ ← Return"), KeySheet::tr("On a method in the list: unfold or fold its runs")},
            {KeySheet::tr("Ctrl ← → ↑ ↓"), KeySheet::tr("Move among pictures")},
            {KeySheet::tr("Home End"), KeySheet::tr("First or last picture of the list")},
            {KeySheet::tr("Ctrl+Return"), KeySheet::tr("In the form of a run: start it")},
            {KeySheet::tr("Alt ← →"), KeySheet::tr("Move a request's card")},
            {KeySheet::tr("Page ↑ ↓"), KeySheet::tr("Another run's matrix")},
            {KeySheet::tr("+ −"), KeySheet::tr("Zoom a plot; move a gate's threshold")},
            {KeySheet::tr("Ctrl drag"), KeySheet::tr("Zoom a plot to a box")},
            {KeySheet::tr("Space"), KeySheet::tr("Play the timeline")}};
}

KeySheet::KeySheet(QWidget* window, const QList<QAction*>& actions) : QFrame(window), m_actions(actions) {
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("All keys"));
    hide();
}

QList<KeySheet::Line> KeySheet::lines() const {
    QList<Line> all;
    for (const auto& [key, what] : plainKeys())
        all << Line{key, what};
    for (const auto* action : m_actions)
        if (!action->shortcut().isEmpty() && action->isVisible()) {
            auto text = action->text();
            text.remove('&').remove("…");
            all << Line{action->shortcut().toString(QKeySequence::NativeText),
                        action->shortcutContext() == Qt::WindowShortcut ? text : tr("In the list: %1").arg(text)};
        }
    return all;
}

void KeySheet::open() {
    const auto* window = parentWidget();
    const auto all = lines();
    const int rows = (static_cast<int>(all.size()) + 1) / 2;
    double keys = 0, words = 0;
    for (const auto& line : all) {
        keys = std::max(keys, keyWidth(line.key));
        words = std::max(words, QFontMetricsF(bodyFont()).horizontalAdvance(line.what));
    }
    m_keys = qCeil(keys) + 12;
    const QSize size(std::min(2 * (m_keys + qCeil(words)) + between + 2 * edge, window->width() - 32),
                     std::min(rows * lineHeight() + 2 * edge + 34, window->height() - 40));
    setGeometry(QRect(QPoint((window->width() - size.width()) / 2, (window->height() - size.height()) / 2), size));
    QStringList spoken;
    for (const auto& line : all)
        spoken << line.key + ": " + line.what;
    setAccessibleDescription(spoken.join(", "));
    show();
    raise();
    setFocus(Qt::PopupFocusReason);
}

void KeySheet::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& theme = Theme::instance().palette();
    paintBox(painter, rect(), theme.panel, mixed(theme.line, theme.ink, 0.25), 6);
    painter.setFont(titleFont());
    painter.setPen(theme.ink);
    painter.drawText(QRectF(edge, edge - 4, width() - 2 * edge, 20), Qt::AlignVCenter, tr("All keys"));
    painter.setFont(captionFont());
    painter.setPen(theme.soft);
    painter.drawText(QRectF(edge, edge - 4, width() - 2 * edge, 20), Qt::AlignVCenter | Qt::AlignRight,
                     tr("any key puts this away"));
    const auto all = lines();
    const auto rows = (all.size() + 1) / 2;
    for (qsizetype i = 0; i < all.size(); ++i) {
        const auto column = i / rows, row = i % rows;
        const double wide = (width() - 2 * edge - between) / 2.0;
        const double x = edge + static_cast<double>(column) * (wide + between);
        const double y = edge + 28 + static_cast<double>(row) * lineHeight();
        painter.setFont(captionFont());
        const QRectF chip(x, y + 2, keyWidth(all[i].key), lineHeight() - 5);
        paintBox(painter, chip, theme.chip, {}, 4);
        painter.setPen(theme.ink);
        painter.drawText(chip, Qt::AlignCenter, all[i].key);
        painter.setFont(bodyFont());
        painter.drawText(QRectF(x + m_keys, y, wide - m_keys, lineHeight() - 1), Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(all[i].what, Qt::ElideRight, qFloor(wide - m_keys)));
    }
}

void KeySheet::putAway() {
    hide();
    parentWidget()->setFocus();
}

void KeySheet::keyPressEvent(QKeyEvent*) {
    putAway();
}

void KeySheet::mousePressEvent(QMouseEvent*) {
    putAway();
}

void KeySheet::focusOutEvent(QFocusEvent*) {
    hide();
}

}  // namespace lacuna
