// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/view_strip.h"

#include "widgets/common/arrow_keys.h"
#include "widgets/common/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QStyledItemDelegate>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int smallestCell = 40;

class StripDelegate : public QStyledItemDelegate {
public:
    StripDelegate(Thumbnails& thumbnails, const StripModel& model, ViewStrip* strip)
        : QStyledItemDelegate(strip), m_thumbnails(thumbnails), m_model(model), m_strip(*strip) {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {m_strip.cell(), m_strip.cell()};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& theme = Theme::instance().palette();
        const auto& of = m_model.picture(index.row());
        const QRectF place = QRectF(option.rect).adjusted(2, 2, -3, -3);
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        QPainterPath corners;
        corners.addRoundedRect(place, 3, 3);
        const auto picture =
            m_thumbnails.picture(of.path, qCeil(place.width() * painter->device()->devicePixelRatioF()));
        painter->fillPath(corners, theme.chip);
        if (picture.state == Thumbnails::State::Ready) {
            painter->save();
            painter->setClipPath(corners);
            painter->drawPixmap(place.toRect(), picture.pixmap);
            painter->restore();
        } else if (picture.state == Thumbnails::State::Missing) {
            painter->setPen(theme.soft);
            painter->setFont(titleFont());
            painter->drawText(place, Qt::AlignCenter, QStringLiteral("?"));
        }
        if (of.asked) {
            painter->setPen(QPen(theme.panel, 1.4));
            painter->setBrush(theme.accent);
            painter->drawEllipse(QPointF(place.right() - 4, place.bottom() - 4), 4.2, 4.2);
        }
        if (option.state & QStyle::State_Selected) {
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(theme.accent, 2));
            painter->drawRoundedRect(place.adjusted(-1, -1, 1, 1), 4, 4);
        }
        painter->restore();
    }

private:
    Thumbnails& m_thumbnails;
    const StripModel& m_model;
    const ViewStrip& m_strip;
};

}  // namespace

void StripModel::setPictures(std::vector<StripPicture> pictures) {
    if (pictures == m_pictures)
        return;
    if (pictures.size() == m_pictures.size() && !pictures.empty()) {
        m_pictures = std::move(pictures);
        emit dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    m_pictures = std::move(pictures);
    endResetModel();
}

int StripModel::rowOf(int view, const QString& path) const {
    const auto found = std::find_if(m_pictures.begin(), m_pictures.end(), [&](const auto& picture) {
        return picture.view == view && (view >= 0 || picture.path == path);
    });
    return found == m_pictures.end() ? -1 : static_cast<int>(found - m_pictures.begin());
}

int StripModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_pictures.size());
}

QVariant StripModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& of = picture(index.row());
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole)
        return of.asked ? tr("%1, asked the chosen question").arg(of.description) : of.description;
    return {};
}

ViewStrip::ViewStrip(Thumbnails& thumbnails, QWidget* parent) : QListView(parent), m_strip(new StripModel(this)) {
    setModel(m_strip);
    setItemDelegate(new StripDelegate(thumbnails, *m_strip, this));
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setAccessibleName(tr("Pictures of the entity"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&thumbnails, &Thumbnails::ready, viewport(), qOverload<>(&QWidget::update));
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (current.isValid() && !m_choosing)
            emit picked(m_strip->picture(current.row()).view, m_strip->picture(current.row()).path);
    });
    connect(this, &QListView::clicked, this, [this](const QModelIndex& index) {
        emit picked(m_strip->picture(index.row()).view, m_strip->picture(index.row()).path);
    });
}

void ViewStrip::setPictures(std::vector<StripPicture> pictures) {
    m_choosing = true;
    m_strip->setPictures(std::move(pictures));
    m_choosing = false;
    fit();
}

void ViewStrip::choose(int view, const QString& path) {
    m_choosing = true;
    const int row = m_strip->rowOf(view, path);
    if (row < 0)
        selectionModel()->clear();
    else
        setCurrentIndex(m_strip->index(row));
    m_choosing = false;
}

void ViewStrip::setMostRows(int rows) {
    if (std::exchange(m_mostRows, rows) != rows)
        fit();
}

void ViewStrip::fit() {
    const int width = contentsRect().width() - 1;  // QListView breaks a row that fills its width exactly
    const int largestCell = std::max(56, width / 9);
    const int count = m_strip->rowCount();
    const auto rowsIn = [count](int room) {
        const int perRow = std::max(1, room / smallestCell);
        return (count + perRow - 1) / perRow;
    };
    const bool scrolls = rowsIn(width) > m_mostRows;
    const int room = scrolls ? width - verticalScrollBar()->sizeHint().width() : width;
    const int rows = std::clamp(rowsIn(room), 1, m_mostRows);
    const int perRow = scrolls ? room / smallestCell : std::max((count + rows - 1) / rows, room / largestCell);
    const int cell = std::min(largestCell, room / std::max(1, perRow));
    // "As needed" would keep the bar's room free also where there is none.
    const auto policy = scrolls ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff;
    if (m_cell != cell || verticalScrollBarPolicy() != policy) {
        m_cell = cell;
        setVerticalScrollBarPolicy(policy);
        scheduleDelayedItemsLayout();
    }
    setFixedHeight(rows * cell + 2);
}

void ViewStrip::keyPressEvent(QKeyEvent* event) {
    pressInGrid(event, [this](QKeyEvent* key) { QListView::keyPressEvent(key); });
}

void ViewStrip::resizeEvent(QResizeEvent* event) {
    QListView::resizeEvent(event);
    fit();
}

}  // namespace lacuna
