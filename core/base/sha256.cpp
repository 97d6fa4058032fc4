#include "core/base/sha256.h"

#include "core/base/error.h"

#include <array>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <vector>

namespace lacuna {
namespace {

class Digest {
public:
    Digest() : m_context(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        if (!m_context || EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) != 1)
            throw internalError("SHA-256 is not available in the OpenSSL library. Please report this.");
    }
    void add(std::string_view bytes) { EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()); }
    std::string hex() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
        unsigned int size = 0;
        EVP_DigestFinal_ex(m_context.get(), bytes.data(), &size);
        std::string text;
        for (unsigned int i = 0; i < size; ++i)
            text += fmt::format("{:02x}", bytes[i]);
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> m_context;
};

}  // namespace

std::string sha256(std::string_view bytes) {
    Digest digest;
    digest.add(bytes);
    return digest.hex();
}

std::string sha256OfFile(const std::filesystem::path& path) {
    const auto unreadable = [&] {
        return inputError("{}: cannot be read. Check the path and its permissions.", path.string());
    };
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        throw unreadable();
    Digest digest;
    std::vector<char> buffer(1 << 20);
    while (stream) {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        digest.add({buffer.data(), static_cast<std::size_t>(stream.gcount())});
    }
    if (stream.bad())  // a folder opens, but cannot be read; neither can a broken disk
        throw unreadable();
    return digest.hex();
}

}  // namespace lacuna
