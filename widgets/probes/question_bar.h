#pragma once
#include "widgets/probes/answer_sheet.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace lacuna {

/// Which question, in which phrasing, or one of the user's own; and the truth it is held against.
class QuestionBar : public QWidget {
    Q_OBJECT
public:
    explicit QuestionBar(QWidget* parent = nullptr);

    void show(const Entity* entity, const ProbeChoice& choice, const EntityLog& log, const AnswerSheet& sheet, bool own,
              int waiting);
    void setProblem(const QString& problem);  ///< in the error's colour under the bar; empty = none
    QString problem() const;
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
    void askWanted();  ///< the shown question, of every model that has not answered it

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void fillPhrasings(const Question& question, const ProbeChoice& choice, const EntityLog& log);
    void dress();

    QComboBox* m_questions;
    QPushButton *m_phrasing, *m_own, *m_ask, *m_askOwn;
    QWidget* m_ownRow;
    QLineEdit* m_line;
    QLabel *m_problem, *m_truthCaption, *m_truth;
    QWidget* m_card;
};

}  // namespace lacuna
