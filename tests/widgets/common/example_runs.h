// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/benchmark/benchmark.h"
#include "core/runs/run_history.h"

#include <memory>
#include <string>

namespace lacuna::testing {

/// A small benchmark in two classes: requests A and B, each forgetting two entities and retaining one; one bystander.
inline std::shared_ptr<Benchmark> exampleBenchmark() {
    auto benchmark = std::make_shared<Benchmark>();
    benchmark->title = "Example";
    for (const auto* name : {"Anteli", "Borrin", "Cedrith", "Dorvane", "Esmel", "Fennow"}) {
        Entity entity;
        entity.id = name;
        entity.name = name;
        entity.className = benchmark->entities.size() < 3 ? "Animals" : "Planets";
        entity.views = {{entity.id + "/0.png", false}, {entity.id + "/1.png", true}};
        entity.questions = {{"identity", {"What is this?", "Name it."}, "This is " + entity.name + ".", "", {}}};
        benchmark->entities.push_back(entity);
    }
    benchmark->requests = {{"A", {0, 1}, {2}, {}, {}}, {"B", {3, 4}, {5}, {}, {}}};
    benchmark->bystanders = {{"Stranger", "Stranger", "Animals", {}, {}}};
    return benchmark;
}

/// A run of `method` over requests named by the letters of `order`, measured up to `stages`.
inline RunHistory exampleRun(const std::string& method, const std::string& order, int stages) {
    RunHistory history;
    history.name = method + "-" + order;
    history.source = "/runs/" + history.name;
    history.spec.method = method;
    history.status = RunStatus::Finished;
    for (const char letter : order)
        history.requests.push_back({std::string(1, letter), {}, {}});
    history.stages = stages;
    return history;
}

}  // namespace lacuna::testing
