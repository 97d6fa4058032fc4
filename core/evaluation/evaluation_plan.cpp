// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/evaluation_plan.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace lacuna {
namespace {

std::vector<int> heldOutViews(const Entity& entity) {
    std::vector<int> views;
    for (std::size_t v = 0; v < entity.views.size(); ++v)
        if (entity.views[v].heldOut)
            views.push_back(static_cast<int>(v));
    return views;
}

/// Views that a question is asked on: held-out ones, else those of the entity's training items with that question.
using ViewsOfQuestion = std::vector<std::vector<int>>;

/// No bystander is trained on: without held-out views it is asked on all.
ViewsOfQuestion viewsOfBystander(const Entity& bystander) {
    auto views = heldOutViews(bystander);
    if (views.empty()) {
        views.resize(bystander.views.size());
        std::iota(views.begin(), views.end(), 0);
    }
    return ViewsOfQuestion(bystander.questions.size(), views);
}

ViewsOfQuestion viewsOf(const Benchmark& benchmark, int entity) {
    const auto& asked = benchmark.entities[static_cast<std::size_t>(entity)];
    ViewsOfQuestion views(asked.questions.size(), heldOutViews(asked));
    if (views.empty() || !views.front().empty())
        return views;
    std::vector<std::set<int>> ofItems(asked.questions.size());
    for (const auto& request : benchmark.requests)
        for (const auto* items : {&request.forget, &request.retain})
            for (const auto& item : *items)
                if (item.entity == entity)
                    ofItems[static_cast<std::size_t>(item.question)].insert(item.view);
    for (std::size_t q = 0; q < views.size(); ++q)
        views[q].assign(ofItems[q].begin(), ofItems[q].end());
    return views;
}

/// Another phrasing than the first, where there is one.
int otherPhrasing(const Question& question, Random& random) {
    const auto count = question.phrasings.size();
    return count < 2 ? 0 : static_cast<int>(1 + random.index(count - 1));
}

void addDefault(std::vector<Probe>& probes, int index, const Entity& entity, const ViewsOfQuestion& views) {
    const bool heldOut = std::any_of(entity.views.begin(), entity.views.end(), [](const auto& v) { return v.heldOut; });
    bool first = true;  // items: in turn the first phrasing and another
    for (std::size_t q = 0; q < entity.questions.size(); ++q) {
        const auto& question = entity.questions[q];
        Random random(deriveSeed(0, "plan " + entity.id + " " + std::to_string(q)));
        auto order = views[q];
        random.shuffle(order);
        if (heldOut) {
            const Probe one{index, order.front(), static_cast<int>(q), 0};
            const Probe other{index, order[order.size() > 1 ? 1 : 0], static_cast<int>(q),
                              otherPhrasing(question, random)};
            probes.push_back(one);
            if (other != one)
                probes.push_back(other);
            continue;
        }
        for (const int view : views[q]) {
            probes.push_back({index, view, static_cast<int>(q), first ? 0 : otherPhrasing(question, random)});
            first = !first;
        }
    }
}

/// One question, the kinds taking turns over the bystanders, on one of its views.
void addOne(std::vector<Probe>& probes, int index, const Entity& bystander, const ViewsOfQuestion& views) {
    const auto q = static_cast<std::size_t>(index) % bystander.questions.size();
    Random random(deriveSeed(0, "plan " + bystander.id));
    probes.push_back({index, views[q][random.index(views[q].size())], static_cast<int>(q), 0});
}

void addFull(std::vector<Probe>& probes, int index, const Entity& entity, const ViewsOfQuestion& views) {
    for (std::size_t q = 0; q < entity.questions.size(); ++q)
        for (const int view : views[q])
            for (std::size_t p = 0; p < entity.questions[q].phrasings.size(); ++p)
                probes.push_back({index, view, static_cast<int>(q), static_cast<int>(p)});
}

}  // namespace

EvaluationPlan makePlan(const Benchmark& benchmark, const std::string& id, const std::vector<int>& entities) {
    if (id != "default" && id != "full")
        throw inputError("There is no evaluation plan \"{}\". Known are: default, full.", id);
    std::set<int> asked;
    for (const auto& request : benchmark.requests) {
        asked.insert(request.forgetEntities.begin(), request.forgetEntities.end());
        asked.insert(request.retainEntities.begin(), request.retainEntities.end());
    }
    EvaluationPlan plan{id, {}, {}};
    if (!entities.empty()) {
        const std::set<int> chosen(entities.begin(), entities.end());
        if (chosen != asked)
            plan.id += fmt::format(" of {}", fmt::join(chosen, " "));
        asked = chosen;
    }
    for (const int index : asked) {
        const auto& entity = benchmark.entities[static_cast<std::size_t>(index)];
        (id == "full" ? addFull : addDefault)(plan.probes, index, entity, viewsOf(benchmark, index));
    }
    for (std::size_t b = 0; b < benchmark.bystanders.size(); ++b) {
        const auto& bystander = benchmark.bystanders[b];
        if (!bystander.questions.empty() && !bystander.views.empty())
            (id == "full" ? addFull : addOne)(plan.bystanders, static_cast<int>(b), bystander,
                                              viewsOfBystander(bystander));
    }
    if (plan.probes.empty())
        throw inputError("{} has nothing to ask: no entity of its requests has both a question and a picture.",
                         benchmark.title);
    return plan;
}

}  // namespace lacuna
