// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/tables/table_read.h"

#include "core/runs/tables/column_io.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <sstream>

namespace lacuna {
namespace {

using namespace hdf5;

constexpr std::uint64_t mostBytes = std::uint64_t{4} << 30;
constexpr std::size_t mostAttributeBytes = std::size_t{16} << 20;
constexpr std::size_t slabBytes = std::size_t{16} << 20;

class Reader {
public:
    explicit Reader(const std::filesystem::path& path) : m_call(ErrorKind::Input, path) {
        H5PLset_loading_state(0);
        const auto access = m_call.handle(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "open");
        m_call(H5Pset_file_locking(access.get(), false, true), "open");
        // A wrong checksum may be a write in flight: the library waits ever longer, by default up to centuries.
        m_call(H5Pset_metadata_read_attempts(access.get(), 25), "open");  // about 30 ms
        m_file = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
        if (!m_file)  // one that is being written, or whose writer was killed, opens only so
            m_file = m_call.handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access.get()), H5Fclose,
                                   "open");
    }

    void read(const std::vector<TableSpec>& wanted, TableSink& sink) {
        const auto found = attributes();
        checkFormat(found, wanted);
        sink.attributes(found);
        readCommitted(found);
        for (const auto& spec : wanted)
            if (exists(spec.name, H5O_TYPE_GROUP))
                table(spec, sink);
    }

private:
    template <typename... Arguments>
    [[noreturn]] void refuse(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
        throw inputError("{}: {}", m_call.path().string(), fmt::format(text, std::forward<Arguments>(arguments)...));
    }

    std::map<std::string, std::string> attributes() {
        std::map<std::string, std::string> found;
        H5O_info_t info;
        m_call(H5Oget_info2(m_file.get(), &info, H5O_INFO_NUM_ATTRS), "read its attributes");
        for (hsize_t i = 0; i < std::min<hsize_t>(info.num_attrs, 100); ++i) {
            const auto attribute = m_call.handle(
                H5Aopen_by_idx(m_file.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                "read its attributes");
            char name[256] = {};
            m_call(H5Aget_name(attribute.get(), sizeof name, name), "read its attributes");
            if (auto text = attributeText(attribute))
                found[name] = *std::move(text);
        }
        return found;
    }

    std::optional<std::string> attributeText(const Handle& attribute) {
        const auto type = m_call.handle(H5Aget_type(attribute.get()), H5Tclose, "read its attributes");
        const auto space = m_call.handle(H5Aget_space(attribute.get()), H5Sclose, "read its attributes");
        if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0 ||
            H5Sget_simple_extent_npoints(space.get()) != 1 || H5Tget_size(type.get()) > mostAttributeBytes)
            return std::nullopt;
        std::string text(H5Tget_size(type.get()), '\0');
        m_call(H5Aread(attribute.get(), type.get(), text.data()), "read its attributes");
        text.erase(text.find_last_not_of('\0') + 1);
        return text;
    }

    void checkFormat(const std::map<std::string, std::string>& attributes, const std::vector<TableSpec>& wanted) const {
        const bool attacks = !wanted.empty() && wanted.front().name == attacksTable;
        const char* known = attacks ? attacksFormatVersion : runFormatVersion;
        const auto format = attributes.find("format");
        const auto version = attributes.find("format_version");
        if (format == attributes.end() || version == attributes.end() ||
            format->second != (attacks ? attacksFormat : runFormat))
            refuse("an HDF5 file, but not {} of Lacuna. Is it the right file?", attacks ? "the attacks" : "a run");
        const auto major = [](const std::string& text) { return text.substr(0, text.find('.')); };
        if (major(version->second) != major(known))
            refuse("written in format {}, and this Lacuna reads format {}. Install a newer Lacuna.",
                   version->second.substr(0, 20), known);
    }

    /// Only what the file itself holds: a link may lead to any file of the user's.
    bool exists(const std::string& name, H5O_type_t type) const {
        H5L_info_t link;
        H5O_info_t object;
        if (H5Lexists(m_file.get(), name.c_str(), H5P_DEFAULT) <= 0)
            return false;
        m_call(H5Lget_info(m_file.get(), name.c_str(), &link, H5P_DEFAULT), "look at " + name);
        if (link.type != H5L_TYPE_HARD)
            refuse("{} is a link to somewhere else. Lacuna never writes such files.", name);
        m_call(H5Oget_info_by_name2(m_file.get(), name.c_str(), &object, H5O_INFO_BASIC, H5P_DEFAULT),
               "look at " + name);
        if (object.type != type)
            refuse("{} is not what a run of Lacuna has there.", name);
        return true;
    }

    void readCommitted(const std::map<std::string, std::string>& attributes) {
        if (!exists(committedName, H5O_TYPE_DATASET) || !attributes.contains(committedName))
            return;
        const auto dataset = open(committedName);
        const auto space = m_call.handle(H5Dget_space(dataset.get()), H5Sclose, "read the commits");
        std::array<hsize_t, 2> size{};
        if (H5Sget_simple_extent_ndims(space.get()) != 2)
            refuse("the table of commits has a strange shape.");
        m_call(H5Sget_simple_extent_dims(space.get(), size.data(), nullptr), "read the commits");
        if (size[0] == 0 || size[1] == 0 || size[1] > 100)
            refuse("the table of commits has a strange shape.");
        std::istringstream names(attributes.at(committedName));
        m_committed.emplace();
        // From the end: the last line may not have arrived.
        for (hsize_t line = size[0]; line-- > 0;) {
            const auto rows = committedLine(dataset, line, size[1]);
            if (std::any_of(rows.begin(), rows.end(), [](std::int64_t count) { return count < 0; }))
                continue;
            std::string name;
            for (std::size_t i = 0; i < rows.size() && names >> name; ++i)
                (*m_committed)[name] = static_cast<hsize_t>(rows[i]);
            return;
        }
    }

    std::vector<std::int64_t> committedLine(const Handle& dataset, hsize_t line, hsize_t columns) const {
        std::vector<std::int64_t> rows(columns);
        const std::array<hsize_t, 2> first{line, 0}, count{1, columns};
        const auto space = m_call.handle(H5Dget_space(dataset.get()), H5Sclose, "read the commits");
        m_call(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, first.data(), nullptr, count.data(), nullptr),
               "read the commits");
        m_call(H5Dread(dataset.get(), H5T_NATIVE_INT64, plainSpace(m_call, columns).get(), space.get(), H5P_DEFAULT,
                       rows.data()),
               "read the commits");
        return rows;
    }

    Handle open(const std::string& name) const {
        auto dataset = m_call.handle(H5Dopen2(m_file.get(), name.c_str(), H5P_DEFAULT), H5Dclose, "open " + name);
        const auto creation = m_call.handle(H5Dget_create_plist(dataset.get()), H5Pclose, "open " + name);
        if (H5Pget_layout(creation.get()) == H5D_VIRTUAL || H5Pget_external_count(creation.get()) != 0)
            refuse("{} keeps its values in another file. Lacuna never writes such files.", name);
        return dataset;
    }

    hsize_t length(const Handle& dataset, const std::string& name) const {
        const auto space = m_call.handle(H5Dget_space(dataset.get()), H5Sclose, "look at " + name);
        if (H5Sget_simple_extent_ndims(space.get()) != 1)
            refuse("{} is not a plain column.", name);
        return static_cast<hsize_t>(m_call(H5Sget_simple_extent_npoints(space.get()), "look at " + name));
    }

    void account(hsize_t count, std::size_t width, const std::string& name) {
        if (width == 0 || count > (mostBytes - m_bytes) / width)
            refuse("{} has {} rows of {} bytes, more than a run file may hold.", name, count, width);
        m_bytes += count * width;
    }

    void table(const TableSpec& spec, TableSink& sink) {
        sink.table(spec.name);
        std::optional<hsize_t> rows;  // of the whole table
        if (m_committed)
            rows = m_committed->contains(spec.name) ? m_committed->at(spec.name) : 0;
        for (const auto& column : spec.columns) {
            const auto name = spec.name + "/" + column.name;
            const bool inBytes = column.type == ColumnType::Text && exists(endsName(name), H5O_TYPE_DATASET);
            if (!inBytes && !exists(name, H5O_TYPE_DATASET))
                continue;
            const auto dataset = open(inBytes ? endsName(name) : name);
            const auto size = length(dataset, name);
            if (!rows)
                rows = size;
            if (m_committed ? size < *rows : size != *rows)
                refuse("column {} has {} rows, expected {}.", name, size, *rows);
            const auto first = std::min<hsize_t>(spec.firstRow, *rows);
            sink.column({column.name, values(dataset, name, column.type, inBytes, first, *rows - first)});
        }
    }

    ColumnValues values(const Handle& dataset, const std::string& name, ColumnType type, bool inBytes, hsize_t first,
                        hsize_t count) {
        switch (type) {
            case ColumnType::Int32:
                return numbers<std::int32_t>(dataset, name, first, count);
            case ColumnType::Int64:
                return numbers<std::int64_t>(dataset, name, first, count);
            case ColumnType::Float32:
                return numbers<float>(dataset, name, first, count);
            case ColumnType::Float64:
                return numbers<double>(dataset, name, first, count);
            case ColumnType::Flag:
                return numbers<std::uint8_t>(dataset, name, first, count);
            case ColumnType::Text:
                break;
        }
        return inBytes ? textFromBytes(dataset, name, first, count) : fixedText(dataset, name, first, count);
    }

    template <typename T>
    std::vector<T> numbers(const Handle& dataset, const std::string& name, hsize_t first, hsize_t count) {
        const auto type = m_call.handle(H5Dget_type(dataset.get()), H5Tclose, "look at " + name);
        const auto kind = H5Tget_class(type.get());
        if (kind != H5T_INTEGER && kind != H5T_FLOAT)
            refuse("column {} holds no numbers.", name);
        account(count, sizeof(T), name);
        std::vector<T> values(count);
        readInto(dataset, name, numberType<T>().memory, first, count, values.data());
        return values;
    }

    void readInto(const Handle& dataset, const std::string& name, hid_t type, hsize_t first, hsize_t count, void* to) {
        if (count == 0)
            return;
        const auto rows = rowsOf(m_call, dataset, first, count);
        m_call(H5Dread(dataset.get(), type, plainSpace(m_call, count).get(), rows.get(), H5P_DEFAULT, to),
               "read " + name);
    }

    TextColumn fixedText(const Handle& dataset, const std::string& name, hsize_t first, hsize_t count) {
        const auto type = m_call.handle(H5Dget_type(dataset.get()), H5Tclose, "look at " + name);
        if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0)
            refuse("column {} holds no text of fixed length.", name);
        const auto width = H5Tget_size(type.get());
        account(count, width, name);
        TextColumn texts;
        texts.ends.reserve(count);
        const auto rowsAtOnce = std::max<hsize_t>(1, slabBytes / width);
        std::string slab;
        for (hsize_t at = 0; at < count; at += rowsAtOnce) {
            const auto rows = std::min(rowsAtOnce, count - at);
            slab.resize(rows * width);
            readInto(dataset, name, type.get(), first + at, rows, slab.data());
            for (hsize_t i = 0; i < rows; ++i)
                texts.push_back({slab.data() + i * width, strnlen(slab.data() + i * width, width)});
        }
        return texts;
    }

    TextColumn textFromBytes(const Handle& endsSet, const std::string& name, hsize_t first, hsize_t count) {
        TextColumn texts;
        const auto before = first > 0 ? numbers<std::uint64_t>(endsSet, name, first - 1, 1).front() : 0;
        texts.ends = numbers<std::uint64_t>(endsSet, name, first, count);
        if (count == 0)
            return texts;
        if (!exists(bytesName(name), H5O_TYPE_DATASET))
            refuse("column {} has lost its bytes.", name);
        const auto dataset = open(bytesName(name));
        if (texts.ends.back() > length(dataset, name) || before > texts.ends.front() ||
            !std::is_sorted(texts.ends.begin(), texts.ends.end()))
            refuse("column {} has texts outside its bytes.", name);
        account(texts.ends.back() - before, 1, name);
        texts.bytes.resize(texts.ends.back() - before);
        readInto(dataset, name, H5T_NATIVE_UINT8, before, texts.bytes.size(), texts.bytes.data());
        for (auto& end : texts.ends)
            end -= before;
        return texts;
    }

    Caller m_call;
    Handle m_file;
    std::optional<std::map<std::string, hsize_t>> m_committed;  ///< of a live file
    std::uint64_t m_bytes = 0;
};

}  // namespace

void readTableFile(const std::filesystem::path& path, const std::vector<TableSpec>& wanted, TableSink& sink) {
    begin();
    Reader(path).read(wanted, sink);
}

}  // namespace lacuna
