// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct ssl_ctx_st;

namespace lacuna::testing {

struct ServerRequest {
    int number = 0;  ///< from 0
    std::string head, body;
};

/// What the server does to a request.
struct ServerReply {
    int status = 200;
    std::string body;
    std::string headers = {};  ///< more of them, each with its "\r\n"
    int delayMs = 0;           ///< before anything is said
    bool drops = false;        ///< half of the answer, then the line is gone
};

/// A reply as OpenAI's chat/completions gives it.
ServerReply said(const std::string& text);

/// A small server on this machine that says what a test wants, one request after the other, and remembers them. With
/// `tls` it has a certificate that nobody signed.
class ChatServer {
public:
    using Handler = std::function<ServerReply(const ServerRequest&)>;
    explicit ChatServer(Handler handler, bool tls = false);
    ~ChatServer();
    ChatServer(const ChatServer&) = delete;
    ChatServer& operator=(const ChatServer&) = delete;

    std::string url() const;  ///< "http://127.0.0.1:PORT/v1"
    std::vector<ServerRequest> requests() const;

private:
    void serve(std::stop_token stop);
    void answer(int connection, const std::stop_token& stop);

    Handler m_handler;
    int m_listener = -1, m_port = 0;
    std::shared_ptr<ssl_ctx_st> m_tls;
    mutable std::mutex m_mutex;
    std::vector<ServerRequest> m_requests;
    std::jthread m_thread;  ///< last: it ends before the rest goes
};

}  // namespace lacuna::testing
