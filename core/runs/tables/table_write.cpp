// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/tables/table_write.h"

#include "core/base/interruption.h"
#include "core/runs/tables/column_io.h"

#include <algorithm>
#include <cstring>

namespace lacuna {
namespace {

using namespace hdf5;

/// What one write of text may hold in memory.
constexpr std::size_t slabBytes = std::size_t{16} << 20;

enum class Layout { Sealed, Live };

class Writer {
public:
    /// Everything is made in memory; a live file then also goes to `path`, when it is closed.
    Writer(Layout layout, const std::filesystem::path& path) : m_call(ErrorKind::Resource, path), m_layout(layout) {
        const auto access = m_call.handle(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "begin");
        m_call(H5Pset_fapl_core(access.get(), std::size_t{1} << 20, live()), "begin");
        if (live())  // appending while others read (SWMR) asks for the newest structures
            m_call(H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST), "begin");
        // The run's own lock keeps other writers out; the library's would fail on drives without file locks.
        m_call(H5Pset_file_locking(access.get(), false, true), "begin");
        m_file = m_call.handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose, "write");
    }

    void content(const TableFile& content) {
        for (const auto& [name, text] : content.attributes)
            attribute(name, text);
        for (const auto& each : content.tables)
            table(each);
        if (live())
            committed(content.tables);
        m_call(H5Fflush(m_file.get(), H5F_SCOPE_GLOBAL), "write");
    }

    std::string bytes() {
        std::string image(static_cast<std::size_t>(m_call(H5Fget_file_image(m_file.get(), nullptr, 0), "finish")),
                          '\0');
        m_call(H5Fget_file_image(m_file.get(), image.data(), image.size()), "finish");
        return image;
    }

    void close() { m_call(m_file.close() ? 0 : -1, "write"); }

private:
    bool live() const { return m_layout == Layout::Live; }

    void attribute(const std::string& name, const std::string& text) {
        const auto type = textType(m_call, std::max<std::size_t>(1, text.size()));
        const auto space = m_call.handle(H5Screate(H5S_SCALAR), H5Sclose, "write an attribute");
        const auto attribute =
            m_call.handle(H5Acreate2(m_file.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
                          H5Aclose, "write an attribute");
        m_call(H5Awrite(attribute.get(), type.get(), text.empty() ? "" : text.c_str()), "write an attribute");
    }

    void table(const Table& table) {
        const auto group =
            m_call.handle(H5Gcreate2(m_file.get(), table.name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
                          "add a table");
        for (const auto& column : table.columns) {
            quietInterruptionPoint();
            if (column.size() != table.rows())
                throw internalError("Column {} of table {} has {} rows of {}. Please report this.", column.name,
                                    table.name, column.size(), table.rows());
            std::visit([&](const auto& values) { write(group, column.name, values); }, column.values);
        }
    }

    void committed(const std::vector<Table>& tables) {
        std::string names;
        std::vector<std::int64_t> rows;
        for (const auto& table : tables) {
            names += (names.empty() ? "" : " ") + table.name;
            rows.push_back(static_cast<std::int64_t>(table.rows()));
        }
        attribute(committedName, names);
        const std::array<hsize_t, 2> size{1, rows.size()}, most{H5S_UNLIMITED, rows.size()}, chunk{1024, rows.size()};
        const auto space =
            m_call.handle(H5Screate_simple(2, size.data(), most.data()), H5Sclose, "add the table of commits");
        const auto creation = m_call.handle(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "add the table of commits");
        const std::int64_t nothing = -1;  // a reader can tell a line that is not there yet
        m_call(H5Pset_chunk(creation.get(), 2, chunk.data()), "add the table of commits");
        m_call(H5Pset_fill_value(creation.get(), H5T_NATIVE_INT64, &nothing), "add the table of commits");
        const auto dataset = m_call.handle(H5Dcreate2(m_file.get(), committedName, H5T_STD_I64LE, space.get(),
                                                      H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                                           H5Dclose, "add the table of commits");
        m_call(H5Dwrite(dataset.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()),
               "write the table of commits");
    }

    Handle dataset(const Handle& group, const std::string& name, hid_t type, std::size_t rows, std::size_t width) {
        const hsize_t size = rows, most = H5S_UNLIMITED;
        const auto space = m_call.handle(H5Screate_simple(1, &size, &most), H5Sclose, "add a column");
        const auto creation = m_call.handle(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "add a column");
        // Sealed: half a megabyte, fits the library's cache. Live: a new chunk costs a commit that much, bytes come in
        // bulk.
        const std::size_t chunkBytes = !live() ? 512 << 10 : width == 1 ? 64 << 10 : 8 << 10;
        const hsize_t fits = std::max<std::size_t>(1, chunkBytes / width);
        const hsize_t chunk = live() ? fits : std::clamp<hsize_t>(size, 1, fits);
        m_call(H5Pset_chunk(creation.get(), 1, &chunk), "add a column");
        if (!live()) {
            if (width > 1 && width <= 8)  // bytes of equal weight side by side: half the size, twice the speed
                m_call(H5Pset_shuffle(creation.get()), "add a column");
            m_call(H5Pset_deflate(creation.get(), 1), "add a column");
        }
        return m_call.handle(
            H5Dcreate2(group.get(), name.c_str(), type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
            H5Dclose, "add a column");
    }

    template <typename T>
    void write(const Handle& group, const std::string& name, const std::vector<T>& values) {
        const auto type = numberType<T>();
        const auto column = dataset(group, name, type.file, values.size(), sizeof(T));
        if (!values.empty())
            m_call(H5Dwrite(column.get(), type.memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "write a column");
    }

    void write(const Handle& group, const std::string& name, const TextColumn& texts) {
        if (live()) {
            const auto column = dataset(group, bytesName(name), H5T_STD_U8LE, texts.bytes.size(), 1);
            if (!texts.bytes.empty())
                m_call(H5Dwrite(column.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.bytes.data()),
                       "write a column");
            write(group, endsName(name), texts.ends);
        } else {
            writeFixed(group, name, texts);
        }
    }

    void writeFixed(const Handle& group, const std::string& name, const TextColumn& texts) {
        std::size_t width = 1;
        for (std::size_t i = 0; i < texts.size(); ++i)
            width = std::max(width, texts[i].size());
        const auto type = textType(m_call, width);
        const auto column = dataset(group, name, type.get(), texts.size(), width);
        const auto rowsAtOnce = std::max<std::size_t>(1, slabBytes / width);
        std::string slab;
        for (std::size_t first = 0; first < texts.size(); first += rowsAtOnce) {
            quietInterruptionPoint();
            const auto count = std::min(rowsAtOnce, texts.size() - first);
            slab.assign(count * width, '\0');
            for (std::size_t i = 0; i < count; ++i)
                std::memcpy(slab.data() + i * width, texts[first + i].data(), texts[first + i].size());
            const auto rows = rowsOf(m_call, column, first, count);
            m_call(H5Dwrite(column.get(), type.get(), plainSpace(m_call, count).get(), rows.get(), H5P_DEFAULT,
                            slab.data()),
                   "write a column");
        }
    }

    Caller m_call;
    Layout m_layout;
    Handle m_file;
};

}  // namespace

std::string sealedImage(const TableFile& content) {
    begin();
    Writer writer(Layout::Sealed, "run file in memory");
    writer.content(content);
    return writer.bytes();
}

void writeLiveFile(const std::filesystem::path& path, const TableFile& content) {
    begin();
    // Not by an image as above: the library (1.10) leaves a wrong checksum in that of a file of the newest format.
    Writer writer(Layout::Live, path);
    writer.content(content);
    writer.close();
}

}  // namespace lacuna
