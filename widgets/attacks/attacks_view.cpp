// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attacks/attacks_view.h"

#include "core/catalog/attacks.h"
#include "core/runs/attack_table.h"
#include "widgets/attacks/attack_answers.h"
#include "widgets/attacks/attack_model.h"
#include "widgets/attacks/attack_table_view.h"
#include "widgets/attacks/benign_plot.h"
#include "widgets/attacks/quadrant_plot.h"
#include "widgets/common/panel_header.h"
#include "widgets/common/quantities.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"
#include "widgets/common/toast.h"
#include "widgets/common/view_refresh.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSvgGenerator>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int wide = 880;  ///< from here on the plots stand beside the table
constexpr int patternEdge = 96;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// Null where one of them cannot be read.
QPixmap sideBySide(const std::vector<QImage>& images, double ratio) {
    if (std::any_of(images.begin(), images.end(), [](const QImage& image) { return image.isNull(); }))
        return {};
    constexpr int gap = 8;
    const int count = static_cast<int>(images.size());
    QPixmap all(QSize(count * (patternEdge + gap) - gap, patternEdge) * ratio);
    all.setDevicePixelRatio(ratio);
    all.fill(Qt::transparent);
    QPainter painter(&all);
    for (int i = 0; i < count; ++i)
        painter.drawImage(QRectF(i * (patternEdge + gap), 0, patternEdge, patternEdge),
                          images[static_cast<std::size_t>(i)]);
    return all;
}

}  // namespace

AttacksView::AttacksView(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_model(new AttackModel(workspace, m_results, this)),
      m_table(new AttackTableView(*m_model)),
      m_answers(new AttackAnswers(*m_model, m_results)),
      m_quadrant(new QuadrantPlot(*m_model)),
      m_benign(new BenignPlot(*m_model)),
      m_runAll(new QPushButton),
      m_stop(new QPushButton(tr("Stop"))),
      m_scope(new QComboBox),
      m_stage(new QComboBox),
      m_time(captionLabel({})),
      m_notes(captionLabel({})),
      m_answersTitle(titleLabel({})),
      m_nothing(emptyState({}, this)),
      m_pattern(new QLabel),
      m_patternTitle(captionLabel({})),
      m_page(new QWidget),
      m_halves(new QHBoxLayout),
      m_refresh(new ViewRefresh(this, [this] { refresh(); })) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(16, 12, 4, 8);
    all->setSpacing(10);
    all->addWidget(buildBar());
    all->addWidget(m_nothing);
    auto* page = new QVBoxLayout(m_page);
    page->setContentsMargins(0, 0, 12, 0);
    m_halves->setSpacing(24);
    m_halves->addWidget(buildTable(), 2);
    m_halves->addWidget(buildPlots(), 1);
    page->addLayout(m_halves, 1);
    m_page->setAutoFillBackground(true);
    m_page->setBackgroundRole(QPalette::Base);
    auto* area = new QScrollArea;
    area->setWidget(m_page);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    all->addWidget(area, 1);
    connect(&workspace, &Workspace::runsChanged, m_refresh, &ViewRefresh::ask);
    connect(&workspace, &Workspace::stageChanged, m_refresh, &ViewRefresh::ask);
    connect(&workspace, &Workspace::selectionChanged, m_refresh, &ViewRefresh::ask);
    connect(&workspace, &Workspace::referenceToggled, m_refresh, &ViewRefresh::ask);
    connect(&workspace, &Workspace::benchmarkChanged, m_refresh, &ViewRefresh::ask);
    connect(&m_results, &AttackResults::changed, m_refresh, &ViewRefresh::ask);
    m_refresh->follow(workspace, {Grown::Cells, Grown::Stages});
    m_refresh->ask();
}

QWidget* AttacksView::table() const {
    return m_table;
}

QWidget* AttacksView::quadrant() const {
    return m_quadrant;
}

QWidget* AttacksView::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 12, 0);
    row->setSpacing(8);
    m_runAll->setDefault(true);
    m_scope->addItems({tr("on every shown run"), tr("on the chosen run")});
    m_scope->setAccessibleName(tr("Which runs are attacked"));
    m_stage->setAccessibleName(tr("Which stage is attacked"));
    m_stage->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_stop->setToolTip(tr("Ends the attack in work and takes the others out of the queue. What has ended is kept."));
    m_time->setWordWrap(false);
    row->addWidget(m_runAll);
    row->addWidget(m_scope);
    row->addWidget(m_stage);
    row->addWidget(m_stop);
    row->addWidget(m_time, 1);
    auto* copyButton = new QPushButton(tr("Copy"));
    copyButton->setToolTip(tr("The table as Markdown, the page as a picture."));
    auto* save = new QPushButton(tr("Save figure…"));
    row->addWidget(copyButton);
    row->addWidget(save);
    connect(copyButton, &QPushButton::clicked, this, &AttacksView::copy);
    connect(save, &QPushButton::clicked, this, &AttacksView::saveFigure);
    connect(m_runAll, &QPushButton::clicked, this, [this] {
        if (const auto all = wanted(); !all.empty())
            emit attacksWanted(all);
    });
    connect(m_stop, &QPushButton::clicked, this, &AttacksView::stopWanted);
    connect(m_scope, &QComboBox::currentIndexChanged, this, &AttacksView::tellTime);
    connect(m_stage, &QComboBox::activated, this, [this](int place) { m_workspace.setStage(place + 1); });
    return bar;
}

QWidget* AttacksView::buildTable() {
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(titleLabel(tr("What comes back")));
    column->addWidget(captionLabel(
        tr("Share of the answers lost about forgotten entities that an attack wins back, in the strongest of its ways; "
           "line: 95 % interval, by entity.")));
    column->addSpacing(4);
    column->addWidget(m_table);
    column->addSpacing(6);
    m_notes->setText(tr(
        "A hatched cell was not run, which is not 0; n/a: such an attack does not apply to such a run. What stays away "
        "is not recovered by the attacks shown: no attack proves that it is gone."));
    column->addWidget(m_notes);
    column->addSpacing(12);
    m_answersTitle->setWordWrap(true);
    column->addWidget(m_answersTitle);
    column->addWidget(m_answers);
    column->addSpacing(8);
    column->addWidget(m_patternTitle);
    column->addWidget(m_pattern, 0, Qt::AlignLeft);
    column->addStretch(1);
    connect(m_table, &AttackTableView::runPicked, &m_workspace, &Workspace::selectRun);
    connect(m_table, &AttackTableView::attackWanted, this, [this](int run, const std::string& attack) {
        const auto& history = m_workspace.runs()[static_cast<std::size_t>(run)].history;
        if (m_problem.isEmpty() && m_model->stage() > 0 && m_model->stage() < history.stages)
            emit attacksWanted({{history.source, m_model->stage(), {attack}}});
    });
    return part;
}

QWidget* AttacksView::buildPlots() {
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(titleLabel(tr("Hidden or gone?")));
    column->addWidget(captionLabel(tr("How much the unlearning harmed against how much comes back.")));
    column->addSpacing(4);
    column->addWidget(m_quadrant, 3);
    column->addSpacing(12);
    column->addWidget(titleLabel(tr("Benign fine-tuning, sample by sample")));
    column->addWidget(m_benign, 2);
    connect(m_quadrant, &QuadrantPlot::runPicked, &m_workspace, &Workspace::selectRun);
    return part;
}

void AttacksView::refresh() {
    m_model->refresh();
    const bool any = m_model->rowCount() > 0;
    const int stage = m_model->stage();
    m_nothing->setVisible(!any || stage == 0);
    m_nothing->setText(any ? tr("The original model has forgotten nobody. Choose a stage on the timeline to see what "
                                "attacks win back there.")
                           : tr("No run is shown. Show one in the list of runs, or run the demo comparison."));
    m_page->setVisible(any && stage > 0);
    m_answers->refresh();
    m_answersTitle->setText(m_answers->title());
    m_quadrant->refresh();
    m_benign->refresh();
    fillStages();
    tellTime();
    showPattern();
}

void AttacksView::refreshNow() {
    m_refresh->now();
}

void AttacksView::fillStages() {
    const QSignalBlocker blocked(m_stage);
    m_stage->clear();
    for (int stage = 1; stage < m_workspace.stageCount(); ++stage)
        m_stage->addItem(tr("stage: %1").arg(m_workspace.stageName(stage)));
    m_stage->setCurrentIndex(m_model->stage() - 1);
    m_stage->setEnabled(m_stage->count() > 0);
}

std::vector<WantedAttacks> AttacksView::wanted() const {
    if (m_scope->currentIndex() == 0)
        return m_model->missing();
    const int row = m_model->rowOfRun(m_workspace.chosenRun());
    return row < 0 ? std::vector<WantedAttacks>() : m_model->missing({row});
}

bool AttacksView::anyMeasured() const {
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->measured(row) &&
            (m_scope->currentIndex() == 0 || row == m_model->rowOfRun(m_workspace.chosenRun())))
            return true;
    return false;
}

void AttacksView::tellTime() {
    const auto missing = wanted();
    std::size_t count = 0;
    for (const auto& one : missing)
        count += one.attacks.size();
    m_runAll->setText(tr("Run all %1").arg(attackRows().size()));
    m_runAll->setToolTip(tr("Runs every attack that was not run, one after another. What has ended is kept at once."));
    m_runAll->setEnabled(count > 0 && m_problem.isEmpty());
    std::size_t waiting = 0;
    for (const auto& one : m_results.waiting())
        waiting += one.attacks.size();
    m_stop->setVisible(!m_results.waiting().empty());
    if (!m_problem.isEmpty())
        m_time->setText(m_problem);
    else if (waiting > 0)
        m_time->setText(tr("%n attack(s) to go", nullptr, static_cast<int>(waiting)));
    else if (m_model->stage() == 0 || m_model->rowCount() == 0)
        m_time->setText({});
    else if (!anyMeasured())
        m_time->setText(tr("no such run has come to this stage yet"));
    else if (count == 0)
        m_time->setText(tr("all that can be run here was run"));
    else if (const auto seconds = m_model->secondsFor(missing))
        m_time->setText(tr("about %1 for what is missing").arg(durationText(*seconds)));
    else
        m_time->setText(tr("%n attack(s) missing; no time is known yet", nullptr, static_cast<int>(count)));
}

QString AttacksView::foretold() const {
    return m_time->text();
}

void AttacksView::setEngineProblem(const QString& problem) {
    m_problem = problem;
    tellTime();
}

/// What an attack added to pictures, amplified, between a picture and the same with it; where one has left such files.
void AttacksView::showPattern() {
    const int run = m_workspace.chosenRun();
    QPixmap shown;
    if (const int row = run < 0 ? -1 : m_model->rowOfRun(run); row >= 0) {
        const auto& source = m_workspace.runs()[static_cast<std::size_t>(run)].history.source;
        for (const auto& figure : m_model->attacked(row).figures) {
            const auto file = [&](const char* what) {
                return QString("%1/extra/attacks/%2-stage-%3-%4.png")
                    .arg(text(source.string()), text(figure.entry->attack))
                    .arg(m_model->stage())
                    .arg(what);
            };
            if (QFileInfo::exists(file("pattern")))
                shown = sideBySide({QImage(file("before")), QImage(file("pattern")), QImage(file("after"))},
                                   devicePixelRatioF());
        }
    }
    m_pattern->setPixmap(shown);
    m_pattern->setVisible(!shown.isNull());
    m_pattern->setAccessibleName(tr("A picture, the universal pattern amplified, and the picture with it"));
    m_patternTitle->setVisible(!shown.isNull());
    m_patternTitle->setText(tr("A picture, the universal pattern (amplified), the picture with it"));
}

void AttacksView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_halves->setDirection(width() >= wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void AttacksView::copy() {
    auto* data = new QMimeData;
    data->setText(text(attackTable(m_model->exported(), true)));
    data->setImageData(m_page->grab().toImage());
    QApplication::clipboard()->setMimeData(data);
    Toast::show(this, tr("The table is copied."));
}

bool AttacksView::writeFigure(const QString& file) {
    if (!file.endsWith(".svg", Qt::CaseInsensitive))
        return m_page->grab().save(file);
    QSvgGenerator generator;
    generator.setFileName(file);
    generator.setSize(m_page->size());
    generator.setViewBox(m_page->rect());
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    m_page->render(&painter);
    return painter.end();
}

void AttacksView::saveFigure() {
    const auto file = QFileDialog::getSaveFileName(this, tr("Save figure"), "attacks.png",
                                                   tr("Pictures (*.png);;Vector graphics (*.svg)"));
    if (!file.isEmpty())
        Toast::show(this, writeFigure(file) ? tr("Saved: %1").arg(file) : tr("%1 cannot be written.").arg(file));
}

}  // namespace lacuna
