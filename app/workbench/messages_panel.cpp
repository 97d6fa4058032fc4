// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/messages_panel.h"

#include "app/workbench/messages_model.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel_header.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QListView>
#include <QToolButton>

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
    setWidget(m_view);

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
