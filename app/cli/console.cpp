// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace lacuna::cli {

std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7f; }, '?');
    return text;
}

std::string duration(double seconds) {
    if (seconds < 0)
        return "?";
    const auto whole = std::lround(seconds);
    if (whole < 60)
        return fmt::format("{} s", whole);
    if (whole < 3600)
        return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

ConsoleProgress::ConsoleProgress(bool quiet) : m_quiet(quiet), m_terminal(isatty(STDERR_FILENO) != 0) {}

ConsoleProgress::~ConsoleProgress() {
    clear();
}

void ConsoleProgress::clear() {
    if (m_drawn)
        std::fputs("\r\033[K", stderr);
    m_drawn = false;
}

void ConsoleProgress::show(const Progress& progress, const std::string& note) {
    if (m_quiet)
        return;
    const auto now = std::chrono::steady_clock::now();
    const bool fresh = progress.what != m_lastWhat;
    const bool complete = progress.total > 0 && progress.done >= progress.total;
    const double share =
        progress.total > 0
            ? std::clamp(static_cast<double>(progress.done) / static_cast<double>(progress.total), 0.0, 1.0)
            : -1;
    const auto left =
        progress.secondsLeft >= 0 && !complete ? ", " + duration(progress.secondsLeft) + " left" : std::string();
    if (m_terminal) {
        if (!fresh && !complete && now - m_lastShown < std::chrono::milliseconds(100))
            return;
        std::string bar(24, ' ');
        std::fill_n(bar.begin(), share < 0 ? 0 : static_cast<int>(share * 24), '=');
        const auto amount = share < 0 ? fmt::format("{}", progress.done) : fmt::format("{:3.0f} %", 100 * share);
        fmt::print(stderr, "\r\033[K[{}] {} {}{}{}", bar, amount, progress.what, left,
                   note.empty() ? "" : " · " + note);
        m_drawn = true;
    } else {
        // A line per kind of work, and of long work one at each tenth.
        const int tenth = share < 0 ? -1 : static_cast<int>(share * 10);
        if (!fresh && (tenth == m_lastTenth || now - m_lastShown < std::chrono::seconds(2)))
            return;
        m_lastTenth = tenth;
        fmt::print(stderr, "{}: {}{}\n", progress.what,
                   share < 0 ? fmt::format("{}", progress.done) : fmt::format("{:.0f} %", 100 * share), left);
    }
    std::fflush(stderr);
    m_lastWhat = progress.what;
    m_lastShown = now;
}

ProgressFunction ConsoleProgress::function() {
    return [this](const Progress& progress) { show(progress); };
}

}  // namespace lacuna::cli
