// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a request's entities by menu, drag and drop.
#include "widgets/common/entity_drag.h"
#include "widgets/common/thumbnails.h"
#include "widgets/sequence/request_card.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QDrag>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QToolTip>

namespace lacuna {
namespace {

std::vector<std::string> idsOf(const QStringList& entities) {
    std::vector<std::string> ids;
    for (const auto& id : entities)
        ids.push_back(id.toStdString());
    return ids;
}

}  // namespace

void RequestCard::contextMenuEvent(QContextMenuEvent* event) {
    const auto layout = layOut(width());
    const Picture* picture = nullptr;
    if (event->reason() != QContextMenuEvent::Keyboard)
        picture = pictureAt(layout, event->pos());
    else if (m_cursor >= 0)
        picture = &layout.pictures[static_cast<std::size_t>(m_cursor)];
    openMenu(picture ? picture->rect.bottomLeft() : event->pos(),
             picture && picture->entity ? QString::fromStdString(picture->entity->id) : QString());
}

void RequestCard::openMenu(const QPoint& at, const QString& entity) {
    if (made())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(*menu, entity);
    menu->popup(mapToGlobal(at));
}

void RequestCard::fillMenu(QMenu& menu, const QString& entity) {
    if (!entity.isEmpty())
        addEntityActions(menu, entity);
    const auto list = m_draft.requests();
    const auto add = [&](const QString& text, const QString& what, RequestList to) {
        auto* action = menu.addAction(text);
        action->setEnabled(to != list);
        connect(action, &QAction::triggered, this, [this, to = std::move(to), what] { m_draft.setRequests(to, what); });
    };
    if (const auto* benchmark = m_workspace.benchmark())
        add(tr("Keep everything else of the same classes"), tr("keep the rest of request %1's classes").arg(m_request),
            keepingClassmates(list, m_place, *benchmark));
    add(tr("Split in two"), tr("split request %1").arg(m_request), withSplit(list, m_place, m_draft.freeName()));
    const bool last = m_place + 1 >= list.size();
    add(last ? tr("Merge with the next")
             : tr("Merge with the next (%1)").arg(QString::fromStdString(list[m_place + 1].name)),
        tr("merge request %1 with the next").arg(m_request), withMerged(list, m_place));
    menu.addSeparator();
    auto* name = menu.addAction(tr("Rename"));
    name->setShortcut(Qt::Key_F2);
    connect(name, &QAction::triggered, this, &RequestCard::rename);
    auto* out = menu.addAction(tr("Leave out"));
    out->setShortcut(Qt::Key_Delete);
    out->setEnabled(list.size() > 1);
    connect(out, &QAction::triggered, this, &RequestCard::removeAsked);
}

void RequestCard::addEntityActions(QMenu& menu, const QString& entity) {
    const auto* known = m_workspace.entity(entity);
    const auto name = known ? QString::fromStdString(known->name) : entity;
    const auto id = entity.toStdString();
    const bool forgets = std::find(m_shown.forget.begin(), m_shown.forget.end(), id) != m_shown.forget.end();
    connect(menu.addAction((forgets ? tr("Keep %1") : tr("Forget %1")).arg(name)), &QAction::triggered, this,
            [this, entity, forgets] { take({entity}, forgets ? RequestSide::Keep : RequestSide::Forget, {}); });
    auto* to = menu.addMenu(tr("Move %1 to").arg(name));
    const auto side = forgets ? RequestSide::Forget : RequestSide::Keep;
    const auto list = m_draft.requests();
    for (std::size_t other = static_cast<std::size_t>(m_draft.made()); other < list.size(); ++other)
        if (other != m_place)
            connect(to->addAction(QString::fromStdString(list[other].name)), &QAction::triggered, this,
                    [this, list, other, id, side, name] {
                        m_draft.setRequests(withEntities(withoutEntities(list, m_place, {id}), other, {id}, side),
                                            tr("move %1").arg(name));
                    });
    if (forgets)
        connect(to->addAction(tr("a new request")), &QAction::triggered, this, [this, list, id, name] {
            m_draft.setRequests(withNew(withoutEntities(list, m_place, {id}), m_draft.freeName(), {id}),
                                tr("move %1").arg(name));
        });
    connect(menu.addAction(tr("Take %1 out").arg(name)), &QAction::triggered, this, [this, list, id, name] {
        m_draft.setRequests(withoutEntities(list, m_place, {id}), tr("take %1 out of request %2").arg(name, m_request));
    });
    menu.addSeparator();
}

void RequestCard::dragOut(const QString& entity) {
    auto* data = new QMimeData;
    data->setData(entitiesMime, entity.toUtf8());
    data->setData(requestMime, m_request.toUtf8());
    if (const auto* known = m_workspace.entity(entity))
        data->setText(QString::fromStdString(known->name));
    auto* drag = new QDrag(this);
    drag->setMimeData(data);
    const auto rect = rectOf(entity);
    drag->setPixmap(grab(rect));
    drag->setHotSpot({rect.width() / 2, rect.height() / 2});
    drag->exec(Qt::CopyAction | Qt::MoveAction, Qt::MoveAction);
}

void RequestCard::dragEnterEvent(QDragEnterEvent* event) {
    if (!made() && event->mimeData()->hasFormat(entitiesMime))
        event->acceptProposedAction();
}

void RequestCard::dragMoveEvent(QDragMoveEvent* event) {
    m_dropSide = sideAt(event->position().toPoint());
    event->acceptProposedAction();
    update();
}

void RequestCard::dragLeaveEvent(QDragLeaveEvent*) {
    m_dropSide.reset();
    update();
}

void RequestCard::dropEvent(QDropEvent* event) {
    m_dropSide.reset();
    event->acceptProposedAction();
    const bool copies = event->modifiers() & Qt::ControlModifier;
    take(entitiesIn(*event->mimeData()), sideAt(event->position().toPoint()),
         copies ? QString() : QString::fromUtf8(event->mimeData()->data(requestMime)));
    update();
}

/// Into this request; out of `from`, where they come from another.
void RequestCard::take(const QStringList& entities, RequestSide side, const QString& from) {
    const auto ids = idsOf(entities);
    auto list = m_draft.requests();
    for (std::size_t other = 0; other < list.size(); ++other)
        if (other != m_place && QString::fromStdString(list[other].name) == from)
            list = withoutEntities(std::move(list), other, ids);
    const auto* known = entities.size() == 1 ? m_workspace.entity(entities.front()) : nullptr;
    const auto whom = known ? QString::fromStdString(known->name) : tr("%1 entities").arg(entities.size());
    m_draft.setRequests(withEntities(std::move(list), m_place, ids, side),
                        (side == RequestSide::Forget ? tr("forget %1 in request %2") : tr("keep %1 in request %2"))
                            .arg(whom, m_request));
}

void RequestCard::rename() {
    if (made())
        return;
    m_name->setText(m_request);
    m_name->show();
    m_name->raise();
    m_name->selectAll();
    m_name->setFocus();
}

/// Leaving the line keeps a name that can be, Esc the one it had.
bool RequestCard::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_name || m_name->isHidden())
        return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::FocusOut && static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason)
        endRenaming(requestNameProblem(m_draft.requests(), m_place, m_name->text().trimmed()).isEmpty());
    const bool escape = (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) &&
                        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape;
    if (escape && event->type() == QEvent::KeyPress) {
        endRenaming(false);
        return true;
    }
    if (escape)
        event->accept();
    return QWidget::eventFilter(watched, event);
}

void RequestCard::endRenaming(bool keep) {
    if (m_name->isHidden())
        return;
    const auto name = m_name->text().trimmed();
    if (keep && name != m_request) {
        const auto list = m_draft.requests();
        if (const auto problem = requestNameProblem(list, m_place, name); !problem.isEmpty()) {
            QToolTip::showText(mapToGlobal(m_name->geometry().bottomLeft()), problem, m_name);
            return;
        }
        m_name->hide();
        setFocus();  // from here it goes to the card of the new name
        m_draft.setRequests(withName(list, m_place, name.toStdString()), tr("rename request %1").arg(m_request));
        return;
    }
    m_name->hide();
    setFocus();
}

}  // namespace lacuna
