// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/chat_service.h"

#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/sha256.h"
#include "core/remote/http_client.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <thread>

namespace lacuna {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr int kLongestAnswer = 64;  // tokens: the name of a class or an entity
constexpr std::size_t kShownOfAProblem = 300;

std::string keyFromEnvironment() {
    const char* key = std::getenv(serviceKeyVariable);
    return key ? key : "";
}

std::string base64(std::string_view bytes) {
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? letters[group >> (18 - 6 * k) & 63U] : '=';
    }
    return text;
}

/// Of a chat/completions call.
std::string bodyOf(const ServiceOptions& options, const ServiceQuestion& question) {
    auto parts = Json::array({{{"type", "text"}, {"text", question.text}}});
    if (!question.picture.empty())
        parts.push_back(
            {{"type", "image_url"},
             {"image_url",
              {{"url", fmt::format("data:{};base64,{}", question.pictureType, base64(question.picture))}}}});
    return Json{{"model", options.model},
                {"temperature", 0},
                {"max_tokens", kLongestAnswer},
                {"messages", Json::array({{{"role", "user"}, {"content", std::move(parts)}}})}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The text of choices[0].message.content, or of its text parts; nothing where there is none.
std::optional<std::string> answerIn(const std::string& body) {
    try {
        const auto json = parseJson(body, "the service's answer");
        const auto& content = json.at("choices").at(0).at("message").at("content");
        if (content.is_string())
            return content.get<std::string>();
        std::string text;
        for (const auto& part : content)
            if (part.value("type", "") == "text")
                text += part.at("text").get<std::string>();
        return text;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

/// What a service says of its refusal, in one short line.
std::string said(const HttpReply& reply) {
    std::string text = reply.body;
    try {
        const auto json = parseJson(reply.body, "the service's answer");
        text = json.at("error").at("message").get<std::string>();
    } catch (const std::exception&) {
        // as it came
    }
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
    if (text.size() > kShownOfAProblem)
        text = text.substr(0, kShownOfAProblem) + " …";
    return text.empty() ? fmt::format("status {}", reply.status) : fmt::format("status {}: {}", reply.status, text);
}

bool mayPass(long status) {
    return status == 408 || status == 409 || status == 425 || status == 429 || status >= 500;
}

}  // namespace

void checkService(const ServiceOptions& options) {
    if (options.url.empty() || options.model.empty())
        throw inputError(
            "No service is named that could be asked. Say where it is and which of its models answers: --endpoint "
            "https://api.example.org/v1 --endpoint-model NAME.");
    checkServiceUrl(options.url);
    const auto key = keyFromEnvironment();
    if (key.empty())
        throw inputError(
            "{}: there is no key for it. Put it into the environment: export {}=… (any word for a service that asks "
            "for "
            "none). It is written nowhere.",
            options.url, serviceKeyVariable);
    if (std::any_of(key.begin(), key.end(), [](unsigned char c) { return c <= 0x20 || c >= 0x7f; }))
        throw inputError("{} holds blanks, line ends or other signs that no key has. Copy the key anew.",
                         serviceKeyVariable);
}

/// What became of one try: an answer; or why not, and whether another may do better.
struct ChatService::Try {
    std::optional<std::string> answer;
    std::string problem;
    bool again = false, reached = false;
    std::optional<double> waitS;
};

ChatService::ChatService(ServiceOptions options)
    : m_options(std::move(options)), m_journal(m_options.journal), m_key(keyFromEnvironment()) {
    while (m_options.url.ends_with('/'))
        m_options.url.pop_back();
}

ChatService::~ChatService() = default;

ServiceAnswer ChatService::ask(const ServiceQuestion& question) {
    const auto body = bodyOf(m_options, question);
    const auto asked = sha256(m_options.url + "\n" + body);
    if (const auto known = m_journal.answer(asked))
        return {false, *known};
    if (!m_client) {
        checkService(m_options);
        m_client = std::make_unique<HttpClient>(m_options.url + "/chat/completions", m_key, m_options.timeoutS);
    }
    Try last;
    double wait = m_options.firstWaitS;
    for (int count = 1; count <= m_options.tries; ++count, wait *= 2) {
        keepPace();
        last = tried(body);
        if (last.answer) {
            m_failedInARow = 0;
            m_journal.keep(asked, question.about, *last.answer);
            return {false, *last.answer};
        }
        const double next = std::max(wait, last.waitS.value_or(0));
        if (!last.again || next > m_options.longestWaitS)
            break;
        if (count < m_options.tries)
            waitFor(next);
    }
    m_failedInARow = last.again ? m_failedInARow + 1 : 0;
    if (m_failedInARow >= m_options.failuresInARow)
        throw resourceError(
            "{}: gave no usable answer to {} questions in a row, each asked up to {} times ({}). What it has answered "
            "is "
            "kept: `lacuna resume` goes on from there.",
            m_options.url, m_failedInARow, m_options.tries, last.problem);
    return {true, last.problem};
}

ChatService::Try ChatService::tried(const std::string& body) {
    const auto reply = m_client->post(body);
    Try made;
    made.waitS = reply.retryAfterS;
    if (reply.status == 0) {
        if (reply.hopeless)
            throw inputError(
                "{}: its certificate is not to be trusted ({}), so nothing was sent. Check the address; for a service "
                "of "
                "your own, have the system trust the authority that signed its certificate.",
                m_options.url, withoutKey(reply.problem));
        made.problem = withoutKey(reply.problem);
        made.again = true;
        return made;
    }
    if (reply.status == 200) {
        made.answer = answerIn(reply.body);
        if (!made.answer)
            made.problem = "its answer holds no choices[0].message.content";
        made.again = true;
        return made;
    }
    made.problem = withoutKey(said(reply));
    if (reply.status == 401 || reply.status == 403)
        throw inputError("{}: refuses the key in {} ({}). Check that the key is this service's and may use {}.",
                         m_options.url, serviceKeyVariable, made.problem, m_options.model);
    if (reply.status == 404 || reply.status == 405 || (reply.status >= 300 && reply.status < 400))
        throw inputError(
            "{}: has no chat at /chat/completions, or no model \"{}\" ({}). Check --endpoint, which mostly ends in "
            "/v1, "
            "and --endpoint-model.",
            m_options.url, m_options.model, made.problem);
    made.again = mayPass(reply.status);
    return made;
}

void ChatService::waitFor(double seconds) const {
    const auto until =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    while (Clock::now() < until) {
        interruptionPoint();
        std::this_thread::sleep_for(std::min<Clock::duration>(until - Clock::now(), std::chrono::milliseconds(50)));
    }
    interruptionPoint();
}

void ChatService::keepPace() {
    if (m_options.perMinute <= 0)
        return;
    waitFor(std::chrono::duration<double>(m_next - Clock::now()).count());
    m_next = Clock::now() +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(60 / m_options.perMinute));
}

/// Services quote what they were sent.
std::string ChatService::withoutKey(std::string text) const {
    for (auto at = m_key.empty() ? std::string::npos : text.find(m_key); at != std::string::npos;
         at = text.find(m_key, at))
        text.replace(at, m_key.size(), "…");
    return text;
}

}  // namespace lacuna
