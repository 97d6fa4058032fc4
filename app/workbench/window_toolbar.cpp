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
#include <QFile>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QThread>
#include <QToolButton>
#include <QWidgetAction>

#include <algorithm>

namespace lacuna {

namespace {

/// What this process, and the engine in it, has in memory; 0 where the system does not tell.
double residentMib() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    constexpr double pageMib = 4096.0 / (1 << 20);
    return file.readAll().split(' ').value(1).toDouble() * pageMib;
}

}  // namespace

/// Where the numbers are made, and how much memory that takes; its menu says it in full.
class DeviceButton : public QAbstractButton {
public:
    explicit DeviceButton(QWidget* parent) : QAbstractButton(parent), m_menu(new QMenu(this)) {
        QSizePolicy always(QSizePolicy::Fixed, QSizePolicy::Fixed);
        always.setRetainSizeWhenHidden(true);  // the timeline stays where it is when the engine comes
        setSizePolicy(always);
        setFocusPolicy(Qt::TabFocus);
        connect(this, &QAbstractButton::clicked, this, [this] {
            // At the right edge of the window, where it would else be moved over its own button.
            const QPoint corner(width() - m_menu->sizeHint().width(), height() + 2);
            m_menu->popup(mapToGlobal(QPoint(std::min(0, corner.x()), corner.y())));
        });
    }
    QMenu* menu() const { return m_menu; }

    void showDevice(const QString& text) {
        setText(text);
        setVisible(!text.isEmpty());
        updateGeometry();
        update();
    }
    QSize sizeHint() const override {
        return {static_cast<int>(tabularWidth(QFontMetricsF(bodyFont()), text())) + 24 + arrow, 28};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const auto& theme = Theme::instance().palette();
        paintBox(painter, rect(), isDown() || m_menu->isVisible() ? theme.chip : QColor(),
                 hasFocus() ? theme.accent : theme.line);
        painter.setPen(theme.ink);
        drawTabular(painter, rect().adjusted(0, 0, -arrow, 0), Qt::AlignCenter, text());
        paintArrow(painter, QRectF(width() - arrow - 8, 0, arrow, height()), Qt::DownArrow, theme.soft);
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            click();
        else
            QAbstractButton::keyPressEvent(event);
    }

private:
    static constexpr int arrow = 14;
    QMenu* m_menu;
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
      m_actions(actions),
      m_timeline(new TimelineBar(workbench.workspace())),
      m_device(new DeviceButton(this)),
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
    connect(m_device->menu(), &QMenu::aboutToShow, this, &WindowToolBar::fillDeviceMenu);
    connect(&workbench.bridge(), &EngineBridge::deviceChanged, this, &WindowToolBar::showDevice);
    connect(&workbench.bridge(), &EngineBridge::workChanged, this, &WindowToolBar::showDevice);
    showDevice();
}

QAbstractButton* WindowToolBar::device() const {
    return m_device;
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
    m_device->showDevice(mib > 0 ? device + " · " + memoryText(mib) : device);
    // As wide as it will ever be, so that the timeline stays where it is.
    constexpr int around = 42;
    m_device->setMinimumWidth(
        m_device->fontMetrics().horizontalAdvance((device.isEmpty() ? QStringLiteral("cpu") : device) + " · 888.8 GB") +
        around);
    m_device->setToolTip(bridge.device());
    m_device->setAccessibleDescription(bridge.device());
}

/// What is in use is told; what the next run uses is chosen in its form.
void WindowToolBar::fillDeviceMenu() {
    const auto& bridge = m_workbench.bridge();
    auto* menu = m_device->menu();
    menu->clear();
    const auto line = [menu](const QString& text) {  // to be read, so no greyed action
        auto* label = new QLabel(text);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setContentsMargins(28, 4, 16, 4);  // in line with the actions below
        auto* action = new QWidgetAction(menu);
        action->setText(text);
        action->setDefaultWidget(label);
        menu->addAction(action);
    };
    line(bridge.device());
    const int run = m_workbench.workspace().indexOf(bridge.currentRun());
    const int threads =
        run < 0 ? 0 : m_workbench.workspace().runs()[static_cast<std::size_t>(run)].history.spec.threads;
    line(threads > 0 ? tr("Threads: %1").arg(threads)
                     : tr("Threads: one per core (%1)").arg(QThread::idealThreadCount()));
    if (const double mib = residentMib(); mib > 0)
        line(tr("Memory in use: %1").arg(memoryText(mib)));
    if (bridge.work().gpuMib > 0)
        line(tr("Memory on the GPU: %1").arg(memoryText(bridge.work().gpuMib)));
    menu->addSeparator();
    menu->addAction(m_actions["run.free"]);
    menu->addAction(tr("Choose for the next run…"), m_actions["run.new"], &QAction::trigger);
}

void WindowToolBar::resizeEvent(QResizeEvent* event) {
    QToolBar::resizeEvent(event);
    m_search->setFixedWidth(width() < 1200 ? 150 : 208);
}

}  // namespace lacuna
