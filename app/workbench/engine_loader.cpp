// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/engine_loader.h"

#include "app/workbench/library_check.h"
#include "core/installation/installation.h"
#include "core/installation/torch_library.h"

#include <dlfcn.h>

namespace lacuna {
namespace {

QString findLibrary(const QString& asked) {
    if (!asked.isEmpty())
        return asked;
    if (auto path = qEnvironmentVariable("LACUNA_ENGINE"); !path.isEmpty())
        return path;
    return QString::fromStdString((libraryFolder() / "liblacuna_engine.so").string());
}

}  // namespace

std::unique_ptr<Engine> loadEngine(const EngineOptions& options, const QString& library) {
    const auto path = findLibrary(library);
    loadTorch();
    // Never closed again: libtorch does not survive it.
    void* handle = dlopen(path.toUtf8().constData(), RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        throw resourceError(
            "The engine {} cannot be loaded: {}. Runs can be looked at, not computed; build or install "
            "Lacuna again.",
            path.toStdString(), dlerror());
    const auto build = reinterpret_cast<decltype(&lacunaEngineBuild)>(dlsym(handle, "lacunaEngineBuild"));
    if (const auto problem = buildProblem(build, path); !problem.isEmpty())
        throw inputError("{}", problem.toStdString());
    const auto make = reinterpret_cast<decltype(&lacunaMakeEngine)>(dlsym(handle, "lacunaMakeEngine"));
    if (!make)
        throw resourceError("{} is not an engine of this Lacuna. Build or install Lacuna again.", path.toStdString());
    std::string error;
    std::unique_ptr<Engine> engine(make(&options, &error));
    if (!engine)
        throw internalError("The engine did not start: {}", error);
    return engine;
}

void EngineLoader::start(const EngineOptions& options) {
    m_thread = std::jthread([this, options] {
        QString message;
        bool torchMissing = false;
        try {
            m_engine = loadEngine(options);
        } catch (const TorchMissing& error) {
            message = QString::fromUtf8(error.what());
            torchMissing = true;
        } catch (const std::exception& error) {
            message = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(
            this,
            [this, message, torchMissing] { message.isEmpty() ? emit loaded() : emit failed(message, torchMissing); },
            Qt::QueuedConnection);
    });
}

}  // namespace lacuna
