// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/http_client.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

#include <curl/curl.h>
#include <exception>
#include <utility>

namespace lacuna {
namespace {

constexpr std::size_t kLargestAnswer = 4U << 20;
constexpr long kConnectTimeoutMs = 20'000;

void startCurl() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK)
        throw resourceError("libcurl cannot be used: {}.", curl_easy_strerror(started));
}

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// What comes in on a connection.
struct Incoming {
    std::string body;
    std::exception_ptr stopped;
};

std::size_t takeBytes(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& body = static_cast<Incoming*>(to)->body;
    if (body.size() + count > kLargestAnswer)
        return 0;  // ends the transfer
    body.append(bytes, count);
    return count;
}

/// Nothing may be thrown through libcurl.
int takeUp(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    try {
        interruptionPoint();
        return 0;
    } catch (...) {
        static_cast<Incoming*>(to)->stopped = std::current_exception();
        return 1;
    }
}

bool isAboutTrust(CURLcode code) {
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR;
}

std::string partOf(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK)
        return {};
    std::string copy = text;
    curl_free(text);
    return copy;
}

}  // namespace

struct HttpClient::State {
    std::string url, key;
    std::unique_ptr<CURL, FreeHandle> handle;
    std::unique_ptr<curl_slist, FreeList> headers;
    char problem[CURL_ERROR_SIZE] = "";

    void addHeader(const std::string& line) {
        auto* longer = curl_slist_append(headers.get(), line.c_str());
        if (!longer)
            throw std::bad_alloc();
        (void)headers.release();
        headers.reset(longer);
    }
    template <typename Value>
    void set(CURLoption option, Value value) {
        if (const auto code = curl_easy_setopt(handle.get(), option, value); code != CURLE_OK)
            throw internalError("libcurl refuses an option ({}): {}. Please report this.", static_cast<int>(option),
                                curl_easy_strerror(code));
    }
};

HttpClient::HttpClient(std::string url, std::string key, double timeoutS) : m_state(std::make_unique<State>()) {
    startCurl();
    auto& s = *m_state;
    s.url = std::move(url);
    s.key = std::move(key);
    s.handle.reset(curl_easy_init());
    if (!s.handle)
        throw std::bad_alloc();
    s.addHeader("Content-Type: application/json");
    s.addHeader("Accept: application/json");
    s.addHeader("Expect:");  // no waiting for leave to send a picture
    if (!s.key.empty())
        s.addHeader("Authorization: Bearer " + s.key);
    s.set(CURLOPT_URL, s.url.c_str());
    s.set(CURLOPT_HTTPHEADER, s.headers.get());
    s.set(CURLOPT_PROTOCOLS_STR, "http,https");
    s.set(CURLOPT_FOLLOWLOCATION, 0L);
    s.set(CURLOPT_SSL_VERIFYPEER, 1L);
    s.set(CURLOPT_SSL_VERIFYHOST, 2L);
    s.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    s.set(CURLOPT_NOSIGNAL, 1L);
    s.set(CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    s.set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeoutS * 1000));
    s.set(CURLOPT_USERAGENT, "lacuna/" LACUNA_VERSION);
    s.set(CURLOPT_ERRORBUFFER, static_cast<char*>(s.problem));
    s.set(CURLOPT_WRITEFUNCTION, takeBytes);
    s.set(CURLOPT_XFERINFOFUNCTION, takeUp);
    s.set(CURLOPT_NOPROGRESS, 0L);
}

HttpClient::~HttpClient() = default;

HttpReply HttpClient::post(const std::string& json) {
    auto& s = *m_state;
    Incoming incoming;
    s.problem[0] = '\0';
    s.set(CURLOPT_WRITEDATA, &incoming);
    s.set(CURLOPT_XFERINFODATA, &incoming);
    s.set(CURLOPT_POSTFIELDS, json.data());
    s.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json.size()));
    const auto code = curl_easy_perform(s.handle.get());
    if (incoming.stopped)
        std::rethrow_exception(incoming.stopped);
    HttpReply reply;
    if (code != CURLE_OK) {
        reply.problem = s.problem[0] != '\0' ? s.problem : curl_easy_strerror(code);
        reply.hopeless = isAboutTrust(code);
        return reply;
    }
    curl_easy_getinfo(s.handle.get(), CURLINFO_RESPONSE_CODE, &reply.status);
    curl_off_t wait = 0;
    if (curl_easy_getinfo(s.handle.get(), CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        reply.retryAfterS = static_cast<double>(wait);
    reply.body = std::move(incoming.body);
    return reply;
}

void checkServiceUrl(const std::string& url) {
    startCurl();
    const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
    if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
        throw inputError("\"{}\" is no address of a service. Name one such as https://api.example.org/v1.", url);
    for (const auto part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT})
        if (!partOf(parsed.get(), part).empty())
            throw inputError(
                "The service's address holds a name, a password or a \"?\": it is kept in the run's files. Leave the "
                "address alone there, and put the key into the environment (LACUNA_API_KEY).");
    const auto scheme = partOf(parsed.get(), CURLUPART_SCHEME), host = partOf(parsed.get(), CURLUPART_HOST);
    const bool here = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
    if (scheme != "https" && !(scheme == "http" && here))
        throw inputError(
            "{}: key and pictures would go over the line unencrypted. Take an address with https, or a tunnel to this "
            "machine (http://localhost:PORT/v1).",
            url);
}

}  // namespace lacuna
