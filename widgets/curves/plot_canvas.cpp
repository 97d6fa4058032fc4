// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/plot_canvas.h"

#include "widgets/common/theme.h"
#include "widgets/common/toast.h"
#include "widgets/curves/plot_drawing.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QScopedValueRollback>

#include <cmath>

namespace lacuna {
namespace {

/// An item of QCustomPlot that only draws.
class Painted final : public QCPAbstractItem {
public:
    Painted(QCustomPlot* plot, const QString& layer, std::function<void(QCPPainter&)> paint)
        : QCPAbstractItem(plot), m_paint(std::move(paint)) {
        setClipToAxisRect(false);
        setSelectable(false);
        setLayer(layer);
    }
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override { m_paint(*painter); }

private:
    std::function<void(QCPPainter&)> m_paint;
};

constexpr double kClickDistance = 4;

}  // namespace

PlotCanvas::PlotCanvas(QWidget* parent) : QCustomPlot(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    axisRect()->setRangeZoomFactor(0.88);
    setNoAntialiasingOnDrag(false);
    setPlottingHint(QCP::phCacheLabels, true);
    layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmBuffered);
    selectionRect()->setLayer(QStringLiteral("overlay"));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        applyTheme();
        queueReplot();
    });
    PlotCanvas::applyTheme();
}

void PlotCanvas::paintOn(const QString& layer, std::function<void(QCPPainter&)> paint) {
    new Painted(this, layer, std::move(paint));  // owned by the plot
}

void PlotCanvas::applyTheme() {
    const auto& palette = Theme::instance().palette();
    setBackground(QBrush(palette.panel));
    for (auto* axis : {xAxis, yAxis}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelFont(captionFont());
        axis->setTickLabelColor(palette.soft);
        axis->setLabelFont(captionFont());
        axis->setLabelColor(palette.soft);
        axis->grid()->setPen(QPen(mixed(palette.line, palette.panel, 0.45), 1));
        axis->grid()->setZeroLinePen(QPen(mixed(palette.line, palette.panel, 0.45), 1));
    }
    selectionRect()->setPen(QPen(palette.accent, 1));
    selectionRect()->setBrush(withAlpha(palette.accent, 0.12));
}

void PlotCanvas::limitView(QCPAxis* axis, const QCPRange& limits, double smallest) {
    disconnect(axis, nullptr, this, nullptr);
    connect(axis, qOverload<const QCPRange&, const QCPRange&>(&QCPAxis::rangeChanged), this,
            [this, axis, limits, smallest](const QCPRange& now, const QCPRange& before) {
                // Rounding can leave a bounded range a hair outside its bounds: mend once, not for ever.
                if (m_limiting)
                    return;
                QScopedValueRollback limiting(m_limiting, true);
                const auto wanted = now.size() < smallest && before.size() >= smallest ? before : now;
                axis->setRange(wanted.bounded(limits.lower, limits.upper));
            });
}

/// A plot in a tab that was never shown may have no size: QCustomPlot would draw into a pixmap that is none.
void PlotCanvas::queueReplot() {
    if (isVisible())
        replot(QCustomPlot::rpQueuedReplot);
    else
        m_stale = true;
}

void PlotCanvas::showEvent(QShowEvent* event) {
    QCustomPlot::showEvent(event);
    if (std::exchange(m_stale, false))
        queueReplot();
}

void PlotCanvas::resizeEvent(QResizeEvent* event) {
    if (!event->size().isEmpty())
        QCustomPlot::resizeEvent(event);
}

void PlotCanvas::replotOverlay() {
    if (isVisible())
        layer(QStringLiteral("overlay"))->replot();
    else
        m_stale = true;
}

void PlotCanvas::drawFigure(QCPPainter& painter, const QSize& size) {
    auto* overlay = layer(QStringLiteral("overlay"));
    overlay->setVisible(false);
    toPainter(&painter, size.width(), size.height());
    overlay->setVisible(true);
    queueReplot();  // the layout is still the picture's
}

void PlotCanvas::mousePressEvent(QMouseEvent* event) {
    m_pressed = event->position();
    m_clicking = event->button() == Qt::LeftButton;
    setSelectionRectMode(event->modifiers() & Qt::ControlModifier ? QCP::srmZoom : QCP::srmNone);
    QCustomPlot::mousePressEvent(event);
}

void PlotCanvas::mouseMoveEvent(QMouseEvent* event) {
    if ((event->position() - m_pressed).manhattanLength() > kClickDistance)
        m_clicking = false;
    QCustomPlot::mouseMoveEvent(event);
    if (event->buttons() == Qt::NoButton)
        hoverAt(event->position());
}

void PlotCanvas::mouseReleaseEvent(QMouseEvent* event) {
    QCustomPlot::mouseReleaseEvent(event);
    if (m_clicking && event->button() == Qt::LeftButton)
        clickAt(event->position());
    m_clicking = false;
}

void PlotCanvas::leaveEvent(QEvent* event) {
    QCustomPlot::leaveEvent(event);
    hoverEnd();
}

void PlotCanvas::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) {
        emit copyRequested();
        return;
    }
    const bool plain = event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
    const auto zoom = [&](double factor) {
        xAxis->scaleRange(factor);
        yAxis->scaleRange(factor);
    };
    if (plain && event->key() == Qt::Key_F)
        fitView();
    else if (plain && event->key() == Qt::Key_R)
        resetView();
    else if (event->key() == Qt::Key_Plus)
        zoom(0.8);
    else if (plain && event->key() == Qt::Key_Minus)
        zoom(1 / 0.8);
    else
        return QCustomPlot::keyPressEvent(event);
    queueReplot();
}

void PlotCanvas::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    const QPointF at = event->reason() == QContextMenuEvent::Mouse ? QPointF(event->pos()) : plotRect().center();
    const auto value = valueTextAt(at);
    auto* copyValue =
        menu.addAction(value.isEmpty() ? tr("Copy value") : tr("Copy “%1”").arg(value), this, [this, value] {
            QApplication::clipboard()->setText(value);
            Toast::show(this, tr("Copied “%1”").arg(value.toHtmlEscaped()));
        });
    copyValue->setEnabled(!value.isEmpty());
    addMenuActions(menu, at);
    menu.addAction(tr("Copy figure and numbers"), this, &PlotCanvas::copyRequested);
    menu.addAction(tr("Save figure…"), this, &PlotCanvas::saveRequested);
    menu.addSeparator();
    menu.addAction(tr("Fit to data\tF"), this, [this] {
        fitView();
        queueReplot();
    });
    menu.addAction(tr("Reset view\tR"), this, [this] {
        resetView();
        queueReplot();
    });
    menu.exec(event->globalPos());
}

void PlotCanvas::focusInEvent(QFocusEvent* event) {
    QCustomPlot::focusInEvent(event);
    m_keyboardFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    focusShown(m_keyboardFocus);
    update();
}

void PlotCanvas::focusOutEvent(QFocusEvent* event) {
    QCustomPlot::focusOutEvent(event);
    m_keyboardFocus = false;
    focusShown(false);
    update();
}

void PlotCanvas::paintEvent(QPaintEvent* event) {
    QCustomPlot::paintEvent(event);
    if (!m_keyboardFocus)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::instance().palette().accent, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

void PlotCanvas::changeEvent(QEvent* event) {
    QCustomPlot::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        applyTheme();
        queueReplot();
    }
}

QString PercentTicker::getTickLabel(double tick, const QLocale& locale, QChar, int) {
    const double percent = tick * 100;
    const int decimals = std::abs(percent - std::round(percent)) < 1e-6 ? 0 : 1;
    return locale.toString(std::abs(percent) < 1e-9 ? 0.0 : percent, 'f', decimals) + QStringLiteral(" %");
}

}  // namespace lacuna
