// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/live_panel.h"

#include "widgets/common/quantities.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"
#include "widgets/common/view_refresh.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lacuna {
namespace {

/// Where a method minimises one term alone, its line would lie on that of the loss.
bool sameEverywhere(const std::vector<double>& a, const std::vector<double>& b,
                    std::pair<std::size_t, std::size_t> rows) {
    return std::equal(a.begin() + static_cast<std::ptrdiff_t>(rows.first),
                      a.begin() + static_cast<std::ptrdiff_t>(rows.second),
                      b.begin() + static_cast<std::ptrdiff_t>(rows.first));
}

/// The request that is trained on the way to `stage`.
QString requestName(const RunHistory& run, int stage) {
    const auto index = static_cast<std::size_t>(stage - 1);
    return index < run.requests.size() ? QString::fromStdString(run.requests[index].name) : QString::number(stage);
}

/// "testing the model after B · 40 % of the run"; a run of another process tells its place alone.
QString workText(const WorkspaceRun& run) {
    if (run.doing.isEmpty())
        return run.activity.isEmpty() ? LivePanel::tr("running") : run.activity;
    if (run.progress < 0)
        return run.doing;
    const int percent = std::clamp(static_cast<int>(run.progress * 100), 0, 99);
    return LivePanel::tr("%1 · %2 % of the run").arg(run.doing).arg(percent);
}

struct Range {
    double least = std::numeric_limits<double>::infinity();
    double greatest = -std::numeric_limits<double>::infinity();
    void take(double value) {
        if (std::isfinite(value)) {
            least = std::min(least, value);
            greatest = std::max(greatest, value);
        }
    }
    bool empty() const { return least > greatest; }
};

/// Values [begin, end) over `area`, two points (least, greatest) per pixel column.
QPolygonF polyline(const std::vector<double>& values, std::pair<std::size_t, std::size_t> rows, const QRectF& area,
                   const Range& range) {
    const auto [begin, end] = rows;
    const double span = std::max(1.0, static_cast<double>(end - begin - 1));
    const double high = range.greatest > range.least ? range.greatest - range.least : 1;
    const auto y = [&](double value) { return area.bottom() - (value - range.least) / high * area.height(); };
    QPolygonF line;
    Range column;
    int at = -1;
    const auto flush = [&] {
        if (column.empty())
            return;
        line << QPointF(area.left() + at, y(column.least));
        if (column.greatest > column.least)
            line << QPointF(area.left() + at, y(column.greatest));
        column = {};
    };
    for (std::size_t row = begin; row < end; ++row) {
        const int x = static_cast<int>(static_cast<double>(row - begin) / span * area.width());
        if (x != at)
            flush();
        at = x;
        column.take(values[row]);
    }
    flush();
    return line;
}

}  // namespace

LossStrip::LossStrip(const Workspace& workspace, QWidget* parent) : QWidget(parent), m_workspace(workspace) {
    setAccessibleName(tr("Losses of the request in work"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void LossStrip::setRun(int run) {
    m_run = run;
    setAccessibleDescription(numbers());
    update();
}

const RunHistory* LossStrip::history() const {
    const auto& runs = m_workspace.runs();
    return m_run >= 0 && m_run < static_cast<int>(runs.size()) ? &runs[static_cast<std::size_t>(m_run)].history
                                                               : nullptr;
}

std::pair<std::size_t, std::size_t> LossStrip::rows() const {
    const auto* run = history();
    if (!run || run->steps.size() == 0)
        return {0, 0};
    std::size_t begin = run->steps.size();
    while (begin > 0 && run->steps.stage[begin - 1] == run->steps.stage.back())
        --begin;
    return {begin, run->steps.size()};
}

QString LossStrip::numbers() const {
    const auto [begin, end] = rows();
    if (begin == end)
        return {};
    const auto& steps = history()->steps;
    const auto last = end - 1;
    QStringList parts{tr("loss %1").arg(numberText(steps.loss[last]))};
    if (std::isfinite(steps.forgetLoss[last]) && steps.forgetLoss[last] != steps.loss[last])
        parts << tr("forget %1").arg(numberText(steps.forgetLoss[last]));
    if (std::isfinite(steps.retainLoss[last]))
        parts << tr("retain %1").arg(numberText(steps.retainLoss[last]));
    if (const double speed = recentStepsPerS(steps); speed > 0)
        parts << speedText(speed);
    return parts.join(QStringLiteral(" · "));
}

void LossStrip::paintEvent(QPaintEvent*) {
    const auto& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(captionFont());
    struct Curve {
        const std::vector<double>* values;
        QString name;
        Qt::PenStyle style;
    };
    std::vector<Curve> curves;
    const auto window = rows();
    Range range;
    if (window.first != window.second) {
        const auto& steps = history()->steps;
        curves = {{&steps.loss, tr("loss"), Qt::SolidLine},
                  {&steps.forgetLoss, tr("forget"), Qt::DashLine},
                  {&steps.retainLoss, tr("retain"), Qt::DotLine}};
        for (const auto& curve : curves)
            for (std::size_t row = window.first; row < window.second; ++row)
                range.take((*curve.values)[row]);
    }
    auto [least, greatest] = range.empty() ? std::pair<QString, QString>() : endTexts(range.least, range.greatest);
    if (least == greatest)
        least.clear();
    const QFontMetricsF metrics(painter.font());
    const double labels = std::max({38.0, metrics.horizontalAdvance(greatest), metrics.horizontalAdvance(least)});
    const QRectF area = QRectF(rect()).adjusted(std::ceil(labels) + 6, 4, -70, -4);
    painter.setPen(QPen(palette.line, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    if (range.empty() || area.width() < 10)
        return;
    painter.setPen(palette.soft);
    const QRectF left(0, 0, area.left() - 6, 14);
    painter.drawText(left.translated(0, area.top() - 2), Qt::AlignRight | Qt::AlignVCenter, greatest);
    painter.drawText(left.translated(0, area.bottom() - 12), Qt::AlignRight | Qt::AlignVCenter, least);
    const auto& run = *history();
    const auto colour = methodColour(QString::fromStdString(run.spec.method));
    std::vector<std::pair<double, QString>> ends;  // where each line ends, and its name
    for (const auto& curve : curves) {
        const auto line = polyline(*curve.values, window, area, range);
        if (line.isEmpty() ||
            (curve.values != &run.steps.loss && sameEverywhere(*curve.values, run.steps.loss, window)))
            continue;
        painter.setPen(QPen(colour, curve.style == Qt::SolidLine ? 2 : 1.3, curve.style));
        if (line.size() > 1)
            painter.drawPolyline(line);
        else
            painter.drawEllipse(line.back(), 2, 2);
        ends.emplace_back(line.back().y(), curve.name);
    }
    std::sort(ends.begin(), ends.end());
    painter.setPen(readable(colour));
    double free = 0;  // names keep apart downwards, and leave room for those below
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const double lowest = height() - 13.0 * static_cast<double>(ends.size() - i);
        const double y = std::min(std::max(ends[i].first - 7, free), lowest);
        painter.drawText(QRectF(area.right() + 6, y, 64, 14), Qt::AlignLeft | Qt::AlignVCenter, ends[i].second);
        free = y + 13;
    }
}

LivePanel::LivePanel(const Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_title(new QLabel),
      m_numbers(new QLabel),
      m_progress(new QProgressBar),
      m_strip(new LossStrip(workspace)),
      m_head(new QBoxLayout(QBoxLayout::LeftToRight)),
      m_buttons(new QBoxLayout(QBoxLayout::LeftToRight)),
      m_pause(button(tr("Pause"), tr("Hold after the step in work; the model stays in memory."))),
      m_pauseAndFree(button(tr("Pause and free memory"), tr("Hold after the step in work and give the model's memory "
                                                            "back until it goes on."))),
      m_continue(button(tr("Continue"), tr("Go on where it was held."))),
      m_stop(button(tr("Stop"), tr("End after the step in work, with a checkpoint: it can be resumed later."))),
      m_checkpoint(button(tr("Checkpoint now"), tr("Write a checkpoint after the step in work and go on."))),
      m_skip(
          button(tr("Next request"), tr("End training of the request in work where it stands, measure, and go on."))),
      m_resume(
          button(tr("Continue"), tr("Go on from the last checkpoint, with the same numbers as if it had never been "
                                    "stopped."))),
      m_contents(new ViewRefresh(this, [this] { fill(); })) {
    m_head->setSpacing(2);
    m_head->addWidget(m_title, 1);
    m_head->addWidget(m_numbers);
    m_buttons->setSpacing(8);
    for (const auto& group :
         {std::vector{m_continue, m_pause, m_resume, m_pauseAndFree, m_stop}, std::vector{m_checkpoint, m_skip}}) {
        auto* row = new QHBoxLayout;
        row->setSpacing(8);
        for (auto* control : group)
            row->addWidget(control);
        m_buttons->addLayout(row);
        m_buttons->setAlignment(row, Qt::AlignLeft);
    }
    m_buttons->addStretch();
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(6);
    all->addLayout(m_head);
    all->addWidget(m_progress);
    all->addWidget(m_strip, 1);
    all->addLayout(m_buttons);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(6);
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_title->setMinimumWidth(60);
    m_title->setTextFormat(Qt::PlainText);

    connect(m_pause, &QPushButton::clicked, this, [this] { emit pauseRequested(false); });
    connect(m_pauseAndFree, &QPushButton::clicked, this, [this] { emit pauseRequested(true); });
    connect(m_continue, &QPushButton::clicked, this, &LivePanel::continueRequested);
    connect(m_stop, &QPushButton::clicked, this, &LivePanel::stopRequested);
    connect(m_checkpoint, &QPushButton::clicked, this, &LivePanel::checkpointRequested);
    connect(m_skip, &QPushButton::clicked, this, &LivePanel::skipRequested);
    connect(m_resume, &QPushButton::clicked, this, [this] { emit resumeRequested(m_run); });
    connect(&workspace, &Workspace::runsChanged, this, &LivePanel::refresh);
    connect(&workspace, &Workspace::selectionChanged, this, &LivePanel::schedule);
    connect(&workspace, &Workspace::activityChanged, this, &LivePanel::schedule);
    m_contents->follow(workspace, {Grown::Steps, Grown::Resources, Grown::Stages, Grown::Requests});
    connect(&Theme::instance(), &Theme::changed, this, &LivePanel::refresh);
    refresh();
}

QPushButton* LivePanel::button(const QString& text, const QString& help) {
    auto* made = new QPushButton(text);
    made->setToolTip(help);
    made->setAccessibleDescription(help);
    return made;
}

QSize LivePanel::minimumSizeHint() const {
    return {320, QWidget::minimumSizeHint().height()};
}

/// In a narrow window head and buttons take two rows each.
void LivePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    for (auto* layout : {m_head, m_buttons})
        layout->setDirection(width() < 560 ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void LivePanel::setControls(const RunControls& controls) {
    if (controls == m_controls)
        return;
    m_controls = controls;
    if (!controls.run.empty())
        m_last = controls.run;
    refresh();
}

void LivePanel::schedule() {
    if (!std::exchange(m_scheduled, true))
        QTimer::singleShot(0, this, &LivePanel::refresh);
}

/// The run in work, else a stopped one that is selected, else the one that was in work before.
int LivePanel::findRun() const {
    if (!m_controls.run.empty())
        return m_workspace.indexOf(m_controls.run);
    const auto& runs = m_workspace.runs();
    const int selected = m_workspace.selection().run;
    if (selected >= 0 && runs[static_cast<std::size_t>(selected)].history.status == RunStatus::Interrupted)
        return selected;
    return m_last.empty() ? -1 : m_workspace.indexOf(m_last);
}

QString LivePanel::titleText() const {
    const auto& run = m_workspace.runs()[static_cast<std::size_t>(m_run)];
    QString state;
    switch (run.history.status) {
        case RunStatus::Finished:
            state = tr("finished");
            break;
        case RunStatus::Failed:
            state = tr("failed; the messages below say why");
            break;
        case RunStatus::Interrupted:
            state = run.history.steps.size() == 0 ? tr("stopped")
                                                  : tr("stopped at step %1 of request %2")
                                                        .arg(run.history.steps.step.back() + 1)
                                                        .arg(requestName(run.history, run.history.steps.stage.back()));
            break;
        case RunStatus::Queued:
            state = run.doing.isEmpty() ? tr("waits for the engine") : run.doing;
            break;
        case RunStatus::Paused:
            state = workText(run) + tr(" · paused");
            break;
        case RunStatus::Running:
            state = workText(run);
            break;
    }
    if (!m_controls.waiting.isEmpty() && !m_controls.run.empty())
        state = m_controls.waiting;
    return QStringLiteral("%1 · %2").arg(runName(m_workspace, m_run), state);
}

void LivePanel::refreshButtons(bool live) {
    const auto status = m_workspace.runs()[static_cast<std::size_t>(m_run)].history.status;
    const bool held = live && m_controls.goOn;
    m_continue->setVisible(held);
    for (auto* control : {m_pause, m_pauseAndFree})
        control->setVisible(live && !held);
    for (auto* control : {m_stop, m_checkpoint, m_skip})
        control->setVisible(live);
    m_resume->setVisible(!live && (status == RunStatus::Interrupted || status == RunStatus::Failed));
    m_pause->setEnabled(m_controls.pause);
    m_pauseAndFree->setEnabled(m_controls.pause);
    m_stop->setEnabled(m_controls.stop);
    m_checkpoint->setEnabled(m_controls.checkpoint);
    m_skip->setEnabled(m_controls.skip);
    m_skip->setToolTip(m_controls.noSkip.isEmpty() ? m_skip->accessibleDescription() : m_controls.noSkip);
    m_resume->setEnabled(m_controls.resume);
}

void LivePanel::refresh() {
    m_scheduled = false;
    m_run = findRun();
    setVisible(m_run >= 0);
    m_strip->setRun(m_run);
    if (isVisible())
        m_contents->now();
    else
        m_contents->ask();
}

void LivePanel::fill() {
    if (m_run < 0)
        return;
    const auto& run = m_workspace.runs()[static_cast<std::size_t>(m_run)];
    const bool live = !m_controls.run.empty() && run.history.status != RunStatus::Queued;
    m_title->setFont(titleFont());
    m_title->setText(titleText());
    m_numbers->setFont(captionFont());
    m_numbers->setText(m_strip->numbers());
    m_progress->setVisible(live);
    m_strip->setVisible(run.history.steps.size() > 0);
    m_progress->setRange(0, run.progress < 0 ? 0 : 1000);
    m_progress->setValue(static_cast<int>(run.progress * 1000));
    refreshButtons(live);
}

}  // namespace lacuna
