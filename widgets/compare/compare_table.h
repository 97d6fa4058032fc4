// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/run_table.h"

#include <string>
#include <vector>

namespace lacuna {

class CompareModel;

/// The comparison as a table as high as its rows: a bar under each number, the best of a column bold, what others
/// published small and grey before ours. A click on a heading sorts.
class CompareTableView : public RunTableView {
    Q_OBJECT
public:
    explicit CompareTableView(CompareModel& model, QWidget* parent = nullptr);
    void layOut() override;

signals:
    void columnsOrdered(const std::vector<std::string>& ids);  ///< a heading was dragged elsewhere

protected:
    int runOf(int row) const override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void takeOrder();

    CompareModel& m_model;
    bool m_orders = false;
};

}  // namespace lacuna
