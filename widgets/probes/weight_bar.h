// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"
#include "widgets/common/workspace.h"

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSlider;
class QTimer;

namespace lacuna {

/// What of a run may change after its training without training anew: the parameters of its arrangement. Empty for a
/// spec of another version.
const ParameterTable& changeableOf(const RunSpec& spec);

/// The weight by which merged adapters count, as a slider: answers of the shown merged runs follow it, without
/// training. Hidden while no shown run has one.
class WeightBar : public QWidget {
    Q_OBJECT
public:
    explicit WeightBar(QWidget* parent = nullptr);

    /// Follows the shown runs: `run` is the one whose own weight stands in the bar until it is moved.
    void follow(const Workspace& workspace);
    /// What the user chose in place of the runs' own, while it differs from that of the run that the bar follows;
    /// mostly empty.
    ParameterValues chosen() const;
    bool moving() const;  ///< within a moment after the last move
    QSlider* slider() const { return m_slider; }
    QDoubleSpinBox* number() const { return m_number; }
    QPushButton* ownButton() const { return m_own; }
    QPushButton* measureButton() const { return m_measure; }

signals:
    void moved();    ///< at once, at every move
    void settled();  ///< a moment after the last one
    /// All stages of that run are to be measured by what is chosen, as a run of its own.
    void measureWanted(int run, const lacuna::ParameterValues& values);

private:
    void take(double value);
    void showState();

    QLabel* m_name;
    QSlider* m_slider;
    QDoubleSpinBox* m_number;
    QPushButton *m_own, *m_measure;
    QTimer* m_pause;
    int m_run = -1;
    int m_id = 0;  ///< WorkspaceRun::id of the run that is followed
    std::string m_parameter;
    double m_ownValue = 0;
    bool m_whole = false;  ///< the run has measured all its stages
};

}  // namespace lacuna
