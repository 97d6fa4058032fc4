// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/entity_view.h"

#include "core/base/picture_format.h"
#include "widgets/common/panel_header.h"
#include "widgets/common/run_names.h"
#include "widgets/common/scroll_hint.h"
#include "widgets/common/theme.h"
#include "widgets/common/view_refresh.h"
#include "widgets/probes/answers_model.h"
#include "widgets/probes/answers_table.h"
#include "widgets/probes/gate_card.h"
#include "widgets/probes/overview_model.h"
#include "widgets/probes/overview_table.h"
#include "widgets/probes/picture_panel.h"
#include "widgets/probes/picture_view.h"
#include "widgets/probes/question_bar.h"
#include "widgets/probes/ribbon_painting.h"
#include "widgets/probes/view_strip.h"
#include "widgets/probes/weight_bar.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QImageReader>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// The file of a drop that may be a picture; empty for what the window opens itself (runs) and what is no file.
QString droppedFile(const QMimeData* mime) {
    for (const auto& url : mime->urls()) {
        const QFileInfo file(url.toLocalFile());
        if (url.isLocalFile() && file.isFile() && file.suffix() != "h5")
            return file.absoluteFilePath();
    }
    return {};
}

constexpr int lowView = 620;  // of a window of 1024×700: parts come closer together

/// Scrolls, but leaves the arrows of the timeline to the window.
class PageArea : public QScrollArea {
public:
    explicit PageArea(std::function<void()> resized) : m_resized(std::move(resized)) {}

protected:
    void resizeEvent(QResizeEvent* event) override {
        QScrollArea::resizeEvent(event);
        m_resized();
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
            event->ignore();
        else
            QScrollArea::keyPressEvent(event);
    }

private:
    std::function<void()> m_resized;
};

QWidget* column(QVBoxLayout*& layout) {
    auto* widget = new QWidget;
    layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    return widget;
}

}  // namespace

EntityView::EntityView(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_own(new OwnAnswers(this)),
      m_split(new QSplitter(Qt::Horizontal, this)),
      m_pictures(new PicturePanel(workspace, thumbnails)),
      m_gate(new GateCard(workspace, thumbnails)),
      m_bar(new QuestionBar),
      m_weight(new WeightBar),
      m_model(new AnswersModel(this)),
      m_table(new AnswersTable(*m_model)),
      m_overview(new OverviewModel(this)),
      m_overviewTable(new OverviewTable(*m_overview)),
      m_overviewTitle(new QWidget),
      m_overviewName(new QLabel),
      m_overviewSize(new QLabel),
      m_hint(new QLabel(tr("Click a cell: go to that stage. Hold Shift: the original model."))),
      m_nothing(emptyState({}, this)),
      m_noRuns(emptyState({}, this)),
      m_legendRow(new QWidget),
      m_legend(new RibbonLegend),
      m_scroll(new PageArea([this] { fitRoom(); })),
      m_refresh(new ViewRefresh(this, [this] {
          gather();
          fill();
      })) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setAcceptDrops(true);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(16, 12, 12, 8);
    all->addWidget(m_nothing);
    all->addWidget(m_split, 1);
    buildLeft();
    buildRight();
    m_split->setChildrenCollapsible(false);
    connect(m_split, &QSplitter::splitterMoved, this, [this] { m_splitMoved = true; });
    m_split->setStretchFactor(0, 0);
    m_split->setStretchFactor(1, 1);
    // A click leaves the arrows to entities and stages; whoever comes by Tab means the list.
    for (QWidget* list : {static_cast<QWidget*>(m_table), static_cast<QWidget*>(m_overviewTable),
                          static_cast<QWidget*>(m_pictures->strip()), static_cast<QWidget*>(m_bar->questions())})
        list->setFocusPolicy(Qt::TabFocus);
    connectParts();
    schedule();
}

void EntityView::buildLeft() {
    QVBoxLayout* layout = nullptr;
    auto* left = column(layout);
    left->setMinimumWidth(232);
    layout->setContentsMargins(0, 0, 12, 0);
    layout->addWidget(m_pictures, 1);
    layout->addWidget(m_gate);
    m_split->addWidget(left);
}

void EntityView::buildRight() {
    QVBoxLayout* layout = nullptr;
    auto* right = column(layout);
    right->setMinimumWidth(380);
    layout->setContentsMargins(14, 0, 0, 0);
    layout->addWidget(m_bar);
    layout->addWidget(m_weight);
    QVBoxLayout* inner = nullptr;
    auto* content = column(inner);
    content->setAutoFillBackground(true);
    content->setBackgroundRole(QPalette::Base);
    inner->setSpacing(8);
    inner->addWidget(m_noRuns);
    inner->addWidget(m_table);
    auto* legend = new QHBoxLayout(m_legendRow);
    legend->setContentsMargins(0, 0, 8, 0);
    legend->addWidget(m_legend, 1);
    legend->addWidget(m_hint);
    inner->addWidget(m_legendRow);
    auto* title = new QHBoxLayout(m_overviewTitle);
    title->setContentsMargins(0, 8, 8, 0);
    title->addWidget(m_overviewName);
    title->addStretch();
    title->addWidget(m_overviewSize);
    inner->addWidget(m_overviewTitle);
    inner->addWidget(m_overviewTable);
    inner->addStretch();
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    new ScrollHint(m_scroll);
    layout->addWidget(m_scroll, 1);
    m_split->addWidget(right);
    for (auto* label : {m_hint, m_overviewSize})
        label->setForegroundRole(QPalette::PlaceholderText);
    const auto dress = [this] {
        m_hint->setFont(captionFont());
        m_overviewSize->setFont(captionFont());
        m_overviewName->setFont(titleFont());
    };
    connect(&Theme::instance(), &Theme::changed, this, dress);
    dress();
}

void EntityView::connectParts() {
    connect(&m_workspace, &Workspace::benchmarkChanged, this, [this] {  // at once: entities of the old one are gone
        m_source = {};
        refreshNow();
    });
    connect(&m_workspace, &Workspace::runsChanged, this, &EntityView::schedule);
    m_refresh->follow(m_workspace, {Grown::Answers, Grown::Stages, Grown::Requests});
    connect(&m_workspace, &Workspace::statusChanged, this, &EntityView::schedule);
    connect(&m_workspace, &Workspace::stageChanged, this, &EntityView::schedule);
    connect(&m_workspace, &Workspace::selectionChanged, this, &EntityView::schedule);
    connect(&m_workspace, &Workspace::referenceToggled, this, &EntityView::schedule);
    connect(m_own, &OwnAnswers::changed, this, &EntityView::schedule);
    connect(&Theme::instance(), &Theme::changed, this, &EntityView::schedule);

    connect(m_pictures, &PicturePanel::viewPicked, this, [this](int view) {
        m_ownImage.clear();
        if (m_entity)
            m_workspace.select(withView(m_workspace.selection(), *m_entity, m_log, view));
        schedule();
    });
    connect(m_pictures, &PicturePanel::ownPicked, this, [this](const QString& path) {
        m_ownImage = path;
        schedule();
    });
    connect(m_pictures, &PicturePanel::openAsked, this, &EntityView::choosePicture);
    connect(m_bar, &QuestionBar::questionPicked, this, [this](int question) { goTo(-1, -1, question, -1); });
    connect(m_bar, &QuestionBar::phrasingPicked, this, [this](int phrasing) {
        if (m_entity)
            m_workspace.select(withPhrasing(m_workspace.selection(), *m_entity, m_log, phrasing));
    });
    connect(m_bar, &QuestionBar::ownAsked, this, &EntityView::askOwn);
    connect(m_bar, &QuestionBar::ownClosed, this, [this] {
        m_ownQuestion.clear();
        schedule();
    });
    connect(m_bar, &QuestionBar::askWanted, this, &EntityView::askAll);
    connect(m_bar, &QuestionBar::endWanted, m_own, [this] { m_own->endAsking(); });
    connect(m_bar, &QuestionBar::showsItChanged, this, [this](bool shows) {
        m_showsIt[shownKey()] = shows;
        schedule();
    });
    connect(m_weight, &WeightBar::moved, this, [this] {
        m_own->endAsking(true);
        schedule();
    });
    connect(m_weight, &WeightBar::settled, this, &EntityView::schedule);
    connect(m_weight, &WeightBar::measureWanted, this, &EntityView::measureWanted);
    connect(m_table, &AnswersTable::stagePicked, this, [this](int run, int stage) { goTo(run, stage, -1, -1); });
    connect(m_table, &AnswersTable::runPicked, this, [this](int run) { goTo(run, -1, -1, -1); });
    connect(m_overviewTable, &OverviewTable::picked, this, &EntityView::goTo);
}

QString EntityView::entityId() const {
    return m_entity ? text(m_entity->id) : QString();
}

const AnswerSheet& EntityView::sheet() const {
    return m_model->sheet();
}

void EntityView::schedule() {
    m_refresh->ask();
}

void EntityView::refreshNow() {
    m_refresh->now();
}

void EntityView::gather() {
    const auto* entity = m_workspace.entity(m_workspace.selection().entity);
    Source source{entity, {}};
    for (const int run : m_workspace.shownRuns()) {
        const auto& of = m_workspace.runs()[static_cast<std::size_t>(run)];
        source.runs.emplace_back(of.id, of.answers.size());
    }
    if (entity != m_entity) {
        m_ownImage.clear();
        m_ownQuestion.clear();
        m_bar->openOwn(false);
        m_bar->setProblem({});
    }
    m_entity = entity;
    if (source == m_source && entity)
        return;
    m_source = std::move(source);
    m_log = entity ? EntityLog(m_workspace, text(entity->id)) : EntityLog();
}

QString EntityView::shownKey() const {
    return entityId() + '\n' + m_ownImage;
}

/// A file from elsewhere shows nobody it knows, until the user says so, now or when it was asked about before.
bool EntityView::showsIt() const {
    const auto said = m_showsIt.constFind(shownKey());
    return said != m_showsIt.constEnd() ? *said : m_own->judged(m_ownImage, entityId());
}

SheetTopic EntityView::topic() const {
    SheetTopic topic{m_entity, {}, m_ownImage, showsIt(), m_ownQuestion, m_weight->chosen()};
    if (m_entity)
        topic.choice = chooseProbe(*m_entity, m_workspace.selection(), m_log);
    return topic;
}

/// Those of this session, and those that an earlier one asked about.
QStringList EntityView::ownPictures() const {
    auto pictures = m_ownPictures.value(entityId());
    if (!m_entity)
        return pictures;
    QStringList views;
    for (const auto& view : m_entity->views)
        views << text(m_workspace.benchmark()->imagePath(view).string());
    for (const auto& picture : m_own->picturesAbout(entityId()))
        if (!pictures.contains(picture) && !views.contains(picture) && QFileInfo::exists(picture))
            pictures << picture;
    return pictures;
}

void EntityView::fill() {
    m_weight->follow(m_workspace);
    const auto about = topic();
    showEmptyState(m_entity);
    m_pictures->show(m_entity, about.choice, m_log, ownPictures(), m_ownImage);
    m_bar->setShowsIt(m_entity && !m_ownImage.isEmpty(), m_entity ? text(m_entity->name) : QString(), about.showsIt);
    m_bar->setAskedBefore(m_own->questionsAbout(entityId()));
    auto sheet = buildSheet(m_workspace, m_log, *m_own, about);
    m_bar->show(m_entity, about.choice, m_log, sheet, !m_ownQuestion.isEmpty(), *m_own);
    m_model->setSheet(std::move(sheet));
    m_table->layOut();
    int selected = -1;
    for (int i = 0; i < m_model->rowCount(); ++i)
        if (m_model->row(i).run >= 0 && m_model->row(i).run == m_workspace.selection().run)
            selected = i;
    if (selected >= 0 && m_table->currentIndex().row() != selected)
        m_table->selectRow(selected);
    m_overview->show(m_workspace, m_entity, m_log);
    m_overview->setCurrent(m_ownQuestion.isEmpty() && m_ownImage.isEmpty() ? about.choice.question : -1,
                           m_model->sheet().stage);
    showGate();
    showLegend();
    fitRoom();
    askChanged();
}

void EntityView::showLegend() {
    bool empty = false, ended = false, unjudged = false;
    for (const auto& row : m_model->sheet().rows)
        if (row.run >= 0)
            for (const auto& cell : row.ribbon) {
                empty |= cell.state == RibbonCell::State::Empty;
                ended |= cell.state == RibbonCell::State::Ended;
                unjudged |= cell.state == RibbonCell::State::Unjudged;
            }
    m_legend->setBlanks(empty, ended, unjudged);
}

void EntityView::bringTogether(bool low) {
    m_bar->setCompact(low);
    m_overviewTable->setCompact(low);
    m_scroll->widget()->layout()->setSpacing(low ? 4 : 8);
    m_overviewTitle->layout()->setContentsMargins(0, low ? 2 : 8, 8, 0);
}

/// All answers and the overview in one page where that can be: what is left by the other parts goes to the answers.
void EntityView::fitRoom() {
    const int spacing = m_scroll->widget()->layout()->spacing();
    int others = 0;
    for (const auto* part : std::initializer_list<QWidget*>{m_legendRow, m_overviewTitle, m_overviewTable})
        if (!part->isHidden()) {
            const int high = part->hasHeightForWidth() ? part->heightForWidth(m_scroll->viewport()->width())
                                                       : part->sizeHint().height();
            others += (part == m_overviewTable ? m_overviewTable->leastHeight() : high) + spacing;
        }
    const int room = m_scroll->viewport()->height() - others;
    m_table->setRoom(std::max(1, room));
    m_overviewTable->setRoom(m_overviewTable->leastHeight() + std::max(0, room - m_table->minimumHeight() - spacing));
}

void EntityView::showGate() {
    const SheetRow* shown = nullptr;
    for (const auto& row : m_model->sheet().rows) {
        if (row.run < 0)
            continue;
        const auto& spec = m_workspace.runs()[static_cast<std::size_t>(row.run)].history.spec;
        if (usesGate(spec) && (!shown || row.run == m_workspace.selection().run))
            shown = &row;
    }
    m_gate->setVisible(shown);
    m_gate->setRow(shown);
}

void EntityView::showEmptyState(const Entity* entity) {
    const bool benchmark = m_workspace.benchmark();
    m_nothing->setText(!benchmark ? tr("No benchmark is open. It comes with the engine, or open one with File > Open "
                                       "benchmark folder.")
                                  : tr("No entity is chosen. Pick a picture in the list on the left, or press ↓."));
    m_nothing->setVisible(!entity);
    m_split->setVisible(entity);
    const bool runs = !m_workspace.shownRuns().empty();
    m_noRuns->setText(m_workspace.runs().empty()
                          ? tr("No run to compare with yet. Run the demo comparison, or open a run folder.")
                          : tr("Every run is hidden. Show one in the list of runs, or press its number."));
    m_noRuns->setVisible(!runs);
    m_legendRow->setVisible(runs);
    const bool overview = runs && entity && !m_log.empty();
    m_overviewTitle->setVisible(overview);
    m_overviewTable->setVisible(overview);
    if (entity) {
        m_overviewName->setText(tr("Everything asked about %1").arg(text(entity->name)));
        m_overviewSize->setText(
            (m_workspace.shownRuns().size() == 1 ? tr("%1 run × %2 stages") : tr("%1 runs × %2 stages"))
                .arg(m_workspace.shownRuns().size())
                .arg(m_workspace.stageCount()));
    }
}

QString EntityView::emptyText() const {
    return !m_nothing->isHidden() ? m_nothing->text() : !m_noRuns->isHidden() ? m_noRuns->text() : QString();
}

void EntityView::goTo(int run, int stage, int question, int probe) {
    if (!m_entity)
        return;
    auto selection = m_workspace.selection();
    if (run >= 0)
        selection.run = run;
    if (question >= 0) {
        m_bar->openOwn(false);
        m_ownImage.clear();
        selection = withQuestion(selection, *m_entity, question);
        const auto asked = m_log.asked(m_entity->questions[static_cast<std::size_t>(question)].kind);
        if (probe >= 0 && probe < static_cast<int>(asked.size())) {
            selection.phrasing = asked[static_cast<std::size_t>(probe)].phrasing;
            selection.view = asked[static_cast<std::size_t>(probe)].view;
        }
    }
    if (stage >= 0)
        m_workspace.setStage(stage);
    m_workspace.select(selection);
    schedule();
}

void EntityView::askOwn(const QString& question) {
    m_ownQuestion = question;
    refreshNow();
    askAll();
}

void EntityView::askAll() {
    const auto rows = m_model->sheet().rows;
    const auto truth = m_model->sheet().truth, image = m_model->sheet().image;
    const auto& picture = *m_pictures->picture();
    m_bar->setProblem({});
    if (image.isEmpty()) {
        m_bar->setProblem(tr("There is no picture to ask about. Open or drop one."));
    } else if (picture.path() == image && picture.state() == PictureView::State::Missing) {
        m_bar->setProblem(tr("%1 cannot be read: it is missing, cut off or no picture. Choose another one.")
                              .arg(QFileInfo(image).fileName()));
    } else {
        holdChoice();
        for (const auto& row : rows)
            if (row.canAsk && row.state != SheetRow::State::Answered)
                m_own->ask(row.key, truth, entityId());
    }
    schedule();
}

/// Whoever moves the weight wants to see: what the models say by it is asked by itself.
void EntityView::askChanged() {
    const auto& sheet = m_model->sheet();
    if (m_weight->moving() || sheet.image.isEmpty())
        return;
    std::vector<ModelQuestion> wanted;
    for (const auto& row : sheet.rows)
        if (row.canAsk && !row.key.parameters.empty() && row.state == SheetRow::State::Absent)
            wanted.push_back(row.key);
    for (const auto& question : wanted)
        m_own->ask(question, sheet.truth, entityId());
}

/// What was left open becomes what is shown: answers that arrive later must not put another picture in its place.
void EntityView::holdChoice() {
    const auto choice = topic().choice;
    auto selection = m_workspace.selection();
    if (choice.question >= 0)
        selection.questionKind = text(m_entity->questions[static_cast<std::size_t>(choice.question)].kind);
    selection.phrasing = choice.phrasing;
    selection.view = choice.view;
    m_workspace.select(selection);
}

void EntityView::addPicture(const QString& path) {
    if (!m_entity)
        return;
    QImageReader reader(path);
    reader.setDecideFormatFromContent(true);
    const auto problem = m_pictureCheck ? m_pictureCheck(path) : QString();
    if (!problem.isEmpty() || reader.read().isNull()) {
        m_bar->setProblem(!problem.isEmpty()
                              ? tr("%1: %2.").arg(QFileInfo(path).fileName(), problem)
                              : tr("%1 is no picture that can be shown. Choose a %2 file.")
                                    .arg(QFileInfo(path).fileName(), QString::fromStdString(pictureFormatNames())));
        return;
    }
    m_bar->setProblem({});
    auto& own = m_ownPictures[entityId()];
    if (!own.contains(path))
        own << path;
    m_ownImage = path;
    schedule();
}

void EntityView::choosePicture() {
    const auto path = QFileDialog::getOpenFileName(
        this, tr("A picture to ask about"), {}, tr("Pictures (%1)").arg(QString::fromStdString(pictureFilePatterns())));
    if (!path.isEmpty())
        addPicture(path);
}

void EntityView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && m_own->waiting() > 0)
        m_own->endAsking();
    else
        QWidget::keyPressEvent(event);
}

void EntityView::copy() {
    m_table->copyAnswer();
}

void EntityView::dragEnterEvent(QDragEnterEvent* event) {
    if (m_entity && !droppedFile(event->mimeData()).isEmpty())
        event->acceptProposedAction();
    else
        event->ignore();
}

void EntityView::dropEvent(QDropEvent* event) {
    addPicture(droppedFile(event->mimeData()));
    event->acceptProposedAction();
}

void EntityView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (!m_splitMoved) {
        // As large as the window is high, the rest of the column and the answers keeping their room.
        constexpr int belowPicture = 380, besideGate = 500;
        const int large = std::min(height() - besideGate, width() * 38 / 100);
        const int left = std::clamp(std::max(width() * 31 / 100, large), 232, std::max(420, height() - belowPicture));
        m_split->setSizes({left, width() - left});
    }
    m_hint->setVisible(width() > 900);
    bringTogether(height() < lowView);
}

}  // namespace lacuna
