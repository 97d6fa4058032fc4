// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/sequence/run_draft.h"

#include <QWidget>

#include <algorithm>

class QLineEdit;
class QMenu;
class QToolButton;

namespace lacuna {

class Thumbnails;

/// One request of the draft: its place and name, what it forgets and what it keeps, as pictures. Entities are dropped
/// into it, dragged out of it, and changed from its menu; the card itself is dragged by its head or moved with Alt +
/// arrow keys, which the strip it lies in does.
class RequestCard final : public QWidget {
    Q_OBJECT
public:
    RequestCard(const Workspace& workspace, Thumbnails& thumbnails, RunDraft& draft, const QString& request,
                QWidget* parent);

    const QString& request() const { return m_request; }
    /// The draft's request at `place` (from 0) is what it shows from now on.
    void showRequest(const RequestList& list, std::size_t place);
    void setPlace(std::size_t place);  ///< while cards are dragged
    void setRemovable(bool on);
    void setDragged(bool on);
    void setPictureEdge(int edge);  ///< of what is forgotten; 0 = as the card's width asks
    int usualEdge(int width) const { return std::clamp(width / 8, 34, 64); }
    int heightForWidth(int width) const override;
    bool hasHeightForWidth() const override { return true; }

    QString problem() const { return m_problem; }       ///< what keeps a run from starting with it
    QString note() const { return m_note; }             ///< what contradicts another request
    QRect rectOf(const QString& entity) const;          ///< of its picture; empty = it is not in here
    RequestSide sideAt(const QPoint& at) const;         ///< where a drop would put it
    void fillMenu(QMenu& menu, const QString& entity);  ///< `entity`: that is pointed at; empty = none
    void rename();                                      ///< by typing over the badge
    QLineEdit* nameLine() const { return m_name; }

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
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Picture {
        QRect rect;
        const Entity* entity = nullptr;  ///< null where the benchmark does not know it
        RequestSide side = RequestSide::Forget;
    };
    struct Layout {
        std::vector<Picture> pictures;
        int forgetTop = 0, keepTop = 0, words = 0, height = 0;  ///< of the captions, of what is wrong, of it all
    };
    const RequestRow* endedEarly() const;  ///< the request in the selected run, where its training was ended early
    bool made() const { return m_place < static_cast<std::size_t>(m_draft.made()); }
    /// Where everything lies in a card that wide.
    Layout layOut(int width) const;
    QString words() const { return m_problem.isEmpty() ? m_note : m_problem; }
    int wordsHeight(int width) const;
    void paintHead(QPainter& painter) const;
    void paintSide(QPainter& painter, const Layout& layout, RequestSide side) const;
    void paintPicture(QPainter& painter, const Picture& picture) const;
    const Picture* pictureAt(const Layout& layout, const QPoint& at) const;
    void showToolTip(const QPoint& at, const QPoint& onScreen);
    void stepCursor(int by);
    void openMenu(const QPoint& at, const QString& entity);
    void addEntityActions(QMenu& menu, const QString& entity);
    void dragOut(const QString& entity);
    void take(const QStringList& entities, RequestSide side, const QString& from);
    void endRenaming(bool keep);

    const Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    RunDraft& m_draft;
    QString m_request;
    SpecRequest m_shown;
    QString m_problem, m_note;
    QToolButton *m_remove, *m_more;
    QLineEdit* m_name;
    std::size_t m_place = 0, m_of = 0;
    int m_edge = 0;
    int m_cursor = -1;  ///< the picture that keys act on, −1 = none
    std::optional<RequestSide> m_dropSide;
    QPoint m_pressed;
    QString m_pressedEntity;
    bool m_dragging = false;
};

}  // namespace lacuna
