// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/weight_bar.h"

#include "core/base/error.h"
#include "core/catalog/combination.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QTimer>

#include <cmath>

namespace lacuna {
namespace {

constexpr double perStep = 0.01;
constexpr double sliderEnd = 2;  ///< what lies beyond it breaks any model; the number reaches the row's maximum

}  // namespace

const ParameterTable& changeableOf(const RunSpec& spec) {
    static const ParameterTable none;
    try {
        return arrangementRow(combinationOf(choicesOf(spec)).arrangement->id).parameters;
    } catch (const Error&) {
        return none;
    }
}

WeightBar::WeightBar(QWidget* parent)
    : QWidget(parent),
      m_name(new QLabel(this)),
      m_slider(new QSlider(Qt::Horizontal, this)),
      m_number(new QDoubleSpinBox(this)),
      m_own(new QPushButton(this)),
      m_measure(new QPushButton(tr("Measure with it"), this)),
      m_pause(new QTimer(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_name);
    row->addWidget(m_slider, 1);
    row->addWidget(m_number);
    row->addWidget(m_own);
    row->addWidget(m_measure);
    m_name->setBuddy(m_slider);
    m_number->setDecimals(2);
    m_number->setSingleStep(0.05);
    m_slider->setSingleStep(5);
    m_slider->setPageStep(20);
    m_measure->setToolTip(
        tr("Asks the whole evaluation of every stage with this weight, as a run of its own beside "
           "this one. Nothing is trained."));
    m_pause->setSingleShot(true);
    m_pause->setInterval(150);
    connect(m_pause, &QTimer::timeout, this, &WeightBar::settled);
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) { take(value * perStep); });
    connect(m_number, &QDoubleSpinBox::valueChanged, this, &WeightBar::take);
    connect(m_own, &QPushButton::clicked, this, [this] { take(m_ownValue); });
    connect(m_measure, &QPushButton::clicked, this, [this] { emit measureWanted(m_run, chosen()); });
    hide();
}

void WeightBar::follow(const Workspace& workspace) {
    const ParameterRow* row = nullptr;
    m_run = -1;
    for (const int run : workspace.shownRuns()) {
        const auto& history = workspace.runs()[static_cast<std::size_t>(run)].history;
        const auto& table = changeableOf(history.spec);
        if (table.empty() || ofOtherBenchmark(workspace, history) || history.stages < 2)
            continue;
        if (m_run < 0 || run == workspace.selection().run) {
            m_run = run;
            row = &table.front();
        }
    }
    setVisible(row);
    if (!row) {
        m_id = 0;
        return;
    }
    const auto& run = workspace.runs()[static_cast<std::size_t>(m_run)];
    m_whole = run.history.stages == run.history.stageCount();
    if (std::exchange(m_id, run.id) != run.id) {
        const QSignalBlocker blocked(m_number), also(m_slider);
        m_parameter = row->id;
        const auto own = run.history.spec.parameters.find(row->id);
        m_ownValue = own == run.history.spec.parameters.end() ? row->defaultValue : own->second;
        m_name->setText(tr("%1 of merged adapters").arg(QString::fromStdString(row->label)));
        m_slider->setAccessibleName(m_name->text());
        m_slider->setToolTip(QString::fromStdString(row->help));
        m_number->setAccessibleName(m_name->text());
        m_number->setRange(row->minimum, row->maximum);
        m_slider->setRange(static_cast<int>(std::lround(row->minimum / perStep)),
                           static_cast<int>(std::lround(std::min(row->maximum, sliderEnd) / perStep)));
        m_own->setText(tr("As run: %1").arg(m_ownValue, 0, 'f', 2));
        m_number->setValue(m_ownValue);
        m_slider->setValue(static_cast<int>(std::lround(m_ownValue / perStep)));
    }
    showState();
}

ParameterValues WeightBar::chosen() const {
    if (m_run < 0 || std::abs(m_number->value() - m_ownValue) < perStep / 2)
        return {};
    return {{m_parameter, m_number->value()}};
}

bool WeightBar::moving() const {
    return m_pause->isActive();
}

void WeightBar::take(double value) {
    {
        const QSignalBlocker blocked(m_number), also(m_slider);
        m_number->setValue(value);
        m_slider->setValue(static_cast<int>(std::lround(value / perStep)));
    }
    showState();
    emit moved();
    m_pause->start();
}

void WeightBar::showState() {
    const bool other = !chosen().empty();
    m_own->setEnabled(other);
    m_measure->setEnabled(other && m_whole);
}

}  // namespace lacuna
