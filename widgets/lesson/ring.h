// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPointer>
#include <QWidget>

namespace lacuna {

/// Rings around widgets of a window, laid over it, and veils over others: what a lesson means, and what it keeps for
/// later. Follows them as they move, takes no click.
class Ring : public QWidget {
    Q_OBJECT
public:
    explicit Ring(QWidget* window);

    void around(const QList<QWidget*>& targets, const QList<QWidget*>& veiled = {});  ///< none = away
    QList<QRect> rings() const;  ///< where they are drawn, in the window: of what can be seen alone
    QList<QRect> veils() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using Widgets = QList<QPointer<QWidget>>;
    void follow();
    QList<QRect> seen(const Widgets& widgets, int outside) const;

    Widgets m_targets, m_veiled;
};

}  // namespace lacuna
