// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/sequence/run_draft.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace lacuna {

/// One row per parameter of the draft's method or gate, made from the catalog: label, value, what it means, and, where
/// it is not the preset's, a button back; those that decide nothing are left out. What is wrong with a value stands
/// under it while it is typed.
class ParameterForm final : public QWidget {
    Q_OBJECT
public:
    ParameterForm(RunDraft& draft, RunDraft::Table table, QWidget* parent = nullptr);

    QLineEdit* field(const std::string& parameter) const;  ///< null for one that is not in the table
    QString problemShown(const std::string& parameter) const;
    bool allNumbers() const;  ///< false while some text is no number: such text cannot be kept in the draft

signals:
    void typed();  ///< also when what was typed is no number

private:
    struct Row {
        std::string id;
        QLabel* label = nullptr;
        QLineEdit* value = nullptr;
        QToolButton* reset = nullptr;
        QLabel* help = nullptr;
        int helpLine = 0;  ///< of the grid
        bool number = true;
    };
    void build();
    void addRow(const ParameterRow& parameter, int line);
    void refresh();
    void showRow(Row& row);
    void takeText(Row& row, const QString& text);

    RunDraft& m_draft;
    RunDraft::Table m_table;
    const ParameterTable* m_built = nullptr;  ///< what the rows were made of
    QGridLayout* m_grid;
    std::vector<Row> m_rows;
};

}  // namespace lacuna
