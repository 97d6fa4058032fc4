// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/thumbnails.h"

#include "widgets/common/drawn_pictures.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QImageReader>
#include <QMetaObject>
#include <QThread>

namespace lacuna {
namespace {

constexpr int mostWishes = 300;  // more than any window shows: what was scrolled past is not worth loading

/// Paler and greyer, towards the panel's colour.
QImage fadedImage(const QImage& image) {
    const auto panel = Theme::instance().palette().panel;
    auto faded = image.convertToFormat(QImage::Format_RGB32);
    for (int y = 0; y < faded.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(faded.scanLine(y));
        for (int x = 0; x < faded.width(); ++x) {
            const int grey = qGray(line[x]);
            const auto part = [grey](int colour, int ground) {
                const int dull = (colour * 9 + grey * 11) / 20;
                return (dull * 13 + ground * 7) / 20;
            };
            line[x] = qRgb(part(qRed(line[x]), panel.red()), part(qGreen(line[x]), panel.green()),
                           part(qBlue(line[x]), panel.blue()));
        }
    }
    return faded;
}

}  // namespace

QImage readThumbnail(const QString& path, int edge) {
    QImageReader reader(path);
    reader.setAutoTransform(true);
    const auto size = reader.size();
    if (size.isValid())
        reader.setScaledSize(size.scaled(edge, edge, Qt::KeepAspectRatioByExpanding));
    auto image = reader.read();
    if (image.isNull())
        return {};
    if (!size.isValid())
        image = image.scaled(edge, edge, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
    return image.copy((image.width() - edge) / 2, (image.height() - edge) / 2, edge, edge)
        .convertToFormat(QImage::Format_RGB32);
}

Thumbnails::Thumbnails(QObject* parent, qsizetype limitBytes) : QObject(parent), m_cache(limitBytes) {
    m_pool.setMaxThreadCount(qBound(1, QThread::idealThreadCount() / 2, 4));
    m_pool.setThreadPriority(QThread::LowPriority);
    constexpr int drawsSomeMs = 700;
    m_again.setSingleShot(true);
    m_again.setInterval(drawsSomeMs);
    connect(&m_again, &QTimer::timeout, this, [this] { emit ready({}); });
    connect(&Theme::instance(), &Theme::changed, this, &Thumbnails::clear);  // faded ones wear the panel's colour
}

Thumbnails::~Thumbnails() {
    m_wishes.clear();
    m_pool.waitForDone();
}

Thumbnails::Picture Thumbnails::picture(const QString& path, int edge, bool faded) {
    const Wish wish{path, edge};
    if (auto* entry = m_cache.object(key(wish))) {
        if (entry->image.isNull())
            return {State::Missing, {}};
        auto& pixmap = faded ? entry->faded : entry->normal;
        if (pixmap.isNull())
            pixmap = QPixmap::fromImage(faded ? fadedImage(entry->image) : entry->image);
        return {State::Ready, pixmap};
    }
    if (!m_loading.contains(key(wish))) {
        m_wishes.removeOne(wish);
        m_wishes.append(wish);
        if (m_wishes.size() > mostWishes)
            m_wishes.removeFirst();
        startNext();
    }
    return {};
}

void Thumbnails::clear() {
    ++m_generation;
    m_cache.clear();
    m_wishes.clear();
    m_loading.clear();
}

void Thumbnails::startNext() {
    while (!m_wishes.isEmpty() && m_loading.size() < qsizetype{2} * m_pool.maxThreadCount()) {
        const auto wish = m_wishes.takeLast();
        m_loading.insert(key(wish));
        m_pool.start([this, wish, generation = m_generation] {
            const auto image = readThumbnail(whereDrawn(wish.path), wish.edge);
            QMetaObject::invokeMethod(
                this, [this, wish, image, generation] { arrived(wish, image, generation); }, Qt::QueuedConnection);
        });
    }
}

void Thumbnails::arrived(const Wish& wish, const QImage& image, int generation) {
    if (generation == m_generation) {
        m_loading.remove(key(wish));
        if (image.isNull() && isToBeDrawn(wish.path)) {
            if (!m_again.isActive())
                m_again.start();
            startNext();
            return;
        }
        // Counted with both versions, as one is made from the other while painting.
        m_cache.insert(key(wish), new Entry{image, {}, {}}, 1 + 3 * image.sizeInBytes());
        emit ready(wish.path);
    }
    startNext();
}

}  // namespace lacuna
