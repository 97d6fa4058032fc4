// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFrame>
#include <QIcon>

#include <functional>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace lacuna {

/// One thing the palette can do or go to.
struct PaletteEntry {
    QIcon icon;
    QString title;
    QString hint;  ///< on the right: a shortcut, a class
    std::function<void()> act;
    QString whyNot = {};  ///< it cannot be done now, because of this; shown in place of the hint
};

/// How well `title` answers to what was typed: 0 = not at all; case, composition and width aside. Letters in order,
/// each at the start of a word or later in the word of the one before; starts of words and stretches count more.
int paletteScore(const QString& typed, const QString& title);

/// Find anything: actions, runs, entities, stages, metrics and requests, by a few letters. An overlay in its window,
/// gone with Escape, with the choice or when the keyboard goes elsewhere.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* window);

    /// Opens with `entries`, in the order in which they stand while nothing is typed.
    void open(std::vector<PaletteEntry> entries);
    QLineEdit* line() const { return m_line; }
    QListView* list() const { return m_list; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void filter();
    void place();
    void choose();

    std::vector<PaletteEntry> m_entries;
    QLineEdit* m_line;
    QListView* m_list;
    QStandardItemModel* m_model;
};

}  // namespace lacuna
