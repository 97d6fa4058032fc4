// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja_run.h"

#include <algorithm>
#include <set>

namespace lacuna {
namespace {

using Value = JinjaValue;
using Place = JinjaPlace;

constexpr std::size_t kMostSteps = 1'000'000, kLongest = std::size_t{1} << 20;
/// Shared things stay until the end of a rendering, so each counts as work.
constexpr std::size_t kSharedSteps = 16;

/// Bytes and entries of a value. Throws InputError where it nests without end.
std::size_t weightOf(const Value& value, const Place& at, std::size_t depth = 0) {
    if (depth > kDeepestJinja)
        throw at.beyond("a value that nests so deep");
    if (value.is_string())
        return 1 + value.get_ref<const std::string&>().size();
    std::size_t weight = 1;
    if (value.is_structured())
        for (const auto& member : value)
            weight += weightOf(member, at, depth + 1);
    return weight;
}

Value range(const JinjaArguments& with, const Place& at) {
    const auto whole = [](const Value& value) { return value.is_number_integer(); };
    if (with.values.empty() || with.values.size() > 2 || !with.named.empty() ||
        !std::all_of(with.values.begin(), with.values.end(), whole))
        throw at.beyond("\"range\" but for one or two whole numbers");
    const auto from = with.values.size() == 1 ? 0 : with.values[0].get<std::int64_t>(),
               to = with.values.back().get<std::int64_t>();
    if (to > from && static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from) > 10'000)
        throw at.beyond("a range so long");
    Value numbers = Value::array();
    for (auto i = from; i < to; ++i)
        numbers.push_back(i);
    return numbers;
}

/// What `loop` says in turn `i`.
Value loopState(const std::vector<Value>& all, std::size_t i) {
    const auto n = all.size();
    Value loop{{"index", i + 1},  {"index0", i},        {"revindex", n - i}, {"revindex0", n - i - 1},
               {"first", i == 0}, {"last", i + 1 == n}, {"length", n},       {"depth", 1},
               {"depth0", 0}};
    if (i > 0)
        loop["previtem"] = all[i - 1];
    if (i + 1 < n)
        loop["nextitem"] = all[i + 1];
    return loop;
}

}  // namespace

void JinjaRun::spend(std::size_t steps, const Place& at) {
    m_steps += steps;
    if (m_steps > kMostSteps)
        throw at.beyond("a template that runs so long");
}

Value JinjaRun::checked(Value value, const Place& at) {
    const auto weight = weightOf(value, at);
    if (weight > kLongest)
        throw at.beyond("a value so large");
    spend(1 + weight / 64, at);
    return value;
}

void JinjaRun::write(const std::string& text, const Place& at) {
    spend(1 + text.size() / 64, at);
    if (out.size() + text.size() > kLongest)
        throw at.beyond("a text so long");
    out += text;
}

const Value* JinjaRun::find(const std::string& name) const {
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
        if (const auto found = scope->find(name); found != scope->end())
            return &found->second;
    return nullptr;
}

Value JinjaRun::share(Value members, bool isNamespace, const Place& at) {
    spend(kSharedSteps, at);
    m_shared.push_back({checked(std::move(members), at), isNamespace});
    return jinjaShared(m_shared.size() - 1);
}

void JinjaRun::setShared(const Value& shared, Value members) {
    m_shared[*jinjaSharedIndex(shared)].members = std::move(members);
}

void JinjaRun::setMember(const std::string& name, const std::string& member, Value value, const Place& at) {
    const auto* holder = find(name);
    const auto index = holder ? jinjaSharedIndex(*holder) : std::nullopt;
    if (!index || !m_shared[*index].isNamespace)
        throw at.wrong(fmt::format("\"{}\" is no namespace", name));
    auto& members = m_shared[*index].members;
    members[member] = std::move(value);
    members = checked(std::move(members), at);
}

Value JinjaRun::member(const Value& value, const Value& key, const Place& at) const {
    const auto index = jinjaSharedIndex(value);
    return jinjaMember(index ? m_shared[*index].members : value, key, at);
}

Value JinjaRun::called(const std::string& name, const JinjaArguments& with, const Place& at) {
    if (name == "raise_exception" && with.values.size() == 1)
        throw at.wrong(fmt::format("the template refuses the question: {}", jinjaText(with.values[0], at)));
    if (name == "range")
        return range(with, at);
    if ((name == "namespace" || name == "dict") && with.values.empty()) {
        Value members = Value::object();
        for (const auto& [key, value] : with.named)
            members[key] = value;
        return name == "dict" ? members : share(std::move(members), true, at);
    }
    throw at.beyond(fmt::format("the function \"{}\"", name));
}

bool isJinjaFunction(const std::string& name) {
    static const std::set<std::string> names{"range",        "namespace", "dict",   "raise_exception",
                                             "strftime_now", "lipsum",    "cycler", "joiner"};
    return names.contains(name);
}

JinjaFlow runAll(const std::vector<JinjaStatement>& statements, JinjaRun& run) {
    for (const auto& statement : statements)
        if (const auto flow = statement(run); flow != JinjaFlow::Next)
            return flow;
    return JinjaFlow::Next;
}

JinjaFlow runInside(const std::vector<JinjaStatement>& statements, JinjaRun& run, JinjaRun::Scope scope) {
    run.scopes.push_back(std::move(scope));
    const auto flow = runAll(statements, run);
    run.scopes.pop_back();
    return flow;
}

JinjaArguments JinjaArgumentList::of(JinjaRun& run) const {
    JinjaArguments with;
    for (const auto& value : values)
        with.values.push_back(value(run));
    for (const auto& [name, value] : named)
        with.named[name] = value(run);
    return with;
}

JinjaRun::Scope JinjaLoop::named(const Value& entry) const {
    if (names.size() == 1)
        return {{names[0], entry}};
    const auto parts = jinjaEntries(entry, at);
    if (parts.size() != names.size())
        throw at.wrong(fmt::format("{} names for {} values", names.size(), parts.size()));
    JinjaRun::Scope scope;
    for (std::size_t i = 0; i < parts.size(); ++i)
        scope[names[i]] = parts[i];
    return scope;
}

std::vector<Value> JinjaLoop::wanted(JinjaRun& run) const {
    auto all = jinjaEntries(run.checked(entries(run), at), at);
    if (!condition)
        return all;
    std::vector<Value> kept;
    for (auto& entry : all) {
        run.scopes.push_back(named(entry));
        if (jinjaTrue(condition(run)))
            kept.push_back(std::move(entry));
        run.scopes.pop_back();
    }
    return kept;
}

JinjaFlow JinjaLoop::operator()(JinjaRun& run) const {
    const auto all = wanted(run);
    if (all.empty())
        return runAll(otherwise, run);
    const auto loop = run.share(Value::object(), false, at);
    for (std::size_t i = 0; i < all.size(); ++i) {
        run.spend(1, at);
        auto scope = named(all[i]);
        scope["loop"] = loop;
        run.setShared(loop, run.checked(loopState(all, i), at));
        if (runInside(body, run, std::move(scope)) == JinjaFlow::Break)
            break;
    }
    return JinjaFlow::Next;
}

JinjaFlow JinjaSet::operator()(JinjaRun& run) const {
    Value result;
    if (value) {
        result = value(run);
    } else {
        std::string before;
        std::swap(before, run.out);
        const auto flow = runInside(block, run);
        std::swap(before, run.out);
        if (flow != JinjaFlow::Next)  // the loop around it goes on, and nothing is set
            return flow;
        result = std::move(before);
    }
    result = run.checked(std::move(result), at);
    if (member.empty())
        run.scopes.back()[variable] = std::move(result);
    else
        run.setMember(variable, member, std::move(result), at);
    return JinjaFlow::Next;
}

}  // namespace lacuna
