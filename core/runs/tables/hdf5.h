// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The only header that sees the HDF5 library; included by the .cpp files of this folder alone.
#include "core/base/error.h"

#include <hdf5.h>

#include <filesystem>
#include <string>
#include <utility>

namespace lacuna::hdf5 {

/// First thing in every function that uses the library: errors are thrown, not printed (a setting of each thread), and
/// the library does not try to close our files at exit (on a full disk it would retry and complain).
void begin();

/// Throws an error of `kind` that opens with the file and ends with the library's own innermost words.
[[noreturn]] void fail(ErrorKind kind, const std::filesystem::path& path, std::string_view action);

/// Owns one identifier of the library.
class Handle {
public:
    using Close = herr_t (*)(hid_t);

    Handle() = default;
    Handle(hid_t id, Close close) : m_id(id), m_close(close) {}
    Handle(Handle&& other) noexcept : m_id(std::exchange(other.m_id, H5I_INVALID_HID)), m_close(other.m_close) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    ~Handle() { close(); }

    hid_t get() const { return m_id; }
    explicit operator bool() const { return m_id >= 0; }
    bool close() { return m_id < 0 || m_close(std::exchange(m_id, H5I_INVALID_HID)) >= 0; }

private:
    hid_t m_id = H5I_INVALID_HID;
    Close m_close = nullptr;
};

/// Calls into the library for one file: a negative answer becomes an error that names the file and what was tried.
class Caller {
public:
    Caller(ErrorKind kind, std::filesystem::path path) : m_kind(kind), m_path(std::move(path)) {}

    template <typename Answer>
    Answer operator()(Answer answer, std::string_view action) const {
        if (answer < 0)
            fail(m_kind, m_path, action);
        return answer;
    }
    Handle handle(hid_t id, Handle::Close close, std::string_view action) const { return {(*this)(id, action), close}; }
    const std::filesystem::path& path() const { return m_path; }

private:
    ErrorKind m_kind;
    std::filesystem::path m_path;
};

/// Fixed-length UTF-8 text of `width` bytes.
Handle textType(const Caller& call, std::size_t width);

}  // namespace lacuna::hdf5
