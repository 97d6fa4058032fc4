// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/request_edits.h"

#include "core/base/error.h"

#include <QObject>
#include <QStringList>

#include <algorithm>
#include <set>

namespace lacuna {
namespace {

using Ids = std::vector<std::string>;

bool holds(const Ids& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

void addNew(Ids& ids, const Ids& more) {
    for (const auto& id : more)
        if (!holds(ids, id))
            ids.push_back(id);
}

void drop(Ids& ids, const Ids& gone) {
    std::erase_if(ids, [&](const auto& id) { return holds(gone, id); });
}

const Entity* find(const Benchmark& benchmark, const std::string& id) {
    for (const auto& entity : benchmark.entities)
        if (entity.id == id)
            return &entity;
    return nullptr;
}

/// "Robin, Wren and 3 more"
QString listed(const Ids& ids, const Benchmark& benchmark) {
    constexpr std::size_t most = 2;
    QStringList names;
    for (std::size_t i = 0; i < std::min(most, ids.size()); ++i) {
        const auto* entity = find(benchmark, ids[i]);
        names << QString::fromStdString(entity ? entity->name : ids[i]);
    }
    const auto text = names.join(QObject::tr(", "));
    return ids.size() <= most ? text : QObject::tr("%1 and %2 more").arg(text).arg(ids.size() - most);
}

Ids common(const Ids& some, const Ids& others) {
    Ids both;
    for (const auto& id : some)
        if (holds(others, id))
            both.push_back(id);
    return both;
}

}  // namespace

RequestList requestsOf(const Benchmark& benchmark) {
    RequestList list;
    for (const auto& request : benchmark.requests) {
        auto& one = list.emplace_back();
        one.name = request.name;
        for (const int entity : request.forgetEntities)
            one.forget.push_back(benchmark.entities[static_cast<std::size_t>(entity)].id);
        for (const int entity : request.retainEntities)
            one.retain.push_back(benchmark.entities[static_cast<std::size_t>(entity)].id);
    }
    return list;
}

RequestList withNew(RequestList list, const std::string& name, const Ids& forget) {
    list.push_back({name, {}, {}});
    addNew(list.back().forget, forget);
    return list;
}

RequestList withEntities(RequestList list, std::size_t request, const Ids& entities, RequestSide side) {
    auto& one = list.at(request);
    drop(side == RequestSide::Forget ? one.retain : one.forget, entities);
    addNew(side == RequestSide::Forget ? one.forget : one.retain, entities);
    return list;
}

RequestList withoutEntities(RequestList list, std::size_t request, const Ids& entities) {
    drop(list.at(request).forget, entities);
    drop(list.at(request).retain, entities);
    return list;
}

RequestList withSplit(RequestList list, std::size_t request, const std::string& name) {
    auto& first = list.at(request);
    if (first.forget.size() < 2)
        return list;
    SpecRequest second{name, {}, first.retain};
    const auto half = first.forget.begin() + static_cast<std::ptrdiff_t>((first.forget.size() + 1) / 2);
    second.forget.assign(half, first.forget.end());
    first.forget.erase(half, first.forget.end());
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(request) + 1, std::move(second));
    return list;
}

RequestList withMerged(RequestList list, std::size_t request) {
    if (request + 1 >= list.size())
        return list;
    auto& one = list[request];
    const auto next = list[request + 1];
    addNew(one.forget, next.forget);
    addNew(one.retain, next.retain);
    drop(one.retain, one.forget);
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(request) + 1);
    return list;
}

RequestList withName(RequestList list, std::size_t request, const std::string& name) {
    list.at(request).name = name;
    return list;
}

RequestList keepingClassmates(RequestList list, std::size_t request, const Benchmark& benchmark) {
    std::set<std::string> classes;
    for (const auto& id : list.at(request).forget)
        if (const auto* entity = find(benchmark, id))
            classes.insert(entity->className);
    Ids keep;
    for (const auto& entity : benchmark.entities) {
        const bool goes =
            std::any_of(list.begin(), list.end(), [&](const auto& one) { return holds(one.forget, entity.id); });
        if (classes.contains(entity.className) && !goes)
            keep.push_back(entity.id);
    }
    addNew(list[request].retain, keep);
    return list;
}

std::string freeRequestName(const Ids& taken) {
    for (char letter = 'A'; letter <= 'Z'; ++letter)
        if (const std::string name(1, letter); !holds(taken, name))
            return name;
    for (int number = 27;; ++number)
        if (const auto name = "R" + std::to_string(number); !holds(taken, name))
            return name;
}

QString requestNameProblem(RequestList list, std::size_t request, const QString& name) {
    try {
        checkRequestNames(withName(std::move(list), request, name.toStdString()));
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

QString requestProblem(const RequestList& list, std::size_t request, const Benchmark& benchmark) {
    const auto& one = list.at(request);
    if (one.forget.empty())
        return QObject::tr("It forgets nobody: drop an entity here.");
    if (const auto both = common(one.forget, one.retain); !both.empty())
        return QObject::tr("It is to forget and to keep %1.").arg(listed(both, benchmark));
    Ids unknown;
    for (const auto* ids : {&one.forget, &one.retain})
        for (const auto& id : *ids)
            if (!find(benchmark, id))
                unknown.push_back(id);
    if (!unknown.empty())
        return QObject::tr("The benchmark has no %1.").arg(listed(unknown, benchmark));
    return {};
}

QString requestNote(const RequestList& list, std::size_t request, const Benchmark& benchmark) {
    const auto& one = list.at(request);
    QStringList notes;
    for (std::size_t earlier = 0; earlier < request; ++earlier) {
        const auto& other = list[earlier];
        const auto name = QString::fromStdString(other.name);
        if (const auto twice = common(one.forget, other.forget); !twice.empty())
            notes << QObject::tr("%1 forgets %2 already.").arg(name, listed(twice, benchmark));
        if (const auto kept = common(one.forget, other.retain); !kept.empty())
            notes << QObject::tr("%1 keeps %2.").arg(name, listed(kept, benchmark));
        if (const auto gone = common(one.retain, other.forget); !gone.empty())
            notes << QObject::tr("%1 has forgotten %2, which is to be kept here.").arg(name, listed(gone, benchmark));
    }
    return notes.join(' ');
}

}  // namespace lacuna
