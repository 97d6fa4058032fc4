// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/pictures.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/interruption.h"
#include "core/benchmark/cache_folder.h"
#include "core/benchmark/drawn/view.h"

#include <opencv2/imgcodecs.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <mutex>
#include <set>
#include <string_view>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna::drawn {
namespace {

constexpr int kJpegQuality = 92;
constexpr auto kLookEvery = std::chrono::milliseconds(100);

void drawPicture(const fs::path& folder, const PictureJob& job) {
    std::vector<uchar> bytes;
    cv::imencode(".jpg", drawView(job.look, job.seed), bytes, {cv::IMWRITE_JPEG_QUALITY, kJpegQuality});
    const fs::path path = folder / job.image;
    fs::path part = path;
    part += ".part";
    writeFileUnsynced(part, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    fs::rename(part, path);
}

/// Two threads that take the next job until none is left, one fails, or this object ends.
class Workers {
public:
    Workers(const fs::path& folder, const std::vector<PictureJob>& jobs) : m_folder(folder), m_jobs(jobs) {
        for (int i = 0; i < 2; ++i)
            m_threads.emplace_back([this](std::stop_token stop) { work(stop); });
    }

    std::size_t done() const { return m_done; }

    /// Until all threads have ended, or `time` is over.
    bool waitFor(std::chrono::milliseconds time) {
        std::unique_lock lock(m_mutex);
        return m_ended.wait_for(lock, time, [&] { return m_working == 0; });
    }

    void rethrow() {
        const std::scoped_lock lock(m_mutex);
        if (m_failure)
            std::rethrow_exception(m_failure);
    }

private:
    void work(const std::stop_token& stop) {
        try {
            for (std::size_t i = m_next++; i < m_jobs.size() && !stop.stop_requested() && !m_failed; i = m_next++) {
                drawPicture(m_folder, m_jobs[i]);
                ++m_done;
            }
        } catch (...) {
            m_failed = true;
            const std::scoped_lock lock(m_mutex);
            m_failure = std::current_exception();
        }
        const std::scoped_lock lock(m_mutex);
        if (--m_working == 0)
            m_ended.notify_all();
    }

    const fs::path& m_folder;
    const std::vector<PictureJob>& m_jobs;
    std::atomic<std::size_t> m_next{0}, m_done{0};
    std::atomic<bool> m_failed{false};
    std::mutex m_mutex;
    std::condition_variable m_ended;
    int m_working = 2;
    std::exception_ptr m_failure;
    std::vector<std::jthread> m_threads;  // last: joined before what they use goes
};

/// Held by the process that draws a folder; the system lets go of it when that process dies.
class FolderLock {
public:
    FolderLock(const fs::path& folder, const ProgressFunction& progress) {
        fs::path path = folder;
        path += ".lock";
        m_descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (m_descriptor < 0)
            throw resourceError("{}: cannot be made ({}). Check the folder, or set LACUNA_CACHE to another.",
                                path.string(), std::strerror(errno));
        // A file system without locks is taken as one without other processes.
        try {
            while (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
                if (progress)
                    progress({"another process draws the pictures", 0, 0, -1});
                std::this_thread::sleep_for(kLookEvery);
                interruptionPoint();
            }
        } catch (...) {
            ::close(m_descriptor);
            throw;
        }
    }
    ~FolderLock() { ::close(m_descriptor); }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int m_descriptor = -1;
};

Error cannotWrite(const fs::filesystem_error& error) {
    return resourceError("{} LACUNA_CACHE names another place for drawn pictures.", fileError(error).what());
}

}  // namespace

std::vector<PictureJob> missingPictures(const fs::path& folder, const std::vector<PictureJob>& jobs) {
    std::vector<PictureJob> missing;
    for (const PictureJob& job : jobs) {
        std::error_code code;
        const auto size = fs::file_size(folder / job.image, code);
        if (code || size == 0)
            missing.push_back(job);
    }
    return missing;
}

void drawPictures(const fs::path& folder, const std::vector<PictureJob>& jobs, const ProgressFunction& progress) {
    using Clock = std::chrono::steady_clock;
    const auto total = static_cast<std::int64_t>(jobs.size());
    const auto start = Clock::now();
    const auto report = [&](std::size_t done) {
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        const double left = done ? seconds / static_cast<double>(done) * static_cast<double>(jobs.size() - done) : -1;
        if (progress)
            progress({"drawing pictures", static_cast<std::int64_t>(done), total, left});
    };
    interruptionPoint();
    try {
        std::set<fs::path> folders;
        for (const PictureJob& job : jobs)
            folders.insert((folder / job.image).parent_path());
        for (const fs::path& each : folders)
            fs::create_directories(each);
        Workers workers(folder, jobs);
        while (!workers.waitFor(kLookEvery)) {
            report(workers.done());
            interruptionPoint();
        }
        workers.rethrow();
        report(workers.done());
    } catch (const fs::filesystem_error& error) {
        throw cannotWrite(error);
    }
}

void completeFolder(const fs::path& folder, const std::vector<PictureJob>& jobs,
                    const std::function<bool(const fs::path&)>& whole,
                    const std::function<void(const fs::path&)>& finish, const ProgressFunction& progress) {
    const auto complete = [&] { return whole(folder) && missingPictures(folder, jobs).empty(); };
    if (complete())
        return;
    try {
        fs::create_directories(folder.parent_path());
        const FolderLock lock(folder, progress);
        if (complete())
            return;
        const bool mending = fs::exists(folder);
        const fs::path work = mending ? folder : unfinished(folder);
        if (!mending) {  // a window shows names while the pictures come; only a whole folder gets its own name
            fs::create_directories(work);
            finish(work);
        }
        drawPictures(work, missingPictures(work, jobs), progress);
        if (mending)
            finish(work);
        else
            fs::rename(work, folder);
    } catch (const fs::filesystem_error& error) {
        throw cannotWrite(error);
    }
}

}  // namespace lacuna::drawn
