// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/lesson/lesson_panel.h"

#include "widgets/common/icons.h"
#include "widgets/common/presenting.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QAccessible>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextList>

namespace lacuna {
namespace {

/// A box around a question, or the ground under what came out.
class Card : public QWidget {
public:
    Card(bool filled, QWidget* parent) : QWidget(parent), m_filled(filled) {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(14, 12, 14, 12);
        column->setSpacing(10);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const auto& theme = Theme::instance().palette();
        paintBox(painter, rect(), m_filled ? theme.selected : theme.panel, m_filled ? QColor() : theme.line, 5);
    }

private:
    bool m_filled;
};

}  // namespace

/// A dot for each step; a click goes there.
class LessonDots : public QWidget {
public:
    explicit LessonDots(LessonPanel* panel) : QWidget(panel), m_panel(panel) {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        setCursor(Qt::PointingHandCursor);
        setAccessibleName(tr("Steps"));
    }
    QSize sizeHint() const override { return {60, 24}; }
    QSize minimumSizeHint() const override { return {20, 24}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        const auto& page = m_panel->page();
        const auto& theme = Theme::instance().palette();
        if (page.steps * least > width()) {
            painter.setPen(theme.soft);
            painter.setFont(captionFont());
            painter.drawText(rect(), Qt::AlignCenter, tr("%1 of %2").arg(page.step + 1).arg(page.steps));
            return;
        }
        for (int step = 0; step < page.steps; ++step) {
            painter.setBrush(step <= page.step ? theme.accent : theme.line);
            const auto at = place(step);
            const double wide = step == page.step ? 5.5 : 3.0;
            painter.drawRoundedRect(QRectF(at - wide, height() / 2.0 - 3, 2 * wide, 6), 3, 3);
        }
    }
    void mousePressEvent(QMouseEvent* event) override {
        for (int step = 0; step < m_panel->page().steps; ++step)
            if (std::abs(event->position().x() - place(step)) < pitch() / 2)
                emit m_panel->stepAsked(step);
    }

private:
    static constexpr int least = 9;
    double pitch() const { return std::min(16.0, width() / std::max(1.0, double(m_panel->page().steps))); }
    double place(int step) const { return width() / 2.0 + (step - (m_panel->page().steps - 1) / 2.0) * pitch(); }

    LessonPanel* m_panel;
};

QString lessonHtml(const QString& markdown, const QFont& font) {
    QTextDocument document;
    document.setDefaultFont(font);
    document.setMarkdown(markdown, QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                                       QTextDocument::MarkdownNoHTML);
    constexpr double lineHeight = 118;  // percent
    for (auto block = document.begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        auto format = block.blockFormat();
        format.setLineHeight(lineHeight, QTextBlockFormat::ProportionalHeight);
        if (!block.textList())
            format.setBottomMargin(block.next().isValid() ? font.pointSizeF() * 0.7 : 0);
        cursor.setBlockFormat(format);
    }
    return document.toHtml();
}

LessonPanel::LessonPanel(QWidget* parent)
    : QWidget(parent),
      m_place(new QLabel(this)),
      m_scroll(new QScrollArea(this)),
      m_dots(new LessonDots(this)),
      m_restart(new QPushButton(tr("Start over"), this)),
      m_presenter(new QPushButton(tr("Presenter"), this)),
      m_close(new QPushButton(this)),
      m_back(new QPushButton(tr("‹ Back"), this)),
      m_try(new QPushButton(tr("Try it yourself"), this)),
      m_next(new QPushButton(tr("Next ›"), this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(buildHeader());
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setBackgroundRole(QPalette::Base);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    all->addWidget(m_scroll, 1);
    all->addWidget(buildFooter());
    connect(&Theme::instance(), &Theme::changed, this, &LessonPanel::fill);
    fill();
}

QWidget* LessonPanel::buildHeader() {
    auto* header = new QWidget(this);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(18, 10, 12, 8);
    row->setSpacing(8);
    m_place->setForegroundRole(QPalette::PlaceholderText);
    keepFont(m_place, captionFont);
    m_close->setIcon(icon("close"));
    m_close->setAccessibleName(tr("Leave the lesson"));
    m_close->setToolTip(tr("Leave the lesson: what was there before comes back"));
    m_restart->setToolTip(tr("From the first step, with no guess made"));
    m_presenter->setToolTip(
        tr("Large text and heavy lines for a projector; Page Up and Page Down turn the pages (F5)"));
    m_presenter->setCheckable(true);
    row->addWidget(m_place, 1);
    row->addWidget(m_restart);
    row->addWidget(m_presenter);
    row->addWidget(m_close);
    connect(m_restart, &QPushButton::clicked, this, &LessonPanel::restartAsked);
    connect(m_presenter, &QPushButton::clicked, this, &LessonPanel::presenterAsked);
    connect(m_close, &QPushButton::clicked, this, &LessonPanel::closeAsked);
    return header;
}

QWidget* LessonPanel::buildFooter() {
    auto* footer = new QWidget(this);
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(18, 10, 18, 12);
    row->setSpacing(8);
    m_try->setCheckable(true);
    m_try->setToolTip(tr("Do as you like in the window; the lesson waits, and brings its view back"));
    m_next->setProperty("main", true);
    row->addWidget(m_back);
    row->addWidget(m_dots, 1);
    row->addWidget(m_try);
    row->addWidget(m_next);
    connect(m_back, &QPushButton::clicked, this, &LessonPanel::backAsked);
    connect(m_next, &QPushButton::clicked, this, &LessonPanel::nextAsked);
    connect(m_try, &QPushButton::clicked, this, &LessonPanel::tryAsked);
    return footer;
}

QLabel* LessonPanel::label(const QString& markdown, QWidget* in) const {
    auto* made = new QLabel(in);
    made->setTextFormat(Qt::RichText);
    made->setText(lessonHtml(markdown, readingFont()));
    made->setWordWrap(true);
    made->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse);
    made->setOpenExternalLinks(true);
    made->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    return made;
}

void LessonPanel::addText(const QString& markdown, QWidget* in, bool soft) {
    if (markdown.isEmpty())
        return;
    auto* made = label(markdown, in);
    if (soft) {
        auto colours = made->palette();
        for (const auto role : {QPalette::WindowText, QPalette::Text})
            colours.setColor(role, Theme::instance().palette().soft);
        made->setPalette(colours);
    }
    in->layout()->addWidget(made);
}

void LessonPanel::addAsk() {
    auto* card = new Card(false, m_content);
    addText("**" + m_page.ask + "**", card);
    m_choices = new QButtonGroup(card);
    for (int i = 0; i < m_page.choices.size(); ++i) {
        auto* row = new QWidget(card);
        auto* line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(8);
        auto* radio = new QRadioButton(row);
        auto* text = label(m_page.choices[i], row);
        text->setTextInteractionFlags(Qt::NoTextInteraction);
        text->setBuddy(radio);
        text->installEventFilter(this);
        text->setCursor(Qt::PointingHandCursor);
        radio->setMinimumHeight(QFontMetrics(readingFont()).height() + 4);  // its dot beside the first line
        radio->setAccessibleName(m_page.choices[i]);
        radio->setChecked(i == m_page.chosen);
        m_choices->addButton(radio, i);
        line->addWidget(radio, 0, Qt::AlignTop);
        line->addWidget(text, 1);
        card->layout()->addWidget(row);
    }
    // Arrow keys choose too, without a click.
    connect(m_choices, &QButtonGroup::idToggled, this, [this](int choice, bool on) {
        if (on)
            emit chosen(choice);
    });
    m_column->addWidget(card);
}

void LessonPanel::addResult() {
    if (!m_page.problem.isEmpty()) {
        auto* problem = new QLabel(m_page.problem, m_content);
        problem->setWordWrap(true);
        problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
        auto colours = problem->palette();
        colours.setColor(QPalette::WindowText, Theme::instance().palette().error);
        problem->setPalette(colours);
        problem->setFont(readingFont());
        m_column->addWidget(problem);
        if (m_page.canRunAgain) {
            auto* again = new QPushButton(tr("Run it again"), m_content);
            connect(again, &QPushButton::clicked, this, &LessonPanel::againAsked);
            m_column->addWidget(again, 0, Qt::AlignLeft);
        }
    }
    if (!m_page.waiting.isEmpty()) {
        m_waiting = new QLabel(m_page.waiting, m_content);
        m_waiting->setWordWrap(true);
        m_waiting->setForegroundRole(QPalette::PlaceholderText);
        m_progress = new QProgressBar(m_content);
        m_progress->setTextVisible(false);
        m_progress->setRange(0, m_page.progress < 0 ? 0 : 1000);
        m_progress->setValue(static_cast<int>(m_page.progress * 1000));
        m_column->addWidget(m_waiting);
        m_column->addWidget(m_progress);
    }
    if (m_page.told.isEmpty())
        return;
    auto* card = new Card(true, m_content);
    addText(m_page.verdict.isEmpty() ? m_page.told : m_page.told + "\n\n**" + m_page.verdict + "**", card);
    m_column->addWidget(card);
}

void LessonPanel::fill() {
    const int at = m_scroll->verticalScrollBar()->value();
    m_progress = nullptr;
    m_waiting = nullptr;
    m_choices = nullptr;
    auto* former = m_scroll->takeWidget();
    m_content = new QWidget;
    m_content->setAutoFillBackground(true);
    m_content->setBackgroundRole(QPalette::Base);
    m_column = new QVBoxLayout(m_content);
    m_column->setContentsMargins(18, 6, 18, 14);
    m_column->setSpacing(12);
    auto* title = new QLabel(m_page.title, m_content);
    title->setWordWrap(true);
    title->setFont(headingFont());
    m_column->addWidget(title);
    addText(m_page.text, m_content);
    if (!m_page.ask.isEmpty())
        addAsk();
    addResult();
    if (!m_page.tryIt.isEmpty())
        addText(tr("*Try it yourself:* %1").arg(m_page.tryIt), m_content, true);
    if (m_presenting && !m_notesElsewhere && !m_page.notes.isEmpty()) {
        auto* notes = new Card(false, m_content);
        addText(tr("**Notes.** %1").arg(m_page.notes), notes, true);
        m_column->addWidget(notes);
    }
    m_column->addStretch();
    m_scroll->setWidget(m_content);
    m_scroll->verticalScrollBar()->setValue(at);
    if (former)
        former->deleteLater();  // one of its buttons may be what was clicked
    m_place->setText(m_page.place);
    m_back->setEnabled(m_page.step > 0);
    m_next->setText(m_page.step + 1 < m_page.steps ? tr("Next ›") : tr("Finish"));
    m_try->setChecked(m_page.trying);
    m_try->setText(m_page.trying ? tr("Back to the lesson") : tr("Try it yourself"));
    m_presenter->setChecked(m_presenting);
    m_dots->update();
    m_dots->setAccessibleDescription(tr("%1 of %2").arg(m_page.step + 1).arg(m_page.steps));
}

void LessonPanel::showPage(const LessonPage& page) {
    auto only = m_page;
    only.waiting = page.waiting;
    only.progress = page.progress;
    // While a run goes on, nobody's place in the text or on the keyboard is disturbed.
    if (only == page && m_waiting && !page.waiting.isEmpty()) {
        m_page = page;
        m_waiting->setText(page.waiting);
        m_progress->setRange(0, page.progress < 0 ? 0 : 1000);
        m_progress->setValue(static_cast<int>(page.progress * 1000));
        return;
    }
    if (page == m_page)
        return;
    const bool turned = page.step != m_page.step || page.title != m_page.title;
    const int focused = m_choices && focusWidget() ? m_choices->id(qobject_cast<QAbstractButton*>(focusWidget())) : -1;
    m_page = page;
    fill();
    if (turned)
        m_scroll->verticalScrollBar()->setValue(0);
    if (!turned && focused >= 0 && m_choices)
        m_choices->button(focused)->setFocus();
    if (turned) {
        setAccessibleName(m_page.title);
        QAccessibleEvent event(this, QAccessible::NameChanged);
        QAccessible::updateAccessibility(&event);
    }
}

void LessonPanel::setPresenting(bool presenting, bool notesElsewhere) {
    m_presenting = presenting;
    m_notesElsewhere = notesElsewhere;
    fill();
}

QString LessonPanel::shownText() const {
    QStringList texts;
    for (const auto* label : m_content->findChildren<QLabel*>()) {
        QTextDocument document;
        if (label->textFormat() == Qt::RichText)
            document.setHtml(label->text());
        else
            document.setPlainText(label->text());
        texts << document.toPlainText();
    }
    return texts.join('\n');
}

bool LessonPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonRelease)
        if (const auto* text = qobject_cast<QLabel*>(watched); text && text->buddy())
            static_cast<QRadioButton*>(text->buddy())->click();
    return QWidget::eventFilter(watched, event);
}

}  // namespace lacuna
