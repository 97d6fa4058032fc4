// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace lacuna {

/// A line over the tabs that says what the window needs an answer to, or what it is about to do. Hidden until then.
class NoteBar : public QWidget {
    Q_OBJECT
public:
    struct Choice {
        QString name;  ///< "Leave them out"
        QString help;
        std::function<void()> chosen;
    };

    explicit NoteBar(QWidget* parent = nullptr);
    /// In place of what it said before. The first choice is the proposed one; each hides the line again. The same
    /// choices with another text keep their buttons: progress does not take away one that is being pressed.
    void say(const QString& text, const std::vector<Choice>& choices, const QString& help = {});
    QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void makeButtons();

    QLabel* m_text;
    QWidget* m_buttons;
    std::vector<Choice> m_choices;
};

}  // namespace lacuna
