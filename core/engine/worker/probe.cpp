// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/worker/probe.h"

#include "core/base/error.h"
#include "core/images/picture.h"
#include "core/runs/run_folder.h"

namespace lacuna {

AnswerRow answerProbe(Workplace& workplace, const command::Probe& probe,
                      const std::function<void(const std::string&)>& note) {
    RunSpec spec;
    if (!probe.run.empty()) {
        const auto folder = RunFolder::open(probe.run);
        spec = folder.readSpec();
        const auto sealed = static_cast<int>(readManifest(folder).sealed.size());
        if (probe.stage < 0 || probe.stage >= sealed)
            throw inputError("{}: stage {} has not been reached yet; stages 0 to {} can be asked.", probe.run.string(),
                             probe.stage, sealed - 1);
        if (!workplace.serves(spec))
            throw inputError(
                "{}: was made with another model or benchmark than the run in work. Ask again when that run has ended.",
                probe.run.string());
        const auto& arrangement = *combinationOf(choicesOf(spec)).arrangement;
        const auto& changeable = arrangement.parameters;
        if (changeable.empty() && !probe.parameters.empty())
            throw inputError("{}: arrangement {} has nothing that may change after training; merged adapters have.",
                             probe.run.string(), arrangement.id);
        for (const auto& [id, value] : checkedParameters(changeable, probe.parameters, "Asking a trained model"))
            if (probe.parameters.contains(id))
                spec.parameters[id] = value;
    }
    workplace.features().add({probe.image});
    for (const auto& picture : pictureNotes({probe.image}))
        note(picture);
    const auto inputs = workplace.inputs(probe.run, nullptr, {});
    const auto model =
        StageModel::open(inputs, resolvedRun(inputs.benchmark, spec), probe.run.empty() ? 0 : probe.stage);
    if (!model.note().empty())
        note(model.note());
    AskedQuestion asked;
    asked.picture = workplace.features().row(probe.image);
    asked.question = probe.question;
    asked.truth = probe.truth;
    // A picture of the benchmark may be recognised by an oracle; a file from elsewhere shows nobody it knows.
    for (const auto& entity : workplace.benchmark().entities)
        for (const auto& view : entity.views)
            if (workplace.benchmark().imagePath(view) == probe.image)
                asked.entity = entity.id;
    auto row = inputs.evaluator.ask(model.subject(), {asked}).front();
    row.stage = probe.stage;
    row.image = probe.image.string();
    row.entity = asked.entity;
    return row;
}

}  // namespace lacuna
