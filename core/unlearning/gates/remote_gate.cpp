// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/benchmark/benchmark.h"
#include "core/images/picture.h"
#include "core/remote/chat_service.h"
#include "core/training/feature_store.h"
#include "core/unlearning/gates/gate.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace lacuna {
namespace {

constexpr std::string_view kNone = "none";
constexpr double kSecondsToMinute = 60;

ServiceOptions serviceOf(const std::string& endpoint, const std::string& model, const ParameterValues& parameters,
                         const std::filesystem::path& journal) {
    ServiceOptions options;
    options.url = endpoint;
    options.model = model;
    options.perMinute = parameters.at("per_minute");
    options.tries = static_cast<int>(parameters.at("tries"));
    options.timeoutS = parameters.at("timeout");
    options.firstWaitS = std::min(1.0, options.timeoutS / kSecondsToMinute);
    options.journal = journal;
    return options;
}

/// In small letters, without what stands around words: " **The Golden_Bridge.** " → "the golden bridge".
std::string plain(std::string_view text) {
    std::string words;
    for (const char c : text) {
        const bool letter = (static_cast<unsigned char>(c) & 0x80) != 0 || (c >= '0' && c <= '9') ||
                            (asciiLower(c) >= 'a' && asciiLower(c) <= 'z');
        if (letter)
            words += asciiLower(c);
        else if (!words.empty() && words.back() != ' ')
            words += ' ';
    }
    while (words.ends_with(' '))
        words.pop_back();
    return words;
}

bool holdsWords(const std::string& text, const std::string& words) {
    return (" " + text + " ").find(" " + words + " ") != std::string::npos;
}

/// Which of the candidates an answer names; −1 = none of them, nothing = it cannot be told. A name within a longer one
/// that is there too does not count.
std::optional<int> namedIn(const std::string& answer, const std::vector<std::string>& candidates) {
    const auto said = plain(answer);
    std::vector<int> found;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto name = plain(candidates[i]);
        if (said == name)
            return static_cast<int>(i);
        if (!name.empty() && holdsWords(said, name))
            found.push_back(static_cast<int>(i));
    }
    std::erase_if(found, [&](int one) {
        return std::any_of(found.begin(), found.end(), [&](int other) {
            const auto shorter = plain(candidates[static_cast<std::size_t>(one)]),
                       longer = plain(candidates[static_cast<std::size_t>(other)]);
            return shorter.size() < longer.size() && holdsWords(longer, shorter);
        });
    });
    if (found.size() == 1)
        return found.front();
    return found.empty() && holdsWords(said, std::string(kNone)) ? std::optional(-1) : std::nullopt;
}

/// Asks a service in two turns, as MLUBench's code does: which of the known classes the picture shows, then which of
/// the known entities of that class. "None" abstains. A question without a usable answer decides nothing: the decision
/// is marked as failed.
class RemoteGate final : public Gate {
public:
    RemoteGate(Routes routes, const GateContext& context)
        : m_routes(std::move(routes)),
          m_context(context),
          m_service(serviceOf(context.endpoint, context.endpointModel, context.parameters, context.journal)) {
        if (!context.benchmark || !context.features)
            throw internalError("The remote gate was made without benchmark or pictures. Please report this.");
        std::map<std::string, const Entity*> byId;
        for (const auto& entity : context.benchmark->entities)
            byId[entity.id] = &entity;
        std::map<std::string, std::size_t> places;
        for (const auto& [id, expert] : m_routes) {
            const auto found = byId.find(id);
            if (found == byId.end())
                throw inputError("The gate knows \"{}\", and this benchmark has no such entity.", id);
            const auto [place, fresh] = places.emplace(found->second->className, m_classes.size());
            if (fresh) {
                m_classes.push_back(found->second->className);
                m_members.emplace_back();
            }
            m_members[place->second].push_back({found->second->name, expert});
        }
    }

    std::vector<RouteDecision> route(const std::vector<SeenPicture>& pictures) const override {
        std::map<std::int64_t, RouteDecision> decided;
        std::string firstFailure;
        std::size_t failures = 0;
        for (const auto& picture : pictures) {
            if (decided.contains(picture.picture))
                continue;
            std::string problem;
            auto& made = decided[picture.picture] = decide(picture.picture, problem);
            if (made.failed && failures++ == 0)
                firstFailure = problem;
        }
        if (failures > 0 && m_context.note)
            m_context.note(fmt::format(
                "{}: gave no decision on {} of {} pictures (the first: {}). The original model answers about them, and "
                "they are counted apart.",
                m_context.endpoint, failures, decided.size(), firstFailure));
        std::vector<RouteDecision> all;
        all.reserve(pictures.size());
        for (const auto& picture : pictures)
            all.push_back(decided.at(picture.picture));
        return all;
    }
    Routes routes() const override { return m_routes; }

private:
    struct Member {
        std::string name;
        int expert = -1;
    };

    RouteDecision decision(int expert) const {
        auto made = hardDecision(expert, m_context.experts());
        made.threshold = 0.5;
        made.score = 1;
        return made;
    }
    RouteDecision failure() const {
        auto made = hardDecision(-1, m_context.experts());
        made.failed = true;
        return made;
    }
    RouteDecision abstention() const {
        auto made = decision(-1);
        made.abstained = true;
        made.score = 0;
        return made;
    }

    RouteDecision decide(std::int64_t row, std::string& problem) const {
        const auto& path = m_context.features->pictures().at(static_cast<std::size_t>(row));
        const auto about = path.filename().string();
        const auto picture = sent(path);
        const auto kind =
            chosen("Which of these does the picture show", m_classes, picture, about + ", class", problem);
        if (!kind)
            return failure();
        if (*kind < 0)
            return abstention();
        const auto& members = m_members[static_cast<std::size_t>(*kind)];
        std::vector<std::string> names;
        for (const auto& member : members)
            names.push_back(member.name);
        const auto who =
            chosen("Who or what of these does the picture show", names, picture, about + ", entity", problem);
        if (!who)
            return failure();
        return *who < 0 ? abstention() : decision(members[static_cast<std::size_t>(*who)].expert);
    }

    /// As namedIn; nothing also where the service failed.
    std::optional<int> chosen(std::string_view question, const std::vector<std::string>& candidates,
                              const std::string& picture, const std::string& about, std::string& problem) const {
        const auto answer = m_service.ask(
            {fmt::format("{}: {}? Answer with one of these names alone, as it is written here, or with the word {}.",
                         question, fmt::join(candidates, "; "), kNone),
             picture, "image/png", about});
        if (answer.failed) {
            problem = answer.text;
            return std::nullopt;
        }
        const auto named = namedIn(answer.text, candidates);
        if (!named)
            problem = fmt::format("\"{}\" is none of the names it was given", answer.text.substr(0, 100));
        return named;
    }

    std::string sent(const std::filesystem::path& path) const {
        const auto longest = static_cast<int>(m_context.parameters.at("longest_edge"));
        auto picture = readPicture(path);
        const int edge = std::max(picture.width, picture.height);
        if (edge > longest) {
            const auto scaled = [&](int size) {
                return std::max(1, static_cast<int>(std::lround(static_cast<double>(size) * longest / edge)));
            };
            picture = resizedBicubic(picture, scaled(picture.width), scaled(picture.height));
        }
        return pngBytes(picture);
    }

    Routes m_routes;
    GateContext m_context;
    mutable ChatService m_service;               ///< its journal grows
    std::vector<std::string> m_classes;          ///< known ones, in the order they came
    std::vector<std::vector<Member>> m_members;  ///< by class
};

}  // namespace

std::unique_ptr<Gate> makeRemoteGate(const std::vector<KnownEntity>& known, const GateContext& context) {
    return std::make_unique<RemoteGate>(routesOf(known), context);
}

std::unique_ptr<Gate> restoreRemoteGate(const Routes& routes, const StoredTensor&, const GateContext& context) {
    return std::make_unique<RemoteGate>(routes, context);
}

void remoteGateReady(const RunSpec& spec) {
    ServiceOptions options;
    options.url = spec.endpoint;
    options.model = spec.endpointModel;
    checkService(options);
}

}  // namespace lacuna
