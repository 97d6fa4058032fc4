// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja.h"

#include "core/text/jinja_expression.h"

#include <algorithm>
#include <utility>

namespace lacuna {
namespace {

using Kind = JinjaToken::Kind;

/// Turns tokens into functions that render.
class Parser {
public:
    explicit Parser(std::vector<JinjaToken> tokens) : m_cursor(std::move(tokens)) {}

    std::vector<JinjaStatement> program() {
        auto statements = block({});
        if (m_cursor.now().kind != Kind::End)
            throw m_cursor.place().beyond(fmt::format("\"{}\" here", m_cursor.now().text));
        return statements;
    }

private:
    /// Statements up to a tag of one of these names, which is left standing behind its beginning.
    std::vector<JinjaStatement> block(const std::vector<std::string_view>& ends) {
        const JinjaCursor::Deeper deeper(m_cursor);
        std::vector<JinjaStatement> statements;
        for (;;) {
            const auto at = m_cursor.place();
            if (m_cursor.now().kind == Kind::Text) {
                statements.push_back([text = m_cursor.take().text, at](JinjaRun& run) {
                    run.write(text, at);
                    return JinjaFlow::Next;
                });
            } else if (m_cursor.now().kind == Kind::PrintBegin) {
                m_cursor.take();
                auto value = jinjaExpression(m_cursor);
                if (m_cursor.now().kind != Kind::PrintEnd)
                    throw m_cursor.place().beyond(
                        fmt::format("\"{}\" at this place of what is printed", m_cursor.now().text));
                m_cursor.take();
                statements.push_back([value = std::move(value), at](JinjaRun& run) {
                    run.write(jinjaText(value(run), at), at);
                    return JinjaFlow::Next;
                });
            } else if (m_cursor.now().kind == Kind::BlockBegin) {
                m_cursor.take();
                if (std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return m_cursor.isName(end); }))
                    return statements;
                statements.push_back(tag());
            } else if (ends.empty()) {
                return statements;
            } else {
                throw at.wrong(fmt::format("\"{}\" is missing", ends.back()));
            }
        }
    }

    JinjaStatement tag() {
        const auto at = m_cursor.place();
        const auto kind = m_cursor.name();
        if (kind == "if")
            return ifTag();
        if (kind == "for")
            return forTag();
        if (kind == "set")
            return setTag();
        if (kind == "generation")
            return generationTag();
        if ((kind == "break" || kind == "continue") && m_loops > 0) {
            m_cursor.expectEnd();
            return [flow = kind == "break" ? JinjaFlow::Break : JinjaFlow::Continue](JinjaRun&) { return flow; };
        }
        throw at.beyond(fmt::format("the tag \"{}\"", kind));
    }

    JinjaStatement ifTag() {
        std::vector<std::pair<JinjaExpression, std::vector<JinjaStatement>>> branches;
        std::vector<JinjaStatement> otherwise;
        for (;;) {
            auto condition = jinjaExpression(m_cursor);
            m_cursor.expectEnd();
            auto body = block({"elif", "else", "endif"});
            branches.emplace_back(std::move(condition), std::move(body));
            if (m_cursor.acceptName("elif"))
                continue;
            if (m_cursor.acceptName("else")) {
                m_cursor.expectEnd();
                otherwise = block({"endif"});
            }
            m_cursor.take();
            m_cursor.expectEnd();
            return [branches = std::move(branches), otherwise = std::move(otherwise)](JinjaRun& run) {
                for (const auto& [condition, body] : branches)
                    if (jinjaTrue(condition(run)))
                        return runAll(body, run);
                return runAll(otherwise, run);
            };
        }
    }

    /// A name to be given to something.
    std::string variable() {
        if (m_cursor.isName("loop"))  // jinja2 refuses it within loops
            throw m_cursor.place().beyond("a variable called \"loop\"");
        return m_cursor.name();
    }

    /// Up to its end tag, which is taken.
    std::vector<JinjaStatement> bodyUntil(std::string_view end) {
        auto body = block({end});
        m_cursor.take();
        m_cursor.expectEnd();
        return body;
    }

    /// Marks what an assistant said. A scope of its own, which jinja2 makes a function of: no loop around it can be
    /// ended from within.
    JinjaStatement generationTag() {
        m_cursor.expectEnd();
        const auto loops = std::exchange(m_loops, 0);
        auto body = bodyUntil("endgeneration");
        m_loops = loops;
        return [body = std::move(body)](JinjaRun& run) { return runInside(body, run); };
    }

    JinjaStatement forTag() {
        JinjaLoop loop;
        loop.at = m_cursor.place();
        do
            loop.names.push_back(variable());
        while (m_cursor.acceptSign(","));
        if (!m_cursor.acceptName("in"))
            throw m_cursor.place().beyond(fmt::format("\"{}\" in the names of a loop", m_cursor.now().text));
        loop.entries = jinjaExpressionBeforeIf(m_cursor);
        if (m_cursor.acceptName("if"))
            loop.condition = jinjaExpression(m_cursor);
        m_cursor.expectEnd();
        ++m_loops;
        loop.body = block({"else", "endfor"});
        --m_loops;
        if (m_cursor.acceptName("else")) {
            m_cursor.expectEnd();
            loop.otherwise = block({"endfor"});
        }
        m_cursor.take();
        m_cursor.expectEnd();
        return loop;
    }

    JinjaStatement setTag() {
        JinjaSet set;
        set.at = m_cursor.place();
        const bool ofMember = m_cursor.next().kind == Kind::Sign && m_cursor.next().text == ".";
        set.variable = ofMember ? m_cursor.name() : variable();
        if (m_cursor.acceptSign("."))
            set.member = m_cursor.name();
        if (m_cursor.acceptSign("=")) {
            set.value = jinjaExpression(m_cursor);
            m_cursor.expectEnd();
        } else {
            m_cursor.expectEnd();
            set.block = bodyUntil("endset");
        }
        return set;
    }

    JinjaCursor m_cursor;
    std::size_t m_loops = 0;  ///< around this place
};

}  // namespace

struct JinjaTemplate::Program {
    std::vector<JinjaStatement> statements;
};

JinjaTemplate::JinjaTemplate(std::string_view source, const std::string& file)
    : m_program(std::make_shared<Program>(Program{Parser(jinjaTokens(source, file)).program()})) {}

std::string JinjaTemplate::render(const nlohmann::ordered_json& variables) const {
    JinjaRun run;
    run.scopes.emplace_back();
    for (const auto& [name, value] : variables.items())
        run.scopes.back()[name] = value;
    runInside(m_program->statements, run);
    return std::move(run.out);
}

}  // namespace lacuna
