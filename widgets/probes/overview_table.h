// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/probes/entity_log.h"

#include <QTableView>

namespace lacuna {

class OverviewModel;

/// The overview as a table as high as its rows. A click goes to the stage and the probe under it.
class OverviewTable : public QTableView {
    Q_OBJECT
public:
    explicit OverviewTable(OverviewModel& model, QWidget* parent = nullptr);
    void layOut();
    void setCompact(bool compact);  ///< lower rows, for a low window
    void setRoom(int height);       ///< so much is there: rows grow into it, up to a point
    int leastHeight() const { return m_least; }

signals:
    void picked(int run, int stage, int question, int probe);  ///< run, stage, probe −1: the question alone

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    OverviewModel& m_model;
    bool m_compact = false;
    int m_room = 0, m_least = 0;
};

}  // namespace lacuna
