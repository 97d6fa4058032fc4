// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/shares_plot.h"

#include "widgets/common/run_look.h"
#include "widgets/common/run_names.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace lacuna {
namespace {

constexpr double titleHigh = 22, footHigh = 18, captionWide = 44, barGap = 3, halfGap = 5, blockGap = 18;

/// From the top: what is right on a forget set stands where the eye falls first on neither half; the order is the
/// ribbon's.
constexpr std::array order{Verdict::Knows, Verdict::Leaks, Verdict::Wrong, Verdict::Refuses, Verdict::Gibberish};

}  // namespace

SharesPlot::SharesPlot(const Workspace& workspace, QWidget* parent) : QWidget(parent), m_workspace(workspace) {
    setMouseTracking(true);
    setAccessibleName(tr("What became of the answers"));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void SharesPlot::refresh() {
    QSet<int> open;
    for (const auto& run : m_workspace.runs()) {
        open.insert(run.id);
        auto& counted = m_counted[run.id];
        if (counted.answers == run.answers.size() && counted.stages == run.history.stages)
            continue;
        counted = {run.answers.size(), run.history.stages, answerShares(run.history, run.answers)};
    }
    m_counted.removeIf([&](const auto& entry) { return !open.contains(entry.key()); });
    m_names = runNames(m_workspace);
    m_labels = stageLabels(m_workspace);
    m_hovered.reset();
    updateGeometry();
    update();
}

const std::vector<StageShares>& SharesPlot::shares(int run) const {
    static const std::vector<StageShares> none;
    const auto found = m_counted.constFind(m_workspace.runs()[static_cast<std::size_t>(run)].id);
    return found == m_counted.constEnd() ? none : found->shares;
}

/// As many beside each other as leave a bar its width; many runs get lower bars.
SharesPlot::Sizes SharesPlot::sizes(double width) const {
    const auto count = static_cast<int>(m_workspace.shownRuns().size());
    const double stages = std::max(2, m_workspace.stageCount());
    const double least = captionWide + stages * (count > 9 ? 14 : 24);
    Sizes sizes;
    sizes.perRow =
        std::clamp(static_cast<int>((width + blockGap) / (least + blockGap)), 1, std::max(1, std::min(count, 6)));
    sizes.width = (width - (sizes.perRow - 1) * blockGap) / sizes.perRow;
    sizes.width = std::min(sizes.width, captionWide + stages * 64);
    const double half = count <= 2 ? 110 : count <= 6 ? 62 : count <= 12 ? 44 : 32;
    sizes.height = titleHigh + 2 * half + halfGap + footHigh;
    return sizes;
}

int SharesPlot::heightForWidth(int width) const {
    const auto all = sizes(width);
    const auto count = static_cast<int>(m_workspace.shownRuns().size());
    const int lines = (count + all.perRow - 1) / all.perRow;
    return static_cast<int>(lines * all.height + std::max(0, lines - 1) * 10) + 2;
}

QSize SharesPlot::sizeHint() const {
    return {600, heightForWidth(600)};
}

QSize SharesPlot::minimumSizeHint() const {
    return {200, heightForWidth(std::max(200, width()))};
}

std::vector<SharesPlot::Block> SharesPlot::blocks() const {
    std::vector<Block> all;
    const auto each = sizes(width());
    int at = 0;
    for (const int run : m_workspace.shownRuns()) {
        const int column = at % each.perRow, line = at / each.perRow;
        all.push_back(
            {run, QRectF(column * (each.width + blockGap), line * (each.height + 10), each.width, each.height)});
        ++at;
    }
    return all;
}

QRectF SharesPlot::barRect(const Block& block, int stage, Fate fate) const {
    const double stages = std::max(2, m_workspace.stageCount());
    const double half = (block.place.height() - titleHigh - footHigh - halfGap) / 2;
    const double wide = (block.place.width() - captionWide) / stages;
    return {block.place.left() + captionWide + stage * wide,
            block.place.top() + titleHigh + (fate == Fate::Gone ? 0 : half + halfGap), wide - barGap, half};
}

void SharesPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_names.size() == m_workspace.runs().size())  // else a refresh is on its way
        for (const auto& block : blocks())
            paintBlock(painter, block);
}

void SharesPlot::paintBlock(QPainter& painter, const Block& block) const {
    const auto& theme = Theme::instance().palette();
    const auto name = m_names.at(static_cast<std::size_t>(block.run)).whole();
    auto font = captionFont();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const auto look = runLook(m_workspace, block.run);
    drawRunMark(painter, QPointF(block.place.left() + 6, block.place.top() + 9), 8, look);
    painter.setPen(readable(look.colour));
    const QRectF title(block.place.left() + 16, block.place.top(), block.place.width() - 16, 18);
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(name, Qt::ElideMiddle, static_cast<int>(title.width())));
    painter.setFont(captionFont());
    painter.setPen(theme.soft);
    for (const auto fate : {Fate::Gone, Fate::Kept}) {
        const auto bar = barRect(block, 0, fate);
        painter.drawText(QRectF(block.place.left(), bar.top(), captionWide - 6, bar.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, fate == Fate::Gone ? tr("forget") : tr("retain"));
    }
    for (int stage = 0; stage < m_workspace.stageCount(); ++stage) {
        for (const auto fate : {Fate::Gone, Fate::Kept})
            paintBar(painter, block, stage, fate);
        const auto bar = barRect(block, stage, Fate::Kept);
        const bool current = stage == m_workspace.shownStage();
        auto small = captionFont();
        if (current)
            small.setWeight(QFont::DemiBold);
        painter.setFont(small);
        painter.setPen(current ? theme.ink : theme.soft);
        painter.drawText(QRectF(bar.left() - 6, bar.bottom() + 1, bar.width() + 12, footHigh - 2), Qt::AlignCenter,
                         painter.fontMetrics().elidedText(m_labels.value(stage), Qt::ElideRight,
                                                          static_cast<int>(bar.width()) + 12));
        if (current) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.accent, 1.4));
            painter.drawRoundedRect(
                QRectF(barRect(block, stage, Fate::Gone).topLeft(), bar.bottomRight()).adjusted(-2.5, -2.5, 2.5, 2.5),
                3, 3);
        }
    }
}

void SharesPlot::paintBar(QPainter& painter, const Block& block, int stage, Fate fate) const {
    const auto& theme = Theme::instance().palette();
    const auto& all = shares(block.run);
    const auto bar = barRect(block, stage, fate);
    const auto index = static_cast<std::size_t>(stage);
    if (index >= all.size() || all[index].of(fate).judged() == 0) {
        const bool ended = m_workspace.runs()[static_cast<std::size_t>(block.run)].history.endedBefore(stage);
        painter.setPen(QPen(theme.line, 1, ended ? Qt::DotLine : Qt::SolidLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
        return;
    }
    const bool current = stage == m_workspace.shownStage();
    for (const auto verdict : order)
        if (const auto piece = rectOf({block.run, stage, fate, verdict})) {
            const SharePiece here{block.run, stage, fate, verdict};
            const bool marked = m_hovered == here || m_chosen == here;
            painter.fillRect(*piece, mixed(theme.panel, verdictColour(verdict), current || marked ? 1 : 0.68));
            if (marked) {
                painter.setBrush(Qt::NoBrush);
                painter.setPen(QPen(theme.ink, 1.4));
                painter.drawRect(piece->adjusted(0.7, 0.7, -0.7, -0.7));
            }
        }
}

std::optional<QRectF> SharesPlot::rectOf(const SharePiece& piece) const {
    const auto all = blocks();
    const auto block = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.run == piece.run; });
    const auto index = static_cast<std::size_t>(piece.stage);
    if (block == all.end() || index >= shares(piece.run).size())
        return std::nullopt;
    const auto& tally = shares(piece.run)[index].of(piece.fate);
    const auto bar = barRect(*block, piece.stage, piece.fate);
    int before = 0;
    for (const auto verdict : order) {
        const int count = tally.of(verdict);
        if (verdict == piece.verdict) {
            if (count == 0)
                return std::nullopt;
            return QRectF(bar.left(), bar.top() + bar.height() * before / tally.judged(), bar.width(),
                          bar.height() * count / tally.judged());
        }
        before += count;
    }
    return std::nullopt;
}

std::optional<SharePiece> SharesPlot::pieceAt(const QPointF& point) const {
    for (const auto& block : blocks()) {
        if (!block.place.contains(point))
            continue;
        for (int stage = 0; stage < m_workspace.stageCount(); ++stage)
            for (const auto fate : {Fate::Gone, Fate::Kept}) {
                // A thin piece is met within the gap beside its bar too.
                if (!barRect(block, stage, fate).adjusted(-1, -1, 1, 1).contains(point))
                    continue;
                for (const auto verdict : order) {
                    const SharePiece piece{block.run, stage, fate, verdict};
                    if (const auto rect = rectOf(piece); rect && rect->adjusted(-1, -1, 1, 1).contains(point))
                        return piece;
                }
            }
    }
    return std::nullopt;
}

void SharesPlot::setChosen(const std::optional<SharePiece>& piece) {
    m_chosen = piece;
    update();
}

void SharesPlot::mouseMoveEvent(QMouseEvent* event) {
    const auto piece = pieceAt(event->position());
    setCursor(piece ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (std::exchange(m_hovered, piece) != piece)
        update();
}

void SharesPlot::leaveEvent(QEvent*) {
    m_hovered.reset();
    update();
}

void SharesPlot::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        if (const auto piece = pieceAt(event->position()))
            emit picked(*piece);
}

bool SharesPlot::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto piece = pieceAt(help->pos());
    if (!piece) {
        QToolTip::hideText();
        return true;
    }
    const auto& tally = shares(piece->run)[static_cast<std::size_t>(piece->stage)].of(piece->fate);
    QStringList lines{
        tr("%1, %2: of %3 answers about what had to %4")
            .arg(m_names.at(static_cast<std::size_t>(piece->run)).whole(), m_workspace.stageName(piece->stage))
            .arg(tally.judged())
            .arg(piece->fate == Fate::Gone ? tr("go") : tr("stay"))};
    for (const auto verdict : order)
        if (tally.of(verdict) > 0)
            lines << QString("%1 %2: %3 (%4 %)")
                         .arg(verdictSign(verdict), verdictName(verdict))
                         .arg(tally.of(verdict))
                         .arg(100.0 * tally.of(verdict) / tally.judged(), 0, 'f', 1);
    QToolTip::showText(help->globalPos(), lines.join('\n'), this);
    return true;
}

}  // namespace lacuna
