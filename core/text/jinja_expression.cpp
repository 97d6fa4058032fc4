// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja_expression.h"

#include <algorithm>
#include <tuple>

namespace lacuna {
namespace {

using Kind = JinjaToken::Kind;
using Value = JinjaValue;
using Place = JinjaPlace;

/// Turns tokens into functions that say a value.
class Parser {
public:
    explicit Parser(JinjaCursor& cursor) : m_cursor(cursor) {}

    /// a if b else c
    JinjaExpression expression() {
        const JinjaCursor::Deeper deeper(m_cursor);
        auto value = either();
        while (m_cursor.acceptName("if")) {
            auto condition = either();
            JinjaExpression otherwise = [](JinjaRun&) { return jinjaUndefined(); };
            if (m_cursor.acceptName("else"))
                otherwise = expression();
            value = [value = std::move(value), condition = std::move(condition), otherwise = std::move(otherwise)](
                        JinjaRun& run) { return jinjaTrue(condition(run)) ? value(run) : otherwise(run); };
        }
        return value;
    }

    /// A chain of `or` or `and`, as Python has it: the value that decides.
    JinjaExpression chain(std::string_view word, JinjaExpression (Parser::*next)()) {
        std::vector<JinjaExpression> parts{(this->*next)()};
        while (m_cursor.acceptName(word))
            parts.push_back((this->*next)());
        if (parts.size() == 1)
            return parts[0];
        return [parts = std::move(parts), decides = word == "or"](JinjaRun& run) {
            Value value;
            for (const auto& part : parts)
                if (value = part(run); jinjaTrue(value) == decides)
                    break;
            return value;
        };
    }
    JinjaExpression either() { return chain("or", &Parser::both); }

private:
    JinjaExpression both() { return chain("and", &Parser::negation); }

    JinjaExpression negation() {
        if (!m_cursor.acceptName("not"))
            return comparison();
        const JinjaCursor::Deeper deeper(m_cursor);
        return [value = negation()](JinjaRun& run) { return Value(!jinjaTrue(value(run))); };
    }

    std::string comparisonSign() {
        for (const auto* sign : {"==", "!=", "<=", ">=", "<", ">"})
            if (m_cursor.acceptSign(sign))
                return sign;
        if (m_cursor.acceptName("in"))
            return "in";
        if (m_cursor.isName("not") && m_cursor.next().kind == Kind::Name && m_cursor.next().text == "in") {
            m_cursor.take();
            m_cursor.take();
            return "not in";
        }
        return {};
    }

    /// a < b < c holds where each neighbour does.
    JinjaExpression comparison() {
        const auto at = m_cursor.place();
        auto first = sum();
        std::vector<std::pair<std::string, JinjaExpression>> others;
        for (auto sign = comparisonSign(); !sign.empty(); sign = comparisonSign())
            others.emplace_back(sign, sum());
        if (others.empty())
            return first;
        return [first = std::move(first), others = std::move(others), at](JinjaRun& run) {
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
    JinjaExpression folded(const std::vector<std::string_view>& signs, JinjaExpression (Parser::*next)()) {
        auto first = (this->*next)();
        std::vector<std::tuple<std::string, JinjaExpression, Place>> others;
        for (;;) {
            const auto sign =
                std::find_if(signs.begin(), signs.end(), [&](auto each) { return m_cursor.isSign(each); });
            if (sign == signs.end())
                break;
            const auto at = m_cursor.take().place;
            others.emplace_back(*sign, (this->*next)(), at);
        }
        if (others.empty())
            return first;
        return [first = std::move(first), others = std::move(others)](JinjaRun& run) {
            auto value = first(run);
            for (const auto& [sign, other, at] : others)
                value = run.checked(jinjaCombined(sign, value, other(run), at), at);
            return value;
        };
    }
    JinjaExpression sum() { return folded({"+", "-"}, &Parser::joint); }
    JinjaExpression joint() { return folded({"~"}, &Parser::product); }
    JinjaExpression product() { return folded({"*", "//", "%"}, &Parser::unary); }

    JinjaExpression unary() {
        const auto at = m_cursor.place();
        if (!m_cursor.acceptSign("-"))
            return postfixed();
        const JinjaCursor::Deeper deeper(m_cursor);
        return [value = unary(), at](JinjaRun& run) { return jinjaCombined("-", Value(0), value(run), at); };
    }

    JinjaArgumentList arguments() {
        JinjaArgumentList list;
        while (!m_cursor.acceptSign(")")) {
            if (m_cursor.now().kind == Kind::Name && m_cursor.next().kind == Kind::Sign &&
                m_cursor.next().text == "=") {
                auto key = m_cursor.name();
                m_cursor.take();
                list.named.emplace_back(std::move(key), expression());
            } else {
                list.values.push_back(expression());
            }
            if (!m_cursor.isSign(")"))
                m_cursor.expectSign(",");
        }
        return list;
    }

    using Step = std::function<Value(JinjaRun&, Value)>;

    Step subscript() {
        const auto at = m_cursor.place();
        JinjaExpression from, to;
        bool slice = false;
        if (!m_cursor.isSign(":"))
            from = expression();
        if (m_cursor.acceptSign(":")) {
            slice = true;
            if (!m_cursor.isSign("]"))
                to = expression();
        }
        m_cursor.expectSign("]");
        return [=](JinjaRun& run, const Value& value) {
            return slice ? jinjaSlice(value, from ? from(run) : Value(), to ? to(run) : Value(), at)
                         : run.member(value, from(run), at);
        };
    }

    Step memberOrMethod() {
        const auto at = m_cursor.place();
        auto key = m_cursor.name();
        if (m_cursor.acceptSign("("))
            return [key, with = arguments(), at](JinjaRun& run, const Value& value) {
                return jinjaMethod(key, value, with.of(run), at);
            };
        return [key, at](JinjaRun& run, const Value& value) {
            static constexpr std::string_view kMethods = " items keys values get pop update copy clear setdefault ";
            if (value.is_object() && kMethods.find(" " + key + " ") != kMethods.npos)
                throw at.beyond(fmt::format("the method \"{}\" without a call", key));
            return run.member(value, key, at);
        };
    }

    Step filter() {
        const auto at = m_cursor.place();
        auto key = m_cursor.name();
        const auto with = m_cursor.acceptSign("(") ? arguments() : JinjaArgumentList();
        return [=](JinjaRun& run, const Value& value) { return jinjaFilter(key, value, with.of(run), at); };
    }

    Step test() {
        const auto at = m_cursor.place();
        const bool wanted = !m_cursor.acceptName("not");
        auto key = m_cursor.name();
        JinjaArgumentList with;
        if (m_cursor.acceptSign("("))
            with = arguments();
        else if (m_cursor.now().kind == Kind::Literal)
            with.values.push_back(primary());
        return
            [=](JinjaRun& run, const Value& value) { return Value(jinjaTest(key, value, with.of(run), at) == wanted); };
    }

    /// A value with all that hangs behind it: .a, [b], (c), then | filters and `is` tests.
    JinjaExpression postfixed() {
        const auto at = m_cursor.place();
        auto value = primary();
        std::vector<Step> steps;
        for (bool members = true;; members = false) {
            while (members && (m_cursor.isSign(".") || m_cursor.isSign("[")))
                steps.push_back(m_cursor.acceptSign(".") ? memberOrMethod() : (m_cursor.take(), subscript()));
            if (m_cursor.acceptSign("|"))
                steps.push_back(filter());
            else if (m_cursor.acceptName("is"))
                steps.push_back(test());
            else
                break;
        }
        return [value = std::move(value), steps = std::move(steps), at](JinjaRun& run) {
            auto result = run.checked(value(run), at);
            for (const auto& step : steps)
                result = run.checked(step(run, std::move(result)), at);
            return result;
        };
    }

    JinjaExpression primary() {
        const auto token = m_cursor.take();
        const auto& at = token.place;
        if (token.kind == Kind::Literal) {
            auto value = token.value;
            while (value.is_string() && m_cursor.now().kind == Kind::Literal && m_cursor.now().value.is_string())
                value = value.get<std::string>() + m_cursor.take().value.get<std::string>();
            return [value](JinjaRun&) { return value; };
        }
        if (token.kind == Kind::Name)
            return named(token);
        if (token.kind != Kind::Sign || (token.text != "(" && token.text != "[" && token.text != "{"))
            throw at.wrong(fmt::format("expected a value before \"{}\"", token.text));
        if (token.text == "{")
            return dictionary(at);
        const auto* close = token.text == "(" ? ")" : "]";
        std::vector<JinjaExpression> entries;
        bool list = token.text == "[";
        while (!m_cursor.acceptSign(close)) {
            entries.push_back(expression());
            if (m_cursor.isSign(close))
                continue;
            m_cursor.expectSign(",");
            list = true;
        }
        if (!list && entries.size() == 1)
            return entries[0];
        return [entries = std::move(entries), at](JinjaRun& run) {
            Value all = Value::array();
            for (const auto& entry : entries)
                all.push_back(entry(run));
            return run.checked(std::move(all), at);
        };
    }

    JinjaExpression dictionary(const Place& at) {
        std::vector<std::pair<JinjaExpression, JinjaExpression>> members;
        while (!m_cursor.acceptSign("}")) {
            auto key = expression();
            m_cursor.expectSign(":");
            members.emplace_back(std::move(key), expression());
            if (!m_cursor.isSign("}"))
                m_cursor.expectSign(",");
        }
        return [members = std::move(members), at](JinjaRun& run) {
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

    JinjaExpression named(const JinjaToken& token) {
        const auto& word = token.text;
        if (word == "true" || word == "True" || word == "false" || word == "False")
            return [value = word == "true" || word == "True"](JinjaRun&) { return Value(value); };
        if (word == "none" || word == "None")
            return [](JinjaRun&) { return Value(); };
        if (m_cursor.acceptSign("("))
            return [word, with = arguments(), at = token.place](JinjaRun& run) {
                return run.called(word, with.of(run), at);
            };
        return [word, at = token.place](JinjaRun& run) {
            const auto* value = run.find(word);
            if (!value && isJinjaFunction(word))
                throw at.beyond(fmt::format("the function \"{}\" without a call", word));
            return value ? *value : jinjaUndefined();
        };
    }

    JinjaCursor& m_cursor;
};

}  // namespace

JinjaExpression jinjaExpression(JinjaCursor& cursor) {
    return Parser(cursor).expression();
}

JinjaExpression jinjaExpressionBeforeIf(JinjaCursor& cursor) {
    return Parser(cursor).either();
}

}  // namespace lacuna
