// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/number.h"
#include "core/tensors/safetensors.h"
#include "core/unlearning/gates/gate.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

using Json = nlohmann::json;

constexpr const char* gateFileVersion = "1";

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
        if (says("gate") != context.gate)
            refuse("holds the gate \"{}\", and the run's is \"{}\"", says("gate"), context.gate);
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
    const Routes& routes() const { return m_routes; }

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

    static std::vector<std::int64_t> expertsOf(const Routes& routes) {
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
    Routes m_routes;
};

}  // namespace

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
                     {{"gate", context.gate},
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
            "the requests: it routes as it did.",
            file.string());
    return gateFactory(context.gate)
        .restore(
            stored.routes(),
            [&](const std::string& name, const std::vector<std::int64_t>& shape) { return stored.tensor(name, shape); },
            context);
}

}  // namespace lacuna
