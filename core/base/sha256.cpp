// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include "core/base/error.h"
#include "core/base/interruption.h"

#include <array>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <vector>

namespace lacuna {

struct Sha256::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {
    if (!m_state->context || EVP_DigestInit_ex(m_state->context.get(), EVP_sha256(), nullptr) != 1)
        throw internalError("SHA-256 is not available in the OpenSSL library. Please report this.");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
    EVP_DigestUpdate(m_state->context.get(), bytes.data(), bytes.size());
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(m_state->context.get(), bytes.data(), &size);
    std::string text;
    for (unsigned int i = 0; i < size; ++i)
        text += fmt::format("{:02x}", bytes[i]);
    return text;
}

std::string sha256(std::string_view bytes) {
    Sha256 digest;
    digest.add(bytes);
    return digest.hex();
}

std::string sha256OfFile(const std::filesystem::path& path, const std::function<void(std::uint64_t)>& came) {
    const auto unreadable = [&] {
        return inputError("{}: cannot be read. Check the path and its permissions.", path.string());
    };
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        throw unreadable();
    Sha256 digest;
    std::vector<char> buffer(1 << 20);
    while (stream) {
        interruptionPoint();
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        digest.add({buffer.data(), static_cast<std::size_t>(stream.gcount())});
        if (came)
            came(static_cast<std::uint64_t>(stream.gcount()));
        interruptionPoint();
    }
    if (stream.bad())  // a folder opens, but cannot be read; neither can a broken disk
        throw unreadable();
    return digest.hex();
}

}  // namespace lacuna
