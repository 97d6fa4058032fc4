// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QKeyEvent>
#include <QLineEdit>

namespace lacuna {

/// A line of text that is part of the draft. It leaves undo and redo to the window: one history for the whole draft,
/// for a field's own would know of its letters alone.
class DraftField final : public QLineEdit {
public:
    explicit DraftField(QWidget* parent = nullptr) : QLineEdit(parent) { setTextMargins(4, 0, 4, 0); }

    bool event(QEvent* event) override {
        if (event->type() == QEvent::ShortcutOverride) {
            const auto* key = static_cast<QKeyEvent*>(event);
            if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
                event->ignore();
                return true;
            }
        }
        return QLineEdit::event(event);
    }
};

}  // namespace lacuna
