// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/plane_plot.h"

#include "core/catalog/metrics.h"
#include "widgets/common/theme.h"
#include "widgets/curves/label_layout.h"

#include <algorithm>
#include <set>

namespace lacuna {
namespace {

constexpr double kPick = 12;

/// From a mark to its name, where that had to go further than beside it.
void drawLeader(QPainter& painter, const QPointF& mark, const QRectF& name, const QColor& colour) {
    constexpr double beside = 14, fromMark = 7;
    const QPointF end(std::clamp(mark.x(), name.left(), name.right()), std::clamp(mark.y(), name.top(), name.bottom()));
    const QLineF line(mark, end);
    if (line.length() <= beside)
        return;
    painter.setPen(QPen(withAlpha(colour, 0.6), 0.8));
    painter.drawLine(line.pointAt(fromMark / line.length()), end);
}

}  // namespace

PlanePlot::PlanePlot(Workspace& workspace, QWidget* parent) : PlotCanvas(parent), m_workspace(workspace) {
    for (auto* axis : {xAxis, yAxis}) {
        auto ticker = QSharedPointer<PercentTicker>::create();
        ticker->setTickCount(4);
        axis->setTicker(ticker);
        limitView(axis, {-0.25, 1.25}, 0.01);
    }
    axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom);
    axisRect()->setMargins(QMargins(0, 8, 44, 0));
    paintOn(QStringLiteral("main"), [this](auto& painter) { drawPaths(painter); });
    paintOn(QStringLiteral("overlay"), [this](auto& painter) { drawHovered(painter); });
    applyTheme();
    resetView();
}

/// As many names as stand beside each other.
void PlanePlot::resizeEvent(QResizeEvent* event) {
    const double name = QFontMetricsF(captionFont()).horizontalAdvance(QStringLiteral("100 %"));
    constexpr int axisAndNames = 110, most = 4;
    xAxis->ticker()->setTickCount(
        std::clamp(static_cast<int>((event->size().width() - axisAndNames) / (1.7 * name)), 1, most));
    PlotCanvas::resizeEvent(event);
}

void PlanePlot::refresh(const MetricChoice& metric, bool overSeeds) {
    m_metric = metric;
    m_hovered = {};
    const auto forgetting = sequenceSeries(m_workspace, Split::Forget, metric.forget, overSeeds);
    const auto retention = sequenceSeries(m_workspace, Split::Retain, metric.retain, overSeeds);
    m_paths.clear();
    for (std::size_t i = 0; i < retention.size(); ++i) {
        Path path{retention[i], {}};
        for (const auto& point : retention[i].points)
            if (const auto* other = forgetting[i].at(point.stage))
                path.stops.push_back({point.stage, other->value, point.value, point.ended});
        m_paths.push_back(std::move(path));
    }
    const auto name = [](const std::string& id) { return QString::fromStdString(metricRow(id).name); };
    const bool one = metric.forget == metric.retain;
    xAxis->setLabel(one ? tr("%1, to forget").arg(name(metric.forget)) : name(metric.forget));
    yAxis->setLabel(one ? tr("%1, to keep").arg(name(metric.retain)) : name(metric.retain));
    showStage(m_stage);
}

void PlanePlot::showStage(int stage) {
    m_stage = stage;
    setAccessibleName(figureTitle());
    QStringList values;
    for (const auto& path : m_paths)
        if (const auto* stop = chosenStop(path))
            values << tr("%1 %2 against %3")
                          .arg(path.line.name, valueText(stop->forgetting, m_metric.forget),
                               valueText(stop->retention, m_metric.retain));
    setAccessibleDescription(figureCaption() + QStringLiteral(". ") + values.join(QStringLiteral(", ")));
    queueReplot();
}

QString PlanePlot::figureTitle() const {
    return tr("Forgetting against retention");
}

QString PlanePlot::figureCaption() const {
    if (m_metric.name.isEmpty())
        return {};
    auto text = tr("each path runs from the original model (○); large mark: %1").arg(m_workspace.stageName(m_stage));
    if (std::any_of(m_paths.begin(), m_paths.end(), [](const auto& path) {
            return std::any_of(path.stops.begin(), path.stops.end(), [](auto& stop) { return !stop.ended.isEmpty(); });
        }))
        text += tr("; ringed: training ended early");
    const int right = betterSign(m_metric.forget, Split::Forget), up = betterSign(m_metric.retain, Split::Retain);
    if (right == 0 || up == 0)
        return captionOf(m_workspace, text);
    const auto corner = up > 0 ? (right > 0 ? tr("the upper right") : tr("the upper left"))
                               : (right > 0 ? tr("the lower right") : tr("the lower left"));
    return captionOf(m_workspace, tr("%1; the goal is %2").arg(text, corner));
}

std::function<void()> PlanePlot::makePlain() {
    return withoutSelection(m_paths, [](auto& path) -> bool& { return path.line.selected; });
}

QString PlanePlot::csv() const {
    auto text = csvLine({"line", "method", "stage", "stage_name", "forget_metric", "forgetting", "retain_metric",
                         "retention", "ended_early"});
    for (const auto& path : m_paths)
        for (const auto& stop : path.stops)
            text += csvLine({path.line.name, path.line.method, QString::number(stop.stage),
                             m_workspace.stageName(stop.stage), QString::fromStdString(m_metric.forget),
                             csvNumber(stop.forgetting), QString::fromStdString(m_metric.retain),
                             csvNumber(stop.retention), stop.ended});
    return text;
}

void PlanePlot::resetView() {
    xAxis->setRange(-0.025, 1.025);
    yAxis->setRange(-0.025, 1.025);
}

void PlanePlot::fitView() {
    QRectF box;
    for (const auto& path : m_paths)
        for (const auto& stop : path.stops)
            box |= QRectF(stop.forgetting - 0.01, stop.retention - 0.01, 0.02, 0.02);
    if (box.isEmpty())
        return resetView();
    xAxis->setRange(box.left() - 0.04 * box.width(), box.right() + 0.04 * box.width());
    yAxis->setRange(box.top() - 0.04 * box.height(), box.bottom() + 0.04 * box.height());
}

void PlanePlot::applyTheme() {
    PlotCanvas::applyTheme();
    xAxis->setLabelPadding(4);
    yAxis->setLabelPadding(4);
}

const PlanePlot::Stop* PlanePlot::chosenStop(const Path& path) const {
    const Stop* chosen = nullptr;
    for (const auto& stop : path.stops)
        if (stop.stage <= m_stage || !chosen)
            chosen = &stop;
    return chosen;
}

PlanePlot::Hit PlanePlot::hitAt(const QPointF& pixel) const {
    Hit hit;
    double nearest = kPick;
    for (const auto& path : m_paths)
        for (const auto& stop : path.stops) {
            const double distance = QLineF(pixel, stopPixel(stop)).length();
            if (distance < nearest || (distance == nearest && path.line.selected)) {
                nearest = distance;
                hit = {&path, &stop};
            }
        }
    return hit;
}

QString PlanePlot::valueTextAt(const QPointF& pixel) const {
    const auto hit = hitAt(pixel);
    if (!hit.path)
        return {};
    return tr("%1 %2: forgetting %3, retention %4")
        .arg(hit.path->line.name, m_workspace.stageName(hit.stop->stage),
             valueText(hit.stop->forgetting, m_metric.forget), valueText(hit.stop->retention, m_metric.retain));
}

void PlanePlot::hoverAt(const QPointF& pixel) {
    const auto hit = hitAt(pixel);
    setCursor(hit.path ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (std::exchange(m_hovered, hit) != hit)
        replotOverlay();
}

void PlanePlot::hoverEnd() {
    m_hovered = {};
    replotOverlay();
}

void PlanePlot::clickAt(const QPointF& pixel) {
    if (const auto hit = hitAt(pixel); hit.path)
        emit pointClicked(hit.path->line.runs.front(), hit.stop->stage);
}

/// Why there is nothing to draw; empty where there is.
QString PlanePlot::emptyText() const {
    if (std::any_of(m_paths.begin(), m_paths.end(), [](const auto& path) { return !path.stops.empty(); }))
        return {};
    return m_paths.empty() ? tr("No run is shown. Tick one in the list, or start a new one.")
           : countsOf(m_metric.forget) != MetricOf::Sets
               ? tr("Not defined for this metric: it counts neither what was to be forgotten nor what had to stay.")
               : tr("Not measured yet in the runs shown.");
}

void PlanePlot::drawPaths(QCPPainter& painter) {
    const auto area = plotRect();
    const auto clip = area.adjusted(-1, -1, 1, 1);
    const auto visible = clip.adjusted(-5, -5, 5, 5);
    painter.setAntialiasing(true);
    for (const bool selected : {false, true})
        for (const auto& path : m_paths) {
            if (path.line.selected != selected || path.stops.empty())
                continue;
            const auto look = methodLook(path.line.method, path.line.variant);
            std::vector<QPointF> pixels;
            for (const auto& stop : path.stops)
                pixels.push_back(stopPixel(stop));
            painter.setPen(linePen(look.colour, selected ? 3 : 1.5, look.hollow));
            painter.setBrush(Qt::NoBrush);
            drawClipped(painter, pixels, clip);
            const auto* chosen = chosenStop(path);
            for (std::size_t i = 0; i < pixels.size(); ++i)
                if (visible.contains(pixels[i]))
                    drawRunMark(painter, pixels[i], &path.stops[i] == chosen ? (selected ? 12 : 10) : 5.5, look,
                                !path.stops[i].ended.isEmpty());
        }
    // Where all paths start, one open ring instead of a heap of marks.
    for (const auto& path : m_paths)
        if (!path.stops.empty() && path.stops[0].stage == 0 && m_stage > 0 &&
            visible.contains(stopPixel(path.stops[0]))) {
            painter.setPen(QPen(Theme::instance().palette().ink, 1.4));
            painter.setBrush(Theme::instance().palette().panel);
            painter.drawEllipse(stopPixel(path.stops[0]), 4.5, 4.5);
        }
    drawNames(painter, area);
    if (const auto empty = emptyText(); !empty.isEmpty()) {
        painter.setFont(bodyFont());
        painter.setPen(Theme::instance().palette().soft);
        painter.drawText(area.adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap, empty);
    }
}

void PlanePlot::drawNames(QCPPainter& painter, const QRectF& area) {
    std::vector<QRectF> obstacles;
    std::set<std::pair<int, int>> covered;  // many paths on one way are in the way once
    const auto cover = [&](const QPointF& at, double half) {
        if (covered.emplace(static_cast<int>(at.x() / 4), static_cast<int>(at.y() / 4)).second)
            obstacles.emplace_back(at - QPointF(half, half), QSizeF(2 * half, 2 * half));
    };
    std::vector<EndName> names;
    auto font = captionFont();
    font.setWeight(QFont::DemiBold);
    const QFontMetricsF metrics(font);
    for (const auto& path : m_paths) {
        for (std::size_t i = 0; i < path.stops.size(); ++i) {
            const auto here = stopPixel(path.stops[i]);
            cover(here, 5);
            for (double t = 0.1; i > 0 && t < 1; t += 0.1)
                cover(here + t * (stopPixel(path.stops[i - 1]) - here), 2);
        }
        const auto* stop = chosenStop(path);
        if (!stop || !area.adjusted(-5, -5, 5, 5).contains(stopPixel(*stop)))
            continue;
        names.push_back({path.line.name, methodLook(path.line.method, path.line.variant).colour, stopPixel(*stop),
                         path.line.selected, -1, methodName(path.line.method)});
    }
    // A column of names may take a third of the plot: more would hide the paths.
    names = fittingNames(std::move(names), area.height() / 3);
    std::vector<QPointF> anchors;
    std::vector<QSizeF> sizes;
    for (const auto& name : names) {
        anchors.push_back(name.end);
        sizes.emplace_back(std::min(metrics.horizontalAdvance(name.name) + 2, area.width() / 2), 14);
    }
    const auto bounds = area.adjusted(2, -6, axisRect()->margins().right() - 2, -2);
    const auto placed = placeLabels(anchors, sizes, 9, obstacles, bounds);
    painter.setFont(font);
    for (std::size_t i = 0; i < names.size(); ++i) {
        drawLeader(painter, names[i].end, placed[i], names[i].colour);
        painter.fillRect(placed[i], withAlpha(Theme::instance().palette().panel, 0.7));  // over the paths of others
        painter.setPen(readable(names[i].colour));
        painter.drawText(
            placed[i], Qt::AlignCenter,
            painter.fontMetrics().elidedText(names[i].name, Qt::ElideRight, static_cast<int>(placed[i].width()) + 1));
    }
}

void PlanePlot::drawHovered(QCPPainter& painter) {
    if (!m_hovered.path)
        return;
    const auto& line = m_hovered.path->line;
    const auto centre = stopPixel(*m_hovered.stop);
    const auto& ended = m_hovered.stop->ended;
    drawRunMark(painter, centre, 12, methodLook(line.method, line.variant), !ended.isEmpty());
    ValueCard card{tr("%1, %2").arg(line.name, m_workspace.stageName(m_hovered.stop->stage)),
                   {{{}, tr("forgetting"), valueText(m_hovered.stop->forgetting, m_metric.forget)},
                    {{}, tr("retention"), valueText(m_hovered.stop->retention, m_metric.retain)}}};
    if (!ended.isEmpty())
        card.rows.push_back({{}, tr("training ended after"), ended});
    const auto size = cardSize(card, height());
    const bool left = centre.x() > plotRect().center().x(), up = centre.y() > plotRect().center().y();
    drawCard(painter, card,
             {QPointF(left ? centre.x() - size.width() - 12 : centre.x() + 12,
                      up ? centre.y() - size.height() - 8 : centre.y() + 8),
              size});
}

}  // namespace lacuna
