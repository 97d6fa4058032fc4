// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/toast.h"

#include "widgets/common/theme.h"

#include <QAccessible>
#include <QEvent>
#include <QFileInfo>
#include <QPainter>
#include <QUrl>

namespace lacuna {

Toast::Toast(QWidget* over) : QLabel(over) {
    setObjectName("toast");
    setForegroundRole(QPalette::WindowText);  // else it follows what it lies over
    setContentsMargins(12, 6, 12, 7);
    setWordWrap(true);
    setAlignment(Qt::AlignCenter);
    setOpenExternalLinks(true);
    m_until.setSingleShot(true);
    m_until.setInterval(4000);
    connect(&m_until, &QTimer::timeout, this, &QWidget::hide);
    over->installEventFilter(this);
}

Toast* Toast::of(const QWidget* over) {
    return over->findChild<Toast*>(QString(), Qt::FindDirectChildrenOnly);
}

void Toast::show(QWidget* over, const QString& text) {
    auto* toast = of(over);
    if (!toast)
        toast = new Toast(over);
    const auto& theme = Theme::instance().palette();
    auto colours = toast->palette();
    for (const auto role : {QPalette::WindowText, QPalette::Text})  // rich text takes the latter
        colours.setColor(role, theme.panel);
    colours.setColor(QPalette::Link, theme.panel);
    toast->setPalette(colours);
    toast->setText(text);
    toast->place();
    toast->raise();
    toast->QLabel::show();
    toast->m_until.start();
    QAccessibleEvent event(toast, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void Toast::showSaved(QWidget* over, const QString& path) {
    const QFileInfo file(path);
    show(over, tr("Saved to %1 · <a href=\"%2\">open folder</a>")
                   .arg(file.fileName().toHtmlEscaped(),
                        QString::fromUtf8(QUrl::fromLocalFile(file.absolutePath()).toEncoded())));
}

void Toast::place() {
    const auto* over = parentWidget();
    const int room = std::max(80, over->width() - 32);
    setMaximumWidth(room);
    setWordWrap(false);
    if (sizeHint().width() > room)
        setWordWrap(true);
    const int width = std::min(room, sizeHint().width());
    resize(width, wordWrap() ? heightForWidth(width) : sizeHint().height());
    move((over->width() - this->width()) / 2, over->height() - height() - 14);
}

bool Toast::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return QLabel::eventFilter(watched, event);
}

void Toast::paintEvent(QPaintEvent* event) {
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::instance().palette().ink);
        painter.drawRoundedRect(rect(), 6, 6);
    }
    QLabel::paintEvent(event);
}

}  // namespace lacuna
