// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/journal.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/file_error.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace lacuna {

Journal::Journal(std::filesystem::path file) : m_file(std::move(file)) {
    if (m_file.empty() || !isThere(m_file))
        return;
    const auto whole = readFile(m_file);
    std::string_view rest = whole;
    for (int line = 1; !rest.empty(); ++line) {
        const auto end = rest.find('\n');
        if (end == std::string_view::npos)
            break;  // cut short: it goes when the next one is written
        const auto where = m_file.string() + ", line " + std::to_string(line);
        try {
            const auto json = parseJson(rest.substr(0, end), where);
            m_answers[json.at("asked").get<std::string>()] = json.at("answer").get<std::string>();
        } catch (const std::exception&) {
            throw inputError("{}: is no answer that was kept there. Remove the line: its question is asked again.",
                             where);
        }
        rest.remove_prefix(end + 1);
        m_bytes += end + 1;
    }
}

std::optional<std::string> Journal::answer(const std::string& asked) const {
    const auto found = m_answers.find(asked);
    return found == m_answers.end() ? std::nullopt : std::optional(found->second);
}

void Journal::keep(const std::string& asked, const std::string& about, const std::string& answer) {
    if (!m_file.empty()) {
        const nlohmann::ordered_json json{{"asked", asked}, {"about", about}, {"answer", answer}};
        const auto line = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
        std::error_code ignored;  // opening says what is wrong
        std::filesystem::create_directories(m_file.parent_path(), ignored);
        const int descriptor = ::open(m_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        const bool written = descriptor >= 0 && ::ftruncate(descriptor, static_cast<off_t>(m_bytes)) == 0 &&
                             ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                             ::fdatasync(descriptor) == 0;
        const int problem = errno;
        if (descriptor >= 0)
            ::close(descriptor);
        if (!written)
            throw fileError(m_file, {problem, std::system_category()}, "cannot be written");
        m_bytes += line.size();
    }
    m_answers[asked] = answer;
}

}  // namespace lacuna
