// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QWidget>

#include <algorithm>

class QToolButton;

namespace lacuna {

class Thumbnails;

/// One request of the sequence: its place and letter, what it forgets and what it retains, as pictures. Dragged with
/// the mouse, moved with Alt + arrow keys; the strip it lies in does the moving.
class RequestCard final : public QWidget {
    Q_OBJECT
public:
    RequestCard(const Workspace& workspace, Thumbnails& thumbnails, const QString& request, QWidget* parent);

    const QString& request() const { return m_request; }
    void setPlace(int place, int of);  ///< from 0
    void setRemovable(bool on);
    void setDragged(bool on);
    void setPictureEdge(int edge);  ///< of what is forgotten; 0 = as the card's width asks
    int usualEdge(int width) const { return std::clamp(width / 8, 34, 64); }
    int heightForWidth(int width) const override;
    bool hasHeightForWidth() const override { return true; }

signals:
    void dragged(const QPoint& parentPosition);
    void dropped();
    void moveAsked(int by);  ///< places to the left (−1) or right (+1)
    void removeAsked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Picture {
        QRect rect;
        const Entity* entity = nullptr;
        bool forgotten = false;
    };
    const Request* find() const;
    const RequestRow* endedEarly() const;  ///< the request in the selected run, where its training was ended early
    /// Where the pictures lie in a card that wide, and how high it gets.
    std::vector<Picture> layOut(int width, int* height) const;
    void paintPicture(QPainter& painter, const Picture& picture) const;

    const Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    QString m_request;
    QToolButton* m_remove;
    int m_place = 0, m_of = 0, m_edge = 0;
    QPoint m_pressed;
    bool m_dragging = false;
};

}  // namespace lacuna
