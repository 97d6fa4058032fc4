// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/messages_panel.h"

#include "app/workbench/messages_model.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel_header.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

namespace lacuna {

MessagesPanel::MessagesPanel(MessagesModel& messages, QWidget* parent)
    : QDockWidget(tr("Messages"), parent), m_messages(messages), m_view(new QListView(this)) {
    setObjectName("messages");
    setFeatures(DockWidgetClosable);
    setAllowedAreas(Qt::BottomDockWidgetArea);
    m_view->setModel(&messages);
    m_view->setWordWrap(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setAccessibleName(tr("Messages"));
    auto* empty =
        emptyState(tr("Nothing to report. What goes wrong, and what Lacuna did by itself, stands here."), this);
    auto* both = new QWidget(this);
    auto* column = new QVBoxLayout(both);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
    column->addWidget(empty);
    both->setAutoFillBackground(true);
    both->setBackgroundRole(QPalette::Base);
    setWidget(both);
    const auto refresh = [this, empty] {
        const bool any = m_messages.rowCount() > 0;
        m_view->setVisible(any);
        empty->setVisible(!any);
    };
    for (const auto changed : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&messages, changed, this, refresh);
    connect(&messages, &QAbstractItemModel::modelReset, this, refresh);
    refresh();

    auto* bar = new QWidget(this);
    bar->setAutoFillBackground(true);
    bar->setBackgroundRole(QPalette::Base);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 2, 8, 0);
    layout->setSpacing(2);
    layout->addWidget(new PanelHeader(tr("Messages"), bar), 1);
    const auto button = [&](const QString& name, const QString& tip, auto clicked) {
        auto* made = new QToolButton(bar);
        made->setIcon(icon(name));
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        made->setAutoRaise(true);
        connect(made, &QToolButton::clicked, this, clicked);
        layout->addWidget(made);
    };
    button("copy", tr("Copy all messages"), [this] { QApplication::clipboard()->setText(m_messages.asText()); });
    button("delete", tr("Clear"), [this] { m_messages.clear(); });
    button("close", tr("Close"), [this] { hide(); });
    setTitleBarWidget(bar);
}

}  // namespace lacuna
