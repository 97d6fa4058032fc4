// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/key_sheet.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QAction>
#include <QPainter>

namespace lacuna {
namespace {

constexpr int lineHeight = 22;
constexpr int columnWidth = 330;
constexpr int edge = 20;

}  // namespace

QList<std::pair<QString, QString>> plainKeys() {
    return {{"1 – 9", KeySheet::tr("Show or hide a run")},
            {KeySheet::tr("hold Shift"), KeySheet::tr("Look at the original model")},
            {"← →", KeySheet::tr("Previous or next stage")},
            {"↑ ↓", KeySheet::tr("Previous or next entity")},
            {KeySheet::tr("→ ← Return"), KeySheet::tr("On a method in the list: unfold or fold its runs")},
            {KeySheet::tr("Ctrl ← → ↑ ↓"), KeySheet::tr("Move among pictures")},
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
            all << Line{action->shortcut().toString(QKeySequence::NativeText), text.remove('&').remove("…")};
        }
    return all;
}

void KeySheet::open() {
    const auto* window = parentWidget();
    const int rows = (static_cast<int>(lines().size()) + 1) / 2;
    const QSize size(std::min(2 * columnWidth + 2 * edge, window->width() - 32),
                     std::min(rows * lineHeight + 2 * edge + 34, window->height() - 40));
    setGeometry(QRect(QPoint((window->width() - size.width()) / 2, (window->height() - size.height()) / 2), size));
    QStringList spoken;
    for (const auto& line : lines())
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
        const double x = edge + static_cast<double>(column) * (width() - edge) / 2.0;
        const double y = edge + 28 + static_cast<double>(row) * lineHeight;
        painter.setFont(captionFont());
        const auto& key = all[i].key;
        const double keyWidth = std::max(22.0, QFontMetricsF(painter.font()).horizontalAdvance(key) + 14);
        paintBox(painter, QRectF(x, y + 2, keyWidth, 17), theme.chip, {}, 4);
        painter.setPen(theme.ink);
        painter.drawText(QRectF(x, y + 2, keyWidth, 17), Qt::AlignCenter, key);
        painter.setFont(bodyFont());
        painter.drawText(QRectF(x + 100, y, (width() - edge) / 2.0 - 104, lineHeight - 1), Qt::AlignVCenter,
                         all[i].what);
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
