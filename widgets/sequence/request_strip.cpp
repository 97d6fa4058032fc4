// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/request_strip.h"

#include "widgets/common/entity_drag.h"
#include "widgets/common/theme.h"
#include "widgets/sequence/request_card.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace lacuna {
namespace {

constexpr int kGap = 12;
constexpr int kNarrow = 172;  // a card gets no narrower, but in a strip that is
constexpr int kWide = 480;

}  // namespace

NewRequestButton::NewRequestButton(QWidget* parent) : QPushButton(tr("New request"), parent) {
    setAcceptDrops(true);
    setToolTip(tr("A request of your own at the end of the sequence. Drop entities on it, or into its card."));
    connect(this, &QPushButton::clicked, this, [this] { emit asked({}, {}); });
}

void NewRequestButton::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->mimeData()->hasFormat(entitiesMime))
        return;
    event->acceptProposedAction();
    setDown(true);
}

void NewRequestButton::dragLeaveEvent(QDragLeaveEvent*) {
    setDown(false);
}

void NewRequestButton::dropEvent(QDropEvent* event) {
    setDown(false);
    event->acceptProposedAction();
    const bool copies = event->modifiers() & Qt::ControlModifier;
    emit asked(entitiesIn(*event->mimeData()),
               copies ? QString() : QString::fromUtf8(event->mimeData()->data(requestMime)));
}

RequestStrip::RequestStrip(const Workspace& workspace, Thumbnails& thumbnails, RunDraft& draft, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_thumbnails(thumbnails),
      m_draft(draft),
      m_empty(new QLabel(tr("The benchmark is being read. Its requests will stand here."), this)),
      m_new(new NewRequestButton(this)),
      m_leftOutLabel(new QLabel(tr("left out:"), this)) {
    m_empty->setWordWrap(true);
    auto policy = sizePolicy();
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&draft, &RunDraft::changed, this, &RequestStrip::refresh);
    connect(m_new, &NewRequestButton::asked, this, &RequestStrip::makeNew);
    connect(&workspace, &Workspace::benchmarkChanged, this, [this] {
        for (auto* card : m_cards)
            card->deleteLater();
        m_cards.clear();
        m_dragged = nullptr;
        refresh();
    });
    refresh();
}

void RequestStrip::refresh() {
    if (m_dragged)
        return;
    makeCards();
    makeLeftOut();
    m_empty->setVisible(m_cards.empty());
    m_new->setVisible(!m_cards.empty());
    fitPictures();
    updateGeometry();
    place(width(), true);
    emit heightChanged();
}

/// Cards are kept as long as their request is in the sequence, so that the focus stays where it was.
void RequestStrip::makeCards() {
    std::vector<RequestCard*> cards;
    const auto requests = m_draft.requests();
    for (const auto& request : requests) {
        const auto text = QString::fromStdString(request.name);
        const auto old =
            std::find_if(m_cards.begin(), m_cards.end(), [&](auto* c) { return c && c->request() == text; });
        cards.push_back(old != m_cards.end() ? std::exchange(*old, nullptr) : newCard(text));
    }
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        if (auto* gone = m_cards[i]) {
            if (gone->isAncestorOf(QApplication::focusWidget()) || gone->hasFocus())
                cards[std::min(i, cards.size() - 1)]->setFocus();
            gone->deleteLater();
        }
    m_cards = std::move(cards);
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->showRequest(requests, i);
        m_cards[i]->setRemovable(m_cards.size() > 1);
        if (i > 0)
            setTabOrder(m_cards[i - 1], m_cards[i]);
    }
}

RequestCard* RequestStrip::newCard(const QString& request) {
    auto* card = new RequestCard(m_workspace, m_thumbnails, m_draft, request, this);
    connect(card, &RequestCard::dragged, this, [this, card](const QPoint& at) { drag(card, at); });
    connect(card, &RequestCard::dropped, this, [this, card] {
        m_dragged = nullptr;
        commit(tr("move request %1").arg(card->request()));
    });
    connect(card, &RequestCard::moveAsked, this, [this, card](int by) { moveCard(card, by); });
    connect(card, &RequestCard::removeAsked, this, [this, card] { remove(card); });
    card->show();
    return card;
}

void RequestStrip::makeNew(const QStringList& entities, const QString& from) {
    std::vector<std::string> ids;
    for (const auto& id : entities)
        ids.push_back(id.toStdString());
    auto list = m_draft.requests();
    for (std::size_t i = 0; i < list.size(); ++i)
        if (QString::fromStdString(list[i].name) == from)
            list = withoutEntities(std::move(list), i, ids);
    const auto name = m_draft.freeName();
    m_draft.setRequests(withNew(std::move(list), name, ids), tr("make request %1").arg(QString::fromStdString(name)));
    m_cards.back()->setFocus();
}

void RequestStrip::add(const QStringList& entities, const QString& request, RequestSide side) {
    std::vector<std::string> ids;
    for (const auto& id : entities)
        ids.push_back(id.toStdString());
    auto list = m_draft.requests();
    auto at =
        std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == request.toStdString(); });
    if (at == list.end()) {
        list = withNew(std::move(list), m_draft.freeName(), {});
        at = list.end() - 1;
    }
    const auto name = QString::fromStdString(at->name);
    const auto place = static_cast<std::size_t>(at - list.begin());
    m_draft.setRequests(
        withEntities(std::move(list), place, ids, side),
        (side == RequestSide::Forget ? tr("forget %1 entities in request %2") : tr("keep %1 entities in request %2"))
            .arg(entities.size())
            .arg(name));
}

void RequestStrip::makeLeftOut() {
    for (auto* button : m_leftOut)
        button->deleteLater();
    m_leftOut.clear();
    for (const auto& name : m_draft.leftOut()) {
        auto* button = new QPushButton(QStringLiteral("+ ") + QString::fromStdString(name), this);
        button->setToolTip(tr("Put request %1 at the end of the sequence").arg(QString::fromStdString(name)));
        connect(button, &QPushButton::clicked, this, [this, name] {
            auto order = m_draft.order();
            order.push_back(name);
            m_draft.setOrder(order, tr("add request %1").arg(QString::fromStdString(name)));
        });
        button->show();
        m_leftOut.push_back(button);
    }
    m_leftOutLabel->setVisible(!m_leftOut.empty());
}

int RequestStrip::place(int width, bool move) const {
    if (m_cards.empty()) {
        if (move)
            m_empty->setGeometry(0, 0, width, 60);
        return 60;
    }
    const int count = static_cast<int>(m_cards.size());
    int columns = 1;
    const int cardWidth = this->cardWidth(width, &columns);
    int y = 0;
    for (int first = 0; first < count; first += columns) {
        int high = 0;
        for (int i = first; i < std::min(count, first + columns); ++i)
            high = std::max(high, m_cards[static_cast<std::size_t>(i)]->heightForWidth(cardWidth));
        for (int i = first; move && i < std::min(count, first + columns); ++i) {
            auto* card = m_cards[static_cast<std::size_t>(i)];
            if (card == m_dragged)
                card->resize(cardWidth, high);
            else
                card->setGeometry((i - first) * (cardWidth + kGap), y, cardWidth, high);
        }
        y += high + kGap;
    }
    if (move) {
        m_new->setGeometry(0, y, m_new->sizeHint().width(), 28);
        int x = m_new->width() + 20;
        m_leftOutLabel->setGeometry(x, y, m_leftOutLabel->sizeHint().width(), 28);
        x += m_leftOutLabel->width() + 8;
        for (auto* button : m_leftOut) {
            button->setGeometry(x, y, button->sizeHint().width(), 28);
            x += button->width() + 8;
        }
    }
    return y + 28;
}

int RequestStrip::cardWidth(int width, int* columns) const {
    *columns = std::clamp((width + kGap) / (kNarrow + kGap), 1, std::max(1, static_cast<int>(m_cards.size())));
    return std::min(kWide, (width - kGap * (*columns - 1)) / *columns);
}

/// The largest that fit, all alike.
void RequestStrip::fitPictures() {
    constexpr int largest = 104, step = 2;
    if (m_cards.empty() || m_dragged)
        return;
    int columns = 1;
    const int usual = m_cards.front()->usualEdge(cardWidth(width(), &columns));
    for (int edge = m_room > 0 ? std::max(usual, largest) : usual;; edge -= step) {
        edge = std::max(edge, usual);
        for (auto* card : m_cards)
            card->setPictureEdge(edge);
        if (edge == usual || place(width(), false) <= m_room)
            break;
    }
}

void RequestStrip::setRoom(int height) {
    if (std::exchange(m_room, height) == height)
        return;
    fitPictures();
    updateGeometry();
    place(width(), true);
    emit heightChanged();
}

int RequestStrip::heightForWidth(int width) const {
    return place(width, false);
}

void RequestStrip::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (event->oldSize().width() != width())
        fitPictures();
    place(width(), true);
    if (event->oldSize().width() != width())
        emit heightChanged();
}

/// The dragged card takes the place of the one whose middle it is nearest to; the others close up.
void RequestStrip::drag(RequestCard* card, const QPoint& at) {
    m_dragged = card;
    const auto from = std::find(m_cards.begin(), m_cards.end(), card);
    auto nearest = from;
    // Its own place is where a card would lie if it were put back: measured with everything laid out.
    m_dragged = nullptr;
    const auto kept = card->geometry();
    place(width(), true);
    int least = (m_cards[static_cast<std::size_t>(from - m_cards.begin())]->geometry().center() - at).manhattanLength();
    for (auto other = m_cards.begin() + std::min<std::ptrdiff_t>(m_draft.made(), std::ssize(m_cards));
         other != m_cards.end(); ++other)
        if (const int distance = ((*other)->geometry().center() - at).manhattanLength(); distance < least) {
            least = distance;
            nearest = other;
        }
    m_dragged = card;
    card->setGeometry(kept);
    if (nearest < from)
        std::rotate(nearest, from, from + 1);
    else if (nearest > from)
        std::rotate(from, from + 1, nearest + 1);
    place(width(), true);
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        m_cards[i]->setPlace(i);
}

void RequestStrip::commit(const QString& what) {
    std::vector<std::string> order;
    for (const auto* card : m_cards)
        order.push_back(card->request().toStdString());
    m_draft.setOrder(order, what);
    place(width(), true);  // also when nothing changed: the dragged card goes back
}

void RequestStrip::moveCard(RequestCard* card, int by) {
    const auto from = std::find(m_cards.begin(), m_cards.end(), card) - m_cards.begin();
    const auto to = from + by;
    if (to < m_draft.made() || to >= static_cast<std::ptrdiff_t>(m_cards.size()))
        return;
    std::swap(m_cards[static_cast<std::size_t>(from)], m_cards[static_cast<std::size_t>(to)]);
    commit(tr("move request %1").arg(card->request()));
}

void RequestStrip::remove(RequestCard* card) {
    std::vector<std::string> order;
    for (const auto* other : m_cards)
        if (other != card)
            order.push_back(other->request().toStdString());
    m_draft.setOrder(order, tr("leave out request %1").arg(card->request()));
}

}  // namespace lacuna
