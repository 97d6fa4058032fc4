// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/request_card.h"

#include "widgets/common/theme.h"
#include "widgets/common/thumbnails.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int kPadding = 12;
constexpr int kHead = 40;
constexpr int kCaption = 18;
constexpr int kGap = 4;
constexpr int kBadge = 24;

/// The first picture that is not held out, else the first.
QString pictureOf(const Benchmark& benchmark, const Entity& entity) {
    const auto view = std::find_if(entity.views.begin(), entity.views.end(), [](const auto& v) { return !v.heldOut; });
    if (entity.views.empty())
        return {};
    const auto& chosen = view == entity.views.end() ? entity.views.front() : *view;
    return QString::fromStdString(benchmark.imagePath(chosen).string());
}

}  // namespace

RequestCard::RequestCard(const Workspace& workspace, Thumbnails& thumbnails, const QString& request, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_thumbnails(thumbnails),
      m_request(request),
      m_remove(new QToolButton(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::OpenHandCursor);
    setMouseTracking(true);
    m_remove->setText(QStringLiteral("×"));
    m_remove->setAutoRaise(true);
    m_remove->setCursor(Qt::ArrowCursor);
    m_remove->setToolTip(tr("Leave request %1 out of the sequence").arg(request));
    m_remove->setAccessibleName(m_remove->toolTip());
    connect(m_remove, &QToolButton::clicked, this, &RequestCard::removeAsked);
    connect(&thumbnails, &Thumbnails::ready, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    for (const auto changed : {&Workspace::selectionChanged, &Workspace::runsChanged})
        connect(&workspace, changed, this, qOverload<>(&QWidget::update));
    connect(&workspace, &Workspace::runGrew, this, [this](int, Grown what) {
        if (what == Grown::Requests)
            update();
    });
}

const RequestRow* RequestCard::endedEarly() const {
    const int run = m_workspace.selection().run;
    if (run < 0 || run >= static_cast<int>(m_workspace.runs().size()))
        return nullptr;
    for (const auto& request : m_workspace.runs()[static_cast<std::size_t>(run)].history.requests)
        if (request.endedEarly() && QString::fromStdString(request.name) == m_request)
            return &request;
    return nullptr;
}

const Request* RequestCard::find() const {
    if (const auto* benchmark = m_workspace.benchmark())
        for (const auto& request : benchmark->requests)
            if (QString::fromStdString(request.name) == m_request)
                return &request;
    return nullptr;
}

void RequestCard::setPlace(int place, int of) {
    m_place = place;
    m_of = of;
    const auto* request = find();
    setAccessibleName(tr("Request %1, number %2 of %3").arg(m_request).arg(place + 1).arg(of));
    if (request)
        setAccessibleDescription(tr("Forgets %1 entities, retains %2. Alt with the arrow keys moves it.")
                                     .arg(request->forgetEntities.size())
                                     .arg(request->retainEntities.size()));
    update();
}

void RequestCard::setRemovable(bool on) {
    m_remove->setVisible(on);
}

void RequestCard::setDragged(bool on) {
    m_dragging = on;
    setCursor(on ? Qt::ClosedHandCursor : Qt::OpenHandCursor);
    update();
}

void RequestCard::setPictureEdge(int edge) {
    if (std::exchange(m_edge, edge) != edge)
        update();
}

std::vector<RequestCard::Picture> RequestCard::layOut(int width, int* height) const {
    std::vector<Picture> pictures;
    int y = kHead + kPadding;
    const auto* request = find();
    const auto place = [&](const std::vector<int>& entities, int edge, bool forgotten) {
        y += kCaption;
        const int columns = std::max(1, (width - 2 * kPadding + kGap) / (edge + kGap));
        for (std::size_t i = 0; i < entities.size(); ++i) {
            const int column = static_cast<int>(i) % columns, row = static_cast<int>(i) / columns;
            pictures.push_back({QRect(kPadding + column * (edge + kGap), y + row * (edge + kGap), edge, edge),
                                &m_workspace.benchmark()->entities[static_cast<std::size_t>(entities[i])], forgotten});
        }
        const int rows = (static_cast<int>(entities.size()) + columns - 1) / columns;
        y += rows * (edge + kGap) + 4;
    };
    if (request) {
        const int edge = m_edge > 0 ? m_edge : usualEdge(width);
        place(request->forgetEntities, edge, true);
        place(request->retainEntities, edge * 24 / 34, false);
    }
    if (height)
        *height = y + kPadding - 4;
    return pictures;
}

int RequestCard::heightForWidth(int width) const {
    int height = 0;
    layOut(width, &height);
    return height;
}

void RequestCard::paintPicture(QPainter& painter, const Picture& picture) const {
    const double ratio = devicePixelRatioF();
    const auto got = m_thumbnails.picture(pictureOf(*m_workspace.benchmark(), *picture.entity),
                                          static_cast<int>(picture.rect.width() * ratio));
    if (got.state == Thumbnails::State::Ready)
        painter.drawPixmap(picture.rect, got.pixmap);
    else
        painter.fillRect(picture.rect, Theme::instance().palette().chip);
}

void RequestCard::paintEvent(QPaintEvent*) {
    const auto& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const bool active = hasFocus() || m_dragging;
    painter.setPen(QPen(active ? palette.accent : palette.line, 1));
    painter.setBrush(palette.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);

    int index = 0;
    const auto* request = find();
    if (const auto* benchmark = m_workspace.benchmark(); benchmark && request)
        index = static_cast<int>(request - benchmark->requests.data());
    const QRectF badge(kPadding, kPadding, std::max(kBadge, fontMetrics().horizontalAdvance(m_request) + 14), kBadge);
    painter.setPen(Qt::NoPen);
    painter.setBrush(requestColour(index));
    painter.drawRoundedRect(badge, kBadge / 2.0, kBadge / 2.0);
    painter.setPen(Qt::white);
    painter.setFont(titleFont());
    painter.drawText(badge, Qt::AlignCenter, m_request);
    painter.setPen(palette.ink);
    painter.drawText(QRectF(badge.right() + 8, badge.top(), width() - badge.right() - 44, kBadge),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("%1 of %2").arg(m_place + 1).arg(m_of));
    if (const auto* ended = endedEarly()) {
        const double from =
            badge.right() + 8 + painter.fontMetrics().horizontalAdvance(tr("%1 of %2").arg(m_place + 1).arg(m_of)) + 10;
        painter.setFont(captionFont());
        painter.setPen(palette.soft);
        const QRectF room(from, badge.top(), width() - from - 36, kBadge);
        auto words = tr("ended after %1 of %2 steps").arg(ended->stepsDone).arg(ended->stepsPlanned);
        if (painter.fontMetrics().horizontalAdvance(words) > room.width())
            words = tr("%1 of %2 steps").arg(ended->stepsDone).arg(ended->stepsPlanned);
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(room.width())));
    }
    if (!request) {
        painter.setFont(captionFont());
        painter.setPen(palette.error);
        painter.drawText(rect().adjusted(kPadding, kHead + kPadding, -kPadding, 0), Qt::TextWordWrap,
                         tr("The benchmark has no such request."));
        return;
    }
    const auto pictures = layOut(width(), nullptr);
    painter.setFont(captionFont());
    painter.setPen(palette.soft);
    const auto caption = [&](bool forgotten, const QString& text) {
        const auto first = std::find_if(pictures.begin(), pictures.end(),
                                        [&](const auto& picture) { return picture.forgotten == forgotten; });
        if (first != pictures.end())
            painter.drawText(QRectF(kPadding, first->rect.top() - kCaption, width() - 2 * kPadding, kCaption - 3),
                             Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    caption(true, tr("forgets %1 entities").arg(request->forgetEntities.size()));
    caption(false, tr("must keep %1").arg(request->retainEntities.size()));
    for (const auto& picture : pictures)
        paintPicture(painter, picture);
}

void RequestCard::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_remove->setGeometry(width() - 32, 8, 24, 24);
}

void RequestCard::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        m_pressed = event->position().toPoint();
}

void RequestCard::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton))
        return;
    const auto at = event->position().toPoint();
    if (!m_dragging && (at - m_pressed).manhattanLength() < QApplication::startDragDistance())
        return;
    if (!m_dragging) {
        setDragged(true);
        raise();
    }
    const auto corner = mapToParent(at) - m_pressed;
    move(corner);
    emit dragged(corner + rect().center());
}

void RequestCard::mouseReleaseEvent(QMouseEvent*) {
    if (!m_dragging)
        return;
    setDragged(false);
    emit dropped();
}

void RequestCard::keyPressEvent(QKeyEvent* event) {
    const bool alt = event->modifiers() & Qt::AltModifier;
    if (alt && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Up))
        emit moveAsked(-1);
    else if (alt && (event->key() == Qt::Key_Right || event->key() == Qt::Key_Down))
        emit moveAsked(1);
    else if (event->key() == Qt::Key_Delete && m_remove->isVisible())
        emit removeAsked();
    else
        QWidget::keyPressEvent(event);
}

bool RequestCard::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        for (const auto& picture : layOut(width(), nullptr))
            if (picture.rect.contains(help->pos())) {
                QToolTip::showText(help->globalPos(),
                                   tr("%1, %2").arg(QString::fromStdString(picture.entity->name),
                                                    QString::fromStdString(picture.entity->className)),
                                   this, picture.rect);
                return true;
            }
        if (const auto* ended = endedEarly(); ended && help->pos().y() < kHead)
            QToolTip::showText(help->globalPos(),
                               tr("In the selected run its training ended after %1 of %2 steps.")
                                   .arg(ended->stepsDone)
                                   .arg(ended->stepsPlanned),
                               this);
        else
            QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

}  // namespace lacuna
