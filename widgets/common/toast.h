// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QLabel>
#include <QTimer>

namespace lacuna {

/// A short confirmation over the foot of the widget in which something was done: "Copied". It goes by itself; a newer
/// one takes its place.
class Toast : public QLabel {
    Q_OBJECT
public:
    /// `text` may hold a link, which is opened (a file's folder).
    static void show(QWidget* over, const QString& text);
    /// "Saved to figure.png", with a link to its folder.
    static void showSaved(QWidget* over, const QString& path);
    static Toast* of(const QWidget* over);  ///< the one over that widget; null = none so far

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    explicit Toast(QWidget* over);
    void place();

    QTimer m_until;
};

}  // namespace lacuna
