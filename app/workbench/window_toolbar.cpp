// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/window_toolbar.h"

#include "app/workbench/status_panel.h"
#include "app/workbench/window_actions.h"
#include "app/workbench/workbench.h"
#include "widgets/common/quantities.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/common/timeline_bar.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QToolButton>

namespace lacuna {

/// Where the numbers are made, and how much memory that takes.
class DeviceLabel : public QWidget {
public:
    explicit DeviceLabel(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed); }

    void setText(const QString& text) {
        m_text = text;
        setVisible(!text.isEmpty());
        updateGeometry();
        update();
    }
    QSize sizeHint() const override {
        return {static_cast<int>(tabularWidth(QFontMetricsF(bodyFont()), m_text)) + 24, 28};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const auto& theme = Theme::instance().palette();
        paintBox(painter, rect(), {}, theme.line);
        painter.setPen(theme.ink);
        drawTabular(painter, rect(), Qt::AlignCenter, m_text);
    }

private:
    QString m_text;
};

/// Looks like the field it opens.
class SearchField : public QAbstractButton {
public:
    explicit SearchField(QWidget* parent) : QAbstractButton(parent) {
        setFocusPolicy(Qt::TabFocus);
        setCursor(Qt::IBeamCursor);
    }
    QSize sizeHint() const override { return {208, 28}; }
    QSize minimumSizeHint() const override { return {120, 28}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const auto& theme = Theme::instance().palette();
        paintBox(painter, rect(), theme.panel, hasFocus() ? theme.accent : theme.line);
        painter.setFont(captionFont());
        const QString key = QObject::tr("Ctrl K");
        const double chipWidth = QFontMetricsF(painter.font()).horizontalAdvance(key) + 16;
        const QRectF chip(width() - chipWidth - 6, (height() - 18) / 2.0, chipWidth, 18);
        paintBox(painter, chip, theme.chip, {}, 9);
        painter.setPen(theme.soft);
        painter.drawText(chip, Qt::AlignCenter, key);
        painter.setFont(bodyFont());
        painter.drawText(QRectF(11, 0, chip.left() - 15, height()), Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text(), Qt::ElideRight, static_cast<int>(chip.left()) - 15));
    }
};

WindowToolBar::WindowToolBar(Workbench& workbench, const WindowActions& actions, QWidget* parent)
    : QToolBar(tr("Tools"), parent),
      m_workbench(workbench),
      m_timeline(new TimelineBar(workbench.workspace())),
      m_device(new DeviceLabel(this)),
      m_search(new SearchField(this)) {
    setObjectName("tools");
    setMovable(false);
    setFloatable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    auto* content = new QWidget(this);
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(10, 1, 10, 1);
    row->setSpacing(8);
    row->addWidget(button(actions["file.open"], true));
    auto* newRun = button(actions["run.new"], true);
    newRun->setProperty("main", true);
    row->addWidget(newRun);
    row->addWidget(button(actions["run.pause"], false));
    row->addWidget(button(actions["run.stop"], false));
    row->addWidget(m_timeline, 1);
    row->addWidget(m_device);
    row->addWidget(m_search);
    addWidget(content);

    m_search->setText(tr("Find anything"));
    m_search->setAccessibleName(tr("Find anything"));
    connect(m_search, &QAbstractButton::clicked, actions["edit.find"], &QAction::trigger);
    m_device->setAccessibleName(tr("Device"));
    connect(&workbench.bridge(), &EngineBridge::deviceChanged, this, &WindowToolBar::showDevice);
    connect(&workbench.bridge(), &EngineBridge::workChanged, this, &WindowToolBar::showDevice);
    showDevice();
}

QToolButton* WindowToolBar::button(QAction* action, bool text) {
    auto* made = new QToolButton(this);
    made->setDefaultAction(action);
    made->setToolButtonStyle(text ? Qt::ToolButtonTextOnly : Qt::ToolButtonIconOnly);
    made->setAutoRaise(false);
    made->setFocusPolicy(Qt::TabFocus);
    // "Open run folder…" in the menu is "Open" here.
    const auto shorten = [made, action, text] {
        if (text)
            made->setText(action->objectName() == "file.open" ? tr("Open") : tr("New run"));
        made->setVisible(action->isVisible());
        const auto key = action->shortcut().toString(QKeySequence::NativeText);
        auto name = action->text().remove('&').remove("…");
        made->setAccessibleName(name);
        made->setToolTip(key.isEmpty() ? name : name + " (" + key + ")");
    };
    connect(action, &QAction::changed, made, shorten);
    shorten();
    return made;
}

void WindowToolBar::showDevice() {
    const auto& bridge = m_workbench.bridge();
    const auto device = bridge.device().section(" · ", 0, 0);
    const double mib = std::max(bridge.work().gpuMib, device == "cpu" ? bridge.work().cpuMib : 0);
    m_device->setText(mib > 0 ? device + " · " + memoryText(mib) : device);
    // As wide as it will ever be, so that the timeline stays where it is.
    constexpr int around = 28;
    m_device->setMinimumWidth(m_device->fontMetrics().horizontalAdvance(device + " · 888.8 GB") + around);
    m_device->setToolTip(bridge.device());
    m_device->setAccessibleDescription(bridge.device());
}

void WindowToolBar::resizeEvent(QResizeEvent* event) {
    QToolBar::resizeEvent(event);
    m_search->setFixedWidth(width() < 1200 ? 150 : 208);
}

}  // namespace lacuna
