// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/attacks/attack_results.h"
#include "widgets/common/workspace.h"

#include <QWidget>

class QBoxLayout;
class QComboBox;
class QLabel;
class QPushButton;

namespace lacuna {

class AttackAnswers;
class AttackModel;
class AttackTableView;
class BenignPlot;
class QuadrantPlot;
class ViewRefresh;

/// Hidden or gone: what each attack wins back of the shown runs at the timeline's stage, the selected entity's answer
/// under each, and what the unlearning cost against what comes back.
class AttacksView : public QWidget {
    Q_OBJECT
public:
    explicit AttacksView(Workspace& workspace, QWidget* parent = nullptr);

    AttackResults& results() { return m_results; }
    AttackModel& model() { return *m_model; }
    QPushButton* runButton() const { return m_runAll; }
    QWidget* table() const;
    QWidget* quadrant() const;
    void refreshNow();
    void setEngineProblem(const QString& problem);  ///< why nothing can be run; empty = it can
    void copy();
    void saveFigure();
    bool writeFigure(const QString& file);  ///< PNG, or SVG by its suffix; false where it cannot be written
    QString foretold() const;               ///< what the bar says of the time

signals:
    void attacksWanted(const std::vector<lacuna::WantedAttacks>& wanted);
    void stopWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildBar();
    QWidget* buildTable();
    QWidget* buildPlots();
    void refresh();
    void fillStages();
    void tellTime();
    void showPattern();
    std::vector<WantedAttacks> wanted() const;
    bool anyMeasured() const;  ///< of the runs that would be attacked

    Workspace& m_workspace;
    AttackResults m_results;
    AttackModel* m_model;
    AttackTableView* m_table;
    AttackAnswers* m_answers;
    QuadrantPlot* m_quadrant;
    BenignPlot* m_benign;
    QPushButton *m_runAll, *m_stop;
    QComboBox *m_scope, *m_stage;
    QLabel *m_time, *m_notes, *m_answersTitle, *m_nothing, *m_pattern, *m_patternTitle;
    QWidget* m_page;
    QBoxLayout* m_halves;
    ViewRefresh* m_refresh;
    QString m_problem;
};

}  // namespace lacuna
