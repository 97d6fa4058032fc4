// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/training_plot.h"

#include "widgets/common/method_mark.h"
#include "widgets/common/quantities.h"
#include "widgets/common/run_look.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"
#include "widgets/curves/run_series.h"

#include <QScopedValueRollback>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lacuna {
namespace {

constexpr double kPick = 12;
constexpr double kDenseStroke = 1.5;  // steps per pixel column, from which on a thick line is drawn as an area
constexpr double kDense = 4;          // steps per pixel column, from which on it draws its extremes

/// A point that the eye cannot tell from the one before costs as much to draw as any: a smooth line of a million steps
/// has four of them per pixel column.
void dropRepeats(std::vector<QPointF>& pixels) {
    std::size_t kept = 0;
    for (std::size_t i = 1; i < pixels.size(); ++i) {
        const auto away = pixels[i] - pixels[kept];
        if (std::abs(away.x()) > 1 || std::abs(away.y()) > 0.4 || i + 1 == pixels.size())
            pixels[++kept] = pixels[i];
    }
    pixels.resize(std::min(pixels.size(), kept + 1));
}

QString lossText(double value) {
    return std::isfinite(value) ? numberText(value, 4) : QStringLiteral("–");
}

}  // namespace

QString stepQuantityName(StepQuantity quantity) {
    switch (quantity) {
        case StepQuantity::Loss:
            return TrainingPlot::tr("Loss");
        case StepQuantity::ForgetLoss:
            return TrainingPlot::tr("Forget loss");
        case StepQuantity::RetainLoss:
            return TrainingPlot::tr("Retain loss");
        case StepQuantity::GradientNorm:
            return TrainingPlot::tr("Gradient norm");
        case StepQuantity::LearningRate:
            return TrainingPlot::tr("Learning rate");
    }
    return {};
}

std::span<const double> stepColumn(const StepColumns& steps, StepQuantity quantity) {
    switch (quantity) {
        case StepQuantity::Loss:
            return steps.loss;
        case StepQuantity::ForgetLoss:
            return steps.forgetLoss;
        case StepQuantity::RetainLoss:
            return steps.retainLoss;
        case StepQuantity::GradientNorm:
            return steps.gradNorm;
        case StepQuantity::LearningRate:
            return steps.lr;
    }
    return {};
}

TrainingPlot::TrainingPlot(Workspace& workspace, QWidget* parent) : PlotCanvas(parent), m_workspace(workspace) {
    axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom);
    xAxis->setLabel(tr("step since the start of the run"));
    xAxis->setNumberFormat(QStringLiteral("f"));
    xAxis->setNumberPrecision(0);
    xAxis->grid()->setVisible(false);
    yAxis->setNumberFormat(QStringLiteral("g"));
    yAxis->setNumberPrecision(4);
    xAxis->ticker()->setTickCount(6);
    paintOn(QStringLiteral("background"), [this](auto& painter) { drawStages(painter); });
    paintOn(QStringLiteral("main"), [this](auto& painter) { drawLines(painter); });
    paintOn(QStringLiteral("axes"), [this](auto& painter) {
        const auto names = endNames();
        drawEndNames(painter, names, plotRect(), axisRect()->margins().right(), covered(names));
        drawNote(painter);
    });
    paintOn(QStringLiteral("overlay"), [this](auto& painter) { drawCrosshair(painter); });
    applyTheme();
    resetView();
}

const StepColumns& TrainingPlot::stepsOf(const Line& line) const {
    return m_workspace.runs()[static_cast<std::size_t>(line.run)].history.steps;
}

void TrainingPlot::refresh(const StepView& view) {
    const bool otherScale = view.quantity != m_view.quantity || view.logarithmic != m_view.logarithmic;
    m_view = view;
    m_hovered = -1;
    std::vector<std::vector<int>> groups;
    for (const int run : m_workspace.shownRuns())
        groups.push_back({run});
    const auto names = lineNames(m_workspace, groups);
    m_lines.clear();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const int run = groups[i].front();
        const auto& method = m_workspace.runs()[static_cast<std::size_t>(run)].history.spec.method;
        Line line;
        line.run = run;
        line.name = names[i];
        line.method = QString::fromStdString(method);
        line.variant = runVariant(m_workspace, run);
        line.selected = m_workspace.selection().run == run;
        m_lines.push_back(std::move(line));
    }
    if (otherScale)
        m_home = true;
    grow();
}

void TrainingPlot::grow() {
    m_rows = 0;
    for (auto& line : m_lines) {
        read(line);
        m_rows = std::max(m_rows, line.rows);
    }
    chooseScale(rangeOver(false));
    axisRect()->setMargins(QMargins(0, 22, endNamesWidth(endNames()), 0));
    limitView(xAxis, {-1, static_cast<double>(std::max<std::size_t>(m_rows, 8))}, 4);
    connect(xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] { m_home = m_home && m_moving; });
    if (m_home)
        resetView();
    setAccessibleName(figureTitle());
    QStringList texts;
    for (const auto& line : m_lines)
        if (line.rows > 0)
            texts
                << tr("%1 %2 at step %3").arg(line.name, lossText(shownValue(line, line.rows - 1))).arg(line.rows - 1);
    setAccessibleDescription(figureCaption() + QStringLiteral(". ") + texts.join(QStringLiteral(", ")));
    queueReplot();
}

/// The smoothed line starts anew with each request, so that only the last request is smoothed again when rows come.
void TrainingPlot::read(Line& line) {
    const auto& steps = stepsOf(line);
    const std::size_t known = line.rows;
    line.rows = steps.size();
    const auto raw = values(line);
    for (std::size_t row = known; row < line.rows; ++row)
        if (row == 0 || steps.stage[row] != steps.stage[row - 1])
            line.stageStarts.push_back(row);
    line.rawExtremes.update(raw, known);
    if (m_view.smoothing == Smoothing::None)
        return;
    auto start = std::upper_bound(line.stageStarts.begin(), line.stageStarts.end(), known);
    if (start != line.stageStarts.begin())
        --start;
    const std::size_t from = start == line.stageStarts.end() ? known : *start;
    line.smooth.resize(from);
    for (; start != line.stageStarts.end(); ++start) {
        const std::size_t end = start + 1 == line.stageStarts.end() ? line.rows : *(start + 1);
        const auto part = smoothed(raw.subspan(*start, end - *start), m_view.smoothing, m_view.span);
        line.smooth.insert(line.smooth.end(), part.begin(), part.end());
    }
    line.smoothExtremes.update(line.smooth, from);
}

std::span<const double> TrainingPlot::values(const Line& line) const {
    return stepColumn(stepsOf(line), m_view.quantity).first(line.rows);
}

void TrainingPlot::clear() {
    m_lines.clear();
    m_hovered = -1;
}

void TrainingPlot::showSelection() {
    for (auto& line : m_lines)
        line.selected = line.run == m_workspace.selection().run;
    queueReplot();
}

void TrainingPlot::showStage(int stage) {
    m_stage = stage;
    queueReplot();
}

QString TrainingPlot::figureCaption() const {
    QString text = tr("%1 of every optimizer step, request after request").arg(stepQuantityName(m_view.quantity));
    switch (m_view.smoothing) {
        case Smoothing::None:
            return text;
        case Smoothing::Average:
            return text +
                   tr("; line: moving average of the past (debiased, span %1), faint: as measured").arg(m_view.span);
        case Smoothing::Mean:
            return text + tr("; line: centred mean over %1 steps, faint: as measured").arg(m_view.span | 1);
        case Smoothing::Median:
            return text + tr("; line: centred median over %1 steps, faint: as measured").arg(m_view.span | 1);
    }
    return text;
}

std::function<void()> TrainingPlot::makePlain() {
    return [this, choose = withoutSelection(m_lines, [](auto& line) -> bool& { return line.selected; }),
            stage = std::exchange(m_stage, -1)] {
        choose();
        m_stage = stage;
    };
}

QString TrainingPlot::csv() const {
    auto text = csvLine({"run", "method", "row", "stage", "step", "epoch", "quantity", "value", "smoothed"});
    const auto quantity = stepQuantityName(m_view.quantity);
    for (const auto& line : m_lines) {
        const auto& steps = stepsOf(line);
        const auto name = runTitle(m_workspace, line.run);
        for (std::size_t row = 0; row < line.rows; ++row)
            text +=
                csvLine({name, line.method, QString::number(row), QString::number(steps.stage[row]),
                         QString::number(steps.step[row]), csvNumber(steps.epoch[row]), quantity,
                         csvNumber(values(line)[row]), line.smooth.empty() ? QString() : csvNumber(line.smooth[row])});
    }
    return text;
}

std::optional<MinMax> TrainingPlot::rangeOver(bool visibleOnly) const {
    std::optional<MinMax> all;
    for (const auto& line : m_lines) {
        const auto [begin, end] = visibleOnly ? visibleRows(line) : std::pair<std::size_t, std::size_t>(0, line.rows);
        if (const auto own = line.rawExtremes.range(values(line), begin, end))
            all = all ? MinMax{std::min(all->least, own->least), std::max(all->greatest, own->greatest)} : *own;
    }
    return all;
}

void TrainingPlot::chooseScale(std::optional<MinMax> range) {
    const bool both = m_view.logarithmic && range && range->least <= 0;
    const bool plainLog = m_view.logarithmic && !both;
    std::optional<SymmetricLog> symmetric;
    if (both)
        symmetric = SymmetricLog::upTo(std::max(std::abs(range->least), std::abs(range->greatest)));
    const auto type = plainLog ? QCPAxis::stLogarithmic : QCPAxis::stLinear;
    const bool sameUnit = symmetric ? m_symmetric && m_symmetric->unit == symmetric->unit : !m_symmetric;
    if (sameUnit && yAxis->scaleType() == type)
        return;
    m_symmetric = symmetric;
    yAxis->setScaleType(type);
    QSharedPointer<QCPAxisTicker> ticker(new QCPAxisTicker);
    if (symmetric)
        ticker.reset(new SymmetricLogTicker(*symmetric));
    else if (plainLog)
        ticker.reset(new QCPAxisTickerLog);
    yAxis->setTicker(ticker);
    m_home = true;  // what was zoomed to lies elsewhere now
}

void TrainingPlot::setValueRange(std::optional<MinMax> range) {
    auto [least, greatest] = range.value_or(MinMax{0, 1});
    if (yAxis->scaleType() == QCPAxis::stLogarithmic) {
        greatest = greatest > 0 ? greatest : 1;
        least = least > 0 ? least : greatest * 1e-4;
        yAxis->setRange(least / 1.2, greatest * 1.2);
        return;
    }
    least = coordinate(least);
    greatest = coordinate(greatest);
    const double pad = greatest > least ? 0.05 * (greatest - least) : std::max(1e-9, 0.1 * std::abs(greatest));
    yAxis->setRange(least - pad, greatest + pad);
}

void TrainingPlot::resetView() {
    QScopedValueRollback moving(m_moving, true);
    m_home = true;
    const double last = static_cast<double>(std::max<std::size_t>(m_rows, 2)) - 1;
    xAxis->setRange(-0.01 * last, last);
    setValueRange(rangeOver(false));
}

void TrainingPlot::fitView() {
    setValueRange(rangeOver(true));
}

void TrainingPlot::applyTheme() {
    PlotCanvas::applyTheme();
    xAxis->setLabelPadding(4);
}

double TrainingPlot::stepsPerPixel() const {
    return xAxis->range().size() / std::max(1.0, plotRect().width());
}

std::pair<std::size_t, std::size_t> TrainingPlot::visibleRows(const Line& line) const {
    const double size = static_cast<double>(line.rows);
    const double begin = std::clamp(std::floor(xAxis->range().lower) - 1, 0.0, size);
    const double end = std::clamp(std::ceil(xAxis->range().upper) + 2, begin, size);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
}

double TrainingPlot::shownValue(const Line& line, std::size_t row) const {
    if (row >= line.rows)
        return std::numeric_limits<double>::quiet_NaN();
    return line.smooth.empty() ? values(line)[row] : line.smooth[row];
}

const TrainingPlot::Line* TrainingPlot::leadingLine() const {
    const auto selected = std::find_if(m_lines.begin(), m_lines.end(), [](auto& line) { return line.selected; });
    if (selected != m_lines.end())
        return &*selected;
    return m_lines.empty() ? nullptr : &m_lines.front();
}

const TrainingPlot::Line* TrainingPlot::lineAt(const QPointF& pixel) const {
    const double row = std::round(xAxis->pixelToCoord(pixel.x()));
    const Line* nearest = nullptr;
    double least = kPick;
    for (const auto& line : m_lines) {
        if (row < 0 || row >= static_cast<double>(line.rows))
            continue;
        const double distance = std::abs(heightOf(shownValue(line, static_cast<std::size_t>(row))) - pixel.y());
        if (distance < least) {
            least = distance;
            nearest = &line;
        }
    }
    return nearest;
}

QString TrainingPlot::valueTextAt(const QPointF& pixel) const {
    const auto* line = lineAt(pixel);
    if (!line)
        return {};
    const auto row = static_cast<std::size_t>(std::lround(xAxis->pixelToCoord(pixel.x())));
    return tr("%1 step %2: %3").arg(line->name).arg(row).arg(lossText(values(*line)[row]));
}

void TrainingPlot::hoverAt(const QPointF& pixel) {
    const int row = static_cast<int>(std::lround(xAxis->pixelToCoord(pixel.x())));
    const bool inside = plotRect().contains(pixel) && row >= 0 && row < static_cast<int>(m_rows);
    m_hovered = inside ? row : -1;
    m_hoverY = pixel.y();
    replotOverlay();
}

void TrainingPlot::hoverEnd() {
    m_hovered = -1;
    replotOverlay();
}

void TrainingPlot::clickAt(const QPointF& pixel) {
    const auto* hit = lineAt(pixel);
    const auto* line = hit ? hit : leadingLine();
    const double row = std::round(xAxis->pixelToCoord(pixel.x()));
    if (line && plotRect().contains(pixel) && row >= 0 && row < static_cast<double>(line->rows))
        emit stepClicked(hit ? hit->run : -1, stepsOf(*line).stage[static_cast<std::size_t>(row)]);
}

void TrainingPlot::drawStages(QCPPainter& painter) {
    const auto* line = leadingLine();
    if (!line || line->rows == 0)
        return;
    const auto& palette = Theme::instance().palette();
    const auto& history = m_workspace.runs()[static_cast<std::size_t>(line->run)].history;
    const auto area = plotRect();
    for (std::size_t i = 0; i < line->stageStarts.size(); ++i) {
        const std::size_t start = line->stageStarts[i];
        const std::size_t end = i + 1 < line->stageStarts.size() ? line->stageStarts[i + 1] : line->rows;
        const int stage = history.steps.stage[start];
        const double left = std::max(area.left(), xAxis->coordToPixel(static_cast<double>(start)));
        const double right = std::min(area.right(), xAxis->coordToPixel(static_cast<double>(end)));
        if (left >= right)
            continue;
        if (stage == m_stage)
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), palette.stageTint);
        painter.setPen(QPen(palette.line, 1, Qt::DashLine));
        if (start > 0 && left > area.left())
            painter.drawLine(QLineF(left, area.top(), left, area.bottom()));
        auto font = captionFont();
        font.setWeight(stage == m_stage ? QFont::Bold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(stage == m_stage ? palette.ink : palette.soft);
        const auto request = static_cast<std::size_t>(stage - 1);
        const auto name = stage > 0 && request < history.requests.size()
                              ? tr("request %1").arg(QString::fromStdString(history.requests[request].name))
                              : tr("stage %1").arg(stage);
        if (painter.fontMetrics().horizontalAdvance(name) < right - left)
            painter.drawText(QRectF(left, area.top() - 20, right - left, 16), Qt::AlignCenter, name);
    }
}

void TrainingPlot::drawColumn(QCPPainter& painter, const Line& line, std::span<const double> column,
                              const MinMaxPyramid& extremes, bool smooth) {
    const auto clip = plotRect().adjusted(-1, -1, 1, 1);
    const double origin = xAxis->coordToPixel(0);
    const double scale = (xAxis->coordToPixel(1e6) - origin) / 1e6;
    const auto [begin, end] = visibleRows(line);
    for (std::size_t i = 0; i < line.stageStarts.size(); ++i) {
        const std::size_t stop = i + 1 < line.stageStarts.size() ? line.stageStarts[i + 1] : column.size();
        const std::size_t from = std::max(begin, line.stageStarts[i]), to = std::min(end, stop);
        if (from >= to)
            continue;
        for (auto& part : drawnLine(column, extremes, from, to, origin, scale).parts) {
            for (auto& point : part)
                point.setY(heightOf(point.y()));
            if (smooth && stepsPerPixel() > kDenseStroke) {
                drawDense(painter, part, painter.pen().widthF(), clip);
                continue;
            }
            dropRepeats(part);
            if (part.size() == 1 && clip.contains(part[0]))
                drawMethodMark(painter, part[0], 2.5, QStringLiteral("●"), painter.pen().color());
            drawClipped(painter, part, clip);
        }
    }
}

void TrainingPlot::drawLines(QCPPainter& painter) {
    painter.setAntialiasing(true);
    painter.setBrush(Qt::NoBrush);
    for (const bool selected : {false, true})
        for (const auto& line : m_lines) {
            if (line.selected != selected)
                continue;
            const auto look = methodLook(line.method, line.variant);
            const auto& colour = look.colour;
            const bool smooth = !line.smooth.empty();
            painter.setPen(QPen(smooth ? withAlpha(colour, 0.28) : colour, 1));
            // Dense columns are upright strokes: antialiasing changes nothing of them but their cost.
            painter.setAntialiasing(stepsPerPixel() <= kDense);
            drawColumn(painter, line, values(line), line.rawExtremes, false);
            painter.setAntialiasing(true);
            if (smooth) {
                painter.setPen(linePen(colour, selected ? 2.6 : 1.6, look.hollow));
                drawColumn(painter, line, line.smooth, line.smoothExtremes, true);
            }
        }
    if (rangeOver(false))
        return;
    painter.setFont(bodyFont());
    painter.setPen(Theme::instance().palette().soft);
    painter.drawText(plotRect(), Qt::AlignCenter | Qt::TextWordWrap,
                     m_lines.empty() ? tr("No run is shown. Tick one in the list, or start a new one.")
                     : m_rows == 0
                         ? tr("No training step yet in the runs shown.")
                         : tr("The methods shown have no %1.").arg(stepQuantityName(m_view.quantity).toLower()));
}

std::vector<EndName> TrainingPlot::endNames() const {
    std::vector<EndName> names;
    for (const auto& line : m_lines) {
        const auto [begin, end] = visibleRows(line);
        for (std::size_t row = end; row > begin; --row)
            if (const double value = shownValue(line, row - 1); std::isfinite(value)) {
                names.push_back({line.name, methodLook(line.method, line.variant).colour,
                                 toPixel(static_cast<double>(row - 1), coordinate(value)), line.selected, line.run,
                                 methodName(line.method)});
                break;
            }
    }
    std::stable_sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.end.y() < b.end.y(); });
    names = fittingNames(std::move(names), plotRect().height());
    return names;
}

/// A glance along each line is enough: names keep off it, they need not miss every peak.
std::vector<QRectF> TrainingPlot::covered(const std::vector<EndName>& names) const {
    constexpr double looks = 60;
    std::vector<QRectF> rects;
    if (!endsEarly(names, plotRect()))
        return rects;
    for (const auto& line : m_lines) {
        const auto [begin, end] = visibleRows(line);
        const auto stride =
            std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(end - begin) / looks));
        std::vector<QPointF> pixels;
        for (std::size_t row = begin; row < end; row += stride)
            if (const double value = shownValue(line, row); std::isfinite(value))
                pixels.push_back(toPixel(static_cast<double>(row), coordinate(value)));
        addCovered(rects, pixels);
    }
    return rects;
}

void TrainingPlot::drawNote(QCPPainter& painter) {
    QStringList notes;
    if (stepsPerPixel() > kDense)
        notes << tr("a pixel column stands for %1 steps and draws their first, least, greatest and last")
                     .arg(QLocale().toString(stepsPerPixel(), 'f', 0));
    if (m_symmetric)
        notes << tr("logarithmic on both sides of 0, about linear within ±%1").arg(numberText(m_symmetric->unit));
    painter.setFont(captionFont());
    painter.setPen(Theme::instance().palette().soft);
    const auto area = plotRect();
    painter.drawText(area.adjusted(6, 4, -6, -4), Qt::AlignRight | Qt::AlignTop, notes.join(QStringLiteral("\n")));
}

void TrainingPlot::drawCrosshair(QCPPainter& painter) {
    const auto* leading = leadingLine();
    if (m_hovered < 0 || !leading)
        return;
    const auto row = static_cast<std::size_t>(m_hovered);
    const auto area = plotRect();
    const double x = std::round(xAxis->coordToPixel(m_hovered)) + 0.5;
    painter.setAntialiasing(false);
    painter.setPen(QPen(Theme::instance().palette().soft, 1, Qt::DotLine));
    painter.drawLine(QLineF(x, area.top(), x, area.bottom()));

    ValueCard card{tr("step %1").arg(row), {}};
    if (row < leading->rows)
        card.title = tr("step %1, epoch %2").arg(row).arg(lossText(stepsOf(*leading).epoch[row]));
    std::vector<const Line*> lines;
    for (const auto& line : m_lines)
        if (row < line.rows && std::isfinite(values(line)[row]))
            lines.push_back(&line);
    std::stable_sort(lines.begin(), lines.end(),
                     [&](auto* a, auto* b) { return shownValue(*a, row) > shownValue(*b, row); });
    for (const auto* line : lines) {
        const double y = heightOf(shownValue(*line, row));
        if (area.contains(QPointF(x, y)))
            drawRunMark(painter, {x, y}, 7, methodLook(line->method, line->variant));
        auto value = lossText(values(*line)[row]);
        if (!line->smooth.empty())
            value = tr("%1  (as measured %2)").arg(lossText(line->smooth[row]), value);
        card.rows.push_back({methodLook(line->method, line->variant), line->name, value, line->selected});
    }
    if (card.rows.empty())
        return;
    const auto size = cardSize(card, height() - 8);
    const double top = std::clamp(m_hoverY - size.height() / 2, 4.0, std::max(4.0, height() - size.height() - 4));
    drawCard(painter, card, {{x > area.center().x() ? x - 14 - size.width() : x + 14, std::round(top)}, size});
}

}  // namespace lacuna
