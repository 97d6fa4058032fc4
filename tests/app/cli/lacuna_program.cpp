#include "tests/app/cli/lacuna_program.h"

namespace lacuna::testing {

LacunaProgram::LacunaProgram(const QStringList& arguments) : m_process(std::make_unique<QProcess>()) {
    m_process->start(LACUNA_BINARY_DIR "/bin/lacuna", arguments);
}

}  // namespace lacuna::testing
