// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/curves/figure.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace lacuna {

/// A plot under its title and caption, of two lines where the panel is narrow. Copies and saves it; what goes wrong is
/// said in the caption's place.
class FigurePanel final : public QWidget {
    Q_OBJECT
public:
    /// `body` is the widget that `figure` is.
    FigurePanel(Figure* figure, QWidget* body, QWidget* parent = nullptr);

    void refreshTexts();                ///< after the figure's title or caption changed
    void addControl(QWidget* control);  ///< right of the title
    void copy();
    void save();
    Figure* figure() const { return m_figure; }

private:
    void updateCaption();
    void resizeEvent(QResizeEvent* event) override;

    Figure* m_figure;
    QLabel* m_title;
    QLabel* m_caption;
    QHBoxLayout* m_head;
    QString m_error;
};

}  // namespace lacuna
