// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QImage>
#include <QPixmap>
#include <QThreadPool>
#include <QWidget>

namespace lacuna {

/// One picture, whole, as large as its place; read away from the interface thread. A missing file says so.
class PictureView : public QWidget {
    Q_OBJECT
public:
    explicit PictureView(QWidget* parent = nullptr);
    ~PictureView() override;

    void setPicture(const QString& path, const QString& description);
    void setBadge(const QString& badge);  ///< over the picture, e.g. that it is a stand-in; empty = none
    const QString& path() const { return m_path; }
    enum class State { Empty, Loading, Shown, Missing };
    State state() const { return m_state; }
    int heightFor(int width) const;  ///< that leaves no empty place below the picture; at most square

    QSize sizeHint() const override { return {380, 380}; }
    QSize minimumSizeHint() const override { return {140, 140}; }

signals:
    void settled();  ///< shown, or found missing

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void load(const QString& path);
    void paintBadge(QPainter& painter, const QRectF& picture) const;

    QThreadPool m_pool;
    QString m_path, m_badge;
    QImage m_image;
    QPixmap m_scaled;
    State m_state = State::Empty;
};

}  // namespace lacuna
