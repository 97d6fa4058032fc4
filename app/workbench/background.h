// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/file_error.h"

#include <QMetaObject>
#include <QObject>
#include <QThreadPool>

#include <optional>
#include <stdexcept>

namespace lacuna {

/// Work that must not hold up the interface: one task after another in a thread of its own, its outcome brought back to
/// the interface thread. Waits for the task in hand when it goes, and drops the rest.
class Background : public QObject {
public:
    Background() { m_pool.setMaxThreadCount(1); }
    ~Background() override {
        m_pool.clear();
        m_pool.waitForDone();
    }

    bool busy() const { return m_open > 0; }
    void finish() { m_pool.waitForDone(); }  ///< also the tasks that have not begun; outcomes come later

    /// `work()` there, then `then(its result)` here, or `failed(message)` here when it threw.
    template <typename Work, typename Then, typename Failed>
    void run(Work work, Then then, Failed failed) {
        ++m_open;
        m_pool.start([this, work = std::move(work), then = std::move(then), failed = std::move(failed)]() mutable {
            std::optional<decltype(work())> result;
            QString message;
            try {
                result = work();
            } catch (const std::filesystem::filesystem_error& error) {
                message = QString::fromUtf8(fileError(error).what());
            } catch (const std::exception& error) {
                message = QString::fromUtf8(error.what());
            }
            QMetaObject::invokeMethod(
                this,
                [this, result = std::move(result), message, then = std::move(then),
                 failed = std::move(failed)]() mutable {
                    --m_open;
                    if (result)
                        then(std::move(*result));
                    else
                        failed(message);
                },
                Qt::QueuedConnection);
        });
    }

private:
    QThreadPool m_pool;
    int m_open = 0;
};

}  // namespace lacuna
