// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/side_file.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/parameter.h"
#include "core/base/unicode.h"
#include "core/benchmark/folder_records.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <unordered_map>
#include <unordered_set>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int formatVersion = 1;
constexpr std::string_view formatName = "lacuna.benchmark";

/// A value of the file together with where it stands, so that every error can say so.
struct Place {
    const json& value;
    std::string where;  ///< "lacuna.json: entities[3].views"

    Place at(const char* key) const { return {value.at(key), fmt::format("{}.{}", where, key)}; }
    Place at(std::size_t index) const { return {value[index], fmt::format("{}[{}]", where, index)}; }
    bool has(const char* key) const { return value.contains(key); }

    void mustBeObject(std::initializer_list<std::string> keys) const {
        if (!value.is_object())
            throw inputError("{} is {}, expected an object. Mend it.", where, value.type_name());
        const std::vector<std::string> known(keys);
        for (const auto& [key, ignored] : value.items()) {
            if (std::find(known.begin(), known.end(), key) != known.end())
                continue;
            const auto near = nearestWord(key, known);
            throw inputError("{} has the unknown key \"{}\". {}", where, key,
                             near.empty() ? fmt::format("Known are: {}.", fmt::join(known, ", "))
                                          : fmt::format("Did you mean \"{}\"?", near));
        }
    }
    std::size_t listSize() const {
        if (!value.is_array())
            throw inputError("{} is {}, expected a list. Mend it.", where, value.type_name());
        return value.size();
    }
    std::string text() const {
        if (!value.is_string())
            throw inputError("{} is {}, expected text. Mend it.", where, value.type_name());
        return value.get<std::string>();
    }
    bool flag() const {
        if (!value.is_boolean())
            throw inputError("{} is {}, expected true or false. Mend it.", where, value.type_name());
        return value.get<bool>();
    }
    int index() const {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<int>::max())
            throw inputError("{} must be a whole number from 0. Mend it.", where);
        return value.get<int>();
    }
    std::string textAt(const char* key) const { return has(key) ? at(key).text() : std::string(); }
    std::vector<std::string> texts() const {
        std::vector<std::string> all;
        for (std::size_t i = 0, size = listSize(); i < size; ++i)
            all.push_back(value[i].is_string() ? value[i].get<std::string>() : at(i).text());
        return all;
    }
};

Question readQuestion(const Place& place) {
    place.mustBeObject({"kind", "phrasings", "answer", "paraphrase", "perturbed"});
    for (const char* needed : {"kind", "phrasings", "answer"})
        if (!place.has(needed))
            throw inputError("{} has no \"{}\". Add it.", place.where, needed);
    Question question{place.at("kind").text(),
                      place.at("phrasings").texts(),
                      place.at("answer").text(),
                      place.textAt("paraphrase"),
                      {}};
    if (place.has("perturbed"))
        question.perturbed = place.at("perturbed").texts();
    return question;
}

View readView(const Place& place) {
    if (place.value.is_string())
        return {place.text(), false};
    place.mustBeObject({"image", "held_out"});
    return {
        place.has("image") ? place.at("image").text() : throw inputError("{} has no \"image\". Add it.", place.where),
        place.has("held_out") && place.at("held_out").flag()};
}

std::vector<Entity> readEntities(const Place& place) {
    std::vector<Entity> entities;
    for (std::size_t i = 0, size = place.listSize(); i < size; ++i) {
        const auto one = place.at(i);
        one.mustBeObject({"id", "name", "class", "views", "questions"});
        Entity entity{composed(one.textAt("id")), one.textAt("name"), one.textAt("class"), {}, {}};
        if (one.has("views"))
            for (std::size_t v = 0, views = one.at("views").listSize(); v < views; ++v)
                entity.views.push_back(readView(one.at("views").at(v)));
        if (one.has("questions"))
            for (std::size_t q = 0, questions = one.at("questions").listSize(); q < questions; ++q)
                entity.questions.push_back(readQuestion(one.at("questions").at(q)));
        entities.push_back(std::move(entity));
    }
    return entities;
}

std::vector<Item> readItems(const Place& place) {
    std::vector<Item> items;
    const auto size = place.listSize();
    items.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
        const auto one = place.at(i);
        if (one.listSize() != 3)
            throw inputError("{} must be [entity, view, question]. Mend it.", one.where);
        items.push_back({one.at(std::size_t{0}).index(), one.at(1).index(), one.at(2).index()});
    }
    return items;
}

std::vector<int> readEntityIds(const Place& place, const std::unordered_map<std::string, int>& indices) {
    std::vector<int> entities;
    const auto ids = place.texts();
    for (const auto& id : ids) {
        const auto found = indices.find(composed(id));
        if (found == indices.end())
            throw inputError("{} names \"{}\", which is not among the entities. Add it there or remove it here.",
                             place.where, id);
        entities.push_back(found->second);
    }
    return entities;
}

std::vector<Request> readRequests(const Place& place, const std::vector<Entity>& entities) {
    std::unordered_map<std::string, int> indices;
    for (std::size_t i = 0; i < entities.size(); ++i)
        indices.emplace(entities[i].id, static_cast<int>(i));
    std::vector<Request> requests;
    for (std::size_t i = 0, size = place.listSize(); i < size; ++i) {
        const auto one = place.at(i);
        one.mustBeObject({"name", "forget_entities", "retain_entities", "forget", "retain"});
        Request request;
        request.name = composed(one.textAt("name"));
        if (one.has("forget_entities"))
            request.forgetEntities = readEntityIds(one.at("forget_entities"), indices);
        if (one.has("retain_entities"))
            request.retainEntities = readEntityIds(one.at("retain_entities"), indices);
        if (one.has("forget"))
            request.forget = readItems(one.at("forget"));
        if (one.has("retain"))
            request.retain = readItems(one.at("retain"));
        requests.push_back(std::move(request));
    }
    return requests;
}

void checkNoImageTag(const std::string& text, const Question& question, const Entity& entity, std::string_view where) {
    if (text.find("<image>") != std::string::npos)
        throw inputError(
            "{}: a text of question \"{}\" of \"{}\" holds \"<image>\", which stands for the picture. "
            "Remove it.",
            where, question.kind, entity.id);
}

void checkEntities(const std::vector<Entity>& entities, std::string_view where, std::unordered_set<std::string>& ids,
                   std::unordered_set<std::string>& images) {
    for (const auto& entity : entities) {
        if (!isFileName(entity.id))
            throw inputError("{}: entity id \"{}\" cannot be part of a file name. Choose another.", where, entity.id);
        if (!ids.insert(entity.id).second)
            throw inputError("{}: entity id \"{}\" stands twice. Rename one.", where, entity.id);
        for (const auto& view : entity.views) {
            if (const auto fault = imagePathFault(view.image); !fault.empty())
                throw inputError("{}: image \"{}\" of \"{}\" {}. Mend the path.", where, view.image, entity.id, fault);
            if (!images.insert(view.image).second)
                throw inputError("{}: image \"{}\" stands twice. Remove one.", where, view.image);
        }
        for (const auto& question : entity.questions) {
            const bool blank =
                std::find(question.phrasings.begin(), question.phrasings.end(), "") != question.phrasings.end();
            for (const auto* texts : {&question.phrasings, &question.perturbed})
                for (const auto& text : *texts)
                    checkNoImageTag(text, question, entity, where);
            checkNoImageTag(question.answer, question, entity, where);
            checkNoImageTag(question.paraphrase, question, entity, where);
            if (question.phrasings.empty() || blank || question.answer.empty())
                throw inputError("{}: question \"{}\" of \"{}\" needs at least one phrasing and an answer, none empty.",
                                 where, question.kind, entity.id);
        }
    }
}

void checkItems(const Benchmark& benchmark, const Request& request, const std::vector<Item>& items,
                std::string_view where) {
    const auto inside = [](int index, std::size_t size) {
        return index >= 0 && static_cast<std::size_t>(index) < size;
    };
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& item = items[i];
        const auto* entity = inside(item.entity, benchmark.entities.size())
                                 ? &benchmark.entities[static_cast<std::size_t>(item.entity)]
                                 : nullptr;
        if (!entity || !inside(item.view, entity->views.size()) || !inside(item.question, entity->questions.size()))
            throw inputError("{}: request \"{}\", item {} points outside the entities. Export the benchmark anew.",
                             where, request.name, i);
        if (const auto& view = entity->views[static_cast<std::size_t>(item.view)]; view.heldOut)
            throw inputError("{}: request \"{}\", item {} trains on the held-out view \"{}\". Remove one of the two.",
                             where, request.name, i, view.image);
    }
}

ordered_json entitiesJson(const std::vector<Entity>& entities) {
    auto all = ordered_json::array();
    for (const auto& entity : entities) {
        ordered_json one{{"id", entity.id}, {"name", entity.name}, {"class", entity.className}};
        auto& views = one["views"] = ordered_json::array();
        for (const auto& view : entity.views)
            views.push_back(view.heldOut ? ordered_json{{"image", view.image}, {"held_out", true}}
                                         : ordered_json(view.image));
        auto& questions = one["questions"] = ordered_json::array();
        for (const auto& question : entity.questions) {
            ordered_json entry{{"kind", question.kind}, {"phrasings", question.phrasings}, {"answer", question.answer}};
            if (!question.paraphrase.empty())
                entry["paraphrase"] = question.paraphrase;
            if (!question.perturbed.empty())
                entry["perturbed"] = question.perturbed;
            questions.push_back(std::move(entry));
        }
        all.push_back(std::move(one));
    }
    return all;
}

ordered_json requestsJson(const Benchmark& benchmark) {
    const auto ids = [&](const std::vector<int>& entities) {
        auto all = ordered_json::array();
        for (const int entity : entities)
            all.push_back(benchmark.entities.at(static_cast<std::size_t>(entity)).id);
        return all;
    };
    const auto items = [](const std::vector<Item>& list) {
        auto all = ordered_json::array();
        for (const auto& item : list)
            all.push_back({item.entity, item.view, item.question});
        return all;
    };
    auto all = ordered_json::array();
    for (const auto& request : benchmark.requests)
        all.push_back({{"name", request.name},
                       {"forget_entities", ids(request.forgetEntities)},
                       {"retain_entities", ids(request.retainEntities)},
                       {"forget", items(request.forget)},
                       {"retain", items(request.retain)}});
    return all;
}

}  // namespace

SideFile readSideFile(const fs::path& folder) {
    SideFile side;
    const auto path = folder / sideFileName;
    if (!isThere(path))
        return side;
    const auto root = readJson(path);
    const Place top{root, path.string() + ": file"};
    top.mustBeObject({"format", "format_version", "title", "surrogate", "files", "entities", "requests", "bystanders",
                      "distractors"});
    if (top.textAt("format") != formatName)
        throw inputError("{}: \"format\" must be \"{}\". Is it the right file?", path.string(), formatName);
    if (!top.has("format_version") || top.at("format_version").index() != formatVersion)
        throw inputError("{}: format version {} is unknown, this Lacuna reads version {}. Use a newer Lacuna.",
                         path.string(), top.has("format_version") ? top.at("format_version").index() : 0,
                         formatVersion);
    side.present = true;
    auto& benchmark = side.benchmark;
    benchmark.title = top.textAt("title");
    benchmark.surrogate = top.has("surrogate") && top.at("surrogate").flag();
    if (top.has("entities"))
        benchmark.entities = readEntities(top.at("entities"));
    if (top.has("requests"))
        benchmark.requests = readRequests(top.at("requests"), benchmark.entities);
    if (top.has("bystanders"))
        benchmark.bystanders = readEntities(top.at("bystanders"));
    if (top.has("distractors"))
        for (std::size_t i = 0, size = top.at("distractors").listSize(); i < size; ++i) {
            const auto one = top.at("distractors").at(i);
            one.mustBeObject({"name", "image"});
            benchmark.distractors.push_back({one.textAt("name"), one.textAt("image")});
        }
    if (top.has("files")) {
        if (!top.at("files").value.is_object())
            throw inputError("{}: \"files\" must be an object of paths and SHA-256 sums. Mend it.", path.string());
        for (const auto& [file, hash] : top.at("files").value.items())
            side.fileHashes[composed(file)] = Place{hash, path.string() + ": files"}.text();
    }
    checkBenchmark(benchmark, path.string());
    return side;
}

std::string sideFileText(const SideFile& side) {
    const auto& benchmark = side.benchmark;
    ordered_json root{{"format", formatName}, {"format_version", formatVersion}, {"title", benchmark.title}};
    if (benchmark.surrogate)
        root["surrogate"] = true;
    root["entities"] = entitiesJson(benchmark.entities);
    root["requests"] = requestsJson(benchmark);
    root["bystanders"] = entitiesJson(benchmark.bystanders);
    auto& distractors = root["distractors"] = ordered_json::array();
    for (const auto& distractor : benchmark.distractors)
        distractors.push_back({{"name", distractor.name}, {"image", distractor.image}});
    root["files"] = side.fileHashes;
    return root.dump() + "\n";
}

void checkBenchmark(const Benchmark& benchmark, std::string_view where) {
    std::unordered_set<std::string> ids;
    std::unordered_set<std::string> images;
    checkEntities(benchmark.entities, where, ids, images);
    checkEntities(benchmark.bystanders, where, ids, images);
    for (const auto& distractor : benchmark.distractors)
        if (const auto fault = imagePathFault(distractor.image); !fault.empty())
            throw inputError("{}: image \"{}\" of distractor \"{}\" {}. Mend the path.", where, distractor.image,
                             distractor.name, fault);
    std::unordered_set<std::string> names;
    const int entityCount = static_cast<int>(benchmark.entities.size());
    for (const auto& request : benchmark.requests) {
        if (!isFileName(request.name) || !names.insert(request.name).second)
            throw inputError("{}: request name \"{}\" is used twice or cannot be part of a file name. Choose another.",
                             where, request.name);
        for (const auto* list : {&request.forgetEntities, &request.retainEntities})
            for (const int entity : *list)
                if (entity < 0 || entity >= entityCount)
                    throw inputError("{}: request \"{}\" names entity {} of {}. Mend it.", where, request.name, entity,
                                     entityCount);
        checkItems(benchmark, request, request.forget, where);
        checkItems(benchmark, request, request.retain, where);
    }
}

}  // namespace lacuna
