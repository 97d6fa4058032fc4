// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/thumbnails.h"
#include "widgets/probes/answer_sheet.h"

#include <QWidget>

namespace lacuna {

/// How the gate of an experts' run decided about the picture: its similarity on a scale with the threshold, and the
/// nearest known entities as pictures, as far as the answer tells them. A click on one selects it.
class GateCard : public QWidget {
    Q_OBJECT
public:
    GateCard(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);

    /// The run whose gate it is, and what its row of the sheet says. Null hides the card's content.
    void setRow(const SheetRow* row);
    const QString& summary() const { return m_summary; }  ///< "expert C · similarity 0.91"

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Near {
        QString id, name, path;
        double score = 0;
    };

    static QString noteOf(const SheetRow& row);  ///< in place of a decision
    bool decided() const { return !m_choice.isEmpty(); }
    int nearCount() const;
    QRectF nearRect(int index) const;
    int nearAt(const QPointF& point) const;
    void paintScale(QPainter& painter) const;
    void paintNear(QPainter& painter) const;

    Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    QString m_method, m_title, m_choice, m_summary, m_short, m_note;
    double m_score = 0, m_threshold = 0;
    std::vector<Near> m_near;
};

}  // namespace lacuna
