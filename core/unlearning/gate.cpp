// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/unlearning/gate.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/number.h"
#include "core/base/random.h"
#include "core/tensors/safetensors.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

using Json = nlohmann::json;

constexpr const char* gateFileVersion = "1";
constexpr std::size_t nearestShown = 5;
/// Share of left-out views of known entities that may fall below the threshold.
constexpr double falseAbstention = 0.01;
/// One view in so many is left out of the prototypes to calibrate the threshold.
constexpr std::size_t leaveOutEvery = 4;

RouteDecision decision(int expert, int experts) {
    RouteDecision made;
    made.expert = expert;
    made.weights.assign(static_cast<std::size_t>(experts), 0.0);
    if (expert >= 0)
        made.weights[static_cast<std::size_t>(expert)] = 1;
    return made;
}

std::vector<std::pair<std::string, int>> routesOf(const std::vector<KnownEntity>& known) {
    std::vector<std::pair<std::string, int>> routes;
    routes.reserve(known.size());
    for (const auto& entity : known)
        routes.emplace_back(entity.id, entity.expert);
    return routes;
}

/// Knows which entity a picture shows: the best any gate could do.
class OracleGate final : public Gate {
public:
    OracleGate(const std::vector<std::pair<std::string, int>>& routes, int experts)
        : m_experts(experts), m_expertOf(routes.begin(), routes.end()) {}

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        std::vector<RouteDecision> made;
        for (const auto& picture : pictures) {
            const auto found = m_expertOf.find(picture.entity);
            made.push_back(decision(found == m_expertOf.end() ? -1 : found->second, m_experts));
            made.back().abstained = found == m_expertOf.end();
            made.back().score = made.back().abstained ? 0 : 1;
            made.back().threshold = 0.5;
            if (found != m_expertOf.end())
                made.back().nearest = {{picture.entity, 1.0}};
        }
        return made;
    }
    std::vector<std::pair<std::string, int>> routes() const override { return {m_expertOf.begin(), m_expertOf.end()}; }

private:
    int m_experts;
    std::map<std::string, int> m_expertOf;
};

/// The nearest entity by cosine between a picture's embedding and one prototype per entity (mean of its training views,
/// all centred on the mean of the known pictures); below a threshold it abstains to the base model.
class PrototypeGate final : public Gate {
public:
    /// What decides, beside who is known.
    struct Numbers {
        at::Tensor prototypes;  ///< [entities, hidden], of length 1
        at::Tensor centre;      ///< [1, hidden]
        double threshold = 0;
    };

    PrototypeGate(std::vector<std::pair<std::string, int>> routes, int experts, at::Tensor embeddings, Numbers numbers)
        : m_routes(std::move(routes)),
          m_experts(experts),
          m_embeddings(std::move(embeddings)),
          m_centre(std::move(numbers.centre)),
          m_prototypes(std::move(numbers.prototypes)),
          m_threshold(numbers.threshold) {}

    PrototypeGate(const std::vector<KnownEntity>& known, int experts, at::Tensor embeddings, std::uint64_t seed)
        : m_routes(routesOf(known)), m_experts(experts), m_embeddings(std::move(embeddings)) {
        const at::NoGradGuard noGrad;
        std::vector<std::int64_t> learnt;
        std::vector<std::vector<std::int64_t>> perEntity;
        std::vector<std::int64_t> leftOut;
        for (const auto& entity : known) {
            auto pictures = entity.pictures;
            Random(deriveSeed(seed, "gate views of " + entity.id)).shuffle(pictures);
            // A single view is prototype and nothing else.
            const auto out = pictures.size() / leaveOutEvery;
            leftOut.insert(leftOut.end(), pictures.begin(), pictures.begin() + static_cast<std::ptrdiff_t>(out));
            perEntity.emplace_back(pictures.begin() + static_cast<std::ptrdiff_t>(out), pictures.end());
            if (perEntity.back().empty())
                throw inputError("The gate has no picture of {} to learn from. Give it at least one training view.",
                                 entity.id);
            learnt.insert(learnt.end(), perEntity.back().begin(), perEntity.back().end());
        }
        m_centre = m_embeddings.index_select(0, at::tensor(learnt)).mean(0, true);
        std::vector<at::Tensor> prototypes;
        prototypes.reserve(perEntity.size());
        for (const auto& rows : perEntity)
            prototypes.push_back(directions(at::tensor(rows)).mean(0));
        m_prototypes = at::stack(prototypes);
        m_prototypes = m_prototypes / m_prototypes.norm(2, {1}, true).clamp_min(1e-6);
        if (leftOut.empty()) {
            m_threshold = -1;  // nothing to calibrate on: never abstains
            return;
        }
        auto best = std::get<0>(similarities(at::tensor(leftOut)).max(1));
        best = std::get<0>(best.sort());
        m_threshold =
            best[static_cast<std::int64_t>(falseAbstention * static_cast<double>(best.size(0)))].item<double>();
    }

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        if (pictures.empty())
            return {};
        const at::NoGradGuard noGrad;
        std::vector<std::int64_t> rows;
        rows.reserve(pictures.size());
        for (const auto& picture : pictures)
            rows.push_back(picture.picture);
        const auto shown = std::min<std::int64_t>(nearestShown, static_cast<std::int64_t>(m_routes.size()));
        auto [scores, which] = similarities(at::tensor(rows)).topk(shown, 1);
        scores = scores.contiguous();
        which = which.contiguous();
        std::vector<RouteDecision> made;
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const auto* score = scores.data_ptr<float>() + static_cast<std::ptrdiff_t>(i) * shown;
            const auto* entity = which.data_ptr<std::int64_t>() + static_cast<std::ptrdiff_t>(i) * shown;
            const bool abstains = score[0] < m_threshold;
            made.push_back(decision(abstains ? -1 : m_routes[static_cast<std::size_t>(entity[0])].second, m_experts));
            made.back().abstained = abstains;
            made.back().score = score[0];
            made.back().threshold = m_threshold;
            for (std::int64_t k = 0; k < shown; ++k)
                made.back().nearest.push_back({m_routes[static_cast<std::size_t>(entity[k])].first, score[k]});
        }
        return made;
    }

    std::vector<std::pair<std::string, int>> routes() const override { return m_routes; }
    std::vector<std::pair<std::string, at::Tensor>> tensors() const override {
        return {{"prototypes", m_prototypes},
                {"centre", m_centre},
                {"threshold", at::scalar_tensor(m_threshold, at::kDouble)}};
    }

private:
    at::Tensor directions(const at::Tensor& rows) const {
        const auto centred = m_embeddings.index_select(0, rows.to(m_embeddings.device())) - m_centre;
        return centred / centred.norm(2, {1}, true).clamp_min(1e-6);
    }
    at::Tensor similarities(const at::Tensor& rows) const {
        return at::matmul(directions(rows), m_prototypes.t()).cpu();
    }

    std::vector<std::pair<std::string, int>> m_routes;
    int m_experts;
    at::Tensor m_embeddings;  ///< [pictures, hidden]
    at::Tensor m_centre;      ///< [1, hidden]
    at::Tensor m_prototypes;  ///< [entities, hidden], of length 1
    double m_threshold = 0;
};

/// A gate.safetensors, held against what it is to belong to.
class GateFile {
public:
    GateFile(fs::path file, const GateContext& context, const std::function<std::vector<KnownEntity>()>& known)
        : m_path(std::move(file)), m_file(m_path) {
        const auto& about = m_file.metadata();
        const auto says = [&](const char* key) {
            const auto found = about.find(key);
            return found == about.end() ? std::string() : found->second;
        };
        m_old = says("version").empty();
        if (!m_old && says("version") != gateFileVersion)
            refuse("is of version {}, and this Lacuna reads {}. Install a newer Lacuna", says("version"),
                   gateFileVersion);
        if (says("gate") != context.id)
            refuse("holds the gate \"{}\", and the run's is \"{}\"", says("gate"), context.id);
        if (numberFrom<std::size_t>(says("stage")) != context.requests.size())
            refuse("belongs to stage {}, expected {}", says("stage"), context.requests.size());
        if (m_old) {
            m_routes = routesOf(known());
            if (m_file.entries().contains("experts") && experts() != expertsOf(m_routes))
                refuse("sends entities elsewhere than the run's requests say");
            return;
        }
        if (texts("requests", says("requests")) != context.requests)
            refuse("was made after requests {}, and the run's were {}", says("requests"),
                   Json(context.requests).dump());
        const auto entities = texts("entities", says("entities"));
        const auto sentTo = experts();
        if (entities.size() != sentTo.size() || entities.empty())
            refuse("names {} entities and has the experts of {}", entities.size(), sentTo.size());
        for (std::size_t i = 0; i < entities.size(); ++i) {
            if (sentTo[i] < -1 || sentTo[i] >= static_cast<std::int64_t>(context.requests.size()))
                refuse("sends {} to expert {} of {}", entities[i], sentTo[i], context.requests.size());
            m_routes.emplace_back(entities[i], static_cast<int>(sentTo[i]));
        }
    }

    bool isOld() const { return m_old; }
    const std::vector<std::pair<std::string, int>>& routes() const { return m_routes; }

    at::Tensor tensor(const std::string& name, const std::vector<std::int64_t>& shape) const {
        const auto found = m_file.entries().find(name);
        if (found == m_file.entries().end())
            refuse("has no \"{}\"", name);
        if (found->second.shape != shape)
            refuse("its \"{}\" is of shape [{}], expected [{}]: it was made with another model or benchmark", name,
                   fmt::join(found->second.shape, ", "), fmt::join(shape, ", "));
        return m_file.read(name);
    }

private:
    template <typename... Arguments>
    [[noreturn]] void refuse(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
        throw inputError("{}: {}. Restore the file of this run and stage from a copy.", m_path.string(),
                         fmt::format(text, std::forward<Arguments>(arguments)...));
    }

    static std::vector<std::int64_t> expertsOf(const std::vector<std::pair<std::string, int>>& routes) {
        std::vector<std::int64_t> experts;
        experts.reserve(routes.size());
        for (const auto& route : routes)
            experts.push_back(route.second);
        return experts;
    }

    std::vector<std::int64_t> experts() const {
        const auto found = m_file.entries().find("experts");
        if (found == m_file.entries().end() || found->second.type != at::kLong || found->second.shape.size() != 1)
            refuse("has no list of experts");
        const auto values = m_file.read("experts");
        return {values.const_data_ptr<std::int64_t>(), values.const_data_ptr<std::int64_t>() + values.numel()};
    }

    std::vector<std::string> texts(const char* key, const std::string& json) const {
        try {
            return parseJson(json, fmt::format("{}, {}", m_path.string(), key)).get<std::vector<std::string>>();
        } catch (const Json::exception&) {
            refuse("its \"{}\" is no list of names", key);
        }
    }

    fs::path m_path;
    SafetensorsFile m_file;
    bool m_old = false;
    std::vector<std::pair<std::string, int>> m_routes;
};

}  // namespace

std::unique_ptr<Gate> makeGate(const std::string& id, const std::vector<KnownEntity>& known, int experts,
                               const at::Tensor& embeddings, std::uint64_t seed) {
    if (id == "oracle")
        return std::make_unique<OracleGate>(routesOf(known), experts);
    if (id == "prototype")
        return std::make_unique<PrototypeGate>(known, experts, embeddings, seed);
    throw internalError("The gate \"{}\" stands in the catalog without code. Please report this.", id);
}

void writeGate(const Gate& gate, const GateContext& context, const fs::path& file) {
    std::vector<std::int64_t> experts;
    auto entities = Json::array();
    for (const auto& [id, expert] : gate.routes()) {
        entities.push_back(id);
        experts.push_back(expert);
    }
    auto tensors = gate.tensors();
    tensors.emplace_back("experts", at::tensor(experts, at::kLong));
    writeSafetensors(file, tensors,
                     {{"gate", context.id},
                      {"version", gateFileVersion},
                      {"stage", fmt::to_string(context.requests.size())},
                      {"requests", Json(context.requests).dump()},
                      {"entities", entities.dump()}});
}

std::unique_ptr<Gate> readGate(const fs::path& file, const GateContext& context,
                               const std::function<std::vector<KnownEntity>()>& known, std::string* note) {
    if (!isThere(file))
        throw inputError(
            "{}: the gate of this stage is not there, so nobody can say how the run routed. Restore it from a copy.",
            file.string());
    const GateFile stored(file, context, known);
    if (note && stored.isOld())
        *note = fmt::format(
            "{}: from an older Lacuna, which kept no names in it. They are taken from the benchmark, in the order of "
            "the "
            "file's {}: it routes as it did.",
            file.string(), context.id == "oracle" ? "requests" : "prototypes");
    const auto experts = static_cast<int>(context.requests.size());
    if (context.id == "oracle")
        return std::make_unique<OracleGate>(stored.routes(), experts);
    if (context.id == "prototype") {
        const auto hidden = context.embeddings.size(1);
        const auto count = static_cast<std::int64_t>(stored.routes().size());
        PrototypeGate::Numbers numbers;
        numbers.prototypes = stored.tensor("prototypes", {count, hidden}).to(context.embeddings.options());
        numbers.centre = stored.tensor("centre", {1, hidden}).to(context.embeddings.options());
        numbers.threshold = stored.tensor("threshold", {}).to(at::kDouble).item<double>();
        return std::make_unique<PrototypeGate>(stored.routes(), experts, context.embeddings, std::move(numbers));
    }
    throw internalError("The gate \"{}\" stands in the catalog without code. Please report this.", context.id);
}

}  // namespace lacuna
