// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/makers.h"

#include "core/base/error.h"
#include "core/runs/run_history.h"
#include "core/runs/storable_text.h"

#include <nlohmann/json.hpp>

namespace lacuna {
namespace {

using Json = nlohmann::ordered_json;

std::string shown(const Maker& maker) {
    return fmt::format("Lacuna {}, libtorch {}, {} ({})", maker.lacuna, maker.torch, maker.device, maker.processor);
}

}  // namespace

Maker makerOf(const RunSpec& spec) {
    return {spec.lacunaVersion, spec.torchVersion, spec.processor, spec.device};
}

std::string differenceOf(const Maker& before, const Maker& now) {
    std::string all;
    const auto compare = [&](const char* what, const std::string& one, const std::string& other) {
        if (one != other)
            all += fmt::format("{}{}{} instead of {}", all.empty() ? "" : ", ", what, other,
                               one.empty() ? "an unknown one" : one);
    };
    compare("Lacuna ", before.lacuna, now.lacuna);
    compare("libtorch ", before.torch, now.torch);
    compare("processor ", before.processor, now.processor);
    compare("device ", before.device, now.device);
    return fmt::format(
        "The run goes on with {}: from here on its numbers may differ in the last bits from those of an undisturbed "
        "run. Which stage was made with what is kept in sealed/manifest.json and run.h5.",
        all);
}

std::string makersToJson(const std::vector<StageMaker>& makers) {
    auto all = Json::array();
    for (const auto& [stage, fromStep, maker] : makers)
        all.push_back({{"stage", stage},
                       {"from_step", fromStep},
                       {"lacuna_version", maker.lacuna},
                       {"torch_version", maker.torch},
                       {"processor", maker.processor},
                       {"device", maker.device}});
    return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<StageMaker> makersFromJson(std::string_view json) {
    std::vector<StageMaker> makers;
    const auto all = Json::parse(json, nullptr, false);
    for (const auto& item : all.is_array() ? all : Json::array()) {
        try {
            makers.push_back(
                {item.at("stage").get<int>(),
                 item.at("from_step").get<std::int64_t>(),
                 {item.at("lacuna_version").get<std::string>(), item.at("torch_version").get<std::string>(),
                  item.at("processor").get<std::string>(), item.at("device").get<std::string>()}});
        } catch (const Json::exception&) {
        }
    }
    return makers;
}

std::string changeOfMakers(const RunHistory& run) {
    struct Span {
        std::string stages;
        const Maker* maker;
    };
    std::vector<Span> spans;
    int first = 0;
    for (const auto& [stage, fromStep, maker] : run.makers) {
        if (spans.empty() || *spans.back().maker != maker) {
            first = stage;
            spans.push_back(
                {fromStep > 0 ? fmt::format("stage {} from step {}", stage, fromStep) : fmt::format("stage {}", stage),
                 &maker});
        } else if (stage > first) {
            auto& text = spans.back().stages;
            text = text.substr(0, text.find(" to stage ")) + fmt::format(" to stage {}", stage);
        }
    }
    if (spans.size() < 2)
        return {};
    std::string all;
    for (const auto& span : spans)
        all += fmt::format("{}{} by {}", all.empty() ? "" : "; ", span.stages, shown(*span.maker));
    return all;
}

}  // namespace lacuna
