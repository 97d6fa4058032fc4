// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/sequence_plot.h"

#include "core/catalog/metrics.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"

#include <QMenu>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

constexpr double kTint = 25;
constexpr double kPick = 12;
constexpr int kStageNames = 22;  // height kept below the axis

}  // namespace

SequencePlot::SequencePlot(Split split, Workspace& workspace, QWidget* parent)
    : PlotCanvas(parent), m_workspace(workspace), m_split(split) {
    xAxis->setTicks(false);
    xAxis->setTickLabels(false);
    xAxis->grid()->setVisible(false);
    auto ticker = QSharedPointer<PercentTicker>::create();
    ticker->setTickCount(4);
    yAxis->setTicker(ticker);
    axisRect()->setAutoMargins(QCP::msLeft);
    paintOn(QStringLiteral("background"), [this](auto& painter) { drawStageTint(painter); });
    paintOn(QStringLiteral("main"), [this](auto& painter) { drawLines(painter); });
    paintOn(QStringLiteral("axes"), [this](auto& painter) {
        drawStageNames(painter);
        const auto names = endNames();
        drawEndNames(painter, names, plotRect(), axisRect()->margins().right(), covered(names));
    });
    paintOn(QStringLiteral("overlay"), [this](auto& painter) { drawCrosshair(painter); });
    applyTheme();
    resetView();
}

void SequencePlot::refresh(const std::string& metric, bool overSeeds) {
    m_metric = metric;
    m_overSeeds = overSeeds;
    m_series = sequenceSeries(m_workspace, m_split, metric, overSeeds);
    m_published = publishedSeries(m_workspace, m_split, metric);
    const int before = m_stageCount;
    m_stageCount = m_workspace.stageCount();
    m_stageNames.clear();
    for (int stage = 0; stage < m_stageCount; ++stage)
        m_stageNames.push_back(m_workspace.stageName(stage));
    if (m_stageCount != before)
        resetView();
    axisRect()->setMargins(QMargins(0, 8, endNamesWidth(endNames()), kStageNames));
    if (m_crosshair >= m_stageCount)
        m_crosshair = -1;
    describe();
    queueReplot();
}

void SequencePlot::showStage(int stage) {
    m_stage = stage;
    describe();
    queueReplot();
}

void SequencePlot::showCrosshair(int stage, bool withCard) {
    if (stage == m_crosshair && withCard == m_withCard)
        return;
    m_crosshair = stage;
    m_withCard = withCard;
    replotOverlay();
}

QString SequencePlot::figureTitle() const {
    return m_split == Split::Forget ? tr("Forgetting") : tr("Retention");
}

QString SequencePlot::figureCaption() const {
    if (m_metric.empty())
        return {};
    const auto metric = QString::fromStdString(metricRow(m_metric).name);
    const bool others = countsOf(m_metric) != MetricOf::Sets;
    if (others && m_split == Split::Forget)
        return {};
    QStringList parts{(others                     ? tr("%1")
                       : m_split == Split::Forget ? tr("%1 on every request so far")
                                                  : tr("%1 on what had to stay"))
                          .arg(metric)};
    if (const auto better = betterText(m_metric, m_split); !better.isEmpty())
        parts << better;
    // With one seed of each method there is no band.
    if (std::any_of(m_series.begin(), m_series.end(), [](const auto& line) {
            return std::any_of(line.points.begin(), line.points.end(), [](auto& p) { return p.spread > 0; });
        }))
        parts << (m_overSeeds ? tr("band: ± standard deviation over seeds") : tr("band: ± standard error"));
    if (std::any_of(m_series.begin(), m_series.end(), [](const auto& line) {
            return std::any_of(line.points.begin(), line.points.end(), [](auto& p) { return !p.ended.isEmpty(); });
        }))
        parts << tr("ringed: training ended early");
    return captionOf(m_workspace, parts.join(QStringLiteral("; ")));
}

QString SequencePlot::fileStem() const {
    return m_split == Split::Forget ? QStringLiteral("forgetting") : QStringLiteral("retention");
}

std::function<void()> SequencePlot::makePlain() {
    return [this, choose = withoutSelection(m_series, [](auto& line) -> bool& { return line.selected; }),
            stage = std::exchange(m_stage, -1)] {
        choose();
        m_stage = stage;
    };
}

QString SequencePlot::csv() const {
    auto text = csvLine({"curve", "metric", "line", "method", "runs", "stage", "stage_name", "value", "spread",
                         "spread_is", "ended_early"});
    for (const auto& line : m_series) {
        QStringList runs;
        for (const int run : line.runs)
            runs << runTitle(m_workspace, run);
        const auto kind = line.runs.size() > 1 ? "standard deviation over seeds" : "standard error";
        for (const auto& point : line.points)
            text += csvLine({fileStem(), QString::fromStdString(m_metric), line.name, line.method, runs.join(' '),
                             QString::number(point.stage), m_stageNames[static_cast<std::size_t>(point.stage)],
                             csvNumber(point.value), csvNumber(point.spread), kind, point.ended});
    }
    return text;
}

void SequencePlot::resetView() {
    const double last = lastStage();
    limitView(xAxis, {-0.5, last + 0.5}, 0.5);
    limitView(yAxis, {-0.25, 1.25}, 0.01);
    xAxis->setRange(-0.035 * last, 1.035 * last);
    yAxis->setRange(-0.025, 1.025);
}

void SequencePlot::fitView() {
    double least = 1, greatest = 0;
    for (const auto& line : m_series)
        for (const auto& point : line.points) {
            least = std::min(least, point.value - point.spread);
            greatest = std::max(greatest, point.value + point.spread);
        }
    resetView();
    if (const double pad = std::max(0.01, 0.05 * (greatest - least)); least <= greatest)
        yAxis->setRange(least - pad, greatest + pad);
}

void SequencePlot::applyTheme() {
    PlotCanvas::applyTheme();
}

QRectF SequencePlot::stageRect(int stage) const {
    const auto rect = plotRect();
    return {xAxis->coordToPixel(stage) - kTint / 2, rect.top(), kTint, rect.height() + 1};
}

int SequencePlot::stageAt(const QPointF& pixel) const {
    const int stage = static_cast<int>(std::lround(xAxis->pixelToCoord(pixel.x())));
    return std::clamp(stage, 0, std::max(0, m_stageCount - 1));
}

SequencePlot::Hit SequencePlot::hitAt(const QPointF& pixel) const {
    Hit hit;
    double nearest = kPick;
    for (const auto& line : m_series)
        for (const auto& point : line.points) {
            const double distance = QLineF(pixel, pointPixel(point)).length();
            if (distance < nearest || (distance == nearest && line.selected)) {
                nearest = distance;
                hit = {&line, &point};
            }
        }
    return hit;
}

QString SequencePlot::valueTextAt(const QPointF& pixel) const {
    const auto hit = hitAt(pixel);
    if (!hit.series)
        return {};
    const auto text = tr("%1 %2: %3")
                          .arg(hit.series->name, m_stageNames[static_cast<std::size_t>(hit.point->stage)],
                               valueText(hit.point->value, m_metric, hit.point->spread));
    return hit.point->ended.isEmpty() ? text : tr("%1, training ended after %2").arg(text, hit.point->ended);
}

void SequencePlot::hoverAt(const QPointF& pixel) {
    const bool inside = plotRect().adjusted(-kTint / 2, -4, kTint / 2, kStageNames).contains(pixel);
    const int stage = inside && !m_series.empty() ? stageAt(pixel) : -1;
    setCursor(hitAt(pixel).series || nameAt(pixel) ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (std::exchange(m_hoverY, pixel.y()) != pixel.y() && stage == m_crosshair)
        replotOverlay();
    showCrosshair(stage, true);
    emit stageHovered(stage);
}

void SequencePlot::hoverEnd() {
    m_hoverY = -1;
    showCrosshair(m_keyboard ? m_stage : -1, m_keyboard);
    emit stageHovered(-1);
}

void SequencePlot::clickAt(const QPointF& pixel) {
    if (const auto hit = hitAt(pixel); hit.series)
        emit pointClicked(hit.series->runs.front(), hit.point->stage);
    else if (const auto* named = nameAt(pixel))
        emit nameClicked(named->runs.front());
    else if (plotRect().adjusted(-kTint / 2, 0, kTint / 2, kStageNames).contains(pixel))
        emit stageClicked(stageAt(pixel));
}

const RunSeries* SequencePlot::nameAt(const QPointF& pixel) const {
    const auto names = endNames();
    const auto rects = placeEndNames(names, plotRect(), axisRect()->margins().right(), covered(names));
    for (std::size_t i = 0; i < names.size(); ++i)
        if (rects[i].contains(pixel))
            for (const auto& line : m_series)
                if (line.runs.front() == names[i].run)
                    return &line;
    return nullptr;
}

void SequencePlot::addMenuActions(QMenu& menu, const QPointF& pixel) {
    const auto* line = nameAt(pixel) ? nameAt(pixel) : hitAt(pixel).series;
    if (line)
        menu.addAction(tr("Hide %1").arg(line->name), this, [this, runs = line->runs] { emit hideRequested(runs); });
}

void SequencePlot::focusShown(bool byKeyboard) {
    m_keyboard = byKeyboard;
    showCrosshair(byKeyboard ? m_stage : -1, byKeyboard);
}

/// Screen readers hear what the card shows.
void SequencePlot::describe() {
    if (m_keyboard)
        showCrosshair(m_stage, true);
    setAccessibleName(figureTitle());
    QStringList values;
    const auto now = cardOf(m_stage);
    for (const auto& row : now.rows)
        values << row.name + ' ' + row.value;
    setAccessibleDescription(tr("%1. %2: %3.")
                                 .arg(figureCaption(), now.title,
                                      values.isEmpty() ? tr("not measured yet") : values.join(QStringLiteral(", "))));
}

ValueCard SequencePlot::cardOf(int stage) const {
    ValueCard card;
    if (stage < 0 || stage >= static_cast<int>(m_stageNames.size()))
        return card;
    card.title = m_stageNames[static_cast<std::size_t>(stage)];
    std::vector<const RunSeries*> lines;
    for (const auto& line : m_series)
        if (line.at(stage))
            lines.push_back(&line);
    const double sign = betterSign(m_metric, m_split) < 0 ? -1 : 1;
    std::stable_sort(lines.begin(), lines.end(),
                     [&](auto* a, auto* b) { return sign * a->at(stage)->value > sign * b->at(stage)->value; });
    for (const auto* line : lines) {
        const auto* point = line->at(stage);
        const auto text = valueText(point->value, m_metric, point->spread);
        const auto name = point->ended.isEmpty() ? line->name : tr("%1, after %2").arg(line->name, point->ended);
        card.rows.push_back({methodLook(line->method, line->variant), name, text, line->selected});
    }
    for (const auto& line : m_published)
        if (const auto* point = line.at(stage))
            card.rows.push_back({methodLook(line.method, 0), line.name, valueText(point->value, m_metric), false});
    return card;
}

QRectF SequencePlot::cardRect() const {
    if (!m_withCard || m_crosshair < 0)
        return {};
    const auto shown = card();
    if (shown.rows.empty())
        return {};
    const auto area = plotRect();
    const auto size = cardSize(shown, height() - 8);
    const auto column = stageRect(m_crosshair);
    const bool left = column.center().x() > area.center().x();
    double top = area.center().y() - size.height() / 2;
    if (m_hoverY >= 0)
        top = m_hoverY - size.height() / 2;
    top = std::clamp(top, 4.0, std::max(4.0, height() - size.height() - 4));
    return {{std::round(left ? column.left() - 10 - size.width() : column.right() + 10), std::round(top)}, size};
}

void SequencePlot::drawStageTint(QCPPainter& painter) {
    if (m_stage < 0 || m_stage >= m_stageCount)
        return;
    const auto column = stageRect(m_stage);
    if (column.right() < plotRect().left() || column.left() > plotRect().right())
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::instance().palette().stageTint);
    painter.drawRect(column);
}

void SequencePlot::drawStageNames(QCPPainter& painter) {
    const auto& palette = Theme::instance().palette();
    auto strong = captionFont();
    strong.setWeight(QFont::Bold);
    double widest = 1;
    for (const auto& name : m_stageNames)
        widest = std::max(widest, QFontMetricsF(strong).horizontalAdvance(name) + 8);
    const double pitch = xAxis->coordToPixel(1) - xAxis->coordToPixel(0);
    const int every = std::max(1, static_cast<int>(std::ceil(widest / std::max(1.0, pitch))));
    const auto area = plotRect();
    for (int stage = 0; stage < m_stageCount; ++stage) {
        const double x = xAxis->coordToPixel(stage);
        const bool chosen = stage == m_stage;
        // Thinned out where they would touch, but never the chosen one.
        const bool room = stage % every == 0 && (chosen || std::abs(stage - m_stage) * pitch >= widest);
        if (x < area.left() - 1 || x > area.right() + 1 || (!room && !chosen))
            continue;
        painter.setFont(chosen ? strong : captionFont());
        painter.setPen(chosen ? palette.ink : palette.soft);
        painter.drawText(QRectF(x - widest / 2, area.bottom() + 5, widest, 16), Qt::AlignCenter,
                         m_stageNames[static_cast<std::size_t>(stage)]);
    }
}

/// What others measured of the same methods, small and grey below ours.
void SequencePlot::drawPublished(QCPPainter& painter, const QRectF& clip) {
    const auto grey = Theme::instance().palette().soft;
    painter.setFont(captionFont());
    for (const auto& line : m_published) {
        std::vector<QPointF> pixels;
        for (const auto& point : line.points)
            pixels.push_back(pointPixel(point));
        painter.setPen(QPen(withAlpha(grey, 0.6), 1, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        drawClipped(painter, pixels, clip);
        painter.setPen(QPen(grey, 1));
        for (const auto& at : pixels)
            if (clip.contains(at))
                painter.drawEllipse(at, 2.5, 2.5);
        if (!pixels.empty() && clip.contains(pixels.front()))
            painter.drawText(pixels.front() + QPointF(6, -5), line.name);
    }
}

void SequencePlot::drawLines(QCPPainter& painter) {
    const auto area = plotRect();
    const auto clip = area.adjusted(-1, -1, 1, 1);
    painter.setAntialiasing(true);
    drawPublished(painter, clip);
    std::vector<const RunSeries*> order;
    for (const auto& line : m_series)
        order.push_back(&line);
    std::stable_partition(order.begin(), order.end(), [](auto* line) { return !line->selected; });

    painter.setPen(Qt::NoPen);
    for (const auto* line : order) {
        std::vector<QPointF> upper, lower;
        for (const auto& point : line->points) {
            upper.push_back(toPixel(point.stage, point.value + point.spread));
            lower.push_back(toPixel(point.stage, point.value - point.spread));
        }
        painter.setBrush(withAlpha(methodLook(line->method, line->variant).colour, 0.1));
        if (upper.size() > 1)
            fillBetween(painter, upper, lower, clip);
    }
    painter.setBrush(Qt::NoBrush);
    for (const auto* line : order) {
        const auto look = methodLook(line->method, line->variant);
        std::vector<QPointF> pixels;
        for (const auto& point : line->points)
            pixels.push_back(pointPixel(point));
        painter.setPen(linePen(look.colour, line->selected ? 3 : 1.8, look.hollow));
        drawClipped(painter, pixels, clip);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            if (clip.adjusted(-4, -4, 4, 4).contains(pixels[i]))
                drawRunMark(painter, pixels[i], line->selected ? 9 : 7, look, !line->points[i].ended.isEmpty());
    }
    if (std::none_of(m_series.begin(), m_series.end(), [](const auto& line) { return !line.points.empty(); })) {
        painter.setFont(bodyFont());
        painter.setPen(Theme::instance().palette().soft);
        painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap,
                         m_series.empty() ? tr("No run is shown. Tick one in the list, or start a new one.")
                         : m_split == Split::Forget && countsOf(m_metric) != MetricOf::Sets
                             ? tr("Not about what was to be forgotten: see Retention.")
                             : tr("Not measured yet in the runs shown."));
    }
}

std::vector<EndName> SequencePlot::endNames() const {
    std::vector<const RunSeries*> lines;
    for (const auto& line : m_series)
        if (!line.points.empty())
            lines.push_back(&line);
    std::stable_sort(lines.begin(), lines.end(),
                     [](auto* a, auto* b) { return a->points.back().value > b->points.back().value; });
    std::vector<EndName> names;
    for (const auto* line : lines)
        names.push_back({line->name, methodLook(line->method, line->variant).colour, pointPixel(line->points.back()),
                         line->selected, line->runs.front(), methodName(line->method)});
    return fittingNames(std::move(names), plotRect().height());
}

std::vector<QRectF> SequencePlot::covered(const std::vector<EndName>& names) const {
    std::vector<QRectF> rects;
    if (!endsEarly(names, plotRect()))
        return rects;
    for (const auto& line : m_series) {
        std::vector<QPointF> pixels;
        for (const auto& point : line.points)
            pixels.push_back(pointPixel(point));
        addCovered(rects, pixels);
    }
    return rects;
}

void SequencePlot::drawCrosshair(QCPPainter& painter) {
    if (m_crosshair < 0)
        return;
    const auto& palette = Theme::instance().palette();
    const auto area = plotRect();
    const double x = std::round(xAxis->coordToPixel(m_crosshair)) + 0.5;
    if (x < area.left() - 1 || x > area.right() + 2)
        return;
    painter.setAntialiasing(false);
    painter.setPen(QPen(palette.soft, 1, Qt::DotLine));
    painter.drawLine(QLineF(x, area.top(), x, area.bottom()));
    for (const auto& line : m_series)
        if (const auto* point = line.at(m_crosshair); point && area.adjusted(-1, -1, 1, 1).contains(pointPixel(*point)))
            drawRunMark(painter, pointPixel(*point), line.selected ? 11 : 9, methodLook(line.method, line.variant),
                        !point->ended.isEmpty());
    if (const auto rect = cardRect(); !rect.isEmpty())
        drawCard(painter, card(), rect);
}

}  // namespace lacuna
