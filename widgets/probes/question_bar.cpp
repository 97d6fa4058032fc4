// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/question_bar.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStringListModel>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

}  // namespace

QuestionBar::QuestionBar(QWidget* parent)
    : QWidget(parent),
      m_questions(new QComboBox(this)),
      m_phrasing(new QPushButton(this)),
      m_own(new QPushButton(tr("Ask your own…"), this)),
      m_ask(new QPushButton(this)),
      m_askOwn(new QPushButton(tr("Ask"), this)),
      m_ownRow(new QWidget(this)),
      m_line(new QLineEdit(this)),
      m_before(new QStringListModel(this)),
      m_column(new QVBoxLayout(this)),
      m_top(new QHBoxLayout),
      m_problem(new QLabel(this)),
      m_truthCaption(new QLabel(this)),
      m_truth(new QLabel(this)),
      m_shows(new QCheckBox(this)),
      m_card(new QWidget(this)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(8);
    m_top->setSpacing(8);
    m_top->addWidget(m_questions, 1);
    m_top->addWidget(m_phrasing);
    m_top->addWidget(m_own);
    m_column->addLayout(m_top);
    auto* own = new QHBoxLayout(m_ownRow);
    own->setContentsMargins(0, 0, 0, 0);
    own->setSpacing(8);
    own->addWidget(m_line, 1);
    own->addWidget(m_askOwn);
    m_column->addWidget(m_ownRow);
    m_column->addWidget(m_problem);
    auto* card = new QHBoxLayout(m_card);
    card->setContentsMargins(10, 7, 10, 8);
    m_words = new QBoxLayout(QBoxLayout::TopToBottom);
    m_words->setSpacing(2);
    m_words->addWidget(m_truthCaption);
    m_words->addWidget(m_truth, 1);
    card->addLayout(m_words, 1);
    card->addWidget(m_shows, 0, Qt::AlignVCenter);
    card->addWidget(m_ask, 0, Qt::AlignVCenter);
    m_column->addWidget(m_card);

    m_questions->setAccessibleName(tr("Question"));
    m_questions->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_questions->setMinimumContentsLength(12);
    m_phrasing->setMenu(new QMenu(m_phrasing));
    m_phrasing->setToolTip(tr("The same question in other words"));
    m_own->setCheckable(true);
    m_own->setToolTip(tr("Ask the shown runs anything about this picture, at the stage of the timeline."));
    m_line->setTextMargins(4, 0, 4, 0);
    m_line->setPlaceholderText(tr("Ask anything about this picture…"));
    m_line->setAccessibleName(tr("Your own question"));
    m_line->setClearButtonEnabled(true);
    auto* completer = new QCompleter(m_before, this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    m_line->setCompleter(completer);
    m_askOwn->setProperty("main", true);
    m_askOwn->setEnabled(false);
    m_problem->setForegroundRole(QPalette::WindowText);
    m_problem->setWordWrap(true);
    m_truth->setWordWrap(true);
    m_truth->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_truthCaption->setForegroundRole(QPalette::PlaceholderText);
    m_problem->hide();
    arrange();

    connect(m_questions, &QComboBox::activated, this, &QuestionBar::questionPicked);
    connect(m_own, &QPushButton::toggled, this, [this](bool on) {
        arrange();
        if (on)
            m_line->setFocus(Qt::OtherFocusReason);
        else
            emit ownClosed();
    });
    const auto askOwn = [this] {
        if (const auto question = m_line->text().simplified(); !question.isEmpty())
            emit ownAsked(question);
    };
    connect(m_line, &QLineEdit::returnPressed, this, askOwn);
    connect(m_line, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_askOwn->setEnabled(!text.simplified().isEmpty()); });
    connect(m_askOwn, &QPushButton::clicked, this, askOwn);
    connect(m_ask, &QPushButton::clicked, this, [this] { m_asking ? emit endWanted() : emit askWanted(); });
    connect(m_shows, &QCheckBox::clicked, this, &QuestionBar::showsItChanged);
    connect(&Theme::instance(), &Theme::changed, this, &QuestionBar::dress);
    dress();
}

void QuestionBar::show(const Entity* entity, const ProbeChoice& choice, const EntityLog& log, const AnswerSheet& sheet,
                       bool own, const OwnAnswers& asking) {
    const QSignalBlocker blocker(m_questions);
    fillQuestions(entity, choice);
    m_hasPhrasings = entity && !own && choice.question >= 0;
    m_phrasing->setEnabled(m_hasPhrasings);
    m_card->setVisible(entity && !sheet.question.isEmpty());
    showProblem(m_said.isEmpty() ? sheet.failure : m_said);
    if (!entity)
        return;
    m_questions->setEnabled(!own && choice.question >= 0);
    if (choice.question >= 0)
        fillPhrasings(entity->questions[static_cast<std::size_t>(choice.question)], choice, log);
    arrange();
    m_truthCaption->setText(own ? tr("asked: “%1” · truth").arg(sheet.question) : tr("truth"));
    m_truth->setText(sheet.truth.isEmpty() ? tr("unknown, so only refusals and gibberish are judged") : sheet.truth);
    const int askable = sheet.askable(), waiting = asking.waiting();
    m_asking = waiting > 0;
    m_ask->setVisible(askable > 0 || waiting > 0);
    m_ask->setText(m_asking ? (waiting > 1 ? tr("Asking %1 of %2 · Esc ends") : tr("Asking %1 of %2"))
                                  .arg(asking.asked() - waiting + 1)
                                  .arg(asking.asked())
                   : sheet.failed() == askable ? tr("Ask again")
                   : askable == 1              ? tr("Ask 1 model")
                                               : tr("Ask %1 models").arg(askable));
    m_ask->setToolTip(
        m_asking ? tr("Asks no further: what is on its way still comes.")
                 : tr("Puts this question about this picture to the models that were not asked at this stage."));
}

/// By difference: an open list keeps its highlighted row and its place.
void QuestionBar::fillQuestions(const Entity* entity, const ProbeChoice& choice) {
    const int count = entity ? static_cast<int>(entity->questions.size()) : 0;
    while (m_questions->count() > count)
        m_questions->removeItem(m_questions->count() - 1);
    for (int i = 0; i < count; ++i) {
        const auto& question = entity->questions[static_cast<std::size_t>(i)];
        const auto phrasing = static_cast<std::size_t>(i == choice.question ? choice.phrasing : 0);
        const auto words = text(question.phrasings[phrasing]), kind = text(question.kind);
        if (i == m_questions->count())
            m_questions->addItem(words);
        else if (m_questions->itemText(i) != words)
            m_questions->setItemText(i, words);
        if (m_questions->itemData(i, Qt::ToolTipRole).toString() != kind)
            m_questions->setItemData(i, kind, Qt::ToolTipRole);
    }
    if (entity && m_questions->currentIndex() != choice.question)
        m_questions->setCurrentIndex(choice.question);
}

/// In a low window one's own question takes the place of the list, which the overview below shows as well.
void QuestionBar::arrange() {
    const bool own = m_own->isChecked(), inPlace = own && m_compact;
    if (inPlace && m_top->indexOf(m_ownRow) < 0)
        m_top->insertWidget(0, m_ownRow, 1);
    else if (!inPlace && m_column->indexOf(m_ownRow) < 0)
        m_column->insertWidget(1, m_ownRow);
    m_questions->setVisible(!inPlace);
    m_phrasing->setVisible(!inPlace && m_hasPhrasings);
    m_ownRow->setVisible(own);
}

void QuestionBar::setCompact(bool compact) {
    m_compact = compact;
    arrange();
    m_words->setDirection(compact ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_words->setSpacing(compact ? 10 : 2);
    m_card->layout()->setContentsMargins(10, compact ? 4 : 7, 10, compact ? 4 : 8);
}

void QuestionBar::fillPhrasings(const Question& question, const ProbeChoice& choice, const EntityLog& log) {
    m_phrasing->setText(tr("phrasing %1 of %2").arg(choice.phrasing + 1).arg(question.phrasings.size()));
    auto* menu = m_phrasing->menu();
    std::set<int> asked;
    for (const auto& probe : log.asked(question.kind))
        asked.insert(probe.phrasing);
    const auto count = static_cast<qsizetype>(question.phrasings.size());
    while (menu->actions().size() > count)
        delete menu->actions().back();
    for (int phrasing = 0; phrasing < count; ++phrasing) {
        if (phrasing == menu->actions().size())
            connect(menu->addAction(QString()), &QAction::triggered, this,
                    [this, phrasing] { emit phrasingPicked(phrasing); });
        const auto words = text(question.phrasings[static_cast<std::size_t>(phrasing)]).replace('&', "&&");
        const auto label = QString("%1  %2").arg(phrasing + 1).arg(words);
        auto* action = menu->actions().at(phrasing);
        action->setText(asked.contains(phrasing) ? label : tr("%1  (not asked yet)").arg(label));
        action->setCheckable(true);
        action->setChecked(phrasing == choice.phrasing);
    }
}

void QuestionBar::setShowsIt(bool own, const QString& entity, bool shows) {
    m_shows->setVisible(own);
    m_shows->setChecked(shows);
    m_shows->setText(tr("It shows %1").arg(entity));
    m_shows->setToolTip(tr("Ticked: answers about your picture are held against what is true of %1. Else nobody knows "
                           "their truth, and only refusals and gibberish are judged.")
                            .arg(entity));
}

void QuestionBar::setProblem(const QString& problem) {
    m_said = problem;
    showProblem(problem);
}

void QuestionBar::showProblem(const QString& problem) {
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

QString QuestionBar::problem() const {
    return m_problem->text();
}

void QuestionBar::setAskedBefore(const QStringList& questions) {
    if (m_before->stringList() != questions)
        m_before->setStringList(questions);
}

void QuestionBar::openOwn(bool open) {
    m_own->setChecked(open);
}

bool QuestionBar::ownOpen() const {
    return m_own->isChecked();
}

void QuestionBar::dress() {
    m_truthCaption->setFont(captionFont());
    m_problem->setFont(captionFont());
    auto palette = m_problem->palette();
    palette.setColor(QPalette::WindowText, Theme::instance().palette().error);
    m_problem->setPalette(palette);
    update();
}

void QuestionBar::paintEvent(QPaintEvent*) {
    if (!m_card->isVisible())
        return;
    QPainter painter(this);
    const auto& theme = Theme::instance().palette();
    paintBox(painter, m_card->geometry(), theme.inset, theme.line);
}

}  // namespace lacuna
