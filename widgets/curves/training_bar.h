// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/curves/training_plot.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace lacuna {

/// What the training page shows: quantity, smoothing, its span, logarithmic axis.
class TrainingBar final : public QWidget {
    Q_OBJECT
public:
    explicit TrainingBar(QWidget* parent = nullptr);
    StepView view() const;

signals:
    void changed();

private:
    QComboBox* m_quantity;
    QComboBox* m_smoothing;
    QSpinBox* m_span;
    QCheckBox* m_logarithmic;
};

}  // namespace lacuna
