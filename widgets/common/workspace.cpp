// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/workspace.h"

#include "core/catalog/combination.h"
#include "widgets/common/run_names.h"

#include <algorithm>

namespace lacuna {
namespace {

std::string requestName(const RunHistory& history, int stage) {
    return history.requests[static_cast<std::size_t>(stage - 1)].name;
}

/// The kind that views know a table's rows by.
template <typename Row>
constexpr Grown grown = Grown::Others;
template <>
constexpr Grown grown<StepRow> = Grown::Steps;
template <>
constexpr Grown grown<AnswerRow> = Grown::Answers;
template <>
constexpr Grown grown<CellRow> = Grown::Cells;
template <>
constexpr Grown grown<ResourceRow> = Grown::Resources;

}  // namespace

void Workspace::setBenchmark(std::shared_ptr<const Benchmark> benchmark) {
    m_benchmark = std::move(benchmark);
    m_known.clear();
    if (m_benchmark) {
        for (const auto& entity : m_benchmark->entities)
            m_known[QString::fromStdString(entity.id)].entity = &entity;
        for (const auto& entity : m_benchmark->bystanders)
            m_known[QString::fromStdString(entity.id)].entity = &entity;
        for (const auto& request : m_benchmark->requests) {
            const auto name = QString::fromStdString(request.name);
            const auto mark = [&](const std::vector<int>& entities, QString Known::*field) {
                for (const int index : entities) {
                    const auto& id = m_benchmark->entities[static_cast<std::size_t>(index)].id;
                    auto& known = m_known[QString::fromStdString(id)];
                    if ((known.*field).isEmpty())
                        known.*field = name;
                }
            };
            mark(request.forgetEntities, &Known::forgottenIn);
            mark(request.retainEntities, &Known::retainedIn);
        }
    }
    emit benchmarkChanged();
    if (m_benchmark && !m_selection.entity.isEmpty() && !entity(m_selection.entity))
        selectEntity({});
}

const Entity* Workspace::entity(const QString& id) const {
    return m_known.value(id).entity;
}

QString Workspace::forgottenIn(const QString& entity) const {
    const auto* asked = askedByChosen();
    return asked ? asked->value(entity).forgottenIn : m_known.value(entity).forgottenIn;
}

QString Workspace::retainedIn(const QString& entity) const {
    const auto* asked = askedByChosen();
    return asked ? asked->value(entity).retainedIn : m_known.value(entity).retainedIn;
}

const QHash<QString, Workspace::Asked>* Workspace::askedByChosen() const {
    const int chosen = chosenRun();
    if (chosen < 0)
        return nullptr;
    const auto& run = m_runs[static_cast<std::size_t>(chosen)];
    if (run.history.spec.requests.empty())
        return nullptr;
    if (std::exchange(m_askedOf, run.id) == run.id && !m_asked.isEmpty())
        return &m_asked;
    m_asked.clear();
    for (const auto& request : run.history.requests) {  // an entity's first request stands beside its name
        const auto name = QString::fromStdString(request.name);
        for (const auto& id : request.forgetEntities)
            if (auto& one = m_asked[QString::fromStdString(id)]; one.forgottenIn.isEmpty())
                one.forgottenIn = name;
        for (const auto& id : request.retainEntities)
            if (auto& one = m_asked[QString::fromStdString(id)]; one.retainedIn.isEmpty())
                one.retainedIn = name;
    }
    return &m_asked;
}

int Workspace::indexOf(const std::filesystem::path& source) const {
    const auto found =
        std::find_if(m_runs.begin(), m_runs.end(), [&](const auto& run) { return run.history.source == source; });
    return found == m_runs.end() ? -1 : static_cast<int>(found - m_runs.begin());
}

int Workspace::addRun(RunHistory history) {
    AnswerLog answers(history.answers);
    return addRun(std::move(history), std::move(answers));
}

int Workspace::addRun(RunHistory history, AnswerLog answers) {
    int index = indexOf(history.source);
    if (index < 0) {
        index = static_cast<int>(m_runs.size());
        m_runs.emplace_back().id = m_nextId++;
    }
    history.answers = {};
    at(index).history = std::move(history);
    at(index).answers = std::move(answers);
    runListChanged();
    return index;
}

AnswerLog Workspace::takeAnswers(int run) {
    return std::exchange(at(run).answers, {});
}

void Workspace::removeRun(int run) {
    at(run);
    m_runs.erase(m_runs.begin() + run);
    auto selection = m_selection;
    if (selection.run == run)
        selection.run = -1;
    else if (selection.run > run)
        --selection.run;
    const bool moved = selection != m_selection;
    m_selection = selection;  // before anybody looks at the list with the old index
    runListChanged();
    if (moved)
        emit selectionChanged();
}

void Workspace::setShown(const QList<int>& runs, bool shown) {
    bool changed = false;
    for (const int run : runs)
        changed |= std::exchange(at(run).shown, shown) != shown;
    if (changed)
        runListChanged();
}

void Workspace::setPinned(const QList<int>& runs, bool pinned) {
    bool changed = false;
    for (const int run : runs)
        changed |= std::exchange(at(run).pinned, pinned) != pinned;
    if (changed)
        emit runsChanged();
}

void Workspace::setNotes(int run, const QString& notes, const QStringList& tags) {
    auto& of = at(run);
    if (of.notes == notes && of.tags == tags)
        return;
    of.notes = notes;
    of.tags = tags;
    emit runsChanged();
}

void Workspace::moveRun(int run, int to) {
    at(run);
    at(to);
    if (run == to)
        return;
    const auto first = m_runs.begin();
    if (run < to)
        std::rotate(first + run, first + run + 1, first + to + 1);
    else
        std::rotate(first + to, first + run, first + run + 1);
    auto& selected = m_selection.run;
    const int before = selected;
    if (selected == run)
        selected = to;
    else if (run < selected && selected <= to)
        --selected;
    else if (to <= selected && selected < run)
        ++selected;
    runListChanged();
    if (selected != before)
        emit selectionChanged();
}

void Workspace::setSource(int run, const std::filesystem::path& source, const std::string& title) {
    auto& history = at(run).history;
    history.source = source;
    history.name = source.filename().string();
    history.spec.title = title;
    emit runsChanged();
}

void Workspace::setActivity(int run, const QString& activity, double progress, const QString& doing) {
    auto& of = at(run);
    if (of.activity == activity && of.progress == progress && of.doing == doing)
        return;
    of.activity = activity;
    of.progress = progress;
    of.doing = doing;
    emit activityChanged(run);
}

void Workspace::setStatus(int run, RunStatus status) {
    if (std::exchange(at(run).history.status, status) == status)
        return;
    emit activityChanged(run);
    emit statusChanged(run);
}

void Workspace::appendRows(int run, RunRows rows) {
    GrownKinds kinds;
    RunRows::tables([&](auto table) {
        const auto& came = rows.*table;
        if (!came.empty())
            kinds |= grown<typename std::decay_t<decltype(came)>::value_type>;
    });
    auto& to = at(run);
    to.answers.append(std::exchange(rows.answers, {}));
    to.history.append(std::move(rows));
    for (const auto kind : {Grown::Steps, Grown::Answers, Grown::Cells, Grown::Resources, Grown::Others})
        if (kinds.testFlag(kind))
            emit runGrew(run, kind);
}

void Workspace::setStages(int run, int stages) {
    if (std::exchange(at(run).history.stages, stages) != stages)
        emit runGrew(run, Grown::Stages);
}

void Workspace::setTrained(int run, int stage, std::int64_t stepsDone, std::int64_t stepsPlanned) {
    auto& requests = at(run).history.requests;
    if (stage < 1 || static_cast<std::size_t>(stage) > requests.size())
        return;
    auto& request = requests[static_cast<std::size_t>(stage) - 1];
    request.stepsDone = stepsDone;
    request.stepsPlanned = stepsPlanned;
    emit runGrew(run, Grown::Requests);
}

std::vector<int> Workspace::shownRuns() const {
    std::vector<int> shown;
    for (std::size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].shown)
            shown.push_back(static_cast<int>(i));
    return shown;
}

int Workspace::chosenRun() const {
    const auto shown = shownRuns();
    const bool selected = std::find(shown.begin(), shown.end(), m_selection.run) != shown.end();
    return selected ? m_selection.run : shown.empty() ? -1 : shown.front();
}

QStringList Workspace::requestsMade(int stage) const {
    QStringList made;
    const int run = chosenRun();
    if (run < 0)
        return made;
    const auto& requests = m_runs[static_cast<std::size_t>(run)].history.requests;
    for (std::size_t i = 0; i < requests.size() && static_cast<int>(i) < stage; ++i)
        made << QString::fromStdString(requests[i].name);
    return made;
}

void Workspace::setPublished(std::vector<RunHistory> published) {
    m_published = std::move(published);
    emit publishedChanged();
}

const RunHistory* Workspace::publishedOf(int run) const {
    if (m_published.empty())
        return nullptr;
    const auto& ours = m_runs[static_cast<std::size_t>(run)].history;
    const auto title = combinationTitle(choicesOf(ours.spec));
    for (const auto& theirs : m_published) {
        const bool sameOrder = theirs.requests.size() >= ours.requests.size() &&
                               std::equal(ours.requests.begin(), ours.requests.end(), theirs.requests.begin(),
                                          [](const RequestRow& a, const RequestRow& b) { return a.name == b.name; });
        if (sameOrder && combinationTitle(choicesOf(theirs.spec)) == title)
            return &theirs;
    }
    return nullptr;
}

QString Workspace::picturesNote() const {
    QStringList notes;
    for (const auto& run : m_runs) {
        const auto note = lacuna::picturesNote(run.history.spec.images);
        const auto text = QString::fromUtf8(note.data(), static_cast<qsizetype>(note.size()));
        if (run.shown && !text.isEmpty() && !notes.contains(text))
            notes << text;
    }
    return notes.join(tr(", "));
}

void Workspace::setStage(int stage) {
    stage = std::clamp(stage, 0, stageCount() - 1);
    if (std::exchange(m_stage, stage) != stage)
        emit stageChanged(stage);
}

int Workspace::stageCount() const {
    int count = 1;
    for (const int run : shownRuns())
        count = std::max(count, m_runs[static_cast<std::size_t>(run)].history.stageCount());
    return count;
}

int Workspace::measuredStages() const {
    int count = 0;
    for (const int run : shownRuns())
        count = std::max(count, m_runs[static_cast<std::size_t>(run)].history.stages);
    return count;
}

const RunHistory* Workspace::longestShown() const {
    const RunHistory* longest = nullptr;
    for (const int run : shownRuns()) {
        const auto& history = m_runs[static_cast<std::size_t>(run)].history;
        if (!longest || history.stageCount() > longest->stageCount())
            longest = &history;
    }
    return longest;
}

bool Workspace::ordersAgree() const {
    const auto* longest = longestShown();
    if (!longest)
        return true;
    for (const int run : shownRuns()) {
        const auto& history = m_runs[static_cast<std::size_t>(run)].history;
        for (int stage = 1; stage < history.stageCount(); ++stage)
            if (requestName(history, stage) != requestName(*longest, stage))
                return false;
    }
    return true;
}

QString Workspace::stageName(int stage) const {
    if (stage == 0)
        return originalName();
    if (ordersAgree())
        for (const int run : shownRuns())
            if (const auto& history = m_runs[static_cast<std::size_t>(run)].history; stage < history.stageCount())
                return tr("after %1").arg(QString::fromStdString(requestName(history, stage)));
    return tr("stage %1").arg(stage);
}

void Workspace::select(const Selection& selection) {
    if (selection == m_selection)
        return;
    m_selection = selection;
    emit selectionChanged();
}

void Workspace::selectEntity(const QString& entity) {
    if (entity == m_selection.entity)
        return;
    Selection selection;
    selection.run = m_selection.run;
    selection.task = m_selection.task;
    selection.entity = entity;
    select(selection);
}

void Workspace::selectRun(int run) {
    auto selection = m_selection;
    selection.run = run;
    select(selection);
}

void Workspace::setShowsReference(bool on) {
    if (std::exchange(m_showsReference, on) != on)
        emit referenceToggled(on);
}

WorkspaceRun& Workspace::at(int run) {
    return m_runs.at(static_cast<std::size_t>(run));
}

void Workspace::runListChanged() {
    emit runsChanged();
    setStage(m_stage);
}

}  // namespace lacuna
