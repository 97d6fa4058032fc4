// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/engine.h"

#include <QObject>
#include <QString>

#include <memory>
#include <thread>

namespace lacuna {

/// Loads liblacuna_engine.so (with libtorch behind it: a third of a second and more, so not on the interface thread)
/// and makes its engine. `library` empty: `$LACUNA_ENGINE`, else beside Lacuna's own libraries.
/// Throws TorchMissing without a libtorch, ResourceError when it cannot be loaded, InputError when it is of another
/// build than this program, and what the engine itself throws as InternalError.
std::unique_ptr<Engine> loadEngine(const EngineOptions& options, const QString& library = {});

/// Loads the engine in a thread of its own and tells the interface thread.
class EngineLoader : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    void start(const EngineOptions& options);
    std::unique_ptr<Engine> take() { return std::move(m_engine); }  ///< once, after `loaded`

signals:
    void loaded();
    void failed(const QString& message, bool torchMissing);  ///< the latter: what is missing can be fetched

private:
    std::unique_ptr<Engine> m_engine;
    std::jthread m_thread;  // last: joined before the engine above goes
};

}  // namespace lacuna
