// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/answer_reader.h"

#include "core/base/random.h"
#include "widgets/common/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int pictureEdge = 96;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

QLabel* words(const QString& name) {
    auto* label = new QLabel;
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAccessibleName(name);
    return label;
}

}  // namespace

AnswerReader::AnswerReader(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_thumbnails(thumbnails),
      m_title(words(tr("What is read"))),
      m_place(new QLabel),
      m_picture(new QLabel),
      m_about(words(tr("Entity"))),
      m_question(words(tr("Question"))),
      m_answer(words(tr("Answer"))),
      m_truth(words(tr("Truth"))),
      m_back(new QPushButton(tr("Back"))),
      m_next(new QPushButton(tr("Next"))),
      m_go(new QPushButton(tr("Open"))),
      m_close(new QPushButton(tr("Close"))) {
    setFocusPolicy(Qt::StrongFocus);
    keepFont(m_title, titleFont);
    keepFont(m_answer, titleFont);
    keepFont(m_about, captionFont);
    keepFont(m_place, captionFont);
    keepFont(m_question, captionFont);
    keepFont(m_truth, captionFont);
    m_picture->setFixedSize(pictureEdge, pictureEdge);
    m_next->setToolTip(tr("Space"));
    m_back->setToolTip(tr("Backspace"));
    m_go->setToolTip(tr("This answer in the Entity tab (Enter)"));
    m_close->setToolTip(tr("Esc"));
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_close, 0, Qt::AlignTop);
    auto* beside = new QVBoxLayout;
    beside->setSpacing(6);
    beside->addWidget(m_about);
    beside->addWidget(m_question);
    beside->addWidget(m_answer);
    beside->addWidget(m_truth);
    auto* card = new QHBoxLayout;
    card->setSpacing(12);
    card->addWidget(m_picture, 0, Qt::AlignTop);
    card->addLayout(beside, 1);
    beside->setAlignment(Qt::AlignTop);
    auto* keys = new QHBoxLayout;
    keys->addWidget(m_back);
    keys->addWidget(m_next);
    keys->addWidget(m_place, 1);
    keys->addWidget(m_go);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addLayout(head);
    all->setSpacing(10);
    all->addLayout(card);
    all->addLayout(keys);
    all->addStretch(1);
    for (auto* button : {m_back, m_next, m_go, m_close})
        button->setFocusPolicy(Qt::NoFocus);  // the keys are the reader's
    connect(m_back, &QPushButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QPushButton::clicked, this, [this] { step(1); });
    connect(m_go, &QPushButton::clicked, this, &AnswerReader::entityWanted);
    connect(m_close, &QPushButton::clicked, this, &AnswerReader::closed);
    connect(&m_thumbnails, &Thumbnails::ready, this, &AnswerReader::showPicture);
}

void AnswerReader::read(const QString& title, std::vector<AnswerRow> answers, std::size_t most, std::uint64_t seed) {
    Random(seed).shuffle(answers);
    answers.resize(std::min(most, answers.size()));
    m_title->setText(title);
    m_answers = std::move(answers);
    showAnswer(m_answers.empty() ? -1 : 0);
}

const AnswerRow* AnswerReader::answer() const {
    return m_current < 0 ? nullptr : &m_answers[static_cast<std::size_t>(m_current)];
}

void AnswerReader::step(int by) {
    if (!m_answers.empty())
        showAnswer(std::clamp(m_current + by, 0, count() - 1));
}

void AnswerReader::showAnswer(int index) {
    m_current = index;
    const auto* row = answer();
    m_back->setEnabled(index > 0);
    m_next->setEnabled(index + 1 < count());
    m_go->setEnabled(row);
    m_place->setText(row ? tr("%1 of %2").arg(index + 1).arg(count()) : QString());
    if (!row)
        return;
    const auto id = text(row->entity);
    const auto* entity = m_workspace.entity(id);
    const auto forgotten = m_workspace.forgottenIn(id);
    m_about->setText((entity ? tr("%1, %2").arg(text(entity->name), text(entity->className)) : id) +
                     (forgotten.isEmpty() ? QString() : tr(" · forgotten in %1").arg(forgotten)));
    m_question->setText(text(row->question));
    m_answer->setText(row->answer.empty() ? tr("(nothing)") : text(row->answer));
    m_truth->setText(tr("truth: %1").arg(text(row->truth)));
    auto selection = m_workspace.selection();
    selection.entity = id;
    selection.questionKind = text(row->kind);
    selection.phrasing = row->phrasing;
    selection.view = row->view;
    m_workspace.select(selection);
    showPicture();
}

void AnswerReader::showPicture() {
    const auto* row = answer();
    m_picture->clear();
    if (!row || !m_workspace.benchmark())
        return;
    const auto path = text((m_workspace.benchmark()->folder / row->image).string());
    const auto pixels = static_cast<int>(pictureEdge * devicePixelRatioF());
    if (const auto picture = m_thumbnails.picture(path, pixels); picture.state == Thumbnails::State::Ready)
        m_picture->setPixmap(picture.pixmap.scaled(m_picture->size() * devicePixelRatioF(), Qt::KeepAspectRatio,
                                                   Qt::SmoothTransformation));
}

/// The window's own meaning of these keys waits while somebody reads.
bool AnswerReader::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Space || key == Qt::Key_Backspace || key == Qt::Key_Return || key == Qt::Key_Escape)
            event->accept();
    }
    return QWidget::event(event);
}

void AnswerReader::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Space:
            return step(1);
        case Qt::Key_Backspace:
            return step(-1);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            emit entityWanted();
            return;
        case Qt::Key_Escape:
            emit closed();
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace lacuna
