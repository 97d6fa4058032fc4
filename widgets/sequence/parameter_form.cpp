// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/parameter_form.h"

#include "core/base/number.h"
#include "widgets/common/theme.h"
#include "widgets/sequence/draft_field.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// Shortest text that reads back: 0.001, 5e-05, 16.
QString numberText(double value) {
    return QLocale::c().toString(value, 'g', QLocale::FloatingPointShortest);
}

/// With a decimal point, or as the user's locale writes it. Without groups of thousands, which one locale writes like
/// another's decimals: "0,001" would be 1.
std::optional<double> typedNumber(const QString& text) {
    auto value = numberFrom<double>(text.trimmed().toStdString());
    if (!value) {
        auto locale = QLocale();
        locale.setNumberOptions(QLocale::RejectGroupSeparator);
        bool ok = false;
        value = locale.toDouble(text.trimmed(), &ok);
        if (!ok)
            return std::nullopt;
    }
    return std::isfinite(*value) ? value : std::nullopt;
}

void colourText(QWidget* widget, const QColor& colour) {
    auto palette = widget->palette();
    palette.setColor(widget->foregroundRole(), colour);
    widget->setPalette(palette);
}

}  // namespace

ParameterForm::ParameterForm(RunDraft& draft, RunDraft::Table table, QWidget* parent)
    : QWidget(parent), m_draft(draft), m_table(table), m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnStretch(0, 1);
    connect(&draft, &RunDraft::changed, this, &ParameterForm::refresh);
    connect(&Theme::instance(), &Theme::changed, this, &ParameterForm::refresh);
    build();
}

void ParameterForm::build() {
    m_built = &m_draft.parameters(m_table);
    while (auto* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_rows.clear();
    m_rows.reserve(m_built->size());
    int line = 0;
    for (const auto& parameter : *m_built)
        addRow(parameter, 2 * line++);
    refresh();
}

void ParameterForm::addRow(const ParameterRow& parameter, int line) {
    Row row{.id = parameter.id,
            .label = new QLabel(text(parameter.label)),
            .value = new DraftField,
            .reset = new QToolButton,
            .help = new QLabel};
    row.label->setBuddy(row.value);
    row.label->setToolTip(text(parameter.help));
    row.value->setAccessibleName(text(parameter.label));
    row.value->setAccessibleDescription(text(parameter.help));
    row.value->setAlignment(Qt::AlignRight);
    row.value->setFixedWidth(92);
    row.value->setToolTip((m_table == RunDraft::Table::Method ? tr("%1 to %2; preset: %3") : tr("%1 to %2; usual: %3"))
                              .arg(numberText(parameter.minimum), numberText(parameter.maximum),
                                   numberText(m_draft.presetValue(parameter.id, m_table))));
    row.reset->setText(QStringLiteral("↺"));
    row.reset->setAutoRaise(true);
    row.reset->setToolTip(m_table == RunDraft::Table::Method ? tr("Back to the preset's value")
                                                             : tr("Back to the usual value"));
    row.reset->setAccessibleName(tr("Reset %1").arg(text(parameter.label)));
    row.help->setWordWrap(true);
    keepFont(row.help, captionFont);
    m_grid->addWidget(row.label, line, 0);
    m_grid->addWidget(row.value, line, 1);
    m_grid->addWidget(row.reset, line, 2);
    m_grid->addWidget(row.help, line + 1, 0, 1, 3);
    row.helpLine = line + 1;
    m_rows.push_back(row);
    const auto at = m_rows.size() - 1;
    connect(row.value, &QLineEdit::textEdited, this, [this, at](const QString& now) { takeText(m_rows[at], now); });
    connect(row.value, &QLineEdit::editingFinished, this, [this, at] { showRow(m_rows[at]); });
    connect(row.reset, &QToolButton::clicked, this, [this, id = parameter.id] { m_draft.resetParameter(id, m_table); });
}

void ParameterForm::takeText(Row& row, const QString& now) {
    const auto value = typedNumber(now);
    row.number = value.has_value();
    if (value)
        m_draft.setParameter(row.id, *value, m_table);
    showRow(row);
    emit typed();
}

void ParameterForm::refresh() {
    if (m_built != &m_draft.parameters(m_table))
        return build();
    for (auto& row : m_rows)
        showRow(row);
}

void ParameterForm::showRow(Row& row) {
    const double value = m_draft.parameter(row.id, m_table);
    // What is being typed is left alone as long as it says the same.
    if (const auto typed = typedNumber(row.value->text()); row.number && typed != value)
        row.value->setText(numberText(value));
    if (!row.value->hasFocus() && !row.number) {
        row.number = true;
        row.value->setText(numberText(value));
    }
    auto font = bodyFont();
    font.setBold(m_draft.isOwn(row.id, m_table));
    row.label->setFont(font);
    const auto* combination = m_draft.combination();
    const bool matters = !combination || !combination->trained || parameterMatters(row.id, combination->trained->id);
    for (QWidget* part : std::initializer_list<QWidget*>{row.label, row.value, row.help})
        part->setVisible(matters);
    auto room = row.reset->sizePolicy();
    room.setRetainSizeWhenHidden(matters);
    row.reset->setSizePolicy(room);
    row.reset->setVisible(matters && m_draft.isOwn(row.id, m_table));
    m_grid->setRowMinimumHeight(row.helpLine, matters ? 18 : 0);
    const auto problem = problemShown(row.id);
    const auto& palette = Theme::instance().palette();
    row.help->setText(problem.isEmpty() ? text(findParameter(*m_built, row.id)->help) : problem);
    colourText(row.help, problem.isEmpty() ? palette.soft : palette.error);
}

QLineEdit* ParameterForm::field(const std::string& parameter) const {
    const auto row = std::find_if(m_rows.begin(), m_rows.end(), [&](const auto& r) { return r.id == parameter; });
    return row == m_rows.end() ? nullptr : row->value;
}

QString ParameterForm::problemShown(const std::string& parameter) const {
    const auto row = std::find_if(m_rows.begin(), m_rows.end(), [&](const auto& r) { return r.id == parameter; });
    if (row != m_rows.end() && !row->number)
        return tr("\"%1\" is no number.").arg(row->value->text());
    // The label stands beside it: its name need not be said again.
    auto problem = m_draft.parameterProblem(parameter, m_table);
    if (const auto label = row == m_rows.end() ? QString() : row->label->text() + ": "; problem.startsWith(label))
        problem.remove(0, label.size());
    return problem;
}

bool ParameterForm::allNumbers() const {
    return std::all_of(m_rows.begin(), m_rows.end(), [](const auto& row) { return row.number; });
}

}  // namespace lacuna
