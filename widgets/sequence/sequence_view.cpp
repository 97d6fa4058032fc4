// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/sequence_view.h"

#include "core/base/error.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/runs/spec_rows.h"
#include "widgets/common/method_mark.h"
#include "widgets/common/quantities.h"
#include "widgets/common/run_names.h"
#include "widgets/common/scroll_hint.h"
#include "widgets/common/theme.h"
#include "widgets/common/thumbnails.h"
#include "widgets/sequence/draft_field.h"
#include "widgets/sequence/live_panel.h"
#include "widgets/sequence/parameter_form.h"
#include "widgets/sequence/request_strip.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QShortcut>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// The wheel scrolls what its boxes stand in, and changes none of them in passing.
class WheelPasses : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() != QEvent::Wheel)
            return QObject::eventFilter(watched, event);
        event->ignore();  // to the area around it
        return true;
    }
};

QScrollArea* scrolled(QWidget* content) {
    auto* area = new QScrollArea;
    auto* passes = new WheelPasses(area);
    for (auto* box : content->findChildren<QComboBox*>())
        box->installEventFilter(passes);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setBackgroundRole(QPalette::Base);
    new ScrollHint(area);
    return area;
}

void choose(QComboBox* box, const std::string& id) {
    box->setCurrentIndex(box->findData(text(id)));
}

std::string chosen(const QComboBox* box) {
    return box->currentData().toString().toStdString();
}

constexpr std::string_view gpu = "cuda";

void addItem(QComboBox* box, const SpecChoice& choice) {
    box->addItem(text(choice.name), text(choice.id));
    box->setItemData(box->count() - 1, text(choice.help), Qt::ToolTipRole);
}

/// The method's mark in its colour, as every plot draws it.
QIcon markIcon(const QString& method, double ratio) {
    QPixmap picture(QSize(16, 16) * ratio);
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    drawMethodMark(painter, {8, 8}, 10, methodMark(method), methodColour(method));
    return picture;
}

QLabel* caption() {
    auto* label = new QLabel;
    label->setWordWrap(true);
    return label;
}

void paintAs(QLabel* label, const QFont& font, const QColor& colour) {
    label->setFont(font);
    auto palette = label->palette();
    palette.setColor(label->foregroundRole(), colour);
    label->setPalette(palette);
}

/// Empty = 0 = one per core; nothing for what is no number of threads.
std::optional<int> threadsFrom(const QString& typed) {
    if (typed.trimmed().isEmpty())
        return 0;
    bool ok = false;
    const int threads = typed.toInt(&ok);
    return ok && threads >= 0 && threads <= largestCount ? std::optional(threads) : std::nullopt;
}

}  // namespace

SequenceView::SequenceView(Workspace& workspace, Thumbnails& thumbnails, QUndoStack& undo, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_draft(*new RunDraft(workspace, undo, this)),
      m_strip(new RequestStrip(workspace, thumbnails, m_draft)),
      m_form(new ParameterForm(m_draft, RunDraft::Table::Method)),
      m_gateForm(new ParameterForm(m_draft, RunDraft::Table::Gate)),
      m_judgeForm(new ParameterForm(m_draft, RunDraft::Table::Judge)),
      m_live(new LivePanel(workspace)),
      m_name(new DraftField),
      m_nameNote(caption()),
      m_model(new QComboBox),
      m_modelNote(caption()),
      m_method(new QComboBox),
      m_summary(caption()),
      m_preset(new QComboBox),
      m_presetHelp(caption()),
      m_reset(new QPushButton(tr("Reset all"))),
      m_arrangement(new QComboBox),
      m_objective(new QComboBox),
      m_serve(new QComboBox),
      m_choicesNote(caption()),
      m_gate(new QComboBox),
      m_gateHelp(caption()),
      m_endpoint(new QLineEdit),
      m_endpointModel(new QLineEdit),
      m_judge(new QComboBox),
      m_judgeHelp(caption()),
      m_parts(new QComboBox),
      m_inputs(new QComboBox),
      m_phrasings(new QComboBox),
      m_plan(new QComboBox),
      m_seed(new DraftField),
      m_seedNote(caption()),
      m_device(new QComboBox),
      m_precision(new QComboBox),
      m_savesMemory(new QCheckBox),
      m_threads(new DraftField),
      m_threadsNote(caption()),
      m_ownOrder(new QPushButton(tr("Original requests"))),
      m_lineage(new QWidget),
      m_parent(new QLabel),
      m_leaveParent(new QPushButton(tr("Begin at the original"))),
      m_total(caption()),
      m_pictures(caption()),
      m_problem(caption()),
      m_start(new QPushButton(tr("Start run"))) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* left = new QVBoxLayout;
    left->setSpacing(16);
    left->addWidget(buildRequests(), 3);
    left->addWidget(m_live, 2);
    left->addStretch(0);
    auto* right = new QWidget;
    const auto widen = [right] { right->setFixedWidth(qRound(330 * Theme::instance().textScale())); };
    connect(&Theme::instance(), &Theme::changed, right, widen);
    widen();
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(scrolled(buildChoices()), 1);
    column->addWidget(buildStart());
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(16, 12, 16, 12);
    all->setSpacing(24);
    all->addLayout(left, 1);
    all->addWidget(right);
    connectChoices();
    connectFields();
    connectLive();
    connect(&Theme::instance(), &Theme::changed, this, &SequenceView::refresh);
    refresh();
}

QWidget* SequenceView::buildRequests() {
    auto* box = new QWidget;
    auto* title = new QLabel(tr("Requests, in the order they arrive"));
    keepFont(title, titleFont);
    auto* help = new QLabel(
        tr("Drag a card, or Alt with the arrow keys, to change the order; drop entities into a card to forget "
           "or to keep them. After each request the model is tested on all of them."));
    help->setObjectName(QStringLiteral("caption"));
    help->setWordWrap(true);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(title);
    texts->addWidget(help);
    auto* head = new QHBoxLayout;
    head->addLayout(texts, 1);
    head->addWidget(m_ownOrder, 0, Qt::AlignTop);
    auto* all = new QVBoxLayout(box);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(8);
    all->addLayout(head);
    all->addWidget(buildLineage());
    all->addWidget(scrolled(m_strip), 1);
    // No higher than the cards: the losses of the run in work get what is left.
    const auto limit = [this, box, head] {
        m_headHeight = head->sizeHint().height() + 8 + 2;
        if (!m_lineage->isHidden())
            m_headHeight += m_lineage->sizeHint().height() + 8;
        box->setMaximumHeight(m_headHeight + m_strip->heightForWidth(m_strip->width()));
    };
    connect(m_strip, &RequestStrip::heightChanged, box, limit);
    limit();
    return box;
}

QWidget* SequenceView::buildLineage() {
    auto* row = new QHBoxLayout(m_lineage);
    row->setContentsMargins(0, 0, 0, 0);
    m_parent->setWordWrap(true);
    m_leaveParent->setToolTip(tr("The requests stay as they are, and all of them will be made"));
    row->addWidget(m_parent, 1);
    row->addWidget(m_leaveParent, 0, Qt::AlignTop);
    connect(m_leaveParent, &QPushButton::clicked, &m_draft, &RunDraft::leaveParent);
    return m_lineage;
}

void SequenceView::refreshRequests() {
    const auto& spec = m_draft.spec();
    m_ownOrder->setVisible((!spec.order.empty() || !spec.requests.empty()) && m_draft.made() == 0);
    m_lineage->setVisible(m_draft.made() > 0);
    if (m_draft.made() > 0) {
        const auto* parent = m_draft.parentRun();
        const auto names = m_draft.order();
        const auto stage = std::min(names.size(), static_cast<std::size_t>(m_draft.made()));
        const auto folder = text(std::filesystem::path(spec.parent.run).filename().string());
        m_parent->setText(tr("Goes on from %1 after %2. What stands up to there is made and stays.")
                              .arg(parent ? runName(m_workspace, m_workspace.indexOf(spec.parent.run)) : folder,
                                   stage > 0 ? text(names[stage - 1]) : QString()));
    }
    emit m_strip->heightChanged();  // there is more or less above it
}

QString SequenceView::lineage() const {
    return m_lineage->isHidden() ? QString() : m_parent->text();
}

/// Pictures grow as long as nothing is in work below them.
void SequenceView::fitCards() {
    const auto margins = layout()->contentsMargins();
    m_strip->setRoom(m_live->isHidden() ? height() - margins.top() - margins.bottom() - m_headHeight : 0);
}

bool SequenceView::event(QEvent* event) {
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        fitCards();
    return done;
}

QLabel* SequenceView::addField(QGridLayout* grid, const std::string& row, QWidget* control) {
    return addChoice(grid, text(specRow(row).label), control, text(specRow(row).help + "."));
}

QLabel* SequenceView::addChoice(QGridLayout* grid, const QString& label, QWidget* control, const QString& help) {
    const int line = grid->rowCount();
    auto* name = new QLabel(label);
    name->setBuddy(control);
    name->setToolTip(help);
    control->setToolTip(help);
    control->setAccessibleName(label);
    control->setAccessibleDescription(help);
    grid->addWidget(name, line, 0);
    grid->addWidget(control, line, 1);
    return name;
}

std::vector<std::pair<QComboBox*, std::string>> SequenceView::fieldBoxes() const {
    return {{m_arrangement, "arrangement"},
            {m_objective, "objective"},
            {m_serve, "serve"},
            {m_gate, "gate"},
            {m_judge, "judge"},
            {m_parts, "train"},
            {m_inputs, "inputs"},
            {m_phrasings, "train_phrasings"},
            {m_plan, "plan"},
            {m_device, "device"},
            {m_precision, "precision"}};
}

std::vector<std::pair<QLineEdit*, std::string>> SequenceView::serviceFields() const {
    return {{m_endpoint, "endpoint"}, {m_endpointModel, "endpoint_model"}};
}

void SequenceView::fillChoices() {
    for (const auto& choice : specRow("method").choices)
        addItem(m_method, choice);
    for (const auto& [box, row] : fieldBoxes())
        for (const auto& choice : specRow(row).choices)
            if (box != m_device || choice.id != gpu)  // that comes when the engine has found one
                addItem(box, choice);
    for (auto* box : {m_model, m_plan, m_arrangement, m_objective, m_serve, m_inputs, m_parts, m_phrasings, m_preset,
                      m_device, m_precision})
        box->setMinimumContentsLength(8);
    m_threads->setPlaceholderText(tr("one per core"));
    m_endpoint->setPlaceholderText("https://api.example.org/v1");
}

QWidget* SequenceView::buildChoices() {
    fillChoices();
    auto* content = new QWidget;
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    auto* title = new QLabel(tr("New run"));
    keepFont(title, titleFont);
    grid->addWidget(title, 0, 0, 1, 2);
    const auto below = [grid](QLabel* note) { grid->addWidget(note, grid->rowCount(), 0, 1, 2); };
    addField(grid, "model", m_model);
    below(m_modelNote);
    addField(grid, "method", m_method);
    below(m_summary);
    addField(grid, "arrangement", m_arrangement);
    m_partsLabel = addField(grid, "train", m_parts);
    m_objectiveLabel = addField(grid, "objective", m_objective);
    addField(grid, "serve", m_serve);
    below(m_choicesNote);
    m_gateLabel = addField(grid, "gate", m_gate);
    below(m_gateHelp);
    m_serviceLabels = {addField(grid, "endpoint", m_endpoint), addField(grid, "endpoint_model", m_endpointModel)};
    grid->addWidget(m_gateForm, grid->rowCount(), 0, 1, 2);
    addField(grid, "inputs", m_inputs);
    addField(grid, "train_phrasings", m_phrasings);
    addField(grid, "plan", m_plan);
    addField(grid, "seed", m_seed);
    below(m_seedNote);
    addField(grid, "device", m_device);
    m_precisionLabel = addField(grid, "precision", m_precision);
    m_savesMemory->setText(text(specRow("gradient_checkpointing").label));
    m_savesMemory->setToolTip(text(specRow("gradient_checkpointing").help + "."));
    grid->addWidget(m_savesMemory, grid->rowCount(), 1);
    addField(grid, "threads", m_threads);
    below(m_threadsNote);
    addChoice(grid, tr("Name"), m_name,
              tr("What the run is called, in any letters. Empty: the method's name and the next free number."));
    below(m_nameNote);

    auto* parameters = new QHBoxLayout;
    auto* heading = new QLabel(tr("Parameters"));
    keepFont(heading, titleFont);
    parameters->addWidget(heading);
    parameters->addStretch();
    m_preset->setAccessibleName(tr("Preset"));
    parameters->addWidget(m_preset);
    parameters->addWidget(m_reset);
    auto* all = new QVBoxLayout(content);
    all->setContentsMargins(0, 0, 8, 0);
    all->setSpacing(8);
    all->addLayout(grid);
    all->addSpacing(8);
    all->addLayout(parameters);
    all->addWidget(m_presetHelp);
    all->addWidget(m_form);
    all->addSpacing(8);
    auto* judge = new QGridLayout;
    judge->setHorizontalSpacing(8);
    judge->setVerticalSpacing(6);
    judge->setColumnStretch(1, 1);
    addField(judge, "judge", m_judge);
    judge->addWidget(m_judgeHelp, judge->rowCount(), 0, 1, 2);
    judge->addWidget(m_judgeForm, judge->rowCount(), 0, 1, 2);
    all->addLayout(judge);
    all->addStretch();
    return content;
}

QWidget* SequenceView::buildStart() {
    auto* box = new QWidget;
    auto* all = new QVBoxLayout(box);
    all->setContentsMargins(0, 0, 8, 0);
    all->setSpacing(6);
    all->addWidget(m_total);
    all->addWidget(m_pictures);
    all->addWidget(m_problem);
    all->addWidget(m_start);
    m_pictures->setObjectName("pictures");
    m_start->setProperty("main", true);
    m_start->setToolTip(
        tr("Start this run in a folder of its own. While another works, it waits for its turn. (Ctrl+Return)"));
    auto* keys = new QShortcut(QKeySequence(tr("Ctrl+Return")), this);  // from anywhere in the form
    keys->setContext(Qt::WidgetWithChildrenShortcut);
    connect(keys, &QShortcut::activated, m_start, &QPushButton::click);
    return box;
}

void SequenceView::connectChoices() {
    const auto on = [this](QComboBox* box, auto set) {
        connect(box, &QComboBox::currentIndexChanged, this, [this, box, set](int index) {
            if (!m_showing && index >= 0)
                set(chosen(box));
        });
    };
    on(m_method, [this](const std::string& id) { m_draft.setMethod(id); });
    on(m_preset, [this](const std::string& id) { m_draft.setPreset(id); });
    for (const auto& field : fieldBoxes())
        on(field.first, [this, id = field.second](const std::string& value) { m_draft.setField(id, value); });
    connect(m_savesMemory, &QCheckBox::toggled, this, [this](bool on) {
        if (!m_showing)
            m_draft.setField("gradient_checkpointing", on ? "true" : "false");
    });
    connect(m_model, &QComboBox::activated, this, [this](int index) {
        if (index + 1 == m_model->count())
            chooseModel();
        else
            m_draft.setField("model", chosen(m_model));
    });
    connect(m_reset, &QPushButton::clicked, &m_draft, &RunDraft::resetParameters);
    connect(m_ownOrder, &QPushButton::clicked, this, [this] {
        if (const auto* benchmark = m_workspace.benchmark())
            m_draft.setRequests(requestsOf(*benchmark), tr("go back to the original requests"));
    });
    connect(m_start, &QPushButton::clicked, this, &SequenceView::start);
    connect(&m_draft, &RunDraft::changed, this, &SequenceView::refresh);
    for (auto* form : {m_form, m_gateForm, m_judgeForm})
        connect(form, &ParameterForm::typed, this, &SequenceView::refreshStart);
}

void SequenceView::connectFields() {
    connect(m_name, &QLineEdit::textEdited, &m_draft, &RunDraft::setName);
    for (const auto& [field, row] : serviceFields())
        connect(field, &QLineEdit::textEdited, this,
                [this, id = row](const QString& typed) { m_draft.setField(id, typed.trimmed().toStdString()); });
    connect(m_seed, &QLineEdit::textEdited, this, [this](const QString& typed) {
        bool ok = false;
        if (const auto seed = typed.toULongLong(&ok); ok)
            m_draft.setField("seed", std::to_string(seed));
        refreshStart();
    });
    connect(m_threads, &QLineEdit::textEdited, this, [this](const QString&) {
        if (const auto threads = threadsFrom(m_threads->text()))
            m_draft.setField("threads", std::to_string(*threads));
        refreshStart();
    });
}

void SequenceView::connectLive() {
    connect(m_live, &LivePanel::pauseRequested, this, &SequenceView::pauseRequested);
    connect(m_live, &LivePanel::continueRequested, this, &SequenceView::continueRequested);
    connect(m_live, &LivePanel::stopRequested, this, &SequenceView::stopRequested);
    connect(m_live, &LivePanel::checkpointRequested, this, &SequenceView::checkpointRequested);
    connect(m_live, &LivePanel::skipRequested, this, &SequenceView::skipRequested);
    connect(m_live, &LivePanel::resumeRequested, this, &SequenceView::resumeRequested);
}

/// The small model, the folder that is chosen, and the way to another.
void SequenceView::refreshModels() {
    const auto& model = m_draft.spec().model;
    m_model->clear();
    m_model->addItem(tr("small model (embedded)"), text(RunSpec().model));
    if (model != RunSpec().model) {
        m_model->addItem(QFileInfo(text(model)).fileName(), text(model));
        m_model->setItemData(1, text(model), Qt::ToolTipRole);
    }
    m_model->addItem(tr("checkpoint folder…"));
    choose(m_model, model);
}

void SequenceView::chooseModel() {
    const auto folder = QFileDialog::getExistingDirectory(this, tr("Checkpoint folder, in the Hugging Face layout"));
    if (!folder.isEmpty())
        m_draft.setField("model", folder.toStdString());
    refresh();  // also when it was given up: the box shows what is chosen
}

void SequenceView::refreshPresets() {
    m_preset->clear();
    for (const auto& preset : m_draft.method().presets) {
        m_preset->addItem(text(preset.id), text(preset.id));
        m_preset->setItemData(m_preset->count() - 1, text(preset.help), Qt::ToolTipRole);
    }
    choose(m_preset, m_draft.spec().preset);
}

void SequenceView::refresh() {
    QScopedValueRollback showing(m_showing, true);
    const auto& palette = Theme::instance().palette();
    for (auto* label : findChildren<QLabel*>(QStringLiteral("caption")))
        paintAs(label, captionFont(), palette.soft);
    for (auto* label : {m_summary, m_presetHelp, m_gateHelp, m_judgeHelp, m_total})
        paintAs(label, captionFont(), palette.soft);
    for (auto* label : {m_seedNote, m_threadsNote, m_modelNote})
        paintAs(label, captionFont(), palette.error);
    refreshChoices();
    refreshFields();
    refreshRequests();
    refreshStart();
}

void SequenceView::refreshChoices() {
    const auto& spec = m_draft.spec();
    const auto& method = m_draft.method();
    for (int i = 0; i < m_method->count(); ++i)
        m_method->setItemIcon(i, markIcon(m_method->itemData(i).toString(), devicePixelRatioF()));
    choose(m_method, spec.method);
    refreshModels();
    const auto& family = familyRow(method.family);
    m_summary->setText(QStringLiteral("%1: %2\n%3").arg(text(family.name), text(method.summary), text(method.formula)));
    m_summary->setToolTip(
        QStringLiteral("%1: %2\n%3").arg(text(family.name), text(family.summary), text(method.source)));
    refreshPresets();
    m_presetHelp->setText(text(m_draft.preset().help));
    m_reset->setEnabled(!spec.parameters.empty());
    if (spec.device == gpu)
        offerGpu();
    for (const auto& [box, row] : fieldBoxes())
        choose(box, fieldText(spec, specRow(row)));
    refreshCombination();
    m_gateForm->setVisible(!m_draft.parameters(RunDraft::Table::Gate).empty());
    m_gateHelp->setText(text(gateRow(spec.gate).summary));
    m_judgeHelp->setText(text(judgeRow(spec.judge).summary));
    m_savesMemory->setChecked(spec.gradientCheckpointing);
    // Nobody asks for memory with the small model.
    const bool large =
        spec.model != RunSpec().model || spec.precision != RunSpec().precision || spec.gradientCheckpointing;
    for (QWidget* part : std::initializer_list<QWidget*>{m_precision, m_precisionLabel, m_savesMemory})
        part->setVisible(large);
}

/// The four choices: what the method says of each stands in its first entry.
void SequenceView::refreshCombination() {
    const auto& method = m_draft.method();
    const auto usual = combinationOf({.method = method.id});
    const auto showUsual = [&](QComboBox* box, const std::string& name) {
        box->setItemText(0, tr("as %1 has it: %2").arg(text(method.name), text(name)));
    };
    showUsual(m_arrangement, usual.arrangement->name);
    showUsual(m_objective, usual.objective ? usual.objective->name : tr("none").toStdString());
    showUsual(m_parts, usual.trained ? usual.trained->name : tr("none").toStdString());
    const auto* combination = m_draft.combination();
    const auto& servings = (combination ? combination : &usual)->arrangement->servings;
    if (std::ranges::find(servings, usual.serving->id) != servings.end())
        showUsual(m_serve, usual.serving->name);
    else  // what is taken then, see combinationOf
        m_serve->setItemText(
            0, tr("with %1: %2").arg(text(combination->arrangement->name), text(servingRow(servings.front()).name)));
    const bool trains = !combination || combination->arrangement->trains;
    for (QWidget* part : std::initializer_list<QWidget*>{m_objective, m_objectiveLabel})
        part->setVisible(trains || m_draft.spec().objective != asTheMethod);
    for (QWidget* part : std::initializer_list<QWidget*>{m_parts, m_partsLabel})
        part->setVisible(trains);
    for (QWidget* part : std::initializer_list<QWidget*>{m_gate, m_gateHelp, m_gateLabel})
        part->setVisible(combination && combination->serving->usesGate);
    for (auto* label : m_serviceLabels) {
        label->setVisible(m_draft.asksService());
        label->buddy()->setVisible(m_draft.asksService());
    }
    const auto& palette = Theme::instance().palette();
    paintAs(m_choicesNote, captionFont(), combination ? palette.soft : palette.error);
    m_choicesNote->setText(combination ? text(combination->arrangement->summary + " " + combination->serving->summary)
                                       : m_draft.choicesProblem());
}

/// What is being typed is left alone as long as it says the same.
void SequenceView::refreshFields() {
    const auto& spec = m_draft.spec();
    if (m_name->text() != text(spec.title))
        m_name->setText(text(spec.title));
    for (const auto& [field, row] : serviceFields())
        if (const auto saved = text(fieldText(spec, specRow(row))); field->text().trimmed() != saved)
            field->setText(saved);
    m_name->setPlaceholderText(m_draft.finalName());
    if (!m_seed->hasFocus() || m_seed->text().toULongLong() != spec.seed)
        m_seed->setText(QString::number(spec.seed));
    if (!m_threads->hasFocus() || threadsFrom(m_threads->text()) != spec.threads)
        m_threads->setText(spec.threads == 0 ? QString() : QString::number(spec.threads));
}

void SequenceView::refreshStart() {
    const auto show = [](QLabel* label, const QString& words) {
        label->setText(words);
        label->setVisible(!words.isEmpty());
    };
    show(m_modelNote, m_draft.modelProblem());
    show(m_seedNote, seedProblem());
    show(m_threadsNote, threadsProblem());
    const auto nameProblem = m_draft.nameProblem();
    const auto typed = m_name->text().trimmed();
    const bool taken = !typed.isEmpty() && m_draft.finalName() != typed;
    paintAs(m_nameNote, captionFont(),
            nameProblem.isEmpty() ? Theme::instance().palette().soft : Theme::instance().palette().error);
    show(m_nameNote, !nameProblem.isEmpty() ? nameProblem
                     : taken                ? tr("There is one of that name: this will be %1.").arg(m_draft.finalName())
                                            : QString());
    show(m_total, totalText());
    show(m_pictures, picturesText());
    paintAs(m_pictures, captionFont(), Theme::instance().palette().ink);
    const auto problem = startProblem();
    const bool waits = !m_workspace.benchmark();  // no mistake of the user's
    const auto& palette = Theme::instance().palette();
    paintAs(m_problem, captionFont(), waits || problem.isEmpty() ? palette.soft : palette.error);
    show(m_problem, problem.isEmpty() ? m_takenFrom : problem);
    m_start->setEnabled(problem.isEmpty());
    m_start->setText(m_controls.queues ? tr("Add to the queue") : tr("Start run"));
}

QString SequenceView::picturesText() const {
    const auto* benchmark = m_workspace.benchmark();
    if (!benchmark || (!benchmark->surrogate && benchmark->leftOut == 0))
        return {};
    if (benchmark->surrogate)
        return tr("The model is shown drawn stand-ins in place of the photos.");
    return benchmark->leftOut == 1
               ? tr("1 photo is missing: what asks about it is left out.")
               : tr("%1 photos are missing: what asks about them is left out.").arg(benchmark->leftOut);
}

QString SequenceView::totalText() const {
    const auto steps = m_draft.steps();
    if (!steps)
        return {};
    const auto count = std::accumulate(steps->begin(), steps->end(), std::int64_t{0});
    const auto requests = static_cast<int>(steps->size()) - m_draft.made();
    const auto total = (requests == 1 ? tr("%1 request, %2 training steps") : tr("%1 requests, %2 training steps"))
                           .arg(requests)
                           .arg(count);
    if (const auto estimate = m_draft.estimate()) {
        QStringList needs{durationText(estimate->seconds)};
        if (estimate->cpuMib > 0)
            needs << memoryText(estimate->cpuMib);
        if (estimate->gpuMib > 0)
            needs << tr("%1 of GPU memory").arg(memoryText(estimate->gpuMib));
        return total + tr("; about %1 with all tests, going by %2").arg(needs.join(tr(" and ")), estimate->measuredOn);
    }
    return total + tr("; how long is known once a run like it has finished");
}

QString SequenceView::seedProblem() const {
    bool ok = false;
    m_seed->text().toULongLong(&ok);
    return ok ? QString() : tr("The seed must be a whole number from 0.");
}

QString SequenceView::threadsProblem() const {
    return threadsFrom(m_threads->text())
               ? QString()
               : tr("Threads must be a whole number to %1; empty = one per core.").arg(largestCount);
}

QString SequenceView::startProblem() const {
    if (!m_controls.problem.isEmpty())
        return m_controls.problem;
    for (const auto& problem : {seedProblem(), threadsProblem()})
        if (!problem.isEmpty())
            return problem;
    if (!m_form->allNumbers() || !m_gateForm->allNumbers() || !m_judgeForm->allNumbers())
        return tr("A parameter is no number.");
    return m_draft.problem();
}

void SequenceView::newRun(const RunSpec* like) {
    m_method->setFocus(Qt::ShortcutFocusReason);
    m_takenFrom.clear();
    try {
        if (like) {
            if (like->benchmark != m_draft.benchmark())
                m_takenFrom =
                    tr("That run was made on another benchmark (%1). This one will be made on the one that is "
                       "open.")
                        .arg(text(like->benchmark));
            m_draft.takeOver(*like);
        }
    } catch (const Error& error) {
        m_takenFrom = QString::fromUtf8(error.what());
    }
    refreshStart();
}

void SequenceView::setControls(const RunControls& controls) {
    m_controls = controls;
    m_live->setControls(controls);
    refreshStart();
}

void SequenceView::setWaitingText(const QString& waiting) {
    m_strip->setWaitingText(waiting);
}

void SequenceView::offerGpu() {
    for (const auto& choice : specRow("device").choices)
        if (m_device->findData(text(choice.id)) < 0)
            addItem(m_device, choice);
}

void SequenceView::start() {
    // The second click of a double click asks for the same run.
    if (m_sinceStart.isValid() && m_sinceStart.elapsed() < QApplication::doubleClickInterval())
        return;
    m_sinceStart.restart();
    m_takenFrom.clear();
    try {
        emit startRequested(m_draft.checked());
    } catch (const Error& error) {
        m_takenFrom = QString::fromUtf8(error.what());
    }
    refreshStart();
}

}  // namespace lacuna
