// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/status_panel.h"

#include "app/workbench/workbench.h"
#include "widgets/common/icons.h"
#include "widgets/common/quantities.h"
#include "widgets/common/theme.h"

#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>

#include <cmath>

namespace lacuna {
namespace {

/// A label that gives way when the window is narrow, and then says all in its tool tip.
class GivingLabel : public QLabel {
public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override { return {0, QLabel::minimumSizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(rect(), int(alignment()), fontMetrics().elidedText(text(), Qt::ElideRight, width()));
    }
};

}  // namespace

StatusPanel::StatusPanel(Workbench& workbench, QWidget* parent)
    : QStatusBar(parent),
      m_workbench(workbench),
      m_what(new QLabel(this)),
      m_bar(new QProgressBar(this)),
      m_figures(new QLabel(this)),
      m_message(new GivingLabel(this)),
      m_messages(new QToolButton(this)) {
    setSizeGripEnabled(false);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* content = new QWidget(this);
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(10, 0, 2, 0);
    row->setSpacing(14);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(200);
    m_bar->setRange(0, 1000);
    m_bar->setAccessibleName(tr("Progress of the work in hand"));
    m_figures->setForegroundRole(QPalette::PlaceholderText);
    m_message->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_messages->setAutoRaise(true);
    m_messages->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_messages->setAccessibleName(tr("Messages"));
    row->addWidget(m_what);
    row->addWidget(m_bar);
    row->addWidget(m_figures);
    row->addWidget(m_message, 1);
    row->addWidget(m_messages);
    addWidget(content, 1);
    setMinimumHeight(30);

    auto& bridge = workbench.bridge();
    connect(&bridge, &EngineBridge::workChanged, this, &StatusPanel::refresh);
    connect(&bridge, &EngineBridge::stateChanged, this, &StatusPanel::refresh);
    connect(&workbench, &Workbench::engineProblemChanged, this, &StatusPanel::refresh);
    connect(m_messages, &QToolButton::clicked, this, &StatusPanel::messagesAsked);
    auto& messages = workbench.messages();
    connect(&messages, &MessagesModel::added, this, &StatusPanel::refreshMessages);
    connect(&messages, &QAbstractItemModel::modelReset, this, &StatusPanel::refreshMessages);
    connect(&Theme::instance(), &Theme::changed, this, &StatusPanel::refreshMessages);
    refresh();
    refreshMessages();
}

QString StatusPanel::idleText() const {
    auto& bridge = m_workbench.bridge();
    if (!m_workbench.engineProblem().isEmpty())
        return tr("No engine: runs can be looked at, not computed");
    if (!bridge.attached())
        return m_workbench.engineStarted() ? tr("Engine starting…") : QString();
    switch (bridge.state()) {
        case EngineState::Loading:
            return tr("Loading model and benchmark…");
        case EngineState::Pausing:
            return tr("Pausing after this step…");
        case EngineState::Stopping:
            return tr("Finishing this step, then a checkpoint…");
        case EngineState::Running:
            return tr("Starting…");
        case EngineState::Paused:
            return tr("Paused");
        default:
            return tr("Ready");
    }
}

void StatusPanel::refresh() {
    const auto& bridge = m_workbench.bridge();
    const auto& work = bridge.work();
    const bool busy = !work.what.isEmpty();
    auto what = busy ? work.what : idleText();
    if (busy && bridge.state() != EngineState::Running && bridge.state() != EngineState::Loading)
        what += " · " + idleText();
    m_what->setText(what);
    m_bar->setVisible(busy);
    m_bar->setRange(0, work.share < 0 ? 0 : 1000);
    m_bar->setValue(static_cast<int>(std::max(0.0, work.share) * 1000));
    QStringList figures;
    if (busy && work.share >= 0) {
        const auto left = work.secondsLeft >= 0 ? tr(" · %1 left").arg(durationText(work.secondsLeft)) : QString();
        figures << tr("%1 %").arg(std::min(99, static_cast<int>(work.share * 100))) + left;
    }
    if (busy && work.runs > 1)
        figures << tr("run %1 of %2").arg(work.number).arg(work.runs) +
                       (work.allSecondsLeft >= 0 ? tr(", about %1 in all").arg(durationText(work.allSecondsLeft))
                                                 : QString());
    if (work.stepsPerS > 0)
        figures << speedText(work.stepsPerS);
    if (work.cpuMib > 0)
        figures << tr("CPU %1").arg(memoryText(work.cpuMib));
    if (work.gpuMib > 0)
        figures << tr("GPU %1").arg(memoryText(work.gpuMib));
    m_figures->setText(figures.join("     "));
}

void StatusPanel::say(const QString& text) {
    auto palette = m_message->palette();
    palette.setColor(m_message->foregroundRole(), Theme::instance().palette().soft);
    m_message->setPalette(palette);
    m_message->setText(text);
    QTimer::singleShot(6000, m_message, [this, text] {
        if (m_message->text() == text)
            refreshMessages();
    });
}

void StatusPanel::refreshMessages() {
    auto& messages = m_workbench.messages();
    const auto& theme = Theme::instance().palette();
    const auto newest = messages.index(0);
    const bool error = newest.isValid() &&
                       newest.data(MessagesModel::KindRole).toInt() == static_cast<int>(MessagesModel::Kind::Error);
    auto palette = m_message->palette();
    palette.setColor(m_message->foregroundRole(), error ? theme.error : theme.soft);
    m_message->setPalette(palette);
    m_message->setText(newest.data(MessagesModel::TextRole).toString());
    m_message->setToolTip(m_message->text());
    constexpr int readFor = 20000;
    QTimer::singleShot(readFor, m_message, [this, text = m_message->text()] {  // the list of messages keeps it
        if (m_message->text() == text)
            m_message->clear();
    });
    const int errors = messages.errors();
    m_messages->setIcon(icon("messages", errors ? theme.error : theme.soft));
    m_messages->setText(errors ? QString::number(errors) : QString());
    m_messages->setToolTip(errors == 0   ? tr("Show all messages")
                           : errors == 1 ? tr("One error: show all messages")
                                         : tr("%n errors: show all messages", nullptr, errors));
}

}  // namespace lacuna
