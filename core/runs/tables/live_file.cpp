// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/tables/live_file.h"

#include "core/runs/tables/column_io.h"

#include <cerrno>
#include <cstring>
#include <map>
#include <sstream>
#include <unistd.h>

namespace lacuna {

using namespace hdf5;

namespace {

/// One data set that grows.
struct Growing {
    Handle dataset;
    hsize_t size = 0;
};

}  // namespace

class LiveFile::Writer {
public:
    explicit Writer(const std::filesystem::path& path) : m_call(ErrorKind::Resource, path) {
        begin();
        const auto access = m_call.handle(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "open");
        m_call(H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST), "open");
        // As in table_write.cpp.
        m_call(H5Pset_file_locking(access.get(), false, true), "open");
        m_file =
            m_call.handle(H5Fopen(path.c_str(), H5F_ACC_RDWR | H5F_ACC_SWMR_WRITE, access.get()), H5Fclose, "open");
        m_committed.dataset = openDataset(committedName);
        readCommitted();
    }

    void append(const std::vector<Table>& tables) {
        begin();
        for (const auto& table : tables) {
            if (table.rows() == 0)
                continue;
            const auto found = m_rows.find(table.name);
            if (found == m_rows.end())
                throw internalError("{}: has no table {}. Please report this.", m_call.path().string(), table.name);
            for (const auto& column : table.columns) {
                const auto name = table.name + "/" + column.name;
                std::visit([&](const auto& values) { appendColumn(name, values); }, column.values);
            }
            found->second += static_cast<std::int64_t>(table.rows());
        }
        commit();
    }

    void sync() {
        begin();
        void* handle = nullptr;
        m_call(H5Fget_vfd_handle(m_file.get(), H5P_DEFAULT, &handle), "sync");
        if (::fdatasync(*static_cast<int*>(handle)) != 0)  // the library never does
            throw resourceError("{}: cannot be synced to the disk ({}). Check the disk.", m_call.path().string(),
                                std::strerror(errno));
    }

private:
    Handle openDataset(const std::string& name) {
        const auto access = m_call.handle(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, "open a column");
        // No cache of chunks: what is appended goes to the file as it is, not with the rest of its chunk.
        m_call(H5Pset_chunk_cache(access.get(), 0, 0, 0), "open a column");
        return m_call.handle(H5Dopen2(m_file.get(), name.c_str(), access.get()), H5Dclose, "open a column");
    }

    void readCommitted() {
        std::array<hsize_t, 2> size{};
        const auto space = m_call.handle(H5Dget_space(m_committed.dataset.get()), H5Sclose, "read the commits");
        m_call(H5Sget_simple_extent_dims(space.get(), size.data(), nullptr), "read the commits");
        m_committed.size = size[0];
        std::vector<std::int64_t> rows(size[0] * size[1]);
        m_call(H5Dread(m_committed.dataset.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()),
               "read the commits");
        std::istringstream names(readNames());
        for (std::size_t at = rows.size() - size[1]; at < rows.size(); ++at) {
            m_order.emplace_back();
            names >> m_order.back();
            m_rows[m_order.back()] = rows[at];
        }
    }

    std::string readNames() {
        // Closed at once: an open attribute would forbid SWMR.
        const auto attribute = m_call.handle(H5Aopen(m_file.get(), committedName, H5P_DEFAULT), H5Aclose, "read");
        const auto type = m_call.handle(H5Aget_type(attribute.get()), H5Tclose, "read");
        std::string names(H5Tget_size(type.get()), '\0');
        m_call(H5Aread(attribute.get(), type.get(), names.data()), "read");
        return names;
    }

    Growing& growing(const std::string& name) {
        auto& column = m_columns[name];
        if (!column.dataset) {
            column.dataset = openDataset(name);
            const auto space = m_call.handle(H5Dget_space(column.dataset.get()), H5Sclose, "open a column");
            column.size = static_cast<hsize_t>(H5Sget_simple_extent_npoints(space.get()));
        }
        return column;
    }

    void appendValues(Growing& column, hid_t type, const void* values, hsize_t count) {
        if (count == 0)
            return;
        const hsize_t size = column.size + count;
        m_call(H5Dset_extent(column.dataset.get(), &size), "grow a column");
        const auto rows = rowsOf(m_call, column.dataset, column.size, count);
        m_call(H5Dwrite(column.dataset.get(), type, plainSpace(m_call, count).get(), rows.get(), H5P_DEFAULT, values),
               "append rows");
        m_call(H5Dflush(column.dataset.get()), "append rows");
        column.size = size;
    }

    template <typename T>
    void appendColumn(const std::string& name, const std::vector<T>& values) {
        appendValues(growing(name), numberType<T>().memory, values.data(), values.size());
    }

    void appendColumn(const std::string& name, const TextColumn& texts) {
        auto& bytes = growing(bytesName(name));
        auto ends = texts.ends;
        for (auto& end : ends)
            end += bytes.size;
        appendValues(bytes, H5T_NATIVE_UINT8, texts.bytes.data(), texts.bytes.size());
        appendValues(growing(endsName(name)), H5T_NATIVE_UINT64, ends.data(), ends.size());
    }

    void commit() {
        std::vector<std::int64_t> rows;
        for (const auto& name : m_order)
            rows.push_back(m_rows[name]);
        const std::array<hsize_t, 2> size{m_committed.size + 1, rows.size()}, first{m_committed.size, 0},
            count{1, rows.size()};
        m_call(H5Dset_extent(m_committed.dataset.get(), size.data()), "commit rows");
        const auto line = m_call.handle(H5Dget_space(m_committed.dataset.get()), H5Sclose, "commit rows");
        m_call(H5Sselect_hyperslab(line.get(), H5S_SELECT_SET, first.data(), nullptr, count.data(), nullptr),
               "commit rows");
        m_call(H5Dwrite(m_committed.dataset.get(), H5T_NATIVE_INT64, plainSpace(m_call, rows.size()).get(), line.get(),
                        H5P_DEFAULT, rows.data()),
               "commit rows");
        m_call(H5Dflush(m_committed.dataset.get()), "commit rows");
        ++m_committed.size;
    }

    Caller m_call;
    Handle m_file;  // before the columns: they close first
    Growing m_committed;
    std::vector<std::string> m_order;
    std::map<std::string, std::int64_t> m_rows;
    std::map<std::string, Growing> m_columns;
};

LiveFile::LiveFile(const std::filesystem::path& path) : m_writer(std::make_unique<Writer>(path)) {}
LiveFile::~LiveFile() {
    begin();
}
void LiveFile::append(const std::vector<Table>& rows) {
    m_writer->append(rows);
}
void LiveFile::sync() {
    m_writer->sync();
}

}  // namespace lacuna
