// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"
#include "widgets/sequence/run_controls.h"

#include <QWidget>

class QBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace lacuna {

class ViewRefresh;

/// The losses of one run's latest request, drawn from its last steps; every pixel column shows its extremes.
class LossStrip final : public QWidget {
    Q_OBJECT
public:
    explicit LossStrip(const Workspace& workspace, QWidget* parent = nullptr);
    void setRun(int run);
    /// The steps drawn: those of the stage in work. Row numbers into the run's step table.
    std::pair<std::size_t, std::size_t> rows() const;
    QString numbers() const;  ///< "loss 0.43 · forget 1.2 · 9.6 steps/s", of the last step
    QSize sizeHint() const override { return {400, 90}; }
    QSize minimumSizeHint() const override { return {160, 60}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const RunHistory* history() const;
    const Workspace& m_workspace;
    int m_run = -1;
};

/// The run in work: where it stands, its losses as they come, and the buttons that hold it, stop it or move it on. What
/// was stopped can be taken up again here. Hidden when there is neither. What the buttons may do comes by
/// `setControls`.
class LivePanel final : public QWidget {
    Q_OBJECT
public:
    explicit LivePanel(const Workspace& workspace, QWidget* parent = nullptr);

    void setControls(const RunControls& controls);
    int run() const { return m_run; }  ///< −1 = none
    LossStrip* strip() const { return m_strip; }
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

signals:
    void pauseRequested(bool freeMemory);
    void continueRequested();
    void stopRequested();
    void checkpointRequested();
    void skipRequested();
    void resumeRequested(int run);

private:
    void refresh();
    void fill();
    void refreshButtons(bool live);
    int findRun() const;
    QString titleText() const;
    void schedule();
    QPushButton* button(const QString& text, const QString& help);

    const Workspace& m_workspace;
    RunControls m_controls;
    std::filesystem::path m_last;  ///< the run that was in work before: it stays to be looked at
    int m_run = -1;
    bool m_scheduled = false;
    QLabel* m_title;
    QLabel* m_numbers;
    QProgressBar* m_progress;
    LossStrip* m_strip;
    QBoxLayout* m_head;
    QBoxLayout* m_buttons;
    QPushButton* m_pause;
    QPushButton* m_pauseAndFree;
    QPushButton* m_continue;
    QPushButton* m_stop;
    QPushButton* m_checkpoint;
    QPushButton* m_skip;
    QPushButton* m_resume;
    ViewRefresh* m_contents;  ///< what it says; whether it is there at all is found also while its tab is hidden
};

}  // namespace lacuna
