// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/training_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSpinBox>

namespace lacuna {

TrainingBar::TrainingBar(QWidget* parent)
    : QWidget(parent),
      m_quantity(new QComboBox),
      m_smoothing(new QComboBox),
      m_span(new QSpinBox),
      m_logarithmic(new QCheckBox(tr("Log axis"))) {
    for (const auto quantity : {StepQuantity::Loss, StepQuantity::ForgetLoss, StepQuantity::RetainLoss,
                                StepQuantity::GradientNorm, StepQuantity::LearningRate})
        m_quantity->addItem(stepQuantityName(quantity), static_cast<int>(quantity));
    m_quantity->setAccessibleName(tr("Quantity"));
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->addItem(tr("As measured"), static_cast<int>(Smoothing::None));
    m_smoothing->addItem(tr("Moving average"), static_cast<int>(Smoothing::Average));
    m_smoothing->addItem(tr("Centred mean"), static_cast<int>(Smoothing::Mean));
    m_smoothing->addItem(tr("Centred median"), static_cast<int>(Smoothing::Median));
    m_smoothing->setItemData(1, tr("Of the past alone, debiased as Adam does it."), Qt::ToolTipRole);
    m_smoothing->setItemData(2, tr("Of the steps around each one."), Qt::ToolTipRole);
    m_smoothing->setItemData(3, tr("Of the steps around each one; single outliers leave no trace."), Qt::ToolTipRole);
    for (auto* box : {m_quantity, m_smoothing}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->setMinimumWidth(80);  // in a narrow window the names are cut rather than the row
    }
    m_smoothing->setCurrentIndex(1);
    m_span->setAccessibleName(tr("Span of the smoothing"));
    m_span->setRange(3, 999);
    m_span->setSingleStep(2);
    m_span->setValue(9);
    m_span->setSuffix(tr(" steps"));
    m_span->setToolTip(tr("How many steps the smoothed line looks at. It starts anew with each request."));
    m_logarithmic->setToolTip(
        tr("Logarithmic value axis; where some values are 0 or below, one that is logarithmic on both sides of 0."));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (QWidget* control : {static_cast<QWidget*>(m_quantity), static_cast<QWidget*>(m_smoothing),
                             static_cast<QWidget*>(m_span), static_cast<QWidget*>(m_logarithmic)})
        row->addWidget(control);
    connect(m_quantity, &QComboBox::currentIndexChanged, this, &TrainingBar::changed);
    connect(m_smoothing, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_span->setEnabled(index > 0);
        emit changed();
    });
    connect(m_span, &QSpinBox::valueChanged, this, &TrainingBar::changed);
    connect(m_logarithmic, &QCheckBox::toggled, this, &TrainingBar::changed);
}

StepView TrainingBar::view() const {
    return {.quantity = static_cast<StepQuantity>(m_quantity->currentData().toInt()),
            .smoothing = static_cast<Smoothing>(m_smoothing->currentData().toInt()),
            .span = m_span->value(),
            .logarithmic = m_logarithmic->isChecked()};
}

}  // namespace lacuna
