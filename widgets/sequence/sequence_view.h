// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/sequence/run_controls.h"
#include "widgets/sequence/run_draft.h"

#include <QElapsedTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QUndoStack;
class QVBoxLayout;

namespace lacuna {

class LivePanel;
class ParameterForm;
class RequestStrip;
class Thumbnails;

/// The Sequence tab: the requests in the order they arrive, the method with its parameters, and the run in work. It
/// starts nothing itself: it asks by signals.
class SequenceView final : public QWidget {
    Q_OBJECT
public:
    SequenceView(Workspace& workspace, Thumbnails& thumbnails, QUndoStack& undo, QWidget* parent = nullptr);

    RunDraft& draft() { return m_draft; }
    QString lineage() const;  ///< what it goes on from, as it is said; empty = the original model
    RequestStrip* strip() const { return m_strip; }
    ParameterForm* form() const { return m_form; }
    ParameterForm* gateForm() const { return m_gateForm; }
    ParameterForm* judgeForm() const { return m_judgeForm; }
    LivePanel* live() const { return m_live; }
    QPushButton* startButton() const { return m_start; }
    QString startProblem() const;  ///< what is shown beside a Start button that is grey

    /// A new run: from another's settings, or (null) as the draft stands.
    void newRun(const RunSpec* like);
    void setControls(const RunControls& controls);
    /// Shown in place of the cards while there is no benchmark.
    void setWaitingText(const QString& text);
    void offerGpu();  ///< the machine has one that the engine can use

signals:
    void startRequested(const lacuna::RunSpec& spec);  ///< complete and checked
    void pauseRequested(bool freeMemory);
    void continueRequested();
    void stopRequested();
    void checkpointRequested();
    void skipRequested();
    void resumeRequested(int run);

protected:
    bool event(QEvent* event) override;

private:
    QWidget* buildRequests();
    QWidget* buildLineage();
    void refreshRequests();
    void fitCards();
    QWidget* buildChoices();
    QWidget* buildStart();
    QLabel* addField(QGridLayout* grid, const std::string& row, QWidget* control);
    QLabel* addChoice(QGridLayout* grid, const QString& label, QWidget* control, const QString& help);
    /// Boxes that show a field of the draft and set it, with the id of its row.
    std::vector<std::pair<QComboBox*, std::string>> fieldBoxes() const;
    std::vector<std::pair<QLineEdit*, std::string>> serviceFields() const;
    void fillChoices();
    void connectChoices();
    void connectFields();
    void connectLive();
    void refresh();
    void refreshChoices();
    void refreshCombination();
    void refreshModels();
    void chooseModel();
    void refreshFields();
    void refreshPresets();
    void refreshStart();
    QString totalText() const;
    QString picturesText() const;  ///< what is shown in place of all the benchmark's photos
    QString seedProblem() const;
    QString threadsProblem() const;
    void start();

    Workspace& m_workspace;
    RunDraft& m_draft;  // a child, like the fields that lose the focus, and write, while the window goes
    RequestStrip* m_strip;
    int m_headHeight = 0;  ///< above the cards
    ParameterForm* m_form;
    ParameterForm* m_gateForm;
    ParameterForm* m_judgeForm;
    LivePanel* m_live;
    RunControls m_controls;
    QString m_takenFrom;  ///< what does not fit in the settings that were taken over
    QElapsedTimer m_sinceStart;
    QLineEdit* m_name;
    QLabel* m_nameNote;
    QComboBox* m_model;
    QLabel* m_modelNote;
    QComboBox* m_method;
    QLabel* m_summary;
    QComboBox* m_preset;
    QLabel* m_presetHelp;
    QPushButton* m_reset;
    QComboBox* m_arrangement;
    QComboBox* m_objective;
    QLabel *m_objectiveLabel = nullptr, *m_partsLabel = nullptr;
    QComboBox* m_serve;
    QLabel* m_choicesNote;  ///< what they mean, or why they make no sense together
    QLabel* m_gateLabel = nullptr;
    QLabel* m_precisionLabel = nullptr;
    QComboBox* m_gate;
    QLabel* m_gateHelp;
    QLineEdit* m_endpoint;  ///< of the service that a gate asks
    QLineEdit* m_endpointModel;
    std::vector<QLabel*> m_serviceLabels;
    QComboBox* m_judge;
    QLabel* m_judgeHelp;
    QComboBox* m_parts;
    QComboBox* m_inputs;
    QComboBox* m_phrasings;
    QComboBox* m_plan;
    QLineEdit* m_seed;
    QLabel* m_seedNote;
    QComboBox* m_device;
    QComboBox* m_precision;
    QCheckBox* m_savesMemory;
    QLineEdit* m_threads;
    QLabel* m_threadsNote;
    QPushButton* m_ownOrder;
    QWidget* m_lineage;  ///< what the run goes on from
    QLabel* m_parent;
    QPushButton* m_leaveParent;
    QLabel* m_total;
    QLabel* m_pictures;
    QLabel* m_problem;
    QPushButton* m_start;
    bool m_showing = false;  ///< controls are being set from the draft: their signals mean nothing
};

}  // namespace lacuna
