// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QCache>
#include <QImage>
#include <QObject>
#include <QPixmap>
#include <QSet>
#include <QThreadPool>
#include <QTimer>

namespace lacuna {

/// A picture file decoded, cut square from its middle and scaled, away from the interface thread. Null when it cannot
/// be read.
QImage readThumbnail(const QString& path, int edge);

/// Small pictures for lists: asked for while painting, loaded by workers, the newest wish first, kept within a bound.
/// Those of the embedded benchmark come one by one while it is drawn.
class Thumbnails : public QObject {
    Q_OBJECT
public:
    enum class State { Ready, Loading, Missing };
    struct Picture {
        State state = State::Loading;
        QPixmap pixmap;  ///< square; null unless Ready
    };

    explicit Thumbnails(QObject* parent = nullptr, qsizetype limitBytes = qsizetype{64} << 20);
    ~Thumbnails() override;

    /// The picture, or a promise: `ready` tells when it is worth asking again. `edge` in device pixels; `faded` gives
    /// the pale version of what is forgotten. Never waits.
    Picture picture(const QString& path, int edge, bool faded = false);
    void clear();  ///< files may have changed: forget what is kept, and what could not be read
    qsizetype bytesKept() const { return m_cache.totalCost(); }

signals:
    void ready(const QString& path);

private:
    struct Entry {
        QImage image;
        QPixmap normal, faded;
    };
    struct Wish {
        QString path;
        int edge = 0;
        bool operator==(const Wish&) const = default;
    };

    static QString key(const Wish& wish) { return QString::number(wish.edge) + ':' + wish.path; }
    void startNext();
    void arrived(const Wish& wish, const QImage& image, int generation);

    QThreadPool m_pool;
    QCache<QString, Entry> m_cache;
    QList<Wish> m_wishes;  ///< newest last
    QSet<QString> m_loading;
    int m_generation = 0;
    QTimer m_again;  ///< for those that are being drawn
};

}  // namespace lacuna
