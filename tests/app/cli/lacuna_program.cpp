// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/lacuna_program.h"

namespace lacuna::testing {

LacunaProgram::LacunaProgram(const QStringList& arguments)
    : LacunaProgram(QStringLiteral(LACUNA_BINARY_DIR "/bin/lacuna"), arguments) {}

LacunaProgram::LacunaProgram(const QString& program, const QStringList& arguments)
    : m_process(std::make_unique<QProcess>()) {
    m_process->start(program, arguments);
}

LacunaProgram LacunaProgram::inShell(const QString& line) {
    return {QStringLiteral("/bin/sh"),
            {QStringLiteral("-c"),
             QString(line).replace("'lacuna'", QStringLiteral("'" LACUNA_BINARY_DIR "/bin/lacuna'"))}};
}

}  // namespace lacuna::testing
