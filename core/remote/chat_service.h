// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/remote/journal.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lacuna {

class HttpClient;

/// The environment variable that a service's key comes from; it is written nowhere.
inline constexpr const char* serviceKeyVariable = "LACUNA_API_KEY";

/// An OpenAI-compatible service, and how it is asked.
struct ServiceOptions {
    std::string url;                ///< "https://api.example.org/v1": "/chat/completions" comes behind it
    std::string model;              ///< as the service calls it
    double perMinute = 0;           ///< questions at most; 0 = as fast as it answers
    int tries = 5;                  ///< of one question, where it is busy, breaks off or answers nonsense
    double timeoutS = 60;           ///< of one try
    double firstWaitS = 1;          ///< before the second try, twice as long before each later one
    double longestWaitS = 600;      ///< a service that asks to wait longer has failed
    int failuresInARow = 3;         ///< so many questions without any answer end the work: it is resumed another time
    std::filesystem::path journal;  ///< see Journal
};

/// One question, with a picture or without.
struct ServiceQuestion {
    std::string text;
    std::string picture;      ///< bytes of a PNG, JPEG, WebP or GIF; empty = none
    std::string pictureType;  ///< "image/png"
    std::string about;        ///< for people who read the journal
};

struct ServiceAnswer {
    bool failed = false;
    std::string text;  ///< what was answered; of a failure, why
};

/// Throws InputError unless url, model and key are such that a service can be asked.
void checkService(const ServiceOptions& options);

/// Asks one question after the other.
class ChatService {
public:
    /// Throws InputError as Journal does; what checkService says is said when the first question has to be asked.
    explicit ChatService(ServiceOptions options);
    ~ChatService();

    /// From the journal where it was asked before. A failure is an answer of its own, and is asked again by the next
    /// run that needs it. Throws InputError for what no other question would do better (key or model refused, a
    /// certificate that is not to be trusted), ResourceError when the service is gone, Cancelled.
    ServiceAnswer ask(const ServiceQuestion& question);

private:
    struct Try;
    Try tried(const std::string& body);
    void waitFor(double seconds) const;
    void keepPace();
    std::string withoutKey(std::string text) const;

    ServiceOptions m_options;
    Journal m_journal;
    std::string m_key;
    std::unique_ptr<HttpClient> m_client;
    std::chrono::steady_clock::time_point m_next{};
    int m_failedInARow = 0;
};

}  // namespace lacuna
