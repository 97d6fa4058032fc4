// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/tables/hdf5.h"
#include "core/runs/tables/table.h"

#include <array>

namespace lacuna::hdf5 {

/// Type in memory and in the file of one C++ type.
struct NumberType {
    hid_t memory;
    hid_t file;
};
template <typename T>
NumberType numberType() {
    if constexpr (std::is_same_v<T, std::int32_t>)
        return {H5T_NATIVE_INT32, H5T_STD_I32LE};
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return {H5T_NATIVE_INT64, H5T_STD_I64LE};
    else if constexpr (std::is_same_v<T, std::uint64_t>)
        return {H5T_NATIVE_UINT64, H5T_STD_U64LE};
    else if constexpr (std::is_same_v<T, float>)
        return {H5T_NATIVE_FLOAT, H5T_IEEE_F32LE};
    else if constexpr (std::is_same_v<T, double>)
        return {H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE};
    else
        return {H5T_NATIVE_UINT8, H5T_STD_U8LE};
}

/// Names of the two data sets that hold a text column in a live file.
inline std::string bytesName(const std::string& column) {
    return column + "_bytes";
}
inline std::string endsName(const std::string& column) {
    return column + "_ends";
}

/// Rows written so far of each table, one line per commit; the names of the tables stand in the attribute of that name.
constexpr const char* committedName = "committed";

/// Data space of `count` values starting at `first` of a one-dimensional data set.
inline Handle rowsOf(const Caller& call, const Handle& dataset, hsize_t first, hsize_t count) {
    Handle space = call.handle(H5Dget_space(dataset.get()), H5Sclose, "look at a column");
    call(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &first, nullptr, &count, nullptr), "look at a column");
    return space;
}

inline Handle plainSpace(const Caller& call, hsize_t count) {
    return call.handle(H5Screate_simple(1, &count, nullptr), H5Sclose, "look at a column");
}

}  // namespace lacuna::hdf5
