// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

class QAbstractScrollArea;

namespace lacuna {

/// The lower edge of a scroll area fades while there is more below: what is cut there is seen to go on.
class ScrollHint final : public QWidget {
    Q_OBJECT
public:
    explicit ScrollHint(QAbstractScrollArea* area);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void place();

    QAbstractScrollArea* m_area;
};

}  // namespace lacuna
