// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/icons.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

static void initResources() {
    Q_INIT_RESOURCE(workbench);  // a static library's resources are only there once somebody asks
}

namespace lacuna {
namespace {

class LineIcon : public QIconEngine {
public:
    LineIcon(QByteArray svg, const QColor& colour) : m_svg(std::move(svg)), m_colour(colour) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const auto& theme = Theme::instance().palette();
        auto colour = m_colour.isValid() ? m_colour : theme.ink;
        if (mode == QIcon::Disabled)
            colour = mixed(theme.panel, theme.ink, 0.35);
        auto svg = m_svg;
        QSvgRenderer(svg.replace("currentColor", colour.name().toLatin1())).render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIcon(*this); }

private:
    QByteArray m_svg;
    QColor m_colour;
};

}  // namespace

QIcon icon(const QString& name, const QColor& colour) {
    initResources();
    QFile file(":/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new LineIcon(file.readAll(), colour));
}

QIcon applicationIcon() {
    initResources();
    return QIcon(":/lacuna.svg");
}

}  // namespace lacuna
