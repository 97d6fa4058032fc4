// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/request_card.h"

#include "widgets/common/theme.h"
#include "widgets/common/thumbnails.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>
#include <utility>

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

RequestCard::RequestCard(const Workspace& workspace, Thumbnails& thumbnails, RunDraft& draft, const QString& request,
                         QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_thumbnails(thumbnails),
      m_draft(draft),
      m_request(request),
      m_remove(new QToolButton(this)),
      m_more(new QToolButton(this)),
      m_name(new QLineEdit(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAcceptDrops(true);
    m_remove->setText(QStringLiteral("×"));
    m_remove->setToolTip(tr("Leave request %1 out of the sequence").arg(request));
    m_more->setText(QStringLiteral("⋯"));
    m_more->setToolTip(tr("What else can be done with request %1").arg(request));
    for (auto* button : {m_remove, m_more}) {
        button->setAutoRaise(true);
        button->setCursor(Qt::ArrowCursor);
        button->setAccessibleName(button->toolTip());
    }
    m_name->setAccessibleName(tr("Name of the request"));
    m_name->setMaxLength(60);
    m_name->hide();
    m_name->installEventFilter(this);
    connect(m_name, &QLineEdit::returnPressed, this, [this] { endRenaming(true); });
    connect(m_remove, &QToolButton::clicked, this, &RequestCard::removeAsked);
    connect(m_more, &QToolButton::clicked, this, [this] { openMenu(m_more->geometry().bottomLeft(), {}); });
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

void RequestCard::showRequest(const RequestList& list, std::size_t place) {
    m_shown = list[place];
    m_place = place;
    m_of = list.size();
    m_problem.clear();
    m_note.clear();
    if (const auto* benchmark = m_workspace.benchmark()) {
        m_problem = requestProblem(list, place, *benchmark);
        m_note = requestNote(list, place, *benchmark);
    }
    m_more->setVisible(!made());
    setCursor(made() ? Qt::ArrowCursor : Qt::OpenHandCursor);
    const auto count = static_cast<int>(m_shown.forget.size() + m_shown.retain.size());
    m_cursor = std::min(m_cursor, count - 1);
    setAccessibleName(tr("Request %1, number %2 of %3").arg(m_request).arg(place + 1).arg(m_of));
    setAccessibleDescription(
        tr("Forgets %1 entities, retains %2. Alt with the arrow keys moves it, Ctrl with the arrow keys goes from "
           "picture to picture, the menu key tells what can be done. %3")
            .arg(m_shown.forget.size())
            .arg(m_shown.retain.size())
            .arg(words()));
    update();
}

void RequestCard::setPlace(std::size_t place) {
    if (std::exchange(m_place, place) != place)
        update();
}

void RequestCard::setRemovable(bool on) {
    m_remove->setVisible(on && !made());
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

int RequestCard::wordsHeight(int width) const {
    if (words().isEmpty())
        return 0;
    const QFontMetrics metrics(captionFont());
    return metrics.boundingRect(QRect(0, 0, width - 2 * kPadding, 1000), Qt::TextWordWrap, words()).height() + 6;
}

RequestCard::Layout RequestCard::layOut(int width) const {
    Layout layout;
    int y = kHead + kPadding;
    const int edge = m_edge > 0 ? m_edge : usualEdge(width);
    const auto place = [&](const std::vector<std::string>& entities, int edge, RequestSide side) {
        y += kCaption;
        const int columns = std::max(1, (width - 2 * kPadding + kGap) / (edge + kGap));
        for (std::size_t i = 0; i < entities.size(); ++i) {
            const int column = static_cast<int>(i) % columns, row = static_cast<int>(i) / columns;
            layout.pictures.push_back({QRect(kPadding + column * (edge + kGap), y + row * (edge + kGap), edge, edge),
                                       m_workspace.entity(QString::fromStdString(entities[i])), side});
        }
        const int rows = std::max(1, (static_cast<int>(entities.size()) + columns - 1) / columns);
        y += rows * (edge + kGap) + 4;
    };
    layout.forgetTop = y;
    place(m_shown.forget, edge, RequestSide::Forget);
    layout.keepTop = y;
    place(m_shown.retain, edge * 24 / 34, RequestSide::Keep);
    layout.words = y;
    layout.height = y + wordsHeight(width) + kPadding - 4;
    return layout;
}

int RequestCard::heightForWidth(int width) const {
    return layOut(width).height;
}

QRect RequestCard::rectOf(const QString& entity) const {
    for (const auto& picture : layOut(width()).pictures)
        if (picture.entity && QString::fromStdString(picture.entity->id) == entity)
            return picture.rect;
    return {};
}

RequestSide RequestCard::sideAt(const QPoint& at) const {
    return at.y() < layOut(width()).keepTop ? RequestSide::Forget : RequestSide::Keep;
}

const RequestCard::Picture* RequestCard::pictureAt(const Layout& layout, const QPoint& at) const {
    const auto found = std::find_if(layout.pictures.begin(), layout.pictures.end(),
                                    [&](const auto& picture) { return picture.entity && picture.rect.contains(at); });
    return found == layout.pictures.end() ? nullptr : &*found;
}

void RequestCard::paintPicture(QPainter& painter, const Picture& picture) const {
    const auto& palette = Theme::instance().palette();
    const double ratio = devicePixelRatioF();
    Thumbnails::Picture got;
    if (picture.entity)
        got = m_thumbnails.picture(pictureOf(*m_workspace.benchmark(), *picture.entity),
                                   static_cast<int>(picture.rect.width() * ratio));
    if (picture.entity && got.state == Thumbnails::State::Ready)
        painter.drawPixmap(picture.rect, got.pixmap);
    else
        painter.fillRect(picture.rect, palette.chip);
    if (!picture.entity) {
        painter.setPen(palette.error);
        painter.drawText(picture.rect, Qt::AlignCenter, QStringLiteral("?"));
    }
}

void RequestCard::paintHead(QPainter& painter) const {
    const auto& palette = Theme::instance().palette();
    int index = static_cast<int>(m_place);
    if (const auto* benchmark = m_workspace.benchmark())
        for (std::size_t i = 0; i < benchmark->requests.size(); ++i)
            if (benchmark->requests[i].name == m_shown.name)
                index = static_cast<int>(i);
    const auto inBadge = painter.fontMetrics().elidedText(m_request, Qt::ElideRight, width() / 2);
    const QRectF badge(kPadding, kPadding, std::max(kBadge, fontMetrics().horizontalAdvance(inBadge) + 14), kBadge);
    painter.setPen(Qt::NoPen);
    painter.setBrush(requestColour(index));
    painter.drawRoundedRect(badge, kBadge / 2.0, kBadge / 2.0);
    painter.setPen(Qt::white);
    painter.setFont(titleFont());
    painter.drawText(badge, Qt::AlignCenter, inBadge);
    painter.setPen(palette.ink);
    constexpr int buttons = 60;
    auto where = tr("%1 of %2").arg(m_place + 1).arg(m_of);
    if (made())
        where += tr(" · made");
    painter.drawText(QRectF(badge.right() + 8, badge.top(), width() - badge.right() - 8 - buttons, kBadge),
                     Qt::AlignLeft | Qt::AlignVCenter, where);
    if (const auto* ended = endedEarly()) {
        const double from = badge.right() + 8 + painter.fontMetrics().horizontalAdvance(where) + 10;
        painter.setFont(captionFont());
        painter.setPen(palette.soft);
        const QRectF room(from, badge.top(), width() - from - buttons, kBadge);
        auto text = tr("ended after %1 of %2 steps").arg(ended->stepsDone).arg(ended->stepsPlanned);
        if (painter.fontMetrics().horizontalAdvance(text) > room.width())
            text = tr("%1 of %2 steps").arg(ended->stepsDone).arg(ended->stepsPlanned);
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(room.width())));
    }
}

/// The caption of a side, and where a drop would go while one hangs over it.
void RequestCard::paintSide(QPainter& painter, const Layout& layout, RequestSide side) const {
    const auto& palette = Theme::instance().palette();
    const bool forget = side == RequestSide::Forget;
    const int top = forget ? layout.forgetTop : layout.keepTop, bottom = forget ? layout.keepTop : layout.words;
    const auto count = (forget ? m_shown.forget : m_shown.retain).size();
    const QRectF area(kPadding - 5, top - 1, width() - 2 * kPadding + 10, bottom - top - 3);
    const bool target = m_dropSide == side;
    if (target || (forget && count == 0)) {
        painter.setPen(QPen(target ? palette.accent : palette.line, 1.2, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(area, 5, 5);
    }
    painter.setFont(captionFont());
    painter.setPen(target ? palette.accent : palette.soft);
    const auto text = target       ? (forget ? tr("forget here") : tr("keep here"))
                      : forget     ? tr("forgets %1 entities").arg(count)
                      : count == 0 ? tr("must keep nobody")
                                   : tr("must keep %1").arg(count);
    painter.drawText(QRectF(kPadding, top, width() - 2 * kPadding, kCaption - 3), Qt::AlignLeft | Qt::AlignVCenter,
                     text);
}

void RequestCard::paintEvent(QPaintEvent*) {
    const auto& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const bool active = hasFocus() || m_dragging || m_dropSide;
    painter.setPen(QPen(active ? palette.accent : m_problem.isEmpty() ? palette.line : palette.error, 1));
    painter.setBrush(palette.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    paintHead(painter);
    const auto layout = layOut(width());
    for (const auto side : {RequestSide::Forget, RequestSide::Keep})
        paintSide(painter, layout, side);
    painter.setOpacity(made() ? 0.55 : 1);
    for (const auto& picture : layout.pictures)
        paintPicture(painter, picture);
    painter.setOpacity(1);
    if (hasFocus() && m_cursor >= 0 && m_cursor < static_cast<int>(layout.pictures.size())) {
        painter.setPen(QPen(palette.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(layout.pictures[static_cast<std::size_t>(m_cursor)].rect).adjusted(-1, -1, 1, 1));
    }
    if (!words().isEmpty()) {
        painter.setFont(captionFont());
        painter.setPen(m_problem.isEmpty() ? palette.soft : palette.error);
        painter.drawText(QRect(kPadding, layout.words, width() - 2 * kPadding, wordsHeight(width())), Qt::TextWordWrap,
                         words());
    }
}

void RequestCard::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_remove->setGeometry(width() - 32, 8, 24, 24);
    m_more->setGeometry(width() - 58, 8, 24, 24);
    m_name->setGeometry(kPadding - 2, 9, std::max(60, width() - 2 * kPadding - 52), 26);
}

void RequestCard::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    m_pressed = event->position().toPoint();
    const auto layout = layOut(width());
    const auto* picture = made() ? nullptr : pictureAt(layout, m_pressed);
    m_pressedEntity = picture ? QString::fromStdString(picture->entity->id) : QString();
    m_cursor = picture ? static_cast<int>(picture - layout.pictures.data()) : -1;
    update();
}

void RequestCard::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton) || made())
        return;
    const auto at = event->position().toPoint();
    if (!m_dragging && (at - m_pressed).manhattanLength() < QApplication::startDragDistance())
        return;
    if (!m_pressedEntity.isEmpty()) {
        dragOut(std::exchange(m_pressedEntity, QString()));
        return;
    }
    if (!m_dragging) {
        setDragged(true);
        raise();
    }
    const auto corner = mapToParent(at) - m_pressed;
    move(corner);
    emit dragged(corner + rect().center());
}

void RequestCard::mouseReleaseEvent(QMouseEvent*) {
    m_pressedEntity.clear();
    if (!m_dragging)
        return;
    setDragged(false);
    emit dropped();
}

void RequestCard::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->position().y() < kHead)
        rename();
}

void RequestCard::stepCursor(int by) {
    const auto count = static_cast<int>(m_shown.forget.size() + m_shown.retain.size());
    m_cursor = count == 0 ? -1 : m_cursor < 0 ? (by > 0 ? 0 : count - 1) : (m_cursor + by + count) % count;
    const auto layout = layOut(width());
    if (m_cursor >= 0)
        if (const auto& picture = layout.pictures[static_cast<std::size_t>(m_cursor)]; picture.entity)
            showToolTip(picture.rect.center(), mapToGlobal(picture.rect.bottomLeft()));
    update();
}

void RequestCard::keyPressEvent(QKeyEvent* event) {
    const bool alt = event->modifiers() & Qt::AltModifier, control = event->modifiers() & Qt::ControlModifier;
    const bool back = event->key() == Qt::Key_Left || event->key() == Qt::Key_Up;
    const bool on = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down;
    const auto layout = layOut(width());
    const auto* picture = m_cursor < 0 ? nullptr : &layout.pictures[static_cast<std::size_t>(m_cursor)];
    if (alt && (back || on) && !made())
        emit moveAsked(back ? -1 : 1);
    else if (control && (back || on))
        stepCursor(back ? -1 : 1);
    else if (event->key() == Qt::Key_F2 && !made())
        rename();
    else if (event->key() == Qt::Key_Escape && m_cursor >= 0) {
        m_cursor = -1;
        update();
    } else if (event->key() == Qt::Key_Delete && picture && picture->entity && !made())
        m_draft.setRequests(
            withoutEntities(m_draft.requests(), m_place, {picture->entity->id}),
            tr("take %1 out of request %2").arg(QString::fromStdString(picture->entity->name), m_request));
    else if (event->key() == Qt::Key_Delete && m_remove->isVisible())
        emit removeAsked();
    else
        QWidget::keyPressEvent(event);
}

void RequestCard::showToolTip(const QPoint& at, const QPoint& onScreen) {
    const auto layout = layOut(width());
    const auto* ended = endedEarly();
    if (const auto* picture = pictureAt(layout, at))
        QToolTip::showText(onScreen,
                           tr("%1, %2").arg(QString::fromStdString(picture->entity->name),
                                            QString::fromStdString(picture->entity->className)),
                           this, picture->rect);
    else if (made())
        QToolTip::showText(onScreen, tr("The run that this one goes on from has made it: it stays as it is."), this);
    else if (ended && at.y() < kHead)
        QToolTip::showText(onScreen,
                           tr("In the selected run its training ended after %1 of %2 steps.")
                               .arg(ended->stepsDone)
                               .arg(ended->stepsPlanned),
                           this);
    else
        QToolTip::hideText();
}

bool RequestCard::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        showToolTip(help->pos(), help->globalPos());
        return true;
    }
    if (event->type() == QEvent::ShortcutOverride && m_cursor >= 0 &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
        event->accept();
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

}  // namespace lacuna
