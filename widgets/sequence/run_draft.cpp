// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/run_draft.h"

#include "core/base/error.h"
#include "core/catalog/gates.h"
#include "core/catalog/judges.h"
#include "core/runs/planned_steps.h"
#include "core/runs/run_branch.h"
#include "core/runs/spec_rows.h"
#include "widgets/common/run_names.h"

#include <QUndoStack>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <utility>

namespace lacuna {
namespace {

/// What is the benchmark's own is stored by name, and its own order as none, so that it stays right when another
/// benchmark is opened.
void store(RunSpec& spec, const Benchmark* benchmark, const RequestList& requests) {
    const auto known = benchmark ? requestsOf(*benchmark) : RequestList();
    const bool own = spec.parent.run.empty() && std::all_of(requests.begin(), requests.end(), [&](const auto& one) {
                         return std::find(known.begin(), known.end(), one) != known.end();
                     });
    spec.requests = own ? RequestList() : requests;
    spec.order.clear();
    if (own && requests != known)
        for (const auto& request : requests)
            spec.order.push_back(request.name);
}

template <typename Spec>
auto& valuesOf(Spec& spec, RunDraft::Table table) {
    return table == RunDraft::Table::Gate    ? spec.gateParameters
           : table == RunDraft::Table::Judge ? spec.judgeParameters
                                             : spec.parameters;
}

}  // namespace

/// Before and after; edits of one field in a row become one.
class DraftEdit final : public QUndoCommand {
public:
    DraftEdit(RunDraft& draft, RunSpec to, const QString& what, std::string typedInto)
        : QUndoCommand(what),
          m_draft(draft),
          m_from(draft.spec()),
          m_to(std::move(to)),
          m_typedInto(std::move(typedInto)) {}

    int id() const override { return 0x5E9; }
    void undo() override { m_draft.apply(m_from); }
    void redo() override { m_draft.apply(m_to); }
    bool mergeWith(const QUndoCommand* next) override {
        const auto* other = static_cast<const DraftEdit*>(next);
        if (&other->m_draft != &m_draft || m_typedInto.empty() || other->m_typedInto != m_typedInto)
            return false;
        m_to = other->m_to;
        setObsolete(m_from == m_to);
        return true;
    }

private:
    RunDraft& m_draft;
    RunSpec m_from, m_to;
    std::string m_typedInto;
};

RunDraft::RunDraft(const Workspace& workspace, QUndoStack& undo, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_undo(undo) {
    m_spec.preset = method().presets.front().id;
    m_combination = knownCombination();
    connect(&workspace, &Workspace::benchmarkChanged, this, &RunDraft::changed);
    connect(&workspace, &Workspace::runsChanged, this, &RunDraft::changed);
}

void RunDraft::edit(RunSpec to, const QString& what, const std::string& typedInto) {
    if (to != m_spec)
        m_undo.push(new DraftEdit(*this, std::move(to), what, typedInto));
}

/// The same object for the same choices: forms tell by it whether they are still of the draft's table.
const Combination* RunDraft::knownCombination() {
    const auto is = choicesOf(m_spec);
    auto combination = combinationOf(is);
    const std::array key{is.method, is.arrangement, is.objective, is.serving, is.trained};
    return &m_combinations.emplace(key, std::move(combination)).first->second;
}

void RunDraft::apply(const RunSpec& spec) {
    m_spec = spec;
    m_choicesProblem.clear();
    m_combination = nullptr;
    try {
        m_combination = knownCombination();
    } catch (const Error& error) {
        m_choicesProblem = QString::fromUtf8(error.what());
    }
    emit changed();
}

const Preset& RunDraft::preset() const {
    const auto& presets = method().presets;
    const auto found = std::find_if(presets.begin(), presets.end(), [&](auto& row) { return row.id == m_spec.preset; });
    return found == presets.end() ? presets.front() : *found;
}

namespace {

/// Leaves what is someone's own: a finished run stores every parameter.
void dropUsual(ParameterValues& values, const ParameterTable& table) {
    std::erase_if(values, [&](const auto& own) {
        const auto* row = findParameter(table, own.first);
        return !row || row->defaultValue == own.second;
    });
}

/// Leaves what is otherwise than the method says.
void dropUsualChoices(RunSpec& spec) {
    const auto is = combinationOf(choicesOf(spec));
    for (auto* choice : {&spec.arrangement, &spec.objective, &spec.serve, &spec.train}) {
        const auto chosen = std::exchange(*choice, asTheMethod);
        try {
            const auto without = combinationOf(choicesOf(spec));
            if (without.arrangement == is.arrangement && without.objective == is.objective &&
                without.serving == is.serving && without.trained == is.trained)
                continue;
        } catch (const Error&) {
            // Only with it do the others make sense.
        }
        *choice = chosen;
    }
}

}  // namespace

/// A run's spec as a draft: its choices without its provenance. Throws InputError for an unknown method, and for what
/// was made elsewhere: its stages are no settings.
RunSpec RunDraft::draftOf(RunSpec to) const {
    to = withoutProvenance(std::move(to));
    if (to.title.empty())
        to.title = to.name;
    to.name.clear();
    const auto& row = methodRow(to.method);
    if (arrangementRow(row.arrangement).given)
        throw inputError(
            "Nothing was trained in that run: its models were made elsewhere, and were measured with "
            "`lacuna measure`. Choose what this run is to do.");
    const auto known = [](const auto& rows, const std::string& id) {
        return std::any_of(rows.begin(), rows.end(), [&](const auto& each) { return each.id == id; });
    };
    if (!known(row.presets, to.preset))
        to.preset = row.presets.front().id;
    if (!known(gateRows(), to.gate))
        to.gate = gateRows().front().id;  // methods without a gate store none
    if (!known(judgeRows(), to.judge))
        to.judge = judgeRows().front().id;
    dropUsual(to.gateParameters, gateRow(to.gate).parameters);
    dropUsual(to.judgeParameters, judgeRow(to.judge).parameters);
    if (m_workspace.benchmark())
        store(to, m_workspace.benchmark(), requestsIn(to));
    to.benchmark = m_spec.benchmark;
    if (to.device.starts_with("cuda"))
        to.device = "cuda";  // not the one of several that it was
    // A finished run stores every choice and parameter: only those that differ from the preset are someone's own.
    const auto combination = combinationOf(choicesOf(to));
    const auto usual = combinationParameters(combination, to.preset);
    std::erase_if(to.parameters, [&](const auto& own) {
        const auto same = usual.find(own.first);
        return same == usual.end() || same->second == own.second;
    });
    dropUsualChoices(to);
    if (to.inputs == presetOf(row, to.preset).inputs)
        to.inputs = asTheMethod;
    return to;
}

void RunDraft::takeOver(const RunSpec& from) {
    auto own = from;
    if (own.benchmark != m_benchmark) {  // whose entities these are
        own.parent = {};
        own.requests.clear();
        own.order.clear();
    }
    auto to = draftOf(own);
    to.title = m_spec.title;
    edit(std::move(to), tr("take over a run's settings"));
}

void RunDraft::restore(const RunSpec& left) {
    try {
        apply(draftOf(left));
    } catch (const Error&) {
        // A method of another version: the draft begins anew.
    }
}

void RunDraft::setBenchmark(const std::string& benchmark) {
    m_benchmark = benchmark;
    emit changed();
}

void RunDraft::setName(const QString& name) {
    auto to = m_spec;
    to.title = name.toStdString();
    edit(std::move(to), tr("name the run"), "name");
}

void RunDraft::setMethod(const std::string& id) {
    const auto& row = methodRow(id);
    auto to = m_spec;
    to.method = id;
    if (std::none_of(row.presets.begin(), row.presets.end(), [&](auto& preset) { return preset.id == to.preset; }))
        to.preset = row.presets.front().id;
    to.arrangement = to.objective = to.serve = asTheMethod;
    std::erase_if(to.parameters, [&](const auto& own) { return !findParameter(row.parameters, own.first); });
    edit(std::move(to), tr("choose %1").arg(QString::fromStdString(row.name)));
}

void RunDraft::setPreset(const std::string& id) {
    auto to = m_spec;
    to.preset = id;
    to.inputs = asTheMethod;
    to.parameters.clear();
    edit(std::move(to), tr("choose the preset %1").arg(QString::fromStdString(id)));
}

const ParameterTable& RunDraft::parameters(Table table) const {
    static const ParameterTable none;
    if (table == Table::Judge)
        return judgeRow(m_spec.judge).parameters;
    if (!m_combination)
        return table == Table::Method ? method().parameters : none;
    if (table == Table::Method)
        return m_combination->parameters;
    return m_combination->serving->usesGate ? gateRow(m_spec.gate).parameters : none;
}

bool RunDraft::isOwn(const std::string& id, Table table) const {
    return valuesOf(m_spec, table).contains(id);
}

void RunDraft::setParameter(const std::string& id, double value, Table table) {
    auto to = m_spec;
    if (value == presetValue(id, table))
        valuesOf(to, table).erase(id);
    else
        valuesOf(to, table)[id] = value;
    edit(std::move(to), tr("set %1").arg(QString::fromStdString(findParameter(parameters(table), id)->label)),
         (table == Table::Gate    ? "gate_parameters."
          : table == Table::Judge ? "judge_parameters."
                                  : "parameters.") +
             id);
}

void RunDraft::resetParameter(const std::string& id, Table table) {
    auto to = m_spec;
    valuesOf(to, table).erase(id);
    edit(std::move(to), tr("reset %1").arg(QString::fromStdString(findParameter(parameters(table), id)->label)));
}

void RunDraft::resetParameters() {
    auto to = m_spec;
    to.parameters.clear();
    edit(std::move(to), tr("reset all parameters"));
}

void RunDraft::setField(const std::string& id, const std::string& value) {
    const auto& row = specRow(id);
    auto to = m_spec;
    lacuna::setField(to, row, value);
    const bool typed = row.kind == SpecRow::Kind::Whole || row.kind == SpecRow::Kind::Text;
    edit(std::move(to), tr("set %1").arg(QString::fromStdString(row.label)), typed ? id : std::string());
}

void RunDraft::setRequests(const RequestList& requests, const QString& what) {
    auto to = m_spec;
    store(to, m_workspace.benchmark(), requests);
    edit(std::move(to), what);
}

void RunDraft::setOrder(const std::vector<std::string>& order, const QString& what) {
    auto all = requests();
    if (const auto* benchmark = m_workspace.benchmark())
        for (auto& request : requestsOf(*benchmark))
            all.push_back(std::move(request));
    RequestList ordered;
    for (const auto& name : order)
        if (const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
            found != all.end())
            ordered.push_back(*found);
    setRequests(ordered, what);
}

void RunDraft::leaveParent() {
    auto to = m_spec;
    to.parent = {};
    store(to, m_workspace.benchmark(), requests());
    edit(std::move(to), tr("begin at the original model"));
}

double RunDraft::presetValue(const std::string& id, Table table) const {
    const auto& values = preset().values;
    if (const auto found = values.find(id); table == Table::Method && found != values.end())
        return found->second;
    const auto* row = findParameter(parameters(table), id);
    return row ? row->defaultValue : 0;
}

double RunDraft::parameter(const std::string& id, Table table) const {
    const auto& values = valuesOf(m_spec, table);
    const auto own = values.find(id);
    return own == values.end() ? presetValue(id, table) : own->second;
}

/// Of those a spec asks for by name alone the benchmark says what they are; one that it does not know forgets nobody.
RequestList RunDraft::requestsIn(const RunSpec& spec) const {
    const auto* benchmark = m_workspace.benchmark();
    const auto known = !spec.requests.empty() ? spec.requests : benchmark ? requestsOf(*benchmark) : RequestList();
    if (spec.order.empty())
        return known;
    RequestList list;
    for (const auto& name : spec.order) {
        const auto found = std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == name; });
        list.push_back(found != known.end() ? *found : SpecRequest{name, {}, {}});
    }
    return list;
}

RequestList RunDraft::requests() const {
    return requestsIn(m_spec);
}

std::vector<std::string> RunDraft::order() const {
    std::vector<std::string> names;
    for (const auto& request : requests())
        names.push_back(request.name);
    return names;
}

std::string RunDraft::freeName() const {
    auto taken = order();
    if (const auto* benchmark = m_workspace.benchmark())
        for (const auto& request : benchmark->requests)
            taken.push_back(request.name);
    return freeRequestName(taken);
}

const WorkspaceRun* RunDraft::parentRun() const {
    const int run = m_spec.parent.run.empty() ? -1 : m_workspace.indexOf(m_spec.parent.run);
    return run < 0 ? nullptr : &m_workspace.runs()[static_cast<std::size_t>(run)];
}

std::vector<std::string> RunDraft::leftOut() const {
    std::vector<std::string> names;
    const auto taken = order();
    if (const auto* benchmark = m_workspace.benchmark())
        for (const auto& request : benchmark->requests)
            if (std::find(taken.begin(), taken.end(), request.name) == taken.end())
                names.push_back(request.name);
    return names;
}

QString RunDraft::parameterProblem(const std::string& id, Table table) const {
    const auto* row = findParameter(parameters(table), id);
    if (!row)
        return tr("%1 has no parameter \"%2\".").arg(QString::fromStdString(method().name), QString::fromStdString(id));
    try {
        checkedParameters({*row}, {{id, parameter(id, table)}}, row->label);
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

QString RunDraft::nameProblem() const {
    try {
        checkRunTitle(m_spec.title);
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

/// As it was typed, without the spaces around it.
std::string RunDraft::ownTitle() const {
    return QString::fromStdString(m_spec.title).trimmed().toStdString();
}

QString RunDraft::finalName() const {
    const auto title = ownTitle();
    const auto wanted = title.empty() ? combinationId(choicesOf(m_spec)) : title;
    const auto taken = [this](const std::string& name) {
        const auto& runs = m_workspace.runs();
        return std::any_of(runs.begin(), runs.end(),
                           [&](const auto& run) { return run.history.name == name || shownName(run.history) == name; });
    };
    auto name = wanted;
    for (int number = 2; taken(name); ++number)
        name = wanted + "-" + std::to_string(number);
    return QString::fromStdString(name);
}

/// By its looks alone: whether the engine can serve it is said when the run starts.
QString RunDraft::modelProblem() const {
    std::error_code error;
    const std::filesystem::path folder = located(m_spec, {}).model;
    if (m_spec.model == RunSpec().model || std::filesystem::exists(folder / "config.json", error))
        return {};
    return tr("%1 holds no checkpoint: it has no config.json. Choose a folder in the Hugging Face layout.")
        .arg(QString::fromStdString(m_spec.model));
}

bool RunDraft::asksService() const {
    return m_combination && m_combination->serving->usesGate && gateRow(m_spec.gate).asksService;
}

QString RunDraft::problem() const {
    for (const auto& text : {nameProblem(), modelProblem(), m_choicesProblem})
        if (!text.isEmpty())
            return text;
    for (const auto table : {Table::Method, Table::Gate, Table::Judge})
        for (const auto& row : parameters(table))
            if (const auto text = parameterProblem(row.id, table); !text.isEmpty())
                return text;
    if (asksService() && (m_spec.endpoint.empty() || m_spec.endpointModel.empty()))
        return tr("Gate %1 asks a service: say where it is, and which of its models answers.")
            .arg(QString::fromStdString(gateRow(m_spec.gate).name));
    if (!m_workspace.benchmark())
        return tr("The benchmark is not loaded yet.");
    for (const auto& text : {requestsProblem(), parentProblem()})
        if (!text.isEmpty())
            return text;
    return {};
}

QString RunDraft::requestsProblem() const {
    const auto& benchmark = *m_workspace.benchmark();
    const auto all = requests();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto name = QString::fromStdString(all[i].name);
        const auto& known = benchmark.requests;
        if (m_spec.requests.empty() &&
            std::none_of(known.begin(), known.end(), [&](const auto& request) { return request.name == all[i].name; }))
            return tr("The benchmark has no request \"%1\". Leave it out.").arg(name);
        if (const auto text = requestProblem(all, i, benchmark); !text.isEmpty())
            return tr("Request %1: %2").arg(name, text);
    }
    return {};
}

QString RunDraft::parentProblem() const {
    if (m_spec.parent.run.empty())
        return {};
    const auto* parent = parentRun();
    if (parent && parent->history.spec.benchmark != m_benchmark)
        return tr("%1, which it goes on from, was made on another benchmark. Open that one, or begin at the original "
                  "model.")
            .arg(runName(m_workspace, m_workspace.indexOf(m_spec.parent.run)));
    try {
        if (!parent)
            return {};
        const auto spec = complete();
        checkBranchChoices(parent->history.spec, spec, shownName(parent->history));
        if (spec.order.size() == static_cast<std::size_t>(made()) && !measuresOtherwise(parent->history.spec, spec))
            return tr("Nothing is left to do behind %1: make a new request, or choose another way to serve or judge.")
                .arg(QString::fromStdString(spec.order.back()));
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

/// What is seen is what is trained on.
std::string RunDraft::images() const {
    const auto* benchmark = m_workspace.benchmark();
    return !benchmark               ? RunSpec().images
           : benchmark->surrogate   ? "surrogate"
           : benchmark->leftOut > 0 ? "present"
                                    : RunSpec().images;
}

RunSpec RunDraft::checked() const {
    if (const auto text = problem(); !text.isEmpty())
        throw inputError("{}", text.toStdString());
    return complete();
}

RunSpec RunDraft::complete() const {
    auto spec = m_spec;
    spec.benchmark = m_benchmark;
    spec.images = images();
    spec.asReleased = m_workspace.benchmark()->asReleased;
    spec.order = order();
    spec.title = ownTitle().empty() ? std::string() : finalName().toStdString();
    spec.name = folderNameOf(spec.title, combinationId(choicesOf(spec)));
    return checkedRunSpec(std::move(spec));
}

std::optional<std::vector<std::int64_t>> RunDraft::steps() const {
    const auto* benchmark = m_workspace.benchmark();
    if (!benchmark || !problem().isEmpty())
        return std::nullopt;
    std::vector<std::int64_t> pairs;
    for (const auto& one : requests())
        pairs.push_back(forgetPairs(*benchmark, ownRequest(*benchmark, one.name, one.forget, one.retain),
                                    m_spec.trainPhrasings == "all"));
    auto steps = plannedSteps(pairs, checked());
    std::fill_n(steps.begin(), std::min(steps.size(), static_cast<std::size_t>(made())), 0);
    return steps;
}

namespace {

/// What one training step and one test (a stage's answers on one task) took in a run; nothing where it has no steps.
struct Pace {
    double stepS = 0, testS = 0;
};
std::optional<Pace> paceOf(const RunHistory& run) {
    const auto& steps = run.steps;
    double training = 0, testing = steps.size() > 0 ? steps.elapsedS.front() : 0;
    std::int64_t trained = 0;
    for (std::size_t i = 1; i < steps.size(); ++i) {
        const double passed = steps.elapsedS[i] - steps.elapsedS[i - 1];
        const bool sameStage = steps.stage[i] == steps.stage[i - 1];
        (sameStage ? training : testing) += passed;
        trained += sameStage;
    }
    const auto tests = static_cast<double>(run.requests.size() * run.requests.size());  // the last is after all steps
    if (trained == 0 || training <= 0 || tests == 0)
        return std::nullopt;
    return Pace{training / static_cast<double>(trained), testing / tests};
}

}  // namespace

std::optional<RunDraft::Estimate> RunDraft::estimate() const {
    const auto planned = steps();
    if (!planned)
        return std::nullopt;
    const auto& runs = m_workspace.runs();
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto& run = runs[i];
        const auto& spec = run.history.spec;
        const bool alike = combinationTitle(choicesOf(spec)) == combinationTitle(choicesOf(m_spec)) &&
                           spec.benchmark == m_benchmark && spec.model == m_spec.model && spec.plan == m_spec.plan &&
                           spec.images == images();
        const auto batch = spec.parameters.find("batch");
        const bool sameBatch = batch == spec.parameters.end() || batch->second == parameter("batch");
        if (alike && sameBatch && run.history.status == RunStatus::Finished && paceOf(run.history) &&
            (!best || spec.createdUtc >= runs[*best].history.spec.createdUtc))
            best = i;
    }
    if (!best)
        return std::nullopt;
    const auto pace = *paceOf(runs[*best].history);
    const auto training = std::accumulate(planned->begin(), planned->end(), std::int64_t{0});
    const auto tests = (planned->size() + 1) * planned->size();
    Estimate estimate;
    estimate.seconds = pace.stepS * static_cast<double>(training) + pace.testS * static_cast<double>(tests);
    for (const auto& row : runs[*best].history.resources) {
        estimate.cpuMib = std::max(estimate.cpuMib, row.cpuMib);
        estimate.gpuMib = std::max(estimate.gpuMib, std::isnan(row.gpuMib) ? 0 : row.gpuMib);
    }
    estimate.measuredOn = runNames(m_workspace)[*best].whole();
    return estimate;
}

}  // namespace lacuna
