// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"
#include "widgets/common/thumbnails.h"
#include "widgets/common/workspace.h"

#include <QWidget>

#include <vector>

class QLabel;
class QPushButton;

namespace lacuna {

/// Answers to read through one after another: Space is the next, Backspace the one before, Enter goes there.
class AnswerReader final : public QWidget {
    Q_OBJECT
public:
    AnswerReader(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);

    /// A random sample of up to `most` of them; the same `seed` draws the same.
    void read(const QString& title, std::vector<AnswerRow> answers, std::size_t most, std::uint64_t seed);
    int count() const { return static_cast<int>(m_answers.size()); }
    int current() const { return m_current; }
    const AnswerRow* answer() const;
    void step(int by);  ///< stops at both ends

signals:
    void entityWanted();  ///< the answer's entity is chosen and is to be seen
    void closed();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showAnswer(int index);
    void showPicture();

    Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    QLabel *m_title, *m_place, *m_picture, *m_about, *m_question, *m_answer, *m_truth;
    QPushButton *m_back, *m_next, *m_go, *m_close;
    std::vector<AnswerRow> m_answers;
    int m_current = -1;
};

}  // namespace lacuna
