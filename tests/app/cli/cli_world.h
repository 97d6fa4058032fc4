// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/mlubench_folder.h"
#include "tests/common/tiny_world.h"

#include <QStringList>
#include <QtTest>

#include <filesystem>
#include <memory>
#include <string>

namespace lacuna::testing {

inline QString text(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

/// A tiny world for commands: its benchmark written into the folder "benchmark", answers kept in "cache".
class CliWorld {
public:
    CliWorld() {
        qputenv("LACUNA_CACHE", at("cache").c_str());
        std::filesystem::create_directories(at("benchmark"));
        writeBenchmarkFolder(tinyBenchmark(at("benchmark")), at("benchmark"));
    }

    std::filesystem::path path() const { return m_world->path(); }
    std::filesystem::path at(const std::string& name) const { return m_world->path() / name; }
    std::filesystem::path modelFolder() const { return m_world->modelFolder(); }

    /// The arguments of a short run of `model` into the folder `out`.
    QStringList run(const char* out, const std::filesystem::path& model, const QStringList& more) const {
        return QStringList{
                   "run",       "--out", text(at(out)), "--model",  text(model), "--benchmark", text(at("benchmark")),
                   "--threads", "1",     "--set",       "epochs=1", "--set",     "batch=6"} +
               more;
    }

private:
    std::unique_ptr<TinyWorld> m_world = makeTinyWorld(1);
};

}  // namespace lacuna::testing
