// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/matched_utility.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/sha256.h"
#include "core/unlearning/rate_search.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unistd.h>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr const char* asked = "match_utility";
constexpr auto rates = {"lr", "projector_lr", "vision_lr"};

/// The same run, its rates times `factor`.
ResolvedRun trialOf(const ResolvedRun& run, double factor) {
    auto trial = run;
    scaleRates(trial.parameters, combinationOf(choicesOf(run.spec)).parameters, factor);
    trial.parameters[asked] = 0;
    trial.spec.parameters = trial.parameters;
    return trial;
}

/// All that a trial's number depends on but the factor.
std::string keyOf(const ResolvedRun& run) {
    auto spec = trialOf(run, 1).spec;
    for (auto* text : {&spec.name, &spec.title, &spec.createdUtc, &spec.madeIn, &spec.preset})
        text->clear();
    return sha256(toJson(spec));
}

/// Keeps the utility of each stage that is measured: on what all requests keep, as the retention curve has it.
class Watch final : public RunObserver {
public:
    double utility = 0, original = 0;
    void rowsCame(const RunRows& rows) override {
        for (const auto& cell : rows.cells)
            if (cell.metric == "mu" && cell.split == Split::Retain) {
                m_sum += cell.value;
                ++m_tasks;
            }
    }
    void requestTrained(int, std::int64_t, std::int64_t) override {}
    void stageDone(int stage) override {
        utility = m_tasks > 0 ? m_sum / m_tasks : 0;
        if (stage == 0)
            original = utility;
        m_sum = 0;
        m_tasks = 0;
    }

private:
    double m_sum = 0;
    int m_tasks = 0;
};

class TrialControl final : public RunControl {
public:
    TrialControl(const std::function<void()>& within, const ProgressFunction& progress, std::string what)
        : m_within(within), m_progress(progress), m_what(std::move(what)) {}
    Decision betweenSteps() override {
        m_within();
        return Decision::GoOn;
    }
    void within() override { m_within(); }
    void progress(int, RunPhase, const Progress& at) override {
        if (m_progress)
            m_progress({m_what, at.done, at.total, at.secondsLeft});
    }

private:
    const std::function<void()>& m_within;
    const ProgressFunction& m_progress;
    std::string m_what;
};

/// A folder of its own for what a trial writes, gone with it.
class TrialFolder {
public:
    explicit TrialFolder(const fs::path& beside) : m_path(beside) {
        m_path += fmt::format(".{}.part", ::getpid());
        fs::remove_all(m_path);
        fs::create_directories(m_path);
    }
    ~TrialFolder() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    TrialFolder(const TrialFolder&) = delete;
    TrialFolder& operator=(const TrialFolder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

std::vector<TrialRow> known(const fs::path& file) {
    std::vector<TrialRow> trials;
    try {
        if (isThere(file))
            for (const auto& one : readJson(file))
                trials.push_back({one.at("factor"), one.at("utility"), one.at("original")});
    } catch (const std::exception&) {
        trials.clear();  // of another version, or damaged: they are made anew
    }
    return trials;
}

void keep(const fs::path& file, const std::vector<TrialRow>& trials) {
    auto all = nlohmann::json::array();
    for (const auto& trial : trials)
        all.push_back({{"factor", trial.factor}, {"utility", trial.utility}, {"original", trial.original}});
    writeFileAtomically(file, all.dump() + "\n");
}

std::string noteOf(const RateSearch& search, const ResolvedRun& run, const std::vector<TrialRow>& trials,
                   double share) {
    const auto& request = run.request(1).name;
    const auto best =
        std::find_if(trials.begin(), trials.end(), [&](const auto& trial) { return trial.factor == search.best(); });
    auto text = fmt::format(
        "Utility matched by {} short trainings of request {}: the rates times {:.3g} leave {:.3f} of "
        "the original's {:.3f}, {:.0f} % where {:.0f} % were asked for.",
        trials.size(), request, best->factor, best->utility, best->original, 100 * best->utility / best->original,
        100 * share);
    if (search.met())
        return text;
    return text + (search.decidesNothing() ? " The rates decide nothing here, so they stay as they were."
                                           : " No rate that was tried comes nearer.");
}

}  // namespace

bool matchesUtility(const ResolvedRun& run) {
    const auto found = run.parameters.find(asked);
    return run.objective && found != run.parameters.end() && found->second > 0;
}

void scaleRates(ParameterValues& parameters, const ParameterTable& table, double factor) {
    for (const char* rate : rates)
        if (const auto found = parameters.find(rate); found != parameters.end()) {
            const auto* row = findParameter(table, rate);
            found->second = std::clamp(found->second * factor, row->minimum, row->maximum);
        }
}

MatchedUtility matchUtility(const RunInputs& inputs, const ResolvedRun& run, const fs::path& kept,
                            const std::function<void()>& within, const ProgressFunction& progress) {
    const double share = run.parameters.at(asked);
    const auto file = kept / (keyOf(run) + ".json");
    fs::create_directories(kept);
    const auto before = known(file);
    std::vector<TrialRow> trials;
    std::optional<RateSearch> search;
    const auto take = [&](const TrialRow& trial) {
        if (trial.original <= 0)
            throw inputError(
                "The original model has no utility on what the requests keep, so no share of it can be left. Leave "
                "match_utility at 0.");
        if (!search)
            search.emplace(share * trial.original);
        trials.push_back(trial);
        search->tried(trial.factor, trial.utility);
    };
    for (std::optional<double> factor = 1; factor; factor = search->next()) {
        const auto same =
            std::find_if(before.begin(), before.end(), [&](const auto& trial) { return trial.factor == *factor; });
        if (same != before.end()) {
            take(*same);
            continue;
        }
        const TrialFolder folder(file);
        auto own = inputs;
        own.folder = folder.path();
        Watch watch;
        TrialControl control(within, progress,
                             fmt::format("matching utility, trial {}: rates times {:.3g}", trials.size() + 1, *factor));
        LifelongRun trial(own, trialOf(run, *factor), watch, control);
        const bool first = trials.empty();
        if (trial.run(first ? 0 : 1, {}, 0, 0, 1) == LifelongRun::Outcome::Stopped)
            throw Cancelled{};
        take({*factor, watch.utility, first ? watch.original : trials.front().original});
        keep(file, trials);
    }
    return {search->best(), trials, noteOf(*search, run, trials, share)};
}

}  // namespace lacuna
