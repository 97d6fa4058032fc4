// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja.h"

#include "core/text/jinja_values.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace lacuna {
namespace {

using Kind = JinjaToken::Kind;
using Value = JinjaValue;
using Place = JinjaPlace;

constexpr std::size_t kDeepest = 64, kMostSteps = 1'000'000, kLongest = std::size_t{1} << 20;
/// Marks what `namespace` makes, true until it has a name; no template can write this key.
constexpr const char* kNamespace = "namespace()";

/// Bytes and entries of a value. Throws InputError where it nests without end.
std::size_t weightOf(const Value& value, const Place& at, std::size_t depth = 0) {
    if (depth > kDeepest)
        throw at.beyond("a value that nests so deep");
    if (value.is_string())
        return 1 + value.get_ref<const std::string&>().size();
    std::size_t weight = 1;
    if (value.is_structured())
        for (const auto& member : value)
            weight += weightOf(member, at, depth + 1);
    return weight;
}

/// One rendering.
struct Run {
    std::vector<std::map<std::string, Value>> scopes;
    std::string out;
    std::size_t steps = 0;

    void spend(std::size_t count, const Place& at) {
        steps += count;
        if (steps > kMostSteps)
            throw at.beyond("a template that runs so long");
    }
    /// A value about to be kept or copied: its size counts as work, so that doubling ends soon.
    Value checked(Value value, const Place& at) {
        const auto weight = weightOf(value, at);
        if (weight > kLongest)
            throw at.beyond("a value so large");
        spend(1 + weight / 64, at);
        return value;
    }
    void write(const std::string& text, const Place& at) {
        spend(1 + text.size() / 64, at);
        if (out.size() + text.size() > kLongest)
            throw at.beyond("a text so long");
        out += text;
    }
    Value* find(const std::string& name) {
        for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
            if (const auto found = scope->find(name); found != scope->end())
                return &found->second;
        return nullptr;
    }
};

enum class Flow { Next, Break, Continue };
using Expression = std::function<Value(Run&)>;
using Statement = std::function<Flow(Run&)>;

Flow runAll(const std::vector<Statement>& statements, Run& run) {
    for (const auto& statement : statements)
        if (const auto flow = statement(run); flow != Flow::Next)
            return flow;
    return Flow::Next;
}

struct Arguments {
    std::vector<Expression> values;
    std::vector<std::pair<std::string, Expression>> named;

    JinjaArguments of(Run& run) const {
        JinjaArguments with;
        for (const auto& value : values)
            with.values.push_back(value(run));
        for (const auto& [name, value] : named)
            with.named[name] = value(run);
        return with;
    }
};

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

Value called(const std::string& name, const JinjaArguments& with, const Place& at) {
    if (name == "raise_exception" && with.values.size() == 1)
        throw at.wrong(fmt::format("the template refuses the question: {}", jinjaText(with.values[0], at)));
    if (name == "range")
        return range(with, at);
    if ((name == "namespace" || name == "dict") && with.values.empty()) {
        Value members = Value::object();
        if (name == "namespace")
            members[kNamespace] = true;
        for (const auto& [key, value] : with.named)
            members[key] = value;
        return members;
    }
    throw at.beyond(fmt::format("the function \"{}\"", name));
}

/// Turns tokens into functions that render.
class Parser {
public:
    explicit Parser(std::vector<JinjaToken> tokens) : m_tokens(std::move(tokens)) {}

    std::vector<Statement> program() {
        auto statements = block({});
        if (now().kind != Kind::End)
            throw place().beyond(fmt::format("\"{}\" here", now().text));
        return statements;
    }

private:
    const JinjaToken& now() const { return m_tokens[m_at]; }
    const JinjaToken& take() { return m_tokens[m_at + 1 < m_tokens.size() ? m_at++ : m_at]; }
    const Place& place() const { return now().place; }
    bool is(Kind kind, std::string_view text) const { return now().kind == kind && now().text == text; }
    bool isSign(std::string_view text) const { return is(Kind::Sign, text); }
    bool isName(std::string_view text) const { return is(Kind::Name, text); }
    bool accept(Kind kind, std::string_view text) {
        const bool there = is(kind, text);
        if (there)
            take();
        return there;
    }
    void expectSign(std::string_view text) {
        if (!accept(Kind::Sign, text))
            throw place().wrong(fmt::format("expected \"{}\"", text));
    }
    void expectEnd() {
        if (now().kind != Kind::BlockEnd)
            throw place().beyond(fmt::format("\"{}\" at this place of a tag", now().text));
        take();
    }
    std::string name() {
        if (now().kind != Kind::Name)
            throw place().wrong("expected a name");
        return take().text;
    }

    struct Deeper {
        Deeper(std::size_t& depth, const Place& at) : depth(depth) {
            if (++depth > kDeepest)
                throw at.beyond("a template that nests so deep");
        }
        ~Deeper() { --depth; }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;
        std::size_t& depth;
    };

    /// Statements up to a tag of one of these names, which is left standing behind its beginning.
    std::vector<Statement> block(const std::vector<std::string_view>& ends) {
        const Deeper deeper(m_depth, place());
        std::vector<Statement> statements;
        for (;;) {
            const auto at = place();
            if (now().kind == Kind::Text) {
                statements.push_back([text = take().text, at](Run& run) {
                    run.write(text, at);
                    return Flow::Next;
                });
            } else if (now().kind == Kind::PrintBegin) {
                take();
                auto value = expression();
                if (now().kind != Kind::PrintEnd)
                    throw place().beyond(fmt::format("\"{}\" at this place of what is printed", now().text));
                take();
                statements.push_back([value = std::move(value), at](Run& run) {
                    run.write(jinjaText(value(run), at), at);
                    return Flow::Next;
                });
            } else if (now().kind == Kind::BlockBegin) {
                take();
                if (std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return isName(end); }))
                    return statements;
                statements.push_back(tag());
            } else if (ends.empty()) {
                return statements;
            } else {
                throw at.wrong(fmt::format("\"{}\" is missing", ends.back()));
            }
        }
    }

    Statement tag() {
        const auto at = place();
        const auto kind = name();
        if (kind == "if")
            return ifTag();
        if (kind == "for")
            return forTag();
        if (kind == "set")
            return setTag();
        if (kind == "generation") {  // marks what an assistant said, in a scope of its own
            expectEnd();
            auto body = block({"endgeneration"});
            take();
            expectEnd();
            return [body = std::move(body)](Run& run) {
                run.scopes.emplace_back();
                const auto flow = runAll(body, run);
                run.scopes.pop_back();
                return flow;
            };
        }
        if ((kind == "break" || kind == "continue") && m_loops > 0) {
            expectEnd();
            return [flow = kind == "break" ? Flow::Break : Flow::Continue](Run&) { return flow; };
        }
        throw at.beyond(fmt::format("the tag \"{}\"", kind));
    }

    Statement ifTag() {
        std::vector<std::pair<Expression, std::vector<Statement>>> branches;
        std::vector<Statement> otherwise;
        for (;;) {
            auto condition = expression();
            expectEnd();
            auto body = block({"elif", "else", "endif"});
            branches.emplace_back(std::move(condition), std::move(body));
            if (accept(Kind::Name, "elif"))
                continue;
            if (accept(Kind::Name, "else")) {
                expectEnd();
                otherwise = block({"endif"});
            }
            take();
            expectEnd();
            return [branches = std::move(branches), otherwise = std::move(otherwise)](Run& run) {
                for (const auto& [condition, body] : branches)
                    if (jinjaTrue(condition(run)))
                        return runAll(body, run);
                return runAll(otherwise, run);
            };
        }
    }

    struct Loop {
        std::vector<std::string> names;
        Expression entries, condition;
        std::vector<Statement> body, otherwise;
        Place at;

        std::map<std::string, Value> named(const Value& entry) const {
            if (names.size() == 1)
                return {{names[0], entry}};
            const auto parts = jinjaEntries(entry, at);
            if (parts.size() != names.size())
                throw at.wrong(fmt::format("{} names for {} values", names.size(), parts.size()));
            std::map<std::string, Value> scope;
            for (std::size_t i = 0; i < parts.size(); ++i)
                scope[names[i]] = parts[i];
            return scope;
        }
        std::vector<Value> wanted(Run& run) const {
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
        static Value state(const std::vector<Value>& all, std::size_t i) {
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
        Flow operator()(Run& run) const {
            const auto all = wanted(run);
            if (all.empty())
                return runAll(otherwise, run);
            for (std::size_t i = 0; i < all.size(); ++i) {
                run.spend(1, at);
                auto scope = named(all[i]);
                scope["loop"] = run.checked(state(all, i), at);
                run.scopes.push_back(std::move(scope));
                const auto flow = runAll(body, run);
                run.scopes.pop_back();
                if (flow == Flow::Break)
                    break;
            }
            return Flow::Next;
        }
    };

    Statement forTag() {
        Loop loop;
        loop.at = place();
        do
            loop.names.push_back(name());
        while (accept(Kind::Sign, ","));
        if (!accept(Kind::Name, "in"))
            throw place().beyond(fmt::format("\"{}\" in the names of a loop", now().text));
        loop.entries = either();
        if (accept(Kind::Name, "if"))
            loop.condition = expression();
        expectEnd();
        ++m_loops;
        loop.body = block({"else", "endfor"});
        --m_loops;
        if (accept(Kind::Name, "else")) {
            expectEnd();
            loop.otherwise = block({"endfor"});
        }
        take();
        expectEnd();
        return loop;
    }

    Statement setTag() {
        const auto at = place();
        const auto variable = name();
        const auto member = accept(Kind::Sign, ".") ? name() : std::string();
        Expression value;
        if (accept(Kind::Sign, "=")) {
            value = expression();
            expectEnd();
        } else {
            expectEnd();
            auto body = block({"endset"});
            take();
            expectEnd();
            value = [body = std::move(body)](Run& run) {
                std::string before;
                std::swap(before, run.out);
                run.scopes.emplace_back();
                runAll(body, run);
                run.scopes.pop_back();
                std::swap(before, run.out);
                return Value(before);
            };
        }
        return [=](Run& run) {
            auto result = run.checked(value(run), at);
            if (member.empty()) {
                if (result.is_object() && result.contains(kNamespace) && !std::exchange(result[kNamespace], false))
                    throw at.beyond("a second name for a namespace");
                run.scopes.back()[variable] = std::move(result);
                return Flow::Next;
            }
            auto* holder = run.find(variable);
            if (!holder || !holder->is_object() || !holder->contains(kNamespace))
                throw at.wrong(fmt::format("\"{}\" is no namespace", variable));
            (*holder)[member] = std::move(result);
            run.checked(*holder, at);
            return Flow::Next;
        };
    }

    /// a if b else c
    Expression expression() {
        const Deeper deeper(m_depth, place());
        auto value = either();
        while (accept(Kind::Name, "if")) {
            auto condition = either();
            Expression otherwise = [](Run&) { return jinjaUndefined(); };
            if (accept(Kind::Name, "else"))
                otherwise = expression();
            value = [value = std::move(value), condition = std::move(condition), otherwise = std::move(otherwise)](
                        Run& run) { return jinjaTrue(condition(run)) ? value(run) : otherwise(run); };
        }
        return value;
    }

    /// A chain of `or` or `and`, as Python has it: the value that decides.
    Expression chain(std::string_view word, Expression (Parser::*next)()) {
        std::vector<Expression> parts{(this->*next)()};
        while (accept(Kind::Name, word))
            parts.push_back((this->*next)());
        if (parts.size() == 1)
            return parts[0];
        return [parts = std::move(parts), decides = word == "or"](Run& run) {
            Value value;
            for (const auto& part : parts)
                if (value = part(run); jinjaTrue(value) == decides)
                    break;
            return value;
        };
    }
    Expression either() { return chain("or", &Parser::both); }
    Expression both() { return chain("and", &Parser::negation); }

    Expression negation() {
        if (!accept(Kind::Name, "not"))
            return comparison();
        const Deeper deeper(m_depth, place());
        return [value = negation()](Run& run) { return Value(!jinjaTrue(value(run))); };
    }

    std::string comparisonSign() {
        for (const auto* sign : {"==", "!=", "<=", ">=", "<", ">"})
            if (accept(Kind::Sign, sign))
                return sign;
        if (accept(Kind::Name, "in"))
            return "in";
        if (isName("not") && m_tokens[m_at + 1].kind == Kind::Name && m_tokens[m_at + 1].text == "in") {
            take();
            take();
            return "not in";
        }
        return {};
    }

    /// a < b < c holds where each neighbour does.
    Expression comparison() {
        const auto at = place();
        auto first = sum();
        std::vector<std::pair<std::string, Expression>> others;
        for (auto sign = comparisonSign(); !sign.empty(); sign = comparisonSign())
            others.emplace_back(sign, sum());
        if (others.empty())
            return first;
        return [first = std::move(first), others = std::move(others), at](Run& run) {
            auto left = first(run);
            for (const auto& [sign, other] : others) {
                auto right = other(run);
                if (sign == "not in" ? jinjaCompared("in", left, right, at) : !jinjaCompared(sign, left, right, at))
                    return Value(false);
                left = std::move(right);
            }
            return Value(true);
        };
    }

    /// Operators of one rank, from the left.
    Expression folded(const std::vector<std::string_view>& signs, Expression (Parser::*next)()) {
        auto first = (this->*next)();
        std::vector<std::tuple<std::string, Expression, Place>> others;
        for (;;) {
            const auto sign = std::find_if(signs.begin(), signs.end(), [&](auto each) { return isSign(each); });
            if (sign == signs.end())
                break;
            const auto at = take().place;
            others.emplace_back(*sign, (this->*next)(), at);
        }
        if (others.empty())
            return first;
        return [first = std::move(first), others = std::move(others)](Run& run) {
            auto value = first(run);
            for (const auto& [sign, other, at] : others)
                value = run.checked(jinjaCombined(sign, value, other(run), at), at);
            return value;
        };
    }
    Expression sum() { return folded({"+", "-"}, &Parser::joint); }
    Expression joint() { return folded({"~"}, &Parser::product); }
    Expression product() { return folded({"*", "//", "%"}, &Parser::unary); }

    Expression unary() {
        const auto at = place();
        if (!accept(Kind::Sign, "-"))
            return postfixed();
        const Deeper deeper(m_depth, at);
        return [value = unary(), at](Run& run) { return jinjaCombined("-", Value(0), value(run), at); };
    }

    Arguments arguments() {
        Arguments list;
        while (!accept(Kind::Sign, ")")) {
            if (now().kind == Kind::Name && m_tokens[m_at + 1].kind == Kind::Sign && m_tokens[m_at + 1].text == "=") {
                auto key = name();
                take();
                list.named.emplace_back(std::move(key), expression());
            } else {
                list.values.push_back(expression());
            }
            if (!isSign(")"))
                expectSign(",");
        }
        return list;
    }

    using Step = std::function<Value(Run&, Value)>;

    Step subscript() {
        const auto at = place();
        Expression from, to;
        bool slice = false;
        if (!isSign(":"))
            from = expression();
        if (accept(Kind::Sign, ":")) {
            slice = true;
            if (!isSign("]"))
                to = expression();
        }
        expectSign("]");
        return [=](Run& run, const Value& value) {
            return slice ? jinjaSlice(value, from ? from(run) : Value(), to ? to(run) : Value(), at)
                         : jinjaMember(value, from(run), at);
        };
    }

    Step memberOrMethod() {
        const auto at = place();
        auto key = name();
        if (accept(Kind::Sign, "("))
            return [key, with = arguments(), at](Run& run, const Value& value) {
                return jinjaMethod(key, value, with.of(run), at);
            };
        return [key, at](Run&, const Value& value) {
            static constexpr std::string_view kMethods = " items keys values get pop update copy clear setdefault ";
            if (value.is_object() && kMethods.find(" " + key + " ") != kMethods.npos)
                throw at.beyond(fmt::format("the method \"{}\" without a call", key));
            return jinjaMember(value, key, at);
        };
    }

    Step filter() {
        const auto at = place();
        auto key = name();
        const auto with = accept(Kind::Sign, "(") ? arguments() : Arguments();
        return [=](Run& run, const Value& value) { return jinjaFilter(key, value, with.of(run), at); };
    }

    Step test() {
        const auto at = place();
        const bool wanted = !accept(Kind::Name, "not");
        auto key = name();
        Arguments with;
        if (accept(Kind::Sign, "("))
            with = arguments();
        else if (now().kind == Kind::Literal)
            with.values.push_back(primary());
        return [=](Run& run, const Value& value) { return Value(jinjaTest(key, value, with.of(run), at) == wanted); };
    }

    /// A value with all that hangs behind it: .a, [b], (c), | filters, `is` tests.
    Expression postfixed() {
        const auto at = place();
        auto value = primary();
        std::vector<Step> steps;
        for (;;) {
            if (accept(Kind::Sign, "."))
                steps.push_back(memberOrMethod());
            else if (accept(Kind::Sign, "["))
                steps.push_back(subscript());
            else if (accept(Kind::Sign, "|"))
                steps.push_back(filter());
            else if (accept(Kind::Name, "is"))
                steps.push_back(test());
            else
                break;
        }
        return [value = std::move(value), steps = std::move(steps), at](Run& run) {
            auto result = run.checked(value(run), at);
            for (const auto& step : steps)
                result = run.checked(step(run, std::move(result)), at);
            return result;
        };
    }

    Expression primary() {
        const auto token = take();
        const auto& at = token.place;
        if (token.kind == Kind::Literal) {
            auto value = token.value;
            while (value.is_string() && now().kind == Kind::Literal && now().value.is_string())
                value = value.get<std::string>() + take().value.get<std::string>();
            return [value](Run&) { return value; };
        }
        if (token.kind == Kind::Name)
            return named(token);
        if (token.kind != Kind::Sign || (token.text != "(" && token.text != "[" && token.text != "{"))
            throw at.wrong(fmt::format("expected a value before \"{}\"", token.text));
        if (token.text == "{")
            return dictionary(at);
        const auto* close = token.text == "(" ? ")" : "]";
        std::vector<Expression> entries;
        bool list = token.text == "[";
        while (!accept(Kind::Sign, close)) {
            entries.push_back(expression());
            if (isSign(close))
                continue;
            expectSign(",");
            list = true;
        }
        if (!list && entries.size() == 1)
            return entries[0];
        return [entries = std::move(entries), at](Run& run) {
            Value all = Value::array();
            for (const auto& entry : entries)
                all.push_back(entry(run));
            return run.checked(std::move(all), at);
        };
    }

    Expression dictionary(const Place& at) {
        std::vector<std::pair<Expression, Expression>> members;
        while (!accept(Kind::Sign, "}")) {
            auto key = expression();
            expectSign(":");
            members.emplace_back(std::move(key), expression());
            if (!isSign("}"))
                expectSign(",");
        }
        return [members = std::move(members), at](Run& run) {
            Value all = Value::object();
            for (const auto& [key, value] : members) {
                const auto name = key(run);
                if (!name.is_string())
                    throw at.beyond("a dictionary's key that is no text");
                all[name.get<std::string>()] = value(run);
            }
            return run.checked(std::move(all), at);
        };
    }

    Expression named(const JinjaToken& token) {
        const auto& word = token.text;
        if (word == "true" || word == "True" || word == "false" || word == "False")
            return [value = word == "true" || word == "True"](Run&) { return Value(value); };
        if (word == "none" || word == "None")
            return [](Run&) { return Value(); };
        if (accept(Kind::Sign, "("))
            return [word, with = arguments(), at = token.place](Run& run) { return called(word, with.of(run), at); };
        return [word](Run& run) {
            const auto* value = run.find(word);
            return value ? *value : jinjaUndefined();
        };
    }

    std::vector<JinjaToken> m_tokens;
    std::size_t m_at = 0, m_depth = 0, m_loops = 0;
};

}  // namespace

struct JinjaTemplate::Program {
    std::vector<Statement> statements;
};

JinjaTemplate::JinjaTemplate(std::string_view source, const std::string& file)
    : m_program(std::make_shared<Program>(Program{Parser(jinjaTokens(source, file)).program()})) {}

std::string JinjaTemplate::render(const nlohmann::ordered_json& variables) const {
    Run run;
    run.scopes.emplace_back();
    for (const auto& [name, value] : variables.items())
        run.scopes.back()[name] = value;
    run.scopes.emplace_back();
    runAll(m_program->statements, run);
    return std::move(run.out);
}

}  // namespace lacuna
