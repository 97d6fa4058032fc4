// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/mount.h"
#include "core/base/error.h"
#include "core/base/interruption.h"
#include "core/catalog/attacks.h"
#include "core/engine/worker/job.h"
#include "core/runs/run_folder.h"

#include <algorithm>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

class AttackJob final : public Job {
public:
    AttackJob(std::uint64_t id, command::Attack attack) : Job(id, attack.folder), m_attack(std::move(attack)) {}
    event::RunEnded::How work(JobHost& host) override;

private:
    /// The stage that is meant, among those that are sealed.
    int stage() const;
    /// One entry of the log with its answers.
    static AttackLog alone(const AttackLog& log, const AttackEntry& entry);
    void keep(JobHost& host, const AttackLog& mounted, int done);

    command::Attack m_attack;
};

int AttackJob::stage() const {
    const auto sealed = static_cast<int>(readManifest(RunFolder::open(folder())).sealed.size());
    const int stage = m_attack.stage < 0 ? sealed - 1 : m_attack.stage;
    if (stage >= sealed)
        throw inputError("{}: stage {} has not been reached yet; stages 1 to {} can be attacked.", folder().string(),
                         stage, sealed - 1);
    if (stage < 1)
        throw inputError("{}: {}", folder().string(),
                         sealed < 2 ? "no stage of it that forgets anybody is sealed yet. Wait for its run, or go on "
                                      "with `lacuna resume`."
                                    : "stage 0 is the original model, which has forgotten nobody.");
    return stage;
}

AttackLog AttackJob::alone(const AttackLog& log, const AttackEntry& entry) {
    AttackLog one{{entry}, {}};
    for (const auto* answer : log.answersOf(entry)) {
        one.answers.push_back(*answer);
        one.answers.back().entry = 0;
    }
    return one;
}

void AttackJob::keep(JobHost& host, const AttackLog& mounted, int done) {
    keepAttacks(folder(), mounted);
    host.emit(event::AttackMounted{id(), folder(), mounted, done, static_cast<int>(m_attack.attacks.size())});
}

event::RunEnded::How AttackJob::work(JobHost& host) {
    auto& workplace = host.workplace();
    const int stage = this->stage();
    for (auto& order : m_attack.attacks) {
        const auto& row = attackRow(order.attack);
        order.parameters = checkedParameters(row.parameters, order.parameters, fmt::format("Attack {}", row.id));
    }
    auto log = readAttackLog(folder());  // what is wrong with the file is said before anything is computed
    const auto asWritten = RunFolder::open(folder()).readSpec();
    auto spec = asWritten;
    requirePlaces(spec, folder());
    host.open(spec);
    if (!asWritten.modelHash.empty() &&
        (spec.modelHash != asWritten.modelHash || spec.benchmarkHash != asWritten.benchmarkHash))
        throw inputError("{}: the {} has changed since this run was made; an attack would be on another model.",
                         folder().string(), spec.modelHash != asWritten.modelHash ? "model" : "benchmark");
    const auto resolved = resolvedRun(workplace.benchmark(), spec);
    const auto inputs = workplace.inputs(folder(), &resolved, host.progress());
    AttackTarget target(inputs, resolved, stage);
    interruptionPoint();  // a stop that came while all was opened
    host.begin();
    int done = 0;
    if (m_attack.again || !log.find(unattacked, stage) || !log.find(originalModel, stage))
        keep(host, unattackedAnswers(target, host.progress()), done);
    for (const auto& order : m_attack.attacks) {
        ++done;
        const auto* known = m_attack.again ? nullptr
                                           : log.find(order.attack, stage, parametersText(order.parameters),
                                                      static_cast<std::int64_t>(m_attack.seed));
        if (known)
            host.emit(event::AttackMounted{id(), folder(), alone(log, *known), done,
                                           static_cast<int>(m_attack.attacks.size())});
        else
            keep(host, mountAttack(target, order.attack, order.parameters, m_attack.seed, host.progress()), done);
    }
    return event::RunEnded::How::Finished;
}

}  // namespace

std::unique_ptr<Job> makeJob(std::uint64_t id, const command::Attack& attack) {
    return std::make_unique<AttackJob>(id, attack);
}

}  // namespace lacuna
