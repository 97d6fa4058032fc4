// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/benign.h"

#include "core/attacks/attacks.h"

#include <array>
#include <cmath>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr std::array sizes{0.1, 0.25, 0.5, 0.75, 1.0};
constexpr const char* farQuestion = "What is this?";

/// Everything about those who are kept and stand in a class of the forgotten.
std::vector<TaughtSample> nearSamples(const AttackTarget& target) {
    const auto& benchmark = target.inputs().benchmark;
    std::set<std::string> classes;
    for (const int index : target.forgotten())
        classes.insert(benchmark.entities[static_cast<std::size_t>(index)].className);
    std::vector<int> entities;
    for (const int index : target.retained())
        if (classes.contains(benchmark.entities[static_cast<std::size_t>(index)].className))
            entities.push_back(index);
    return samplesAbout(target, entities);
}

/// Names of what nobody asks about.
std::vector<TaughtSample> farSamples(AttackTarget& target, std::int64_t most, const ProgressFunction& progress) {
    const auto& benchmark = target.inputs().benchmark;
    std::vector<fs::path> pictures;
    for (const auto& distractor : benchmark.distractors)
        if (static_cast<std::int64_t>(pictures.size()) < most)
            pictures.push_back(benchmark.folder / distractor.image);
    if (pictures.empty())
        return {};
    target.addPictures(pictures, progress);
    std::vector<TrainingPair> pairs;
    for (std::size_t i = 0; i < pictures.size(); ++i)
        pairs.push_back({farQuestion, benchmark.distractors[i].name, target.inputs().features.row(pictures[i])});
    return taughtSamples(target, pairs, std::vector<int>(pairs.size(), -1));
}

class Benign final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        const auto most = static_cast<std::int64_t>(orders.parameters.at("samples"));
        AttackOutcome outcome;
        const int parts = 2 * static_cast<int>(sizes.size());
        // Added first: pictures that come open the target anew, and the other set's samples are routed by it.
        auto far = farSamples(target, most, partOfAttack(orders.progress, "benign: pictures", 0, parts));
        const auto near = nearSamples(target);
        for (const auto& [name, samples, part] :
             {std::tuple("near", near, 0), std::tuple("far", far, static_cast<int>(sizes.size()))}) {
            requireBenign(target, samples);
            if (samples.empty())
                outcome.note +=
                    fmt::format("{}The benchmark has no {} samples.", outcome.note.empty() ? "" : " ", name);
            else
                train(target, orders, name, samples, part, outcome);
        }
        if (outcome.variants.empty())
            throw DoesNotApply("The benchmark has nothing beside the forgotten: " + outcome.note);
        return outcome;
    }

private:
    static void train(const AttackTarget& target, const AttackOrders& orders, const std::string& name,
                      const std::vector<TaughtSample>& samples, int firstPart, AttackOutcome& outcome) {
        const int parts = 2 * static_cast<int>(sizes.size());
        const auto places = allPlaces(target);
        FineTuning training(target, samples, orders.parameters, orders.seed);
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const auto amount = std::llround(sizes[i] * orders.parameters.at("samples"));
            const int part = firstPart + static_cast<int>(i);
            const auto progress = partOfAttack(orders.progress, fmt::format("benign, {}", name), part, parts);
            while (training.samplesSeen() < amount) {
                training.step();
                if (progress)
                    progress({"", 0, 0});
            }
            const auto subject = training.subject();
            outcome.variants.push_back(
                {name, amount, places, target.inputs().evaluator.ask(*subject, target.questions(places), progress)});
        }
        outcome.samples = std::max(outcome.samples, training.samplesSeen());
        outcome.steps = std::max(outcome.steps, training.steps());
    }
};

}  // namespace

void requireBenign(const AttackTarget& target, const std::vector<TaughtSample>& samples) {
    for (const auto& sample : samples)
        if (target.forgotten().contains(sample.entity))
            throw inputError(
                "A benign sample is about {}, who was to be forgotten: such a set attacks, and shows nothing.",
                target.inputs().benchmark.entities[static_cast<std::size_t>(sample.entity)].name);
}

std::unique_ptr<Attack> makeBenign() {
    return std::make_unique<Benign>();
}

}  // namespace lacuna
