// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/ATen.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

/// One tensor of a file, before anything is read.
struct SafetensorsEntry {
    at::ScalarType type = at::kFloat;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0;  ///< bytes within the data
};

/// A safetensors file, its header checked as hostile (FORMATS.md) before anything is allocated. Tensors are read by
/// position, not mapped: a file cut off while it is in use is an error then, not a crash.
class SafetensorsFile {
public:
    /// Throws InputError naming the file and what is wrong with it.
    explicit SafetensorsFile(std::filesystem::path path);

    const std::map<std::string, SafetensorsEntry>& entries() const;
    const std::map<std::string, std::string>& metadata() const;
    /// A copy of one tensor, on the CPU in the type of the file. Throws InputError for an unknown name, NaN or infinity
    /// in it, or a file that was cut off meanwhile; ResourceError without the memory.
    at::Tensor read(const std::string& name) const;
    /// Whether `theirs` of `other` has this file's type, shape and bytes under `name`; a mebibyte at a time. Throws as
    /// `read`.
    bool sameContent(const std::string& name, const SafetensorsFile& other, const std::string& theirs) const;

private:
    struct State;
    std::shared_ptr<const State> m_state;
};

/// Writes atomically, tensors in the given order (any device, any strides), each straight from its memory: what is
/// copied is at most one tensor at a time, where it lies on a device or in pieces. Throws ResourceError (disk), or
/// InternalError for a type the format lacks or a name given twice.
void writeSafetensors(const std::filesystem::path& path, const std::vector<std::pair<std::string, at::Tensor>>& tensors,
                      const std::map<std::string, std::string>& metadata = {});

/// A tensor that is made when its turn to be written comes.
struct PlannedTensor {
    std::string name;
    at::ScalarType type = at::kFloat;
    std::vector<std::int64_t> shape;
    std::function<at::Tensor()> make;
};

/// The same of tensors that need not exist together: each is let go when it is written. Throws what `make` does, and
/// InternalError where it gives another type or shape.
void writePlannedSafetensors(const std::filesystem::path& path, const std::vector<PlannedTensor>& tensors,
                             const std::map<std::string, std::string>& metadata = {});

/// Every tensor of a checkpoint folder: model.safetensors, or the shards of model.safetensors.index.json.
class CheckpointFiles {
public:
    /// Checks the header of every shard. Throws InputError for a missing shard, a tensor that is not where the index
    /// says or in another shard too, pickles instead of safetensors. Tensors that the index leaves out do not exist.
    /// Two copies of the weights are read and held against each other, so open a folder once and hand this along:
    /// copies share the open files.
    explicit CheckpointFiles(const std::filesystem::path& folder);
    const std::filesystem::path& folder() const { return m_folder; }
    std::vector<std::string> names() const;
    bool has(const std::string& name) const;
    at::Tensor read(const std::string& name) const;
    const SafetensorsEntry& entry(const std::string& name) const;
    /// Whether two of its tensors are one in type, shape and bytes.
    bool sameContent(const std::string& name, const std::string& other) const;

private:
    const SafetensorsFile& fileOf(const std::string& name) const;

    std::filesystem::path m_folder;
    std::map<std::string, std::shared_ptr<SafetensorsFile>> m_fileOf;
};

}  // namespace lacuna
