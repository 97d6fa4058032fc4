// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/safetensors.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/interruption.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors is little-endian, and so are its readers here");

constexpr std::uint64_t kLongestHeader = 100'000'000;  // as the format's own implementation
constexpr std::size_t kMostDimensions = 16;
constexpr std::uint64_t kCompared = std::uint64_t{1} << 20, kRead = std::uint64_t{16} << 20;

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 10> kTypes{{{"F32", at::kFloat},
                                                                              {"F16", at::kHalf},
                                                                              {"BF16", at::kBFloat16},
                                                                              {"F64", at::kDouble},
                                                                              {"I64", at::kLong},
                                                                              {"I32", at::kInt},
                                                                              {"I16", at::kShort},
                                                                              {"I8", at::kChar},
                                                                              {"U8", at::kByte},
                                                                              {"BOOL", at::kBool}}};

class OpenFile {
public:
    explicit OpenFile(const fs::path& path)
        : m_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {  // a pipe is not waited for
        struct stat status {};
        if (m_fd < 0 || ::fstat(m_fd, &status) != 0 || !S_ISREG(status.st_mode)) {
            const std::string why = m_fd < 0 ? std::strerror(errno) : "not a file";
            close();
            throw inputError("{}: cannot be read ({}). Check the path.", path.string(), why);
        }
        m_size = static_cast<std::uint64_t>(status.st_size);
    }
    ~OpenFile() { close(); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    std::uint64_t size() const { return m_size; }
    /// False when the file ends (or the disk fails) before `count` bytes.
    bool read(std::uint64_t from, void* into, std::uint64_t count) const {
        for (std::uint64_t at = 0; at < count;) {
            interruptionPoint();
            const auto got = ::pread(m_fd, static_cast<char*>(into) + at, std::min(count - at, kRead),
                                     static_cast<off_t>(from + at));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                return false;
            at += static_cast<std::uint64_t>(got);
        }
        return true;
    }

private:
    void close() {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    int m_fd;
    std::uint64_t m_size = 0;
};

/// Strangers' names are shown, but never whole nor with control characters.
std::string shown(const std::string& name) {
    std::string text = name.substr(0, 120);
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    return text;
}

std::string_view nameOf(at::ScalarType type) {
    for (const auto& [name, known] : kTypes)
        if (known == type)
            return name;
    throw internalError("a tensor of type {} cannot be written as safetensors. Please report this.",
                        c10::toString(type));
}

std::uint64_t unsignedOf(const nlohmann::json& value, const std::string& where) {
    if (!value.is_number_unsigned())
        throw inputError("{} is not a whole number of at least 0. Make the file again.", where);
    return value.get<std::uint64_t>();
}

/// What one header member says about a tensor, complete and consistent in itself.
SafetensorsEntry entryOf(const nlohmann::json& member, const std::string& where) {
    if (!member.is_object() || member.size() != 3 || !member.contains("dtype") || !member.contains("shape") ||
        !member.contains("data_offsets") || !member["dtype"].is_string() || !member["shape"].is_array() ||
        !member["data_offsets"].is_array() || member["data_offsets"].size() != 2)
        throw inputError("{}: expected dtype, shape and data_offsets. Make the file again.", where);
    SafetensorsEntry entry;
    const auto& dtype = member["dtype"].get_ref<const std::string&>();
    const auto* type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& row) { return row.first == dtype; });
    if (type == kTypes.end())
        throw inputError("{}: type {} is not supported. Convert the checkpoint to F32, BF16 or F16.", where,
                         shown(dtype));
    entry.type = type->second;
    if (member["shape"].size() > kMostDimensions)
        throw inputError("{}: {} dimensions, expected at most {}. Make the file again.", where, member["shape"].size(),
                         kMostDimensions);
    bool empty = false;
    std::uint64_t bytes = c10::elementSize(entry.type);  // as if no dimension were 0: strides must not overflow either
    for (const auto& length : member["shape"]) {
        const auto count = unsignedOf(length, where + ": a dimension");
        if (count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) ||
            __builtin_mul_overflow(bytes, std::max<std::uint64_t>(count, 1), &bytes))
            throw inputError("{}: its shape overflows. Make the file again.", where);
        entry.shape.push_back(static_cast<std::int64_t>(count));
        empty = empty || count == 0;
    }
    if (empty)
        bytes = 0;
    entry.begin = unsignedOf(member["data_offsets"][0], where + ": an offset");
    entry.end = unsignedOf(member["data_offsets"][1], where + ": an offset");
    if (entry.end < entry.begin || entry.end - entry.begin != bytes)
        throw inputError("{}: offsets {}..{} do not hold the {} bytes of its shape. Make the file again.", where,
                         entry.begin, entry.end, bytes);
    return entry;
}

void readMetadata(const nlohmann::json& member, const std::string& source, std::map<std::string, std::string>& into) {
    if (!member.is_object())
        throw inputError("{}: __metadata__ is not an object of texts. Make the file again.", source);
    for (const auto& [key, value] : member.items()) {
        if (!value.is_string())
            throw inputError("{}: __metadata__ \"{}\" is not a text. Make the file again.", source, shown(key));
        into[key] = value.get<std::string>();
    }
}

/// Every byte of the data belongs to exactly one tensor: no overlap, no hole, no rest.
void checkOffsets(const std::map<std::string, SafetensorsEntry>& entries, std::uint64_t dataBytes,
                  const std::string& source) {
    std::vector<const std::pair<const std::string, SafetensorsEntry>*> sorted;
    for (const auto& named : entries)
        sorted.push_back(&named);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
        return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
    });
    std::uint64_t end = 0;
    for (const auto* named : sorted) {
        const auto& [name, entry] = *named;
        if (entry.end > dataBytes)
            throw inputError("{}: tensor {} reaches to byte {} and the data ends at {}: cut off? Copy it again.",
                             source, shown(name), entry.end, dataBytes);
        if (entry.begin != end)
            throw inputError("{}: tensor {} begins at byte {}, expected {} (overlap or hole). Make the file again.",
                             source, shown(name), entry.begin, end);
        end = entry.end;
    }
    if (end != dataBytes)
        throw inputError("{}: {} bytes of data belong to no tensor. Make the file again.", source, dataBytes - end);
}

/// What is known to be mistaken for a safetensors file, by its first bytes.
void refuseOthers(std::string_view head, const std::string& source) {
    const bool zip = head.substr(0, 4) == "PK\x03\x04";
    const bool pickle = head.size() >= 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
    // A header of 2–5 × 256 + 128 bytes begins like a pickle: a brace where the JSON starts tells them apart.
    if (zip || (pickle && (head.size() < 9 || head[8] != '{')))
        throw inputError(
            "{}: a Python pickle, which can run code and is never loaded. Convert it to safetensors: in "
            "Python, load it and call save_pretrained(…, safe_serialization=True).",
            source);
    if (head.substr(0, 4) == "GGUF")
        throw inputError("{}: a GGUF file. Use the checkpoint in Hugging Face layout (*.safetensors).", source);
    if (head == "version h")
        throw inputError("{}: a Git LFS pointer in place of the file. Run \"git lfs pull\", or download it.", source);
}

/// True when a value has all exponent bits set: NaN or infinity. Looks at bits, so that no mask is allocated.
template <typename Bits>
bool hasNonFinite(const void* data, std::uint64_t bytes, Bits exponent) {
    const auto* values = static_cast<const Bits*>(data);
    const std::uint64_t count = bytes / sizeof(Bits);
    constexpr std::uint64_t kBlock = 4096;  // an early end, and a loop that vectorises
    for (std::uint64_t from = 0; from < count; from += kBlock) {
        bool found = false;
        for (std::uint64_t i = from; i < std::min(count, from + kBlock); ++i)
            found |= (values[i] & exponent) == exponent;
        if (found)
            return true;
    }
    return false;
}

bool allFinite(const at::Tensor& tensor, std::uint64_t bytes) {
    const void* data = tensor.const_data_ptr();
    switch (tensor.scalar_type()) {
        case at::kFloat:
            return !hasNonFinite<std::uint32_t>(data, bytes, 0x7f800000u);
        case at::kDouble:
            return !hasNonFinite<std::uint64_t>(data, bytes, 0x7ff0000000000000u);
        case at::kHalf:
            return !hasNonFinite<std::uint16_t>(data, bytes, 0x7c00u);
        case at::kBFloat16:
            return !hasNonFinite<std::uint16_t>(data, bytes, 0x7f80u);
        default:
            return true;
    }
}

at::Tensor emptyTensor(const SafetensorsEntry& entry, const std::string& where) {
    try {
        return at::empty(entry.shape, at::TensorOptions(entry.type));
    } catch (const c10::Error&) {
        throw resourceError("{}: no memory for its {:.1f} MB. Close other programs, or take a smaller model.", where,
                            static_cast<double>(entry.end - entry.begin) / 1e6);
    }
}

}  // namespace

struct SafetensorsFile::State {
    explicit State(const fs::path& given) : path(given.string()), file(given) {
        std::array<char, 9> head{};
        file.read(0, head.data(), std::min<std::uint64_t>(head.size(), file.size()));
        refuseOthers({head.data(), static_cast<std::size_t>(std::min<std::uint64_t>(head.size(), file.size()))}, path);
        if (file.size() < 10)
            throw inputError("{}: {} bytes, too short for a safetensors file. Copy it again.", path, file.size());
        std::uint64_t headerBytes = 0;
        std::memcpy(&headerBytes, head.data(), 8);
        if (headerBytes > kLongestHeader || headerBytes > file.size() - 8)
            throw inputError(
                "{}: claims a header of {} bytes in a file of {}: not a safetensors file, or cut off. Copy "
                "it again.",
                path, headerBytes, file.size());
        if (head[8] != '{')
            throw inputError("{}: no JSON header. Is it a safetensors file?", path);
        std::string header(headerBytes, '\0');
        if (!file.read(8, header.data(), headerBytes))
            throw inputError("{}: cannot be read to its end. Copy it again.", path);
        parseJson(header, path, [this](const std::string& name, nlohmann::json& member) {
            if (name == "__metadata__")
                readMetadata(member, path, metadata);
            else
                entries[name] = entryOf(member, fmt::format("{}: tensor {}", path, shown(name)));
        });
        dataBegin = 8 + headerBytes;
        checkOffsets(entries, file.size() - dataBegin, path);
    }

    std::string path;
    OpenFile file;
    std::map<std::string, SafetensorsEntry> entries;
    std::map<std::string, std::string> metadata;
    std::uint64_t dataBegin = 0;
};

SafetensorsFile::SafetensorsFile(fs::path path) : m_state(std::make_shared<State>(path)) {}

const std::map<std::string, SafetensorsEntry>& SafetensorsFile::entries() const {
    return m_state->entries;
}

const std::map<std::string, std::string>& SafetensorsFile::metadata() const {
    return m_state->metadata;
}

at::Tensor SafetensorsFile::read(const std::string& name) const {
    const auto found = m_state->entries.find(name);
    if (found == m_state->entries.end())
        throw inputError("{}: has no tensor {}. Is it the right checkpoint?", m_state->path, shown(name));
    const auto& entry = found->second;
    const auto where = fmt::format("{}: tensor {}", m_state->path, shown(name));
    auto tensor = emptyTensor(entry, where);
    const auto bytes = entry.end - entry.begin;
    if (bytes == 0)
        return tensor;
    if (!m_state->file.read(m_state->dataBegin + entry.begin, tensor.mutable_data_ptr(), bytes))
        throw inputError("{}: cannot be read to its end. Was the file changed? Copy it again.", where);
    if (!allFinite(tensor, bytes))
        throw inputError("{}: holds NaN or infinity. The checkpoint is broken: take an earlier one.", where);
    if (entry.type == at::kBool) {
        // Any byte but 0 and 1 in a bool is undefined behaviour for whoever reads it.
        auto* values = static_cast<unsigned char*>(tensor.mutable_data_ptr());
        std::transform(values, values + bytes, values, [](unsigned char value) { return value != 0; });
    }
    return tensor;
}

bool SafetensorsFile::sameContent(const std::string& name, const SafetensorsFile& other,
                                  const std::string& theirs) const {
    const auto found = entries().find(name), foundThere = other.entries().find(theirs);
    if (found == entries().end() || foundThere == other.entries().end())
        return false;
    const auto &mine = found->second, &there = foundThere->second;
    if (mine.type != there.type || mine.shape != there.shape)
        return false;
    const auto bytes = mine.end - mine.begin;
    std::vector<char> ours(std::min(bytes, kCompared)), its(ours.size());
    for (std::uint64_t at = 0; at < bytes; at += kCompared) {
        const auto count = std::min(kCompared, bytes - at);
        const auto read = [&](const State& state, const SafetensorsEntry& entry, std::vector<char>& into) {
            if (!state.file.read(state.dataBegin + entry.begin + at, into.data(), count))
                throw inputError("{}: cannot be read to its end. Was the file changed? Copy it again.", state.path);
        };
        read(*m_state, mine, ours);
        read(*other.m_state, there, its);
        if (std::memcmp(ours.data(), its.data(), count) != 0)
            return false;
    }
    return true;
}

void writeSafetensors(const fs::path& path, const std::vector<std::pair<std::string, at::Tensor>>& tensors,
                      const std::map<std::string, std::string>& metadata) {
    std::vector<PlannedTensor> planned;
    planned.reserve(tensors.size());
    for (const auto& [name, tensor] : tensors)
        planned.push_back({name, tensor.scalar_type(), tensor.sizes().vec(), [&tensor = tensor] { return tensor; }});
    writePlannedSafetensors(path, planned, metadata);
}

void writePlannedSafetensors(const fs::path& path, const std::vector<PlannedTensor>& tensors,
                             const std::map<std::string, std::string>& metadata) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t end = 0;
    for (const auto& [name, type, shape, make] : tensors) {
        if (header.contains(name))
            throw internalError("{}: tensor {} given twice. Please report this.", path.string(), shown(name));
        const auto begin = end;
        end += static_cast<std::uint64_t>(c10::multiply_integers(shape)) * c10::elementSize(type);
        header[name] = {{"dtype", nameOf(type)}, {"shape", shape}, {"data_offsets", {begin, end}}};
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');  // the format wants the data on 8-byte boundaries
    const std::uint64_t headerBytes = text.size();
    std::string length(sizeof headerBytes, '\0');
    std::memcpy(length.data(), &headerBytes, sizeof headerBytes);
    AtomicFile file(path);
    file.write(length + text);
    for (const auto& planned : tensors) {
        const auto made = planned.make();
        if (made.scalar_type() != planned.type || made.sizes() != at::IntArrayRef(planned.shape))
            throw internalError("{}: tensor {} is another than was planned. Please report this.", path.string(),
                                shown(planned.name));
        const auto values = made.detach().to(at::kCPU).contiguous();  // no copy of what lies there in one piece
        file.write({static_cast<const char*>(values.const_data_ptr()), values.nbytes()});
    }
    file.publish();
}

}  // namespace lacuna
