// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <memory>
#include <optional>
#include <string>

namespace lacuna {

/// What came of one POST.
struct HttpReply {
    long status = 0;                    ///< 0 = no whole answer came: `problem` says why
    std::string body;                   ///< at most 4 MiB
    std::string problem;                ///< never holds the key
    bool hopeless = false;              ///< no other try would do better: a certificate that is not to be trusted
    std::optional<double> retryAfterS;  ///< what the service asks to wait
};

/// One connection to one service over HTTP. Certificates are checked, no redirection is followed (the key would go
/// along), nothing is written anywhere.
class HttpClient {
public:
    /// `key` goes into the header "Authorization: Bearer …"; empty = none. `timeoutS`: for a whole answer.
    HttpClient(std::string url, std::string key, double timeoutS);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// JSON there and back, one try. An interruption point while it waits: throws Cancelled.
    HttpReply post(const std::string& json);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Throws InputError unless `url` is one that a key may be sent to, and that may stand in a run's files: https, or http
/// to this machine, without a name, password or question mark in it.
void checkServiceUrl(const std::string& url);

}  // namespace lacuna
