// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/sequence/run_draft.h"

#include <QLabel>
#include <QPushButton>
#include <QWidget>

namespace lacuna {

class RequestCard;
class Thumbnails;

/// A button that makes a request, of the entities that are dropped on it.
class NewRequestButton final : public QPushButton {
    Q_OBJECT
public:
    explicit NewRequestButton(QWidget* parent);

signals:
    void asked(const QStringList& entities, const QString& from);  ///< `from`: the request they are dragged out of

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
};

/// The draft's requests as cards in the order they arrive, in rows that wrap. Below them a new one is made, and waits
/// what was left out.
class RequestStrip final : public QWidget {
    Q_OBJECT
public:
    RequestStrip(const Workspace& workspace, Thumbnails& thumbnails, RunDraft& draft, QWidget* parent = nullptr);

    const std::vector<RequestCard*>& cards() const { return m_cards; }
    /// Why there are no cards.
    void setWaitingText(const QString& text) { m_empty->setText(text); }
    const std::vector<QPushButton*>& leftOut() const { return m_leftOut; }
    NewRequestButton* newRequest() const { return m_new; }
    /// Puts entities into a request of the draft, by name; empty = a new one.
    void add(const QStringList& entities, const QString& request, RequestSide side);
    /// So much height is there: pictures grow into it. 0 = they are as the cards' width asks.
    void setRoom(int height);
    QSize sizeHint() const override { return {400, heightForWidth(400)}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

signals:
    void heightChanged();  ///< what `heightForWidth` says of the present width

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    void makeCards();
    RequestCard* newCard(const QString& request);
    void makeLeftOut();
    /// Places everything that is not being dragged; returns the height used.
    int place(int width, bool move) const;
    void fitPictures();
    int cardWidth(int width, int* columns) const;
    void drag(RequestCard* card, const QPoint& at);
    void commit(const QString& what);
    void moveCard(RequestCard* card, int by);
    void remove(RequestCard* card);
    void makeNew(const QStringList& entities, const QString& from);

    const Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    RunDraft& m_draft;
    QLabel* m_empty;
    NewRequestButton* m_new;
    QLabel* m_leftOutLabel;
    std::vector<RequestCard*> m_cards;  ///< in the order shown, also while one is dragged
    std::vector<QPushButton*> m_leftOut;
    RequestCard* m_dragged = nullptr;
    int m_room = 0;
};

}  // namespace lacuna
