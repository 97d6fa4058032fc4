// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <functional>

namespace lacuna {

/// Thrown by long work that is to end. Not an error: whoever wanted it to end catches it.
struct Cancelled {};

/// While it lives, every `interruptionPoint` of this thread comes to `take`, unless a later one lives: there whoever
/// set the work going takes up what was asked meanwhile. `take` may block (a pause), and throws Cancelled, each time it
/// is called, when the work is to end.
class Interruptions {
public:
    explicit Interruptions(std::function<void()> take);
    ~Interruptions();
    Interruptions(const Interruptions&) = delete;
    Interruptions& operator=(const Interruptions&) = delete;

private:
    friend void interruptionPoint();
    std::function<void()> m_take;
    Interruptions* m_before;
};

/// Stands between two units of whatever may take longer than a fifth of a second, however deep it lies: a layer, a
/// token, a picture, a megabyte. May throw Cancelled. Nothing happens where nobody listens.
void interruptionPoint();

/// The same where nothing may be thrown (a file half written, a backward pass): a Cancelled waits for the next
/// `interruptionPoint`.
void quietInterruptionPoint();

}  // namespace lacuna
