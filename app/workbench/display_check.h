// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

namespace lacuna {

/// While this lives, a QApplication that cannot be made ends the program with exit code 2 and a sentence on standard
/// error that says what is missing, where Qt would print lines of its own and dump core.
class DisplayCheck {
public:
    DisplayCheck();
    ~DisplayCheck();
    DisplayCheck(const DisplayCheck&) = delete;
    DisplayCheck& operator=(const DisplayCheck&) = delete;
};

/// What the above says when Qt gives up: which of Qt's platforms were tried, which of the system's libraries they lack
/// (with the Debian package that brings it), or which display does not answer.
QString displayProblem();

/// "Qt 6.4.2, xcb, 1920×1080": of the platform that this QApplication runs on.
QString displayFound();

}  // namespace lacuna
