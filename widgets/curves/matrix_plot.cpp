// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/matrix_plot.h"

#include "core/runs/answer_intervals.h"
#include "widgets/common/run_names.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/tabular.h"
#include "widgets/common/theme.h"
#include "widgets/common/toast.h"
#include "widgets/curves/plot_drawing.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace lacuna {
namespace {

constexpr double kScale = 18;  // height of the scale of colours above the tiles
constexpr double kTitle = 20;
constexpr double kFoot = 18;
constexpr double kGap = 14;
constexpr double kUsual = 28, kLargest = 64, kSmallest = 12, kReadable = 13;  // a cell's edge
constexpr int kMany = 12;                                                     // so many scroll anyway:
constexpr double kScrolled = 20;                                              // then numbers can be read
constexpr double kOriginal = 4;                                               // sets the original model's column apart

int stagesOf(const RunMatrix& matrix) {
    return static_cast<int>(matrix.requests.size()) + 1;
}

int tasksOf(const RunMatrix& matrix) {
    return static_cast<int>(matrix.rows.size());
}

QFont strongCaption() {
    auto font = captionFont();
    font.setWeight(QFont::Bold);
    return font;
}

/// Centred; narrower letters where it is too wide for the cell: 100 beside 100 must not read as one number.
void drawFitting(QPainter& painter, const QRectF& cell, const QString& text) {
    constexpr double margin = 1.5;
    const double room = cell.width() - 2 * margin, width = tabularWidth(QFontMetricsF(painter.font()), text);
    if (width <= room)
        return drawTabular(painter, cell, Qt::AlignCenter, text);
    painter.save();
    painter.translate(cell.center());
    painter.scale(room / width, 1);
    drawTabular(painter, {-width / 2, -cell.height() / 2, width, cell.height()}, Qt::AlignCenter, text);
    painter.restore();
}

}  // namespace

QColor cellColour(double goodness) {
    struct Stop {
        double at;
        QRgb light, dark;
    };
    static constexpr std::array<Stop, 4> stops{
        {{0, 0xF6E8DD, 0x453528}, {0.2, 0xC9D0D1, 0x3F4A51}, {0.5, 0x7EA5BC, 0x2F6389}, {1, 0x00588F, 0x3E97D8}}};
    const bool dark = Theme::instance().palette().dark;
    const auto colour = [&](const Stop& stop) { return QColor::fromRgb(dark ? stop.dark : stop.light); };
    goodness = std::clamp(goodness, 0.0, 1.0);
    std::size_t i = 1;
    while (stops[i].at < goodness)
        ++i;
    return mixed(colour(stops[i - 1]), colour(stops[i]),
                 (goodness - stops[i - 1].at) / (stops[i].at - stops[i - 1].at));
}

MatrixPlot::MatrixPlot(Workspace& workspace, QWidget* parent) : QWidget(parent), m_workspace(workspace) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MatrixPlot::refresh(const MetricChoice& metric, Split split, bool overSeeds) {
    m_metric = metric;
    m_split = split;
    m_matrices = runMatrices(m_workspace, split, metric.on(split), overSeeds);
    m_without = lineGroups(m_workspace, overSeeds).size() - m_matrices.size();
    updateGeometry();
    describe();
    update();
}

void MatrixPlot::showStage(int stage) {
    m_stage = stage;
    describe();
    update();
}

QString MatrixPlot::figureTitle() const {
    return tr("Each request after each stage");
}

QString MatrixPlot::figureCaption() const {
    if (m_metric.name.isEmpty())
        return {};
    auto text = of() == MetricOf::Bystanders ? tr("what no request names, after stage (column), in %")
                : of() == MetricOf::Later    ? tr("what only a later request (row) names, after stage (column), in %")
                : m_split == Split::Forget
                    ? tr("forgetting of request (row) after stage (column), in %; pale: before its turn")
                    : tr("retention of request (row) after stage (column), in %; pale: before its turn");
    if (std::any_of(m_matrices.begin(), m_matrices.end(),
                    [](const auto& matrix) { return matrix.endedFrom < stagesOf(matrix); }))
        text += tr("; –: the run ended before");
    if (std::any_of(m_matrices.begin(), m_matrices.end(), [](const auto& matrix) {
            return std::any_of(matrix.cutShort.begin(), matrix.cutShort.end(),
                               [](auto& cut) { return !cut.isEmpty(); });
        }))
        text += tr("; framed: training ended early");
    if (m_without > 0 && !m_matrices.empty())
        text += tr("; not measured in %1 more of the runs shown").arg(m_without);
    return captionOf(m_workspace, text);
}

std::function<void()> MatrixPlot::makePlain() {
    m_plain = true;
    return [this, stage = std::exchange(m_stage, -1)] {
        m_plain = false;
        m_stage = stage;
    };
}

QString MatrixPlot::csv() const {
    auto text = csvLine({"run", "method", "split", "metric", "task", "request", "stage", "value", "ended_early", "low",
                         "high", "answers", "entities"});
    for (const auto& matrix : m_matrices) {
        const auto& run = m_workspace.runs()[static_cast<std::size_t>(matrix.run)];
        std::vector<AnswerIntervals> intervals;
        for (int stage = 0; stage < run.history.stageCount(); ++stage)
            intervals.emplace_back(static_cast<int>(run.history.requests.size()), run.answers.at(stage));
        for (std::size_t task = 0; task < matrix.cells.size(); ++task)
            for (std::size_t stage = 0; stage < matrix.cells[task].size(); ++stage)
                if (const auto& value = matrix.cells[task][stage]) {
                    const auto& metric = m_metric.on(m_split);
                    const auto sure =
                        intervals[stage].cell(static_cast<int>(stage), static_cast<int>(task), m_split, metric);
                    const bool known = sure && sure->interval;
                    text += csvLine({runTitle(m_workspace, matrix.run), matrix.method, splitId(m_split),
                                     QString::fromStdString(metric), QString::number(task), matrix.rows[task],
                                     QString::number(stage), csvNumber(*value), matrix.cutShort[stage],
                                     known ? csvNumber(sure->interval->low) : QString(),
                                     known ? csvNumber(sure->interval->high) : QString(),
                                     sure ? QString::number(sure->answers) : QString(),
                                     sure ? QString::number(sure->entities) : QString()});
                }
    }
    return text;
}

/// As high as the tiles are at their smallest: where there is less room, the panel scrolls.
QSize MatrixPlot::minimumSizeHint() const {
    if (m_matrices.empty())
        return {220, 130};
    const auto layout = layoutFor({static_cast<double>(width()), 0}, kUsual);
    const auto columns = static_cast<std::size_t>(layout.columns);
    const auto rows = (m_matrices.size() + columns - 1) / columns;
    return {220, static_cast<int>(std::ceil(layout.scale + layout.tile.height() * static_cast<double>(rows)))};
}

void MatrixPlot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    updateGeometry();
}

int MatrixPlot::heightFor(int width) const {
    const auto layout = layoutFor(QSizeF(width, 1e6), kUsual);  // more where a large window has room
    const auto columns = static_cast<std::size_t>(layout.columns);
    const auto rows = (m_matrices.size() + columns - 1) / columns;
    return static_cast<int>(std::ceil(layout.scale + layout.tile.height() * static_cast<double>(rows)));
}

/// With the scale, but where numbers could be read only without it.
MatrixPlot::Layout MatrixPlot::layoutFor(const QSizeF& size, double most) const {
    const double least = leastCell(size.width());
    const auto layout = arranged(size, most, least, kScale);
    return layout.cell < kReadable ? arranged(size, most, least, 0) : layout;
}

/// Small, where all of them are seen at once then; what scrolls anyway can be read.
double MatrixPlot::leastCell(double width) const {
    const int count = static_cast<int>(m_matrices.size());
    const int seen = parentWidget() ? parentWidget()->height() : 0;
    if (count > kMany || count == 0)
        return kScrolled;
    const auto small = arranged({width, 0}, kSmallest, kSmallest, 0);
    const int rows = (count + small.columns - 1) / small.columns;
    return seen > 0 && small.tile.height() * rows > seen ? kScrolled : kSmallest;
}

MatrixPlot::Layout MatrixPlot::arranged(const QSizeF& size, double most, double least, double scale) const {
    int tasks = 1, stages = 2;
    double labels = 14;
    const QFontMetricsF metrics(strongCaption());
    for (const auto& matrix : m_matrices) {
        stages = std::max(stages, stagesOf(matrix));
        tasks = std::max(tasks, tasksOf(matrix));
        for (const auto& row : matrix.rows)
            labels = std::max(labels, metrics.horizontalAdvance(row) + 8);
    }
    labels = std::min(labels, 60.0);
    // The arrangement with the largest cells; one whose cells would be too narrow is none, too high ones scroll.
    Layout best;
    double largest = 0;
    int bestRows = 0;
    const int count = static_cast<int>(m_matrices.size());
    for (int columns = 1; columns <= count; ++columns) {
        const int rows = (count + columns - 1) / columns;
        const double wide = (size.width() / columns - labels - kOriginal - kGap) / stages;
        const double high = (std::max(0.0, size.height() - scale) / rows - kTitle - kFoot) / tasks;
        const double fitting = std::min({wide, high, most});
        const bool better = fitting > largest || (fitting == largest && rows < bestRows);
        if (columns > 1 && (wide < least || !better))
            continue;
        bestRows = rows;
        largest = fitting;
        const double cell = std::clamp(std::floor(fitting), least, most);
        const double height = kTitle + kFoot + cell * tasks;
        best = {columns, cell, QSizeF(), labels, scale};
        // Tiles share the room, but not so far apart that the eye loses the row.
        best.tile = {std::min(size.width() / columns, labels + kOriginal + kGap + cell * stages + 60),
                     std::clamp((size.height() - scale) / rows, height, height + 12)};
    }
    return best;
}

QRectF MatrixPlot::cellIn(const Layout& layout, std::size_t matrix, int task, int stage) const {
    const auto columns = static_cast<std::size_t>(layout.columns);
    const auto line = matrix / columns;
    const double left = std::floor(static_cast<double>(matrix % columns) * layout.tile.width());
    const double top = layout.scale + std::floor(static_cast<double>(line) * layout.tile.height());
    return {left + layout.labels + stage * layout.cell + (stage > 0 ? kOriginal : 0), top + kTitle + task * layout.cell,
            layout.cell, layout.cell};
}

QRectF MatrixPlot::cellRect(std::size_t matrix, int task, int stage) const {
    static_cast<void>(
        m_matrices.at(matrix).cells.at(static_cast<std::size_t>(task)).at(static_cast<std::size_t>(stage)));  // throws
    return cellIn(layoutFor(size(), kLargest), matrix, task, stage);
}

std::optional<MatrixPlot::Cell> MatrixPlot::cellAt(const QPointF& position) const {
    const auto layout = layoutFor(size(), kLargest);
    for (std::size_t i = 0; i < m_matrices.size(); ++i)
        for (int task = 0; task < tasksOf(m_matrices[i]); ++task)
            for (int stage = 0; stage < stagesOf(m_matrices[i]); ++stage)
                if (cellIn(layout, i, task, stage).contains(position))
                    return Cell{i, task, stage};
    return std::nullopt;
}

QString MatrixPlot::cellText(const Cell& cell) const {
    const auto& matrix = m_matrices[cell.matrix];
    const auto value = matrix.cells[static_cast<std::size_t>(cell.task)][static_cast<std::size_t>(cell.stage)];
    const auto after = cell.stage == 0 ? originalName()
                                       : tr("after %1").arg(matrix.requests[static_cast<std::size_t>(cell.stage - 1)]);
    const auto& cut = matrix.cutShort[static_cast<std::size_t>(cell.stage)];
    const auto text = (of() == MetricOf::Bystanders ? tr("%1, %2, %3: %4") : tr("%1, request %2, %3: %4"))
                          .arg(matrix.name, matrix.rows[static_cast<std::size_t>(cell.task)], after,
                               value                               ? valueText(*value, m_metric.on(m_split))
                               : hasNoValue(cell.task, cell.stage) ? tr("not defined here")
                               : cell.stage >= matrix.endedFrom    ? matrix.ended
                                                                   : tr("not measured yet"));
    auto whole = value && !cut.isEmpty() ? tr("%1; its training ended after %2").arg(text, cut) : text;
    const auto* theirs = m_workspace.publishedOf(matrix.run);
    if (const auto* published = theirs ? theirs->cell(cell.stage, cell.task, m_split, m_metric.on(m_split)) : nullptr)
        whole += tr("; published: %1").arg(valueText(published->value, m_metric.on(m_split)));
    return whole;
}

QString MatrixPlot::certaintyText(const Cell& cell) const {
    const auto& metric = m_metric.on(m_split);
    const auto& run = m_workspace.runs()[static_cast<std::size_t>(m_matrices[cell.matrix].run)];
    const AnswerIntervals intervals(static_cast<int>(run.history.requests.size()), run.answers.at(cell.stage));
    const auto sure = intervals.cell(cell.stage, cell.task, m_split, metric);
    if (!sure)
        return {};
    const auto counts = tr("; %1 answers about %2 entities").arg(sure->answers).arg(sure->entities);
    return sure->interval
               ? tr("; 95 % [%1, %2], drawing whole entities")
                         .arg(valueText(sure->interval->low, metric), valueText(sure->interval->high, metric)) +
                     counts
               : counts;
}

void MatrixPlot::describe() {
    setAccessibleName(figureTitle());
    QStringList values;
    for (std::size_t i = 0; i < m_matrices.size(); ++i)
        for (int task = 0; task < tasksOf(m_matrices[i]); ++task)
            if (m_stage >= 0 && m_stage < stagesOf(m_matrices[i]))
                values << cellText({i, task, m_stage});
    setAccessibleDescription(figureCaption() + QStringLiteral(". ") + values.join(QStringLiteral("; ")));
}

void MatrixPlot::drawFigure(QCPPainter& painter, const QSize& size) {
    draw(painter, size);
}

void MatrixPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    draw(painter, size());
    if (hasFocus()) {
        painter.setPen(QPen(Theme::instance().palette().accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

void MatrixPlot::draw(QPainter& painter, const QSizeF& size) const {
    if (m_matrices.empty()) {
        painter.setFont(bodyFont());
        painter.setPen(Theme::instance().palette().soft);
        painter.drawText(QRectF(QPointF(), size), Qt::AlignCenter | Qt::TextWordWrap,
                         m_without > 0 ? tr("Not measured in the runs shown.")
                                       : tr("No run is shown. Tick one in the list, or start a new one."));
        return;
    }
    const auto layout = layoutFor(size, kLargest);
    if (layout.scale > 0)
        drawScale(painter, layout.labels);
    for (std::size_t i = 0; i < m_matrices.size(); ++i)
        drawTile(painter, layout, i);
}

/// Blue is good; where neither end is better a cell is only more or less grey.
QColor MatrixPlot::colourAt(double share) const {
    const auto& palette = Theme::instance().palette();
    const int better = betterSign(m_metric.on(m_split), m_split);
    if (better == 0)
        return mixed(palette.panel, palette.ink, 0.08 + 0.5 * std::clamp(share, 0.0, 1.0));
    return cellColour(better < 0 ? 1 - share : share);
}

/// What the colours stand for: "0 ▒▒▒ 100".
void MatrixPlot::drawScale(QPainter& painter, double left) const {
    constexpr double width = 96, height = 8;
    const auto& metric = metricRow(m_metric.on(m_split));
    painter.setFont(captionFont());
    painter.setPen(Theme::instance().palette().soft);
    const auto end = [](double value) { return QString::number(std::lround(value * 100)); };
    const QFontMetricsF metrics(painter.font());
    const auto least = end(metric.minimum), most = tr("%1 %").arg(end(metric.maximum));
    const double begin = left + metrics.horizontalAdvance(least) + 6;
    painter.drawText(QRectF(left, 0, begin - left, kScale - 4), Qt::AlignLeft | Qt::AlignVCenter, least);
    painter.drawText(QRectF(begin + width + 6, 0, metrics.horizontalAdvance(most) + 2, kScale - 4),
                     Qt::AlignLeft | Qt::AlignVCenter, most);
    constexpr int steps = 48;  // flat pieces: they are drawn alike in every file
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int i = 0; i < steps; ++i)
        painter.fillRect(QRectF(begin + i * width / steps, (kScale - 4 - height) / 2, width / steps, height),
                         colourAt((i + 0.5) / steps));
    painter.restore();
}

void MatrixPlot::drawTile(QPainter& painter, const Layout& layout, std::size_t index) const {
    const auto& palette = Theme::instance().palette();
    const auto& matrix = m_matrices[index];
    const int tasks = tasksOf(matrix), stages = stagesOf(matrix);
    const auto first = cellIn(layout, index, 0, 0);
    painter.setFont(strongCaption());
    painter.setPen(readable(methodColour(matrix.method)));
    const double nameWidth = layout.tile.width() - layout.labels - 4;
    painter.drawText(QRectF(first.left() + 1, first.top() - kTitle, nameWidth, kTitle - 2),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(matrix.name, Qt::ElideRight, static_cast<int>(nameWidth)));
    const bool ownRun = !m_plain && m_workspace.selection().run == matrix.run;
    for (int task = 0; task < tasks; ++task) {
        for (int stage = 0; stage < stages; ++stage)
            drawCell(painter, cellIn(layout, index, task, stage), matrix, task, stage);
        const bool chosen = ownRun && m_workspace.selection().task == task;
        painter.setFont(chosen ? strongCaption() : captionFont());
        painter.setPen(chosen ? palette.ink : palette.soft);
        const auto cell = cellIn(layout, index, task, 0);
        const QRectF name(cell.left() - layout.labels, cell.top(), layout.labels - 5, cell.height());
        painter.drawText(name, Qt::AlignRight | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(matrix.rows[static_cast<std::size_t>(task)], Qt::ElideRight,
                                                          static_cast<int>(name.width())));
    }
    for (int stage = 0; stage < stages; ++stage) {
        const auto cell = cellIn(layout, index, tasks - 1, stage);
        painter.setFont(stage == m_stage ? strongCaption() : captionFont());
        painter.setPen(stage == m_stage ? palette.ink : palette.soft);
        auto name = stage == 0 ? originalShort() : matrix.requests[static_cast<std::size_t>(stage - 1)];
        if (stage == 0 && painter.fontMetrics().horizontalAdvance(name) > cell.width() + 8)
            name = QStringLiteral("○");  // as the plane beside it marks it
        painter.drawText(QRectF(cell.left() - 4, cell.bottom() + 1, cell.width() + 8, kFoot - 2), Qt::AlignCenter,
                         painter.fontMetrics().elidedText(name, Qt::ElideRight, static_cast<int>(cell.width() + 8)));
    }
    if (m_stage >= 0 && m_stage < stages) {
        painter.setPen(QPen(palette.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        const auto column = cellIn(layout, index, 0, m_stage) | cellIn(layout, index, tasks - 1, m_stage);
        painter.drawRect(column.adjusted(-1, -1, 0, 0));
        if (ownRun && m_workspace.selection().task >= 0 && m_workspace.selection().task < tasks) {
            painter.setPen(QPen(palette.ink, 2));
            painter.drawRect(cellIn(layout, index, m_workspace.selection().task, m_stage).adjusted(0, 0, -1, -1));
        }
    }
}

/// Bystanders are of no task.
int MatrixPlot::taskOf(int row) const {
    return of() == MetricOf::Bystanders ? -1 : row;
}

MetricOf MatrixPlot::of() const {
    return countsOf(m_metric.on(m_split));
}

/// What is refused too early can be so only before its turn, and after somebody else's.
bool MatrixPlot::hasNoValue(int task, int stage) const {
    return of() == MetricOf::Later && (stage == 0 || task < stage);
}

void MatrixPlot::drawCell(QPainter& painter, const QRectF& rect, const RunMatrix& matrix, int task, int stage) const {
    const auto& palette = Theme::instance().palette();
    const auto inner = rect.adjusted(0.5, 0.5, -1.5, -1.5);
    const auto value = matrix.cells[static_cast<std::size_t>(task)][static_cast<std::size_t>(stage)];
    if (!value && hasNoValue(task, stage))
        return;
    if (!value && stage >= matrix.endedFrom) {
        paintDash(painter, inner.center(), inner.width() * 0.22);
        return;
    }
    if (!value) {
        painter.setPen(QPen(palette.line, 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(inner);
        return;
    }
    const auto& metric = metricRow(m_metric.on(m_split));
    const bool before = of() == MetricOf::Sets && stage > 0 && task >= stage;  // its own request has not been asked yet
    const auto own = colourAt((*value - metric.minimum) / (metric.maximum - metric.minimum));
    const auto ground = before ? mixed(palette.panel, own, 0.35) : own;
    painter.fillRect(rect.adjusted(0, 0, -1, -1), ground);
    if (task + 1 == stage && !matrix.cutShort[static_cast<std::size_t>(stage)].isEmpty()) {
        painter.setPen(QPen(palette.panel, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect.adjusted(2, 2, -3, -3));
    }
    if (rect.width() < kReadable)
        return;
    auto font = captionFont();
    font.setPointSizeF(std::min(font.pointSizeF(), rect.width() * 0.44));
    painter.setFont(font);
    const QColor dark = palette.dark ? palette.ground : palette.ink;
    const QColor light = palette.dark ? palette.ink : QColor(Qt::white);
    constexpr double legible = 4.5;
    const auto best = contrast(dark, ground) >= contrast(light, ground) ? dark : light;
    painter.setPen(before && contrast(palette.soft, ground) >= legible ? palette.soft : best);
    drawFitting(painter, rect.adjusted(0, 0, -1, -1), QString::number(std::lround(*value * 100)));
}

void MatrixPlot::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    if (const auto cell = cellAt(event->position()))
        emit cellClicked(m_matrices[cell->matrix].run, cell->stage, taskOf(cell->task));
}

void MatrixPlot::mouseMoveEvent(QMouseEvent* event) {
    setCursor(cellAt(event->position()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

/// Up and down through the tasks of the selected run, left and right through its stages, page keys through the runs.
void MatrixPlot::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) {
        emit copyRequested();
        return;
    }
    const int count = static_cast<int>(m_matrices.size());
    int dTask = 0, dStage = 0, dRun = 0;
    switch (event->key()) {
        case Qt::Key_Up:
            dTask = -1;
            break;
        case Qt::Key_Down:
            dTask = 1;
            break;
        case Qt::Key_Left:
            dStage = -1;
            break;
        case Qt::Key_Right:
            dStage = 1;
            break;
        case Qt::Key_PageUp:
            dRun = -1;
            break;
        case Qt::Key_PageDown:
            dRun = 1;
            break;
        default:
            break;
    }
    if (count == 0 || (dTask == 0 && dStage == 0 && dRun == 0))
        return QWidget::keyPressEvent(event);
    const auto selected = std::find_if(m_matrices.begin(), m_matrices.end(),
                                       [&](const auto& matrix) { return matrix.run == m_workspace.selection().run; });
    const int from = selected == m_matrices.end() ? 0 : static_cast<int>(selected - m_matrices.begin());
    const auto& matrix = m_matrices[static_cast<std::size_t>(std::clamp(from + dRun, 0, count - 1))];
    const int tasks = tasksOf(matrix);
    if (tasks == 0)
        return;
    const int task = m_workspace.selection().task < 0 ? 0 : m_workspace.selection().task + dTask;
    emit cellClicked(matrix.run, std::clamp(m_stage + dStage, 0, stagesOf(matrix) - 1),
                     taskOf(std::clamp(task, 0, tasks - 1)));
}

void MatrixPlot::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    const auto cell = cellAt(event->pos());
    const auto text = cell ? cellText(*cell) : QString();
    auto* copyValue = menu.addAction(text.isEmpty() ? tr("Copy value") : tr("Copy “%1”").arg(text), this, [this, text] {
        QApplication::clipboard()->setText(text);
        Toast::show(this, tr("Copied “%1”").arg(text.toHtmlEscaped()));
    });
    copyValue->setEnabled(!text.isEmpty());
    menu.addAction(tr("Copy figure and numbers"), this, &MatrixPlot::copyRequested);
    menu.addAction(tr("Save figure…"), this, &MatrixPlot::saveRequested);
    menu.exec(event->globalPos());
}

bool MatrixPlot::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const auto cell = cellAt(help->pos()))
            QToolTip::showText(help->globalPos(), cellText(*cell) + certaintyText(*cell), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

}  // namespace lacuna
