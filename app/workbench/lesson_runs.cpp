// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/lesson_runs.h"

#include "app/workbench/workbench.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "widgets/common/run_names.h"

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr const char* folderName = ".lessons";

/// What decides the run's numbers: another text, and it is run anew.
std::string textOf(const LessonRun& run) {
    return std::string(LACUNA_VERSION) + '\n' + toJson(run.spec);
}

QString nameOf(const LessonRun& run) {
    return run.spec.title.empty() ? methodTitle(run.spec) : QString::fromStdString(run.spec.title);
}

}  // namespace

LessonRuns::LessonRuns(Workbench& workbench, QObject* parent) : QObject(parent), m_workbench(workbench) {
    auto& workspace = workbench.workspace();
    connect(&workspace, &Workspace::runsChanged, this, [this] {
        if (m_lesson)
            putAside();
        else  // once whoever has just added it is done with it
            QMetaObject::invokeMethod(this, &LessonRuns::dropStrays, Qt::QueuedConnection);
    });
    const auto tell = [this] {
        if (m_lesson)
            emit changed();
    };
    connect(&workspace, &Workspace::runsChanged, this, tell);
    connect(&workspace, &Workspace::statusChanged, this, tell);
    connect(&workspace, &Workspace::activityChanged, this, tell);
    connect(&workspace, &Workspace::runGrew, this, [tell](int, Grown what) {
        if (what == Grown::Cells || what == Grown::Stages)
            tell();
    });
    connect(&workbench, &Workbench::engineProblemChanged, this, tell);
    connect(&workbench.bridge(), &EngineBridge::stateChanged, this, tell);
}

void LessonRuns::begin(const Lesson& lesson) {
    m_lesson = &lesson;
    m_wanted.clear();
    m_known.clear();
    m_hidden.clear();
    m_beginning = true;
    putAside();
    m_beginning = false;
}

void LessonRuns::end() {
    if (!m_lesson)
        return;
    m_lesson = nullptr;
    dropStrays();
    auto& workspace = m_workbench.workspace();
    QList<int> back;
    for (int run = 0; run < static_cast<int>(workspace.runs().size()); ++run)
        if (m_hidden.contains(workspace.runs()[static_cast<std::size_t>(run)].id))
            back << run;
    workspace.setShown(back, true);
}

/// Of a lesson that was left before the engine had begun with it.
void LessonRuns::dropStrays() {
    auto& workspace = m_workbench.workspace();
    auto& bridge = m_workbench.bridge();
    for (int run = static_cast<int>(workspace.runs().size()) - 1; !m_lesson && run >= 0; --run) {
        const auto& history = workspace.runs()[static_cast<std::size_t>(run)].history;
        if (!isOne(history.source))
            continue;
        if (history.status == RunStatus::Queued)
            bridge.unqueue(history.source);
        else if (history.source == bridge.currentRun() && bridge.working())
            bridge.send(command::Stop{});
        m_workbench.library().forget(run);
    }
}

/// Each run once, when it is first seen: the lesson's get their tag, others are hidden, but for one that somebody has
/// just started.
void LessonRuns::putAside() {
    auto& workspace = m_workbench.workspace();
    QList<int> others;
    std::vector<int> ours;
    bool own = false;
    for (int i = 0; i < static_cast<int>(workspace.runs().size()); ++i) {
        const auto& run = workspace.runs()[static_cast<std::size_t>(i)];
        if (isOne(run.history.source)) {
            if (!run.tags.contains(tag()))
                ours.push_back(i);
            continue;
        }
        if (m_known.contains(run.id))
            continue;
        m_known << run.id;
        const auto& bridge = m_workbench.bridge();
        const bool begins = bridge.awaits(run.history.source) || bridge.currentRun() == run.history.source;
        if (begins && !m_beginning) {
            own = true;
        } else if (run.shown) {
            m_hidden << run.id;
            others << i;
        }
    }
    for (const int run : ours)
        workspace.setNotes(run, {}, {tag()});
    workspace.setShown(others, false);
    if (own)
        emit ownRunCame();
}

bool LessonRuns::isOne(const fs::path& run) {
    return run.parent_path().parent_path().filename() == folderName;
}

fs::path LessonRuns::folderOf(const std::string& id) const {
    return m_workbench.library().folder() / folderName / m_lesson->id / id;
}

int LessonRuns::indexOf(const std::string& id) const {
    return m_lesson ? m_workbench.workspace().indexOf(folderOf(id)) : -1;
}

void LessonRuns::want(const std::vector<std::string>& ids) {
    for (const auto& id : ids)
        if (const auto* run = m_lesson->run(id); run && !m_wanted.contains(QString::fromStdString(id))) {
            m_wanted << QString::fromStdString(id);
            runOne(*run);
        }
    emit changed();
}

void LessonRuns::again(const std::vector<std::string>& ids) {
    for (const auto& id : ids) {
        const auto now = standing(id);
        if (now != Standing::Failed && now != Standing::Stopped)
            continue;
        m_wanted.remove(QString::fromStdString(id));
    }
    want(ids);
}

void LessonRuns::runOne(const LessonRun& run) {
    auto& library = m_workbench.library();
    const auto folder = folderOf(run.id);
    const auto kept = folder.parent_path() / (run.id + ".txt");
    std::error_code error;
    bool same = false;
    try {
        same = readFile(kept, largestLesson) == textOf(run);
    } catch (const Error&) {  // never run before
    }
    if (same && fs::exists(folder / "spec.json", error)) {
        const auto listed = RunStore(folder.parent_path()).list();
        const auto found =
            std::find_if(listed.begin(), listed.end(), [&](const auto& one) { return one.name == run.id; });
        if (found != listed.end() && found->problem.empty()) {
            library.open(folder);
            if (found->status != RunStatus::Finished)
                m_workbench.bridge().send(command::Resume{folder});
            return;
        }
    }
    try {
        if (const int index = m_workbench.workspace().indexOf(folder); index >= 0)
            library.forget(index);
        fs::remove_all(folder);
        fs::create_directories(folder.parent_path());
        writeFileUnsynced(kept, textOf(run));
        auto spec = run.spec;
        spec.name = run.id;
        m_workbench.bridge().send(command::Start{std::move(spec), folder.parent_path()});
    } catch (const std::exception& problem) {
        m_workbench.messages().add(MessagesModel::Kind::Error,
                                   tr("The lesson's run cannot be started: %1").arg(problem.what()));
    }
}

LessonRuns::Standing LessonRuns::standing(const std::string& id) const {
    if (!m_lesson || !m_wanted.contains(QString::fromStdString(id)))
        return Standing::Idle;
    const int index = indexOf(id);
    if (index < 0)
        return Standing::Waiting;
    switch (m_workbench.workspace().runs()[static_cast<std::size_t>(index)].history.status) {
        case RunStatus::Finished:
            return Standing::Done;
        case RunStatus::Failed:
            return Standing::Failed;
        case RunStatus::Interrupted:
            return m_workbench.bridge().awaits(folderOf(id)) ? Standing::Waiting : Standing::Stopped;
        case RunStatus::Queued:
            return Standing::Waiting;
        default:
            return Standing::Working;
    }
}

QString LessonRuns::waitingText(const std::vector<std::string>& ids) const {
    const auto& workspace = m_workbench.workspace();
    const auto& bridge = m_workbench.bridge();
    for (const auto& id : ids) {
        const auto now = standing(id);
        if (now == Standing::Done)
            continue;
        const auto* run = m_lesson->run(id);
        const int index = indexOf(id);
        if (now == Standing::Working && index >= 0)
            return tr("%1 is in work: %2")
                .arg(nameOf(*run), workspace.runs()[static_cast<std::size_t>(index)].activity);
        const int before = workspace.indexOf(bridge.currentRun());
        if (!bridge.attached())
            return tr("%1 begins as soon as the engine is there.").arg(nameOf(*run));
        if (bridge.working() && before >= 0 && !isOne(bridge.currentRun()))
            return tr("%1 waits until your run %2 is done.").arg(nameOf(*run), runName(workspace, before));
        return tr("%1 is about to begin.").arg(nameOf(*run));
    }
    return {};
}

double LessonRuns::progress(const std::vector<std::string>& ids) const {
    double sum = 0;
    bool known = false;
    for (const auto& id : ids) {
        const int index = indexOf(id);
        if (standing(id) == Standing::Done) {
            sum += 1;
            known = true;
        } else if (index >= 0) {
            const double share = m_workbench.workspace().runs()[static_cast<std::size_t>(index)].progress;
            known |= share >= 0;
            sum += std::max(0.0, share);
        }
    }
    return known && !ids.empty() ? sum / static_cast<double>(ids.size()) : -1;
}

LessonFacts LessonRuns::facts() const {
    LessonFacts facts;
    auto& workspace = m_workbench.workspace();
    facts.benchmark = workspace.benchmark();
    facts.history = [this, &workspace](const std::string& id) -> const RunHistory* {
        const int index = indexOf(id);
        return index < 0 ? nullptr : &workspace.runs()[static_cast<std::size_t>(index)].history;
    };
    facts.answers = [this, &workspace](const std::string& id, const std::string& entity) {
        const int index = indexOf(id);
        return index < 0 ? std::vector<AnswerRow>()
                         : workspace.runs()[static_cast<std::size_t>(index)].answers.about(entity);
    };
    return facts;
}

}  // namespace lacuna
