// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/benchmark.h"

#include "core/base/error.h"
#include "core/base/parameter.h"
#include "core/base/sha256.h"
#include "core/base/unicode.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace lacuna {
namespace {

/// Every text with its length before it and every list with its count, so that no two benchmarks write the same bytes.
class CanonicalText {
public:
    void add(std::string_view text) { m_bytes += fmt::format("{}:{}", text.size(), text); }
    void add(std::size_t number) { m_bytes += fmt::format("{};", number); }
    void add(const std::vector<std::string>& texts) {
        add(texts.size());
        for (const auto& text : texts)
            add(text);
    }
    void add(const std::vector<int>& numbers) {
        add(numbers.size());
        for (const int number : numbers)
            add(static_cast<std::size_t>(number));
    }
    void add(const std::vector<Item>& items) {
        add(items.size());
        for (const auto& item : items)
            m_bytes += fmt::format("{},{},{};", item.entity, item.view, item.question);
    }
    void add(const std::vector<Entity>& entities) {
        add(entities.size());
        for (const auto& entity : entities)
            add(entity);
    }
    const std::string& bytes() const { return m_bytes; }

private:
    void add(const Entity& entity) {
        add(entity.id);
        add(entity.name);
        add(entity.className);
        add(entity.views.size());
        for (const auto& view : entity.views) {
            add(view.image);
            add(std::size_t{view.heldOut});
        }
        add(entity.questions.size());
        for (const auto& question : entity.questions) {
            add(question.kind);
            add(question.phrasings);
            add(question.answer);
            add(question.paraphrase);
            add(question.perturbed);
        }
    }

    std::string m_bytes;
};

std::vector<std::string> requestNames(const std::vector<Request>& requests) {
    std::vector<std::string> names;
    for (const auto& request : requests)
        names.push_back(request.name);
    return names;
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// Bytes of the UTF-8 letter that begins at `at`.
std::size_t letterBytes(const std::string& text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        ++end;
    return end - at;
}

/// "C,A,B" at its commas; without one a whole name, or letter by letter where every name is one letter.
std::vector<std::string> splitOrder(const std::string& order, const std::vector<std::string>& known) {
    std::vector<std::string> names;
    if (order.find(',') == std::string::npos) {
        const bool letters = std::all_of(known.begin(), known.end(), [](const std::string& name) {
            return !name.empty() && letterBytes(name, 0) == name.size();
        });
        if (!letters || std::find(known.begin(), known.end(), order) != known.end())
            return {order};
        for (std::size_t at = 0; at < order.size(); at += names.back().size())
            names.push_back(order.substr(at, letterBytes(order, at)));
        return names;
    }
    for (std::size_t at = 0; at <= order.size();) {
        const auto comma = std::min(order.find(',', at), order.size());
        names.push_back(trimmed(std::string_view(order).substr(at, comma - at)));
        at = comma + 1;
    }
    return names;
}

int entityIndex(const Benchmark& benchmark, const std::string& id, const std::string& request) {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < benchmark.entities.size(); ++i) {
        if (benchmark.entities[i].id == id)
            return static_cast<int>(i);
        known.push_back(benchmark.entities[i].id);
    }
    const auto near = nearestWord(id, known);
    throw inputError(
        "Request {}: {} has no entity \"{}\". {}", request, benchmark.title, id,
        near.empty() ? "`lacuna data check` lists those of a folder." : fmt::format("Did you mean \"{}\"?", near));
}

/// What the benchmark's own requests train of an entity; every training view asked every question where none holds it.
std::vector<Item> itemsOf(const Benchmark& benchmark, int entity) {
    std::set<std::pair<int, int>> found;  // in the order of views
    for (const auto& request : benchmark.requests)
        for (const auto* items : {&request.forget, &request.retain})
            for (const auto& item : *items)
                if (item.entity == entity)
                    found.emplace(item.view, item.question);
    const auto& of = benchmark.entities[static_cast<std::size_t>(entity)];
    if (found.empty())
        for (std::size_t v = 0; v < of.views.size(); ++v)
            for (std::size_t q = 0; q < of.questions.size() && !of.views[v].heldOut; ++q)
                found.emplace(static_cast<int>(v), static_cast<int>(q));
    std::vector<Item> items;
    items.reserve(found.size());
    for (const auto& [view, question] : found)
        items.push_back({entity, view, question});
    return items;
}

std::vector<std::string> idsOf(const Benchmark& benchmark, const std::vector<int>& entities) {
    std::vector<std::string> ids;
    for (const int entity : entities)
        ids.push_back(benchmark.entities[static_cast<std::size_t>(entity)].id);
    return ids;
}

}  // namespace

std::string contentHash(const Benchmark& benchmark) {
    CanonicalText text;
    text.add(std::size_t{benchmark.surrogate});
    text.add(benchmark.entities);
    text.add(benchmark.requests.size());
    for (const auto& request : benchmark.requests) {
        text.add(request.name);
        text.add(request.forgetEntities);
        text.add(request.retainEntities);
        text.add(request.forget);
        text.add(request.retain);
    }
    text.add(benchmark.bystanders);
    text.add(benchmark.distractors.size());
    for (const auto& distractor : benchmark.distractors) {
        text.add(distractor.name);
        text.add(distractor.image);
    }
    return sha256(text.bytes());
}

std::int64_t forgetPairs(const Benchmark& benchmark, const Request& request, bool allPhrasings) {
    std::int64_t pairs = 0;
    for (const auto& item : request.forget) {
        const auto& entity = benchmark.entities[static_cast<std::size_t>(item.entity)];
        const auto phrasings = entity.questions[static_cast<std::size_t>(item.question)].phrasings.size();
        pairs += allPhrasings ? static_cast<std::int64_t>(phrasings) : 1;
    }
    return pairs;
}

Request ownRequest(const Benchmark& benchmark, const std::string& name, const std::vector<std::string>& forget,
                   const std::vector<std::string>& retain) {
    // One that is the benchmark's trains what it says, not what all its requests together say of these entities.
    for (const auto& known : benchmark.requests)
        if (known.name == name && idsOf(benchmark, known.forgetEntities) == forget &&
            idsOf(benchmark, known.retainEntities) == retain)
            return known;
    Request request;
    request.name = name;
    const auto fill = [&](const std::vector<std::string>& ids, std::vector<int>& entities, std::vector<Item>& items) {
        for (const auto& id : ids) {
            entities.push_back(entityIndex(benchmark, id, name));
            const auto more = itemsOf(benchmark, entities.back());
            items.insert(items.end(), more.begin(), more.end());
        }
    };
    fill(forget, request.forgetEntities, request.forget);
    fill(retain, request.retainEntities, request.retain);
    return request;
}

int requestIndex(const std::vector<Request>& requests, const std::string& name) {
    const auto names = requestNames(requests);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw inputError("There is no request \"{}\". Known are: {}; several are written with commas between them.",
                         name, fmt::join(names, ", "));
    return static_cast<int>(found - names.begin());
}

std::vector<int> parseOrder(const std::vector<Request>& requests, const std::string& order) {
    std::vector<int> positions;
    const auto text = composed(trimmed(order));
    if (text.empty()) {
        for (std::size_t i = 0; i < requests.size(); ++i)
            positions.push_back(static_cast<int>(i));
        return positions;
    }
    for (const auto& name : splitOrder(text, requestNames(requests))) {
        const int position = requestIndex(requests, name);
        if (std::find(positions.begin(), positions.end(), position) != positions.end())
            throw inputError("Order \"{}\": request \"{}\" stands in it twice. Name each at most once.", order, name);
        positions.push_back(position);
    }
    return positions;
}

std::vector<std::string> orderNames(const std::vector<Request>& requests, const std::vector<std::string>& order) {
    if (order.size() > 1) {
        for (const auto& name : order)
            requestIndex(requests, name);
        return order;
    }
    std::vector<std::string> names;
    for (const int position : parseOrder(requests, order.empty() ? std::string() : order.front()))
        names.push_back(requests[static_cast<std::size_t>(position)].name);
    return names;
}

}  // namespace lacuna
