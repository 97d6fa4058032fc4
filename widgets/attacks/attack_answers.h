// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/attacks/attack_model.h"

#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

namespace lacuna {

/// What the chosen run says of the selected entity and question: unattacked, and under each attack in its strongest
/// way. A line each: attack, answer, verdict.
class AttackAnswers : public QWidget {
    Q_OBJECT
public:
    AttackAnswers(const AttackModel& model, const AttackResults& results, QWidget* parent = nullptr);
    void refresh();
    const QString& title() const { return m_title; }
    struct Line {
        QString attack, way, answer;
        std::optional<Verdict> verdict;
    };
    const std::vector<Line>& lines() const { return m_lines; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    const AttackModel& m_model;
    const AttackResults& m_results;
    QString m_title;
    std::vector<Line> m_lines;
};

}  // namespace lacuna
