// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

class QLabel;

namespace lacuna {

/// The line over a panel: its title on the left, what it holds in short on the right.
class PanelHeader : public QWidget {
    Q_OBJECT
public:
    explicit PanelHeader(const QString& title, QWidget* parent = nullptr);
    void setSummary(const QString& summary);
    QString summary() const { return m_summary; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QString m_title, m_summary;
};

/// A part's title, and what stands small below one; both keep their fonts when text is made larger.
QLabel* titleLabel(const QString& words);
QLabel* captionLabel(const QString& words);

/// What stands in an empty place: one line that says what is missing, and one that says what to do. `text` may hold
/// links (`<a href="…">`).
QLabel* emptyState(const QString& text, QWidget* parent);

}  // namespace lacuna
