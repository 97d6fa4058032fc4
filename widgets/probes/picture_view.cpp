// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/picture_view.h"

#include "widgets/common/drawn_pictures.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QFileInfo>
#include <QImageReader>
#include <QPainter>
#include <QPainterPath>
#include <QTimer>

namespace lacuna {
namespace {

constexpr int largestEdge = 2048;  // more than the place ever has: a photo of 50 megapixels is read smaller

QImage readWhole(const QString& path) {
    QImageReader reader(path);
    reader.setAutoTransform(true);
    const auto size = reader.size();
    if (size.isValid() && std::max(size.width(), size.height()) > largestEdge)
        reader.setScaledSize(size.scaled(largestEdge, largestEdge, Qt::KeepAspectRatio));
    return reader.read();
}

}  // namespace

PictureView::PictureView(QWidget* parent) : QWidget(parent) {
    m_pool.setMaxThreadCount(1);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

PictureView::~PictureView() {
    m_pool.clear();
    m_pool.waitForDone();
}

void PictureView::setPicture(const QString& path, const QString& description) {
    setAccessibleName(description);
    if (path == m_path)
        return;
    m_path = path;
    // The picture before stays until the new one is there: no flash while stepping from one to the next.
    m_state = path.isEmpty() ? State::Empty : State::Loading;
    m_pool.clear();
    if (path.isEmpty()) {
        m_image = {};
        m_scaled = {};
        update();
        return;
    }
    load(path);
}

void PictureView::load(const QString& path) {
    m_pool.start([this, path] {
        const auto image = readWhole(whereDrawn(path));
        QMetaObject::invokeMethod(
            this,
            [this, path, image] {
                if (path != m_path)
                    return;
                if (image.isNull() && isToBeDrawn(path)) {
                    constexpr int drawsSomeMs = 700;
                    m_image = {};  // an empty place, not somebody else
                    update();
                    QTimer::singleShot(drawsSomeMs, this, [this, path] {
                        if (path == m_path && m_state == State::Loading)
                            load(path);
                    });
                    return;
                }
                m_image = image;
                m_scaled = {};
                m_state = image.isNull() ? State::Missing : State::Shown;
                update();
                emit settled();
            },
            Qt::QueuedConnection);
    });
}

int PictureView::heightFor(int width) const {
    const bool lies = m_image.width() > m_image.height();
    const int height = lies ? width * m_image.height() / m_image.width() : width;
    return std::max(height, minimumSizeHint().height());
}

void PictureView::setBadge(const QString& badge) {
    if (std::exchange(m_badge, badge) != badge)
        update();
}

void PictureView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const auto& theme = Theme::instance().palette();
    QRectF place(rect());
    if (m_image.isNull()) {
        place.setWidth(std::min(width(), height()));
        paintBox(painter, place, theme.chip, {}, 4);
        if (m_state == State::Missing) {
            painter.setFont(captionFont());
            painter.setPen(theme.soft);
            painter.drawText(place.adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
                             tr("The picture %1 is missing or cannot be read.").arg(QFileInfo(m_path).fileName()));
        }
        return;
    }
    const auto size = QSizeF(m_image.size()).scaled(place.size(), Qt::KeepAspectRatio);
    place.setSize(size);
    const auto pixels = (size * devicePixelRatioF()).toSize();
    if (m_scaled.size() != pixels)
        m_scaled = QPixmap::fromImage(m_image.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    QPainterPath corners;
    corners.addRoundedRect(place, 4, 4);
    painter.save();
    painter.setClipPath(corners);
    painter.drawPixmap(place, m_scaled, QRectF(m_scaled.rect()));
    painter.restore();
    paintBadge(painter, place);
}

void PictureView::paintBadge(QPainter& painter, const QRectF& picture) const {
    if (m_badge.isEmpty())
        return;
    painter.setFont(captionFont());
    const auto text = painter.fontMetrics().elidedText(m_badge, Qt::ElideRight, qFloor(picture.width()) - 28);
    const QRectF box(picture.left() + 8, picture.top() + 8, painter.fontMetrics().horizontalAdvance(text) + 12, 20);
    paintBox(painter, box, QColor(20, 23, 28, 200), {}, 3);
    painter.setPen(Qt::white);
    painter.drawText(box, Qt::AlignCenter, text);
}

}  // namespace lacuna
