// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attack_pictures.h"
#include "core/attacks/attacks.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/images/perturb.h"

#include <map>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

class ChangedView final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        const auto& changes = pictureChanges();
        const auto& benchmark = target.inputs().benchmark;
        std::vector<std::map<fs::path, fs::path>> changed(changes.size());  // by the picture itself
        std::vector<fs::path> all;
        for (std::size_t place = 0; place < target.probes().size(); ++place) {
            const auto& view = target.entityOf(place).views[static_cast<std::size_t>(target.probes()[place].view)];
            const auto path = benchmark.imagePath(view);
            if (changed.front().contains(path))
                continue;
            const auto picture = readPicture(path);
            for (std::size_t i = 0; i < changes.size(); ++i) {
                interruptionPoint();
                all.push_back(changed[i][path] =
                                  attackPicture(changes[i].of(picture, deriveSeed(orders.seed, view.image))));
            }
        }
        const int parts = static_cast<int>(changes.size()) + 1;
        target.addPictures(all, partOfAttack(orders.progress, "views", 0, parts));
        AttackOutcome outcome;
        const auto places = allPlaces(target);
        for (std::size_t i = 0; i < changes.size(); ++i) {
            auto questions = target.questions(places);
            for (std::size_t q = 0; q < questions.size(); ++q) {
                const auto& probe = target.probes()[places[q]];
                const auto& view = target.entityOf(places[q]).views[static_cast<std::size_t>(probe.view)];
                questions[q].picture = target.inputs().features.row(changed[i].at(benchmark.imagePath(view)));
            }
            outcome.variants.push_back({std::string(changes[i].id), 0, places,
                                        target.inputs().evaluator.ask(
                                            target.subject(), questions,
                                            partOfAttack(orders.progress, "views", static_cast<int>(i) + 1, parts))});
        }
        return outcome;
    }
};

}  // namespace

std::unique_ptr<Attack> makeView() {
    return std::make_unique<ChangedView>();
}

}  // namespace lacuna
