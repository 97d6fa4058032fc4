// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/probes/answer_sheet.h"

#include <QWidget>

class QBoxLayout;
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStringListModel;

namespace lacuna {

/// Which question, in which phrasing, or one of the user's own; and the truth it is held against.
class QuestionBar : public QWidget {
    Q_OBJECT
public:
    explicit QuestionBar(QWidget* parent = nullptr);

    void show(const Entity* entity, const ProbeChoice& choice, const EntityLog& log, const AnswerSheet& sheet, bool own,
              const OwnAnswers& asking);
    void setCompact(bool compact);  ///< for a low window: one's own question in place of the list of questions
    /// Whether the user's own picture shows the entity; asked while such a picture is looked at.
    void setShowsIt(bool own, const QString& entity, bool shows);
    QCheckBox* showsBox() const { return m_shows; }
    void setProblem(const QString& problem);  ///< in the error's colour under the bar; empty = what the sheet says
    QString problem() const;
    void setAskedBefore(const QStringList& questions);  ///< offered while one's own is typed
    void openOwn(bool open);
    bool ownOpen() const;
    QLineEdit* line() const { return m_line; }
    QComboBox* questions() const { return m_questions; }
    QPushButton* askButton() const { return m_ask; }
    QPushButton* phrasingButton() const { return m_phrasing; }
    QPushButton* ownButton() const { return m_own; }

signals:
    void questionPicked(int question);
    void phrasingPicked(int phrasing);
    void ownAsked(const QString& question);
    void ownClosed();
    void showsItChanged(bool shows);
    void endWanted();  ///< what is not on its way need not be asked
    void askWanted();  ///< the shown question, of every model that has not answered it

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void fillQuestions(const Entity* entity, const ProbeChoice& choice);
    void fillPhrasings(const Question& question, const ProbeChoice& choice, const EntityLog& log);
    void arrange();
    void dress();
    void showProblem(const QString& problem);

    QComboBox* m_questions;
    QPushButton *m_phrasing, *m_own, *m_ask, *m_askOwn;
    QWidget* m_ownRow;
    QLineEdit* m_line;
    QStringListModel* m_before;
    QString m_said;  ///< by setProblem; what the sheet says comes when there is nothing
    QBoxLayout *m_column, *m_top, *m_words;
    QLabel *m_problem, *m_truthCaption, *m_truth;
    QCheckBox* m_shows;
    QWidget* m_card;
    bool m_compact = false, m_hasPhrasings = false;
    bool m_asking = false;  ///< answers are waited for
};

}  // namespace lacuna
