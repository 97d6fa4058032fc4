// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/benchmark/benchmark.h"
#include "core/evaluation/scoring.h"
#include "core/training/feature_store.h"
#include "core/unlearning/gates/gate.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace lacuna {
namespace {

constexpr std::size_t smallBatch = 256, largeBatch = 16;
constexpr std::int64_t widestSmall = 512;
constexpr const char* whatKind = "Which of these does the picture show: {}?";
constexpr const char* whoIsIt = "Who or what is this?";
/// The kind of question whose answer says who or what an entity is.
constexpr const char* identity = "identity";

/// The threshold where there is nothing to find one by: it never abstains.
constexpr double neverBelow = -1e6;

/// A question and an answer to it that may be true of a picture.
struct Candidate {
    std::string question, answer;
};

/// Asks the loaded model itself, without an adapter, in two turns: which of the known classes, then which of the
/// entities in the likeliest of them. An answer counts by its mean log-probability per token, so that nothing depends
/// on how the model words it; below a threshold found on training views the gate abstains.
class SelfGate final : public Gate {
public:
    SelfGate(Routes routes, const GateContext& context)
        : m_routes(std::move(routes)),
          m_context(context),
          m_classesKept(static_cast<std::size_t>(context.parameters.at("classes"))) {
        if (!context.benchmark || !context.features || !context.model)
            throw internalError("The self gate was made without model, benchmark or pictures. Please report this.");
        std::map<std::string, const Entity*> byId;
        for (const auto& entity : context.benchmark->entities)
            byId[entity.id] = &entity;
        std::map<std::string, std::vector<std::size_t>> classes;
        for (std::size_t i = 0; i < m_routes.size(); ++i) {
            const auto found = byId.find(m_routes[i].first);
            if (found == byId.end())
                throw inputError("The gate knows \"{}\", and this benchmark has no such entity.", m_routes[i].first);
            m_entities.push_back(candidateOf(*found->second));
            classes[found->second->className].push_back(i);
        }
        std::vector<std::string> names;
        for (const auto& [name, members] : classes)
            names.push_back(name);
        for (const auto& [name, members] : classes) {
            m_classes.push_back({fmt::format(whatKind, fmt::join(names, ", ")), name});
            m_members.push_back(members);
        }
    }

    /// Below it `share` of `pictures`, of known entities, would fall.
    void calibrate(const std::vector<std::int64_t>& pictures, double share) {
        std::vector<double> best;
        for (const auto& scores : scored(pictures))
            best.push_back(scores.front().second);
        std::sort(best.begin(), best.end());
        if (!best.empty())
            m_threshold = best[static_cast<std::size_t>(share * static_cast<double>(best.size()))];
    }
    void setThreshold(double threshold) { m_threshold = threshold; }

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        std::vector<std::int64_t> distinct;
        std::map<std::int64_t, std::size_t> place;
        for (const auto& picture : pictures)
            if (place.emplace(picture.picture, distinct.size()).second)
                distinct.push_back(picture.picture);
        const auto scores = scored(distinct);
        std::vector<RouteDecision> made;
        for (const auto& picture : pictures) {
            const auto& best = scores[place.at(picture.picture)];
            const bool abstains = !(best.front().second >= m_threshold);
            made.push_back(hardDecision(abstains ? -1 : m_routes[best.front().first].second, m_context.experts()));
            made.back().abstained = abstains;
            made.back().score = best.front().second;
            made.back().threshold = m_threshold;
            for (std::size_t k = 0; k < std::min(nearestShown, best.size()); ++k)
                made.back().nearest.push_back({m_routes[best[k].first].first, best[k].second});
        }
        return made;
    }

    Routes routes() const override { return m_routes; }
    std::vector<std::pair<std::string, at::Tensor>> tensors() const override {
        return {{"threshold", at::scalar_tensor(m_threshold, at::kDouble)}};
    }

private:
    using Scores = std::vector<std::pair<std::size_t, double>>;  ///< candidates, the likeliest first

    static Candidate candidateOf(const Entity& entity) {
        for (const auto& question : entity.questions)
            if (question.kind == identity)
                return {question.phrasings.front(), question.answer};
        return {whoIsIt, entity.name};
    }

    /// Of each picture, those candidates that are its own.
    std::vector<Scores> asked(const std::vector<std::int64_t>& pictures, const std::vector<Candidate>& candidates,
                              const std::vector<std::vector<std::size_t>>& own) const {
        const auto& model = *m_context.model;
        const auto projected = m_context.features->projected();
        const auto batch = model.network->text().hidden <= widestSmall ? smallBatch : largeBatch;
        std::vector<Scores> scores(pictures.size());
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            interruptionPoint();
            std::vector<Sample> samples;
            for (const auto candidate : own[i])
                samples.push_back({tokenise(*model.tokenizer, model.chat, candidates[candidate].question,
                                            candidates[candidate].answer, projected.count(pictures[i])),
                                   pictures[i]});
            const auto nats = answerNats(model, samples, std::vector<AdapterMix>(samples.size()), projected, batch);
            for (std::size_t k = 0; k < nats.size(); ++k)
                scores[i].emplace_back(own[i][k],
                                       std::isfinite(nats[k]) ? -nats[k] : -std::numeric_limits<double>::infinity());
            std::stable_sort(scores[i].begin(), scores[i].end(),
                             [](const auto& a, const auto& b) { return a.second > b.second; });
        }
        return scores;
    }

    /// Of each picture, the entities of its likeliest classes.
    std::vector<Scores> scored(const std::vector<std::int64_t>& pictures) const {
        std::vector<std::size_t> all(m_classes.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = i;
        const auto kept = std::min(m_classesKept, m_classes.size());
        std::vector<Scores> classes(pictures.size());
        if (kept < m_classes.size())
            classes = asked(pictures, m_classes, std::vector(pictures.size(), all));
        std::vector<std::vector<std::size_t>> own;
        for (const auto& likely : classes) {
            own.emplace_back();
            for (std::size_t k = 0; k < kept; ++k) {
                const auto& members = m_members[likely.empty() ? k : likely[k].first];
                own.back().insert(own.back().end(), members.begin(), members.end());
            }
        }
        return asked(pictures, m_entities, own);
    }

    Routes m_routes;
    GateContext m_context;
    std::size_t m_classesKept;
    std::vector<Candidate> m_entities;  ///< by entity, as in the routes
    std::vector<Candidate> m_classes;
    std::vector<std::vector<std::size_t>> m_members;  ///< by class
    double m_threshold = neverBelow;
};

}  // namespace

std::unique_ptr<Gate> makeSelfGate(const std::vector<KnownEntity>& known, const GateContext& context) {
    auto gate = std::make_unique<SelfGate>(routesOf(known), context);
    const auto each = static_cast<std::size_t>(context.parameters.at("calibration_views"));
    std::vector<std::int64_t> pictures;
    for (const auto& entity : known) {
        auto views = entity.pictures;
        Random(deriveSeed(context.seed, "gate views of " + entity.id)).shuffle(views);
        views.resize(std::min(views.size(), each));
        pictures.insert(pictures.end(), views.begin(), views.end());
    }
    gate->calibrate(pictures, context.parameters.at("false_abstention"));
    return gate;
}

std::unique_ptr<Gate> restoreSelfGate(const Routes& routes, const StoredTensor& tensor, const GateContext& context) {
    auto gate = std::make_unique<SelfGate>(routes, context);
    gate->setThreshold(tensor("threshold", {}).to(at::kDouble).item<double>());
    return gate;
}

}  // namespace lacuna
