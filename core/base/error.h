// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace lacuna {

/// Who can mend it: the user (Input), the machine's owner (Resource: memory, disk, device), or us (Internal: a bug).
enum class ErrorKind { Input, Resource, Internal };

/// Exit code of the command line for a kind: 2, 3, 4.
constexpr int exitCode(ErrorKind kind) {
    return 2 + static_cast<int>(kind);
}

/// One sentence that says what is wrong, where, and what to do. Everything Lacuna throws on purpose is one of these.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), m_kind(kind) {}
    ErrorKind kind() const { return m_kind; }

private:
    ErrorKind m_kind;
};

template <typename... Arguments>
Error inputError(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    return {ErrorKind::Input, fmt::format(text, std::forward<Arguments>(arguments)...)};
}

template <typename... Arguments>
Error resourceError(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    return {ErrorKind::Resource, fmt::format(text, std::forward<Arguments>(arguments)...)};
}

template <typename... Arguments>
Error internalError(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    return {ErrorKind::Internal, fmt::format(text, std::forward<Arguments>(arguments)...)};
}

}  // namespace lacuna
