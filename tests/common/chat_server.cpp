// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/chat_server.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace lacuna::testing {
namespace {

/// Nothing that nobody signed can be trusted, whatever its name.
std::shared_ptr<SSL_CTX> unsignedCertificate() {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(2048), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1,
                               0);
    X509_set_issuer_name(certificate.get(), name);
    if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0 ||
        SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
        throw std::runtime_error("no certificate could be made");
    return context;
}

/// Bytes in and out, encrypted or not.
struct Line {
    int connection;
    std::unique_ptr<SSL, decltype(&SSL_free)> tls{nullptr, SSL_free};

    bool open(SSL_CTX* context) {
        if (!context)
            return true;
        tls.reset(SSL_new(context));
        SSL_set_fd(tls.get(), connection);
        return SSL_accept(tls.get()) == 1;
    }
    int read(char* into, int most) const {
        return tls ? SSL_read(tls.get(), into, most)
                   : static_cast<int>(::recv(connection, into, static_cast<std::size_t>(most), 0));
    }
    void write(const std::string& bytes) const {
        for (std::size_t done = 0; done < bytes.size();) {
            const auto left = bytes.size() - done;
            const auto now = tls ? SSL_write(tls.get(), bytes.data() + done, static_cast<int>(left))
                                 : static_cast<int>(::send(connection, bytes.data() + done, left, MSG_NOSIGNAL));
            if (now <= 0)
                return;
            done += static_cast<std::size_t>(now);
        }
    }
};

std::size_t lengthIn(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

}  // namespace

ServerReply said(const std::string& text) {
    return {200, nlohmann::json{{"choices", {{{"message", {{"role", "assistant"}, {"content", text}}}}}}}.dump()};
}

ChatServer::ChatServer(Handler handler, bool tls)
    : m_handler(std::move(handler)), m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes into lines that are gone
    if (tls)
        m_tls = unsignedCertificate();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(m_listener, plain, size) != 0 || ::listen(m_listener, 16) != 0 ||
        ::getsockname(m_listener, plain, &size) != 0)
        throw std::runtime_error("no port could be had");
    m_port = ntohs(address.sin_port);
    m_thread = std::jthread([this](std::stop_token stop) { serve(std::move(stop)); });
}

ChatServer::~ChatServer() {
    m_thread.request_stop();
    m_thread.join();
    ::close(m_listener);
}

std::string ChatServer::url() const {
    return fmt::format("{}://127.0.0.1:{}/v1", m_tls ? "https" : "http", m_port);
}

std::vector<ServerRequest> ChatServer::requests() const {
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

void ChatServer::serve(std::stop_token stop) {
    while (!stop.stop_requested()) {
        pollfd waiting{m_listener, POLLIN, 0};
        if (::poll(&waiting, 1, 20) <= 0)
            continue;
        const int connection = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0)
            continue;
        answer(connection, stop);
        ::close(connection);
    }
}

void ChatServer::answer(int connection, const std::stop_token& stop) {
    Line line{connection};
    if (!line.open(m_tls.get()))
        return;
    ServerRequest request;
    std::string came;
    for (char part[4096];
         came.find("\r\n\r\n") == std::string::npos || came.size() < came.find("\r\n\r\n") + 4 + lengthIn(came);) {
        const int count = line.read(part, sizeof part);
        if (count <= 0)
            return;
        came.append(part, static_cast<std::size_t>(count));
    }
    const auto end = came.find("\r\n\r\n") + 4;
    request.head = came.substr(0, end);
    request.body = came.substr(end);
    {
        const std::lock_guard lock(m_mutex);
        request.number = static_cast<int>(m_requests.size());
        m_requests.push_back(request);
    }
    const auto reply = m_handler(request);
    for (int waited = 0; waited < reply.delayMs && !stop.stop_requested(); waited += 10)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    auto whole = fmt::format(
        "HTTP/1.1 {} said\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}Connection: "
        "close\r\n\r\n{}",
        reply.status, reply.body.size(), reply.headers, reply.body);
    if (reply.drops)
        whole.erase(whole.size() - (reply.body.size() + 1) / 2);
    line.write(whole);
}

}  // namespace lacuna::testing
