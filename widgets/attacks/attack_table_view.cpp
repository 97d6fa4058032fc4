// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attacks/attack_table_view.h"

#include "widgets/attacks/attack_model.h"
#include "widgets/common/run_look.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int lineHeight = 40, headHeight = 36, sidePad = 5, barHeight = 7;
constexpr double strong = 0.5;  ///< from here on a share is bold

class AttackDelegate : public QStyledItemDelegate {
public:
    AttackDelegate(const AttackModel& model, QObject* parent) : QStyledItemDelegate(parent), m_model(model) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& theme = Theme::instance().palette();
        painter->save();
        paintRunCell(*painter, option.rect, m_model.runOf(index.row()) == m_model.workspace().chosenRun());
        painter->setRenderHint(QPainter::Antialiasing);
        if (index.column() == 0)
            paintRunName(*painter, option.rect, lookOf(index), index.data().toString());
        else
            paintShare(*painter, option, index);
        if (option.state & QStyle::State_HasFocus) {
            painter->setRenderHint(QPainter::Antialiasing, false);
            painter->setPen(QPen(theme.accent, 1));
            painter->setBrush(Qt::NoBrush);
            painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
        }
        painter->restore();
    }

private:
    RunLook lookOf(const QModelIndex& index) const { return runLook(m_model.workspace(), m_model.runOf(index.row())); }

    void paintShare(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
        const auto& theme = Theme::instance().palette();
        const QRectF inside = QRectF(option.rect).adjusted(sidePad, 4, -sidePad, -5);
        const auto state = m_model.state(index);
        const auto* recovered = state == AttackState::Recovered ? m_model.recovered(index) : nullptr;
        auto font = recovered ? bodyFont() : captionFont();
        if (recovered && recovered->share >= strong)
            font.setWeight(QFont::Bold);
        painter.setFont(font);
        painter.setPen(recovered ? theme.ink : theme.soft);
        drawTabular(painter, inside.adjusted(0, 0, 0, -barHeight - 2), Qt::AlignLeft | Qt::AlignVCenter,
                    index.data().toString());
        const QRectF ground(inside.left(), inside.bottom() - barHeight, inside.width(), barHeight);
        painter.setPen(Qt::NoPen);
        if (!recovered) {  // no bar: nothing is known of it, and that is not 0
            painter.setBrush(QBrush(theme.chip, state == AttackState::Refused ? Qt::SolidPattern : Qt::BDiagPattern));
            if (state != AttackState::Refused)
                painter.drawRect(ground);
            return;
        }
        painter.setBrush(theme.chip);
        painter.drawRoundedRect(ground, 2, 2);
        const auto at = [&](double share) { return ground.left() + ground.width() * std::clamp(share, 0.0, 1.0); };
        painter.setBrush(lookOf(index).colour);
        if (recovered->share > 0)
            painter.drawRoundedRect(QRectF(ground.topLeft(), QPointF(at(recovered->share), ground.bottom())), 2, 2);
        if (!recovered->interval)
            return;
        const double low = at(recovered->interval->low), high = std::max(low + 1, at(recovered->interval->high));
        painter.setBrush(theme.panel);  // a halo, so that the line is seen on any colour
        painter.drawRect(
            QRectF(QPointF(low - 1, ground.center().y() - 1.5), QPointF(high + 1, ground.center().y() + 1.5)));
        painter.setBrush(theme.ink);
        painter.drawRect(QRectF(QPointF(low, ground.center().y() - 0.75), QPointF(high, ground.center().y() + 0.75)));
    }

    const AttackModel& m_model;
};

class AttackHeader : public QHeaderView {
public:
    explicit AttackHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
        setSectionResizeMode(QHeaderView::Fixed);
        setFixedHeight(headHeight);
    }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override {
        const auto& theme = Theme::instance().palette();
        painter->save();
        painter->fillRect(rect, theme.panel);
        painter->setPen(theme.line);
        painter->drawLine(rect.bottomLeft(), rect.bottomRight());
        painter->setFont(captionFont());
        painter->setPen(theme.soft);
        const auto place = rect.adjusted(sidePad, 2, -2, -5);
        auto words = model()->headerData(section, orientation()).toString().split(' ');
        for (auto& word : words)  // a long one shows its dots
            word = painter->fontMetrics().elidedText(word, Qt::ElideRight, place.width());
        painter->drawText(place, Qt::AlignBottom | Qt::AlignLeft | Qt::TextWordWrap, words.join(' '));
        painter->restore();
    }
};

}  // namespace

AttackTableView::AttackTableView(AttackModel& model, QWidget* parent)
    : RunTableView(model, lineHeight, parent), m_model(model) {
    setItemDelegate(new AttackDelegate(model, this));
    setHorizontalHeader(new AttackHeader(this));
    setSelectionMode(QAbstractItemView::NoSelection);
    setAccessibleName(tr("Share of the lost answers that each attack wins back, by run"));
    connect(this, &QAbstractItemView::doubleClicked, this, &AttackTableView::want);
}

int AttackTableView::runOf(int row) const {
    return m_model.runOf(row);
}

void AttackTableView::want(const QModelIndex& index) {
    if (index.isValid() && index.column() > 0 && m_model.state(index) == AttackState::NotMounted)
        emit attackWanted(m_model.runOf(index.row()), m_model.attackOf(index.column()));
}

void AttackTableView::layOut() {
    fitColumns({.name = 76, .nameRoom = 28, .nameMost = 150, .narrowest = 62});
    fitHeight(headHeight);
}

void AttackTableView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        want(currentIndex());
        return;
    }
    RunTableView::keyPressEvent(event);
}

}  // namespace lacuna
