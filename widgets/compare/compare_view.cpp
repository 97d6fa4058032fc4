// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compare_view.h"

#include "core/base/error.h"
#include "core/runs/published_figures.h"
#include "widgets/common/panel_header.h"
#include "widgets/common/theme.h"
#include "widgets/common/toast.h"
#include "widgets/common/view_refresh.h"
#include "widgets/compare/agreement_grid.h"
#include "widgets/compare/answer_reader.h"
#include "widgets/compare/compare_model.h"
#include "widgets/compare/compare_table.h"
#include "widgets/compare/entity_plane.h"
#include "widgets/compare/word_sheet.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedWidget>

#include <algorithm>
#include <set>

namespace lacuna {
namespace {

constexpr int pathRole = Qt::UserRole + 1, listedEdge = 28;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// The five verdicts and their colours.
class VerdictLegend : public QWidget {
public:
    VerdictLegend() {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(10);
        for (const auto& verdict : verdictRows) {
            auto* label = new QLabel;
            label->setTextFormat(Qt::RichText);
            label->setToolTip(QString::fromUtf8(verdict.help.data(), static_cast<qsizetype>(verdict.help.size())));
            keepFont(label, captionFont);
            m_labels.emplace_back(label, verdict.verdict);
            row->addWidget(label);
        }
        QObject::connect(&Theme::instance(), &Theme::changed, this, [this] { dress(); });
        dress();
    }

private:
    void dress() {
        for (const auto& [label, verdict] : m_labels)
            label->setText(
                QString("<span style='color:%1'>■</span> %2").arg(verdictColour(verdict).name(), verdictName(verdict)));
    }
    std::vector<std::pair<QLabel*, Verdict>> m_labels;
};

}  // namespace

CompareView::CompareView(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_thumbnails(thumbnails),
      m_model(new CompareModel(workspace, this)),
      m_table(new CompareTableView(*m_model)),
      m_shares(new SharesPlot(workspace)),
      m_plane(new EntityPlane(workspace, thumbnails)),
      m_columns(new QPushButton(tr("Columns"))),
      m_fold(new QPushButton(tr("Mean of each method"))),
      m_published(new QPushButton(tr("Published figures"))),
      m_agrees(new QPushButton(tr("Agreement"))),
      m_copy(new QPushButton(tr("Copy as"))),
      m_report(new QPushButton(tr("Report"))),
      m_message(new QLabel),
      m_behindTitle(new QLabel),
      m_nothing(emptyState(tr("No run is shown. Show one in the list of runs, or run the demo comparison."), this)),
      m_across(new QComboBox),
      m_up(new QComboBox),
      m_right(new QStackedWidget),
      m_behind(new QListWidget),
      m_read(new QPushButton(tr("Read 20"))),
      m_reader(new AnswerReader(workspace, thumbnails)),
      m_sheet(new WordSheet(workspace)),
      m_sheetTitle(titleLabel({})),
      m_sheetHelp(captionLabel({})),
      m_agreement(new AgreementGrid),
      m_agreementHelp(captionLabel({})),
      m_page(new QWidget),
      m_below(new QHBoxLayout),
      m_refresh(new ViewRefresh(this, [this] { refresh(); })),
      m_sheetRefresh(new ViewRefresh(this, [this] { m_sheet->refresh(); })) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(16, 12, 4, 8);
    all->setSpacing(10);
    all->addWidget(buildBar());
    all->addWidget(m_nothing);
    auto* page = new QVBoxLayout(m_page);
    page->setContentsMargins(0, 0, 12, 0);
    page->setSpacing(14);
    page->addWidget(m_table);
    page->addWidget(buildAgreement());
    m_below->setSpacing(24);
    m_below->addWidget(buildShares(), 3);
    m_below->addWidget(buildPlane(), 2);
    page->addLayout(m_below, 1);
    page->addWidget(buildSheet());
    m_page->setAutoFillBackground(true);
    m_page->setBackgroundRole(QPalette::Base);
    auto* area = new QScrollArea;
    area->setWidget(m_page);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    all->addWidget(area, 1);
    connectParts();
    m_refresh->ask();
}

QWidget* CompareView::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 12, 0);
    row->setSpacing(8);
    for (auto* button : {m_columns, m_published, m_copy})
        button->setMenu(new QMenu(button));
    m_columns->setToolTip(tr("Which measures stand in the table. Drag a heading to move it."));
    m_fold->setCheckable(true);
    m_fold->setToolTip(tr("Runs of one method and order as one row: their mean, and how far they spread."));
    m_published->setToolTip(
        tr("Figures that others published, small and grey before ours: of other models, questions "
           "and judges, so never the best of a column."));
    m_agrees->setCheckable(true);
    m_agrees->setToolTip(tr("Do the measures of the table rank the shown runs alike?"));
    m_copy->setToolTip(tr("The table as it stands, for a paper or a sheet."));
    m_message->setWordWrap(true);
    m_message->hide();
    row->addWidget(m_columns);
    row->addWidget(m_fold);
    row->addWidget(m_published);
    row->addWidget(m_agrees);
    row->addWidget(m_message, 1);
    row->addStretch();
    row->addWidget(m_report);
    row->addWidget(m_copy);
    m_report->setToolTip(
        tr("One page of the shown runs, HTML or PDF: figures, tables, every setting, and an audit page for "
           "each request."));
    connect(m_report, &QPushButton::clicked, this, &CompareView::reportWanted);
    const auto add = [this](const QString& name, CopyAs as) {
        connect(m_copy->menu()->addAction(name), &QAction::triggered, this, [this, as] { copyTable(as); });
    };
    add(tr("Markdown"), CopyAs::Markdown);
    add(tr("LaTeX"), CopyAs::Latex);
    add(tr("CSV"), CopyAs::Csv);
    return bar;
}

QWidget* CompareView::buildShares() {
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->addWidget(titleLabel(tr("What became of the answers")));
    head->addStretch();
    head->addWidget(new VerdictLegend);
    column->addLayout(head);
    column->addWidget(captionLabel(
        tr("Every answer of a stage, above about what had to go, below about what had to stay. A click lists who is "
           "behind a piece.")));
    column->addSpacing(6);
    column->addWidget(m_shares);
    column->addStretch(1);
    return part;
}

QWidget* CompareView::buildPlane() {
    auto* plane = new QWidget;
    auto* column = new QVBoxLayout(plane);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(titleLabel(tr("Entity by entity")));
    auto* sides = new QHBoxLayout;
    sides->setSpacing(6);
    sides->addWidget(m_across, 1);
    auto* against = captionLabel(tr("against"));
    against->setWordWrap(false);
    sides->addWidget(against);
    sides->addWidget(m_up, 1);
    column->addLayout(sides);
    column->addWidget(captionLabel(
        tr("Share of its answers that are known; a picture is an entity, framed by the request "
           "that forgets it. A line drawn round several chooses them. Wheel: closer (then drag moves). Double "
           "click: all of it.")));
    column->addWidget(m_plane, 1);
    for (auto* box : {m_across, m_up}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
    m_across->setAccessibleName(tr("Model across"));
    m_up->setAccessibleName(tr("Model up"));

    m_right->addWidget(plane);
    m_right->addWidget(buildBehind());
    m_right->addWidget(m_reader);
    m_right->setMinimumWidth(260);
    m_right->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    return m_right;
}

QWidget* CompareView::buildBehind() {
    auto* behind = new QWidget;
    auto* list = new QVBoxLayout(behind);
    list->setContentsMargins(0, 0, 0, 0);
    list->setSpacing(6);
    auto* head = new QHBoxLayout;
    m_behindTitle->setWordWrap(true);
    keepFont(m_behindTitle, titleFont);
    auto* close = new QPushButton(tr("Close"));
    close->setToolTip(tr("Back to entity by entity (Esc)"));
    head->addWidget(m_behindTitle, 1);
    m_read->setToolTip(tr("Up to 20 of these answers, drawn at random, one after another"));
    head->addWidget(m_read, 0, Qt::AlignTop);
    head->addWidget(close, 0, Qt::AlignTop);
    list->addLayout(head);
    list->addWidget(captionLabel(tr("A click chooses the entity, Enter or a double click opens its answers.")));
    list->addWidget(m_behind, 1);
    m_behind->setFrameShape(QFrame::NoFrame);
    m_behind->setIconSize({listedEdge, listedEdge});
    m_behind->setAccessibleName(tr("Entities behind the piece"));
    m_behind->installEventFilter(this);
    connect(close, &QPushButton::clicked, this, &CompareView::closeBehind);
    connect(m_read, &QPushButton::clicked, this, &CompareView::readBehind);
    connect(m_reader, &AnswerReader::closed, this, [this] { m_right->setCurrentIndex(1); });
    connect(m_reader, &AnswerReader::entityWanted, this, &CompareView::entityWanted);
    return behind;
}

QWidget* CompareView::buildSheet() {
    auto* box = new QWidget;
    auto *back = new QPushButton(QStringLiteral("‹")), *on = new QPushButton(QStringLiteral("›"));
    back->setToolTip(tr("The question before"));
    on->setToolTip(tr("The next question about this entity"));
    for (auto* button : {back, on}) {
        button->setAccessibleName(button->toolTip());
        button->setFixedWidth(28);
    }
    auto* head = new QHBoxLayout;
    head->addWidget(m_sheetTitle, 1);
    head->addWidget(back);
    head->addWidget(on);
    m_sheetTitle->setWordWrap(true);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(m_sheetHelp);
    column->addWidget(m_sheet);
    connect(back, &QPushButton::clicked, this, [this] { m_sheet->step(-1); });
    connect(on, &QPushButton::clicked, this, [this] { m_sheet->step(1); });
    connect(m_sheet, &WordSheet::changed, this, [this, back, on] {
        back->setEnabled(m_sheet->questions() > 1);
        on->setEnabled(m_sheet->questions() > 1);
        nameSheet();
    });
    connect(m_sheet, &WordSheet::picked, this, [this](int run, int stage) {
        m_workspace.selectRun(run);
        m_workspace.setStage(stage);
    });
    return box;
}

QWidget* CompareView::buildAgreement() {
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(titleLabel(tr("Do the measures agree?")));
    column->addWidget(m_agreementHelp);
    column->addSpacing(6);
    column->addWidget(m_agreement);
    part->hide();
    m_agreement->setAccessibleName(tr("Agreement of the measures"));
    connect(m_agrees, &QPushButton::toggled, this, [this, part](bool on) {
        showAgreement();
        part->setVisible(on);
    });
    return part;
}

/// Nothing is counted while nobody looks.
void CompareView::showAgreement() {
    if (!m_agrees->isChecked())
        return;
    auto agreement = m_model->agreement();
    constexpr int fewest = 3;  // two runs are always ranked alike or the other way round
    const bool enough = agreement.runs >= fewest;
    if (!enough)
        agreement.columns.clear();
    m_agreement->setAgreement(agreement);
    m_agreementHelp->setText(
        !enough ? tr("At least three runs have to be shown: fewer cannot be ranked.")
        : agreement.columns.size() < 2
            ? tr("At least two measures with a better and a worse that every shown run has: choose them under Columns.")
            : tr("Kendall's τ between two measures over %1 runs, all turned so that higher is better: 1, they rank the "
                 "runs alike; 0, not at all; −1, the other way round. Measures of the table that every shown run has; "
                 "others are under Columns.")
                  .arg(agreement.runs));
}

void CompareView::nameSheet() {
    const auto* entity = m_workspace.entity(m_workspace.selection().entity);
    if (!entity) {
        m_sheetTitle->setText(tr("The same question to all of them"));
        m_sheetHelp->setText(
            tr("Choose an entity: a question about it stands here, with every shown run's answers over "
               "the stages."));
        return;
    }
    m_sheetTitle->setText(m_sheet->question().isEmpty() ? text(entity->name)
                                                        : tr("%1 · %2").arg(text(entity->name), m_sheet->question()));
    m_sheetHelp->setText(
        m_sheet->question().isEmpty()
            ? tr("No shown run was asked about it.")
            : tr("Question %1 of %2. An answer that stays runs on; words that the one before it had not "
                 "are underlined.")
                  .arg(m_sheet->current() + 1)
                  .arg(m_sheet->questions()));
}

/// Every click draws anew.
void CompareView::readBehind() {
    const auto& piece = m_shares->chosen();
    if (!piece)
        return;
    const auto& run = m_workspace.runs()[static_cast<std::size_t>(piece->run)];
    constexpr std::size_t most = 20;
    m_reader->read(m_behindTitle->text(),
                   answersBehind(run.history, run.answers, piece->stage, piece->fate, piece->verdict), most,
                   ++m_sample);
    m_right->setCurrentIndex(2);
    m_reader->setFocus();
}

void CompareView::connectParts() {
    connect(&m_workspace, &Workspace::runsChanged, m_refresh, &ViewRefresh::ask);
    connect(&m_workspace, &Workspace::stageChanged, m_refresh, &ViewRefresh::ask);
    connect(&m_workspace, &Workspace::referenceToggled, m_refresh, &ViewRefresh::ask);
    connect(&m_workspace, &Workspace::benchmarkChanged, m_refresh, &ViewRefresh::ask);
    connect(&m_workspace, &Workspace::statusChanged, m_refresh, &ViewRefresh::ask);
    m_refresh->follow(m_workspace, {Grown::Answers, Grown::Cells, Grown::Stages});
    connect(&m_workspace, &Workspace::selectionChanged, this, [this] {
        m_sheetRefresh->ask();
        const int row = m_model->rowOfRun(m_workspace.selection().run);
        if (row >= 0 && m_table->currentIndex().row() != row)
            m_table->selectRow(row);
    });
    connect(m_table, &CompareTableView::runPicked, &m_workspace, &Workspace::selectRun);
    connect(m_table, &CompareTableView::columnsOrdered, this, &CompareView::setColumns);
    connect(m_columns->menu(), &QMenu::aboutToShow, this, &CompareView::fillColumns);
    connect(m_published->menu(), &QMenu::aboutToShow, this, &CompareView::fillPublished);
    connect(m_fold, &QPushButton::toggled, this, [this](bool on) {
        m_model->setFolded(on);
        refreshNow();
    });
    for (auto* box : {m_across, m_up})
        connect(box, &QComboBox::activated, this, &CompareView::showSides);
    connect(&m_thumbnails, &Thumbnails::ready, this, &CompareView::showPictures);
    connect(m_plane, &EntityPlane::lassoed, this, &CompareView::entitiesPicked);
    connect(m_shares, &SharesPlot::picked, this, &CompareView::showBehind);
    connect(m_behind, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (item)
            m_workspace.selectEntity(item->data(Qt::UserRole).toString());
    });
    connect(m_behind, &QListWidget::itemActivated, this, &CompareView::entityWanted);
}

void CompareView::refresh() {
    const bool any = !m_workspace.shownRuns().empty();
    m_nothing->setVisible(!any);
    m_page->setVisible(any);
    m_model->refresh();
    m_shares->refresh();
    m_sheet->refresh();
    showAgreement();
    fillSides();
    showSides();
    if (const int row = m_model->rowOfRun(m_workspace.selection().run); row >= 0)
        m_table->selectRow(row);
    m_fold->setEnabled(m_model->folded() || any);
    m_report->setEnabled(any);
}

void CompareView::refreshNow() {
    m_refresh->now();
}

void CompareView::setColumns(const std::vector<std::string>& ids) {
    m_model->setColumns(ids);
    m_table->layOut();
    showAgreement();
}

void CompareView::fillColumns() {
    auto* menu = m_columns->menu();
    menu->clear();
    const auto shown = m_model->columnIds();
    for (const auto& column : compareColumns()) {
        auto* action = menu->addAction(text(column.title));
        action->setCheckable(true);
        action->setChecked(std::find(shown.begin(), shown.end(), column.id) != shown.end());
        action->setToolTip(text(column.help));
        connect(action, &QAction::triggered, this, [this, id = column.id](bool on) {
            auto ids = m_model->columnIds();
            if (on)
                ids.push_back(id);
            else
                std::erase(ids, id);
            setColumns(ids);
        });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("As usual")), &QAction::triggered, this,
            [this] { setColumns(CompareModel::usualColumns()); });
}

void CompareView::fillPublished() {
    auto* menu = m_published->menu();
    menu->clear();
    std::set<QString> models;
    for (const auto& run : m_allPublished)
        models.insert(text(run.spec.model));
    for (const auto& model : models) {
        auto* action = menu->addAction(model);
        action->setCheckable(true);
        action->setChecked(model == m_publishedModel);
        connect(action, &QAction::triggered, this, [this, model] {
            m_publishedModel = model;
            publish();
        });
    }
    if (!models.empty()) {
        menu->addSeparator();
        connect(menu->addAction(tr("None")), &QAction::triggered, this, [this] { showPublished({}); });
    }
    connect(menu->addAction(tr("Open a file…")), &QAction::triggered, this, [this] {
        const auto file = QFileDialog::getOpenFileName(this, tr("Published figures"), m_publishedFile,
                                                       tr("Figures (*.json);;All files (*)"));
        if (!file.isEmpty())
            showPublished(file);
    });
}

void CompareView::showPublished(const QString& file) {
    tell({}, false);
    try {
        m_allPublished = file.isEmpty() ? std::vector<RunHistory>() : readPublishedFigures(file.toStdString());
    } catch (const Error& error) {
        tell(QString::fromUtf8(error.what()), true);
        return;
    }
    m_publishedFile = file;
    m_publishedModel = m_allPublished.empty() ? QString() : text(m_allPublished.front().spec.model);
    publish();
}

/// Those of the chosen model, in every view.
void CompareView::publish() {
    auto some = m_allPublished;
    std::erase_if(some, [&](const RunHistory& run) { return text(run.spec.model) != m_publishedModel; });
    m_workspace.setPublished(std::move(some));
    m_model->refresh();
    m_table->layOut();
}

void CompareView::tell(const QString& what, bool isProblem) {
    auto palette = m_message->palette();
    const auto& theme = Theme::instance().palette();
    palette.setColor(QPalette::WindowText, isProblem ? theme.error : theme.soft);
    m_message->setPalette(palette);
    m_message->setText(what);
    m_message->setVisible(!what.isEmpty());
}

QString CompareView::message() const {
    return m_message->text();
}

/// Runs by their names; the second box begins at another run than the first where there is one.
void CompareView::fillSides() {
    const auto names = runNames(m_workspace);
    const auto shown = m_workspace.shownRuns();
    int place = 0;
    for (auto* box : {m_across, m_up}) {
        const QSignalBlocker blocked(box);
        const int before = box->currentData().isValid() ? box->currentData().toInt() : -1;
        box->clear();
        for (const int run : shown)
            box->addItem(names[static_cast<std::size_t>(run)].whole(),
                         m_workspace.runs()[static_cast<std::size_t>(run)].id);
        const int kept = box->findData(before);
        const int last = box->count() - 1;
        box->setCurrentIndex(kept >= 0 ? kept : place == 0 ? std::min(0, last) : last);
        ++place;
    }
}

void CompareView::showSides() {
    const auto side = [this](const QComboBox* box) {
        const int id = box->currentData().isValid() ? box->currentData().toInt() : -1;
        for (std::size_t run = 0; run < m_workspace.runs().size(); ++run)
            if (m_workspace.runs()[run].id == id)
                return PlaneSide{static_cast<int>(run), m_workspace.shownStage()};
        return PlaneSide{};
    };
    m_plane->setSides(side(m_across), side(m_up));
}

void CompareView::showBehind(const SharePiece& piece) {
    const auto& run = m_workspace.runs()[static_cast<std::size_t>(piece.run)];
    m_workspace.selectRun(piece.run);
    m_workspace.setStage(piece.stage);
    m_shares->setChosen(piece);
    const auto behind = entitiesBehind(run.history, run.answers, piece.stage, piece.fate, piece.verdict);
    int answers = 0;
    const QSignalBlocker blocked(m_behind);
    m_behind->clear();
    for (const auto& [id, count] : behind) {
        answers += count;
        const auto* entity = m_workspace.entity(text(id));
        auto* item = new QListWidgetItem(
            count == 1 ? tr("%1 · 1 answer").arg(entity ? text(entity->name) : text(id))
                       : tr("%1 · %2 answers").arg(entity ? text(entity->name) : text(id)).arg(count));
        item->setData(Qt::UserRole, text(id));
        if (entity && !entity->views.empty() && m_workspace.benchmark())
            item->setData(pathRole, text(m_workspace.benchmark()->imagePath(entity->views.front()).string()));
        m_behind->addItem(item);
    }
    m_behindTitle->setText((answers == 1 ? tr("%1, %2: %3 answer about what had to %4 shows “%5”")
                                         : tr("%1, %2: %3 answers about what had to %4 show “%5”"))
                               .arg(runName(m_workspace, piece.run), m_workspace.stageName(piece.stage))
                               .arg(answers)
                               .arg(piece.fate == Fate::Gone ? tr("go") : tr("stay"), verdictName(piece.verdict)));
    m_right->setCurrentIndex(1);
    showPictures({});
}

/// Of all listed entities, or of those whose picture has come.
void CompareView::showPictures(const QString& path) {
    const auto pixels = static_cast<int>(listedEdge * devicePixelRatioF());
    for (int i = 0; i < m_behind->count(); ++i) {
        auto* item = m_behind->item(i);
        const auto own = item->data(pathRole).toString();
        if (own.isEmpty() || (!path.isEmpty() && own != path))
            continue;
        if (const auto picture = m_thumbnails.picture(own, pixels); picture.state == Thumbnails::State::Ready)
            item->setIcon(QIcon(picture.pixmap));
    }
}

void CompareView::closeBehind() {
    m_shares->setChosen(std::nullopt);
    m_right->setCurrentIndex(0);
}

QString CompareView::behindText() const {
    return m_right->currentIndex() == 1 ? m_behindTitle->text() : QString();
}

bool CompareView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_behind && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        closeBehind();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

/// Where both do not fit side by side, entity by entity stands below.
void CompareView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    constexpr int bothFit = 920;
    m_below->setDirection(width() < bothFit ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_plane->setMinimumHeight(width() < bothFit ? 360 : 220);
}

void CompareView::copyTable(CopyAs as) {
    const auto& table = m_model->table();
    QApplication::clipboard()->setText(text(as == CopyAs::Markdown ? compareMarkdown(table)
                                            : as == CopyAs::Latex  ? compareLatex(table)
                                                                   : compareCsv(table)));
    Toast::show(this, tr("The table is copied."));
}

void CompareView::copy() {
    auto* data = new QMimeData;
    data->setText(text(compareMarkdown(m_model->table())));
    data->setImageData(m_page->grab().toImage());
    QApplication::clipboard()->setMimeData(data);
}

QString CompareView::kept() const {
    QStringList ids;
    for (const auto& id : m_model->columnIds())
        ids << text(id);
    return QStringList{ids.join(','), m_publishedFile, m_agrees->isChecked() ? "agreement" : ""}.join('\n');
}

void CompareView::bringBack(const QString& kept) {
    const auto lines = kept.split('\n');
    std::vector<std::string> ids;
    for (const auto& id : lines.value(0).split(',', Qt::SkipEmptyParts))
        ids.push_back(id.toStdString());
    if (!ids.empty())
        setColumns(ids);
    if (const auto file = lines.value(1); QFileInfo::exists(file))
        showPublished(file);
    m_agrees->setChecked(lines.value(2) == QLatin1String("agreement"));
}

}  // namespace lacuna
