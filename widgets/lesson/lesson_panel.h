// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStringList>
#include <QWidget>

class QButtonGroup;
class QLabel;
class QProgressBar;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace lacuna {

class LessonDots;

/// One page of a lesson as it is shown. Texts are Markdown.
struct LessonPage {
    QString place;  ///< "Lesson 3 of 7"
    QString title, text;
    int step = 0, steps = 0;
    QString ask;  ///< empty = nothing is asked
    QStringList choices;
    int chosen = -1;
    QString verdict;       ///< of the guess, once there is a result
    QString told;          ///< what came out; empty = not yet, or nothing to tell
    QString waiting;       ///< what it waits for
    double progress = -1;  ///< of that, 0…1; negative = not known
    QString problem;       ///< why it will not come
    bool canRunAgain = false;
    QString tryIt, notes;
    bool trying = false;  ///< the reader is on his own
    bool operator==(const LessonPage&) const = default;
};

/// The lesson beside any view: a page, its question, what came out, and where to go on. Plain data in, wishes out.
class LessonPanel : public QWidget {
    Q_OBJECT
public:
    explicit LessonPanel(QWidget* parent = nullptr);

    void showPage(const LessonPage& page);
    const LessonPage& page() const { return m_page; }
    void setPresenting(bool presenting, bool notesElsewhere);

    QPushButton* nextButton() const { return m_next; }
    QPushButton* backButton() const { return m_back; }
    QPushButton* tryButton() const { return m_try; }
    QPushButton* presenterButton() const { return m_presenter; }
    QButtonGroup* choices() const { return m_choices; }
    QString shownText() const;  ///< all that can be read of the page, as plain text

signals:
    void nextAsked();
    void backAsked();
    void stepAsked(int step);
    void chosen(int choice);
    void tryAsked(bool on);
    void againAsked();  ///< the runs that failed
    void restartAsked();
    void presenterAsked();
    void closeAsked();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* buildHeader();
    QWidget* buildFooter();
    void fill();
    void addText(const QString& markdown, QWidget* in, bool soft = false);
    void addAsk();
    void addResult();
    QLabel* label(const QString& markdown, QWidget* in) const;

    LessonPage m_page;
    QLabel* m_place;
    QScrollArea* m_scroll;
    QVBoxLayout* m_column = nullptr;
    QWidget* m_content = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_waiting = nullptr;
    QButtonGroup* m_choices = nullptr;
    LessonDots* m_dots;
    QPushButton *m_restart, *m_presenter, *m_close, *m_back, *m_try, *m_next;
    bool m_presenting = false, m_notesElsewhere = false;
};

/// Markdown without HTML as rich text in the fonts of the theme.
QString lessonHtml(const QString& markdown, const QFont& font);

}  // namespace lacuna
