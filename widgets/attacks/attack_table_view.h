// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/run_table.h"

#include <string>

namespace lacuna {

class AttackModel;

/// The table of what comes back: the share, a bar of it, and its interval over the bar's end. As high as its rows.
class AttackTableView : public RunTableView {
    Q_OBJECT
public:
    explicit AttackTableView(AttackModel& model, QWidget* parent = nullptr);
    void layOut() override;

signals:
    void attackWanted(int run, const std::string& attack);  ///< of a cell that was not run

protected:
    int runOf(int row) const override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void want(const QModelIndex& index);
    AttackModel& m_model;
};

}  // namespace lacuna
