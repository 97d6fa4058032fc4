// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/text/jinja_values.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lacuna {

inline constexpr std::size_t kDeepestJinja = 64;

/// One rendering: what is written, what has which name, and how much work it was, which is bounded.
class JinjaRun {
public:
    using Scope = std::map<std::string, JinjaValue>;

    std::vector<Scope> scopes;
    std::string out;

    void spend(std::size_t steps, const JinjaPlace& at);
    /// A value about to be kept or copied: its size counts as work, so that doubling ends soon. Throws InputError where
    /// it is too large or nests without end.
    JinjaValue checked(JinjaValue value, const JinjaPlace& at);
    void write(const std::string& text, const JinjaPlace& at);
    const JinjaValue* find(const std::string& name) const;

    /// What `namespace` and a loop make: whoever holds the value sees its members change (jinjaShared).
    JinjaValue share(JinjaValue members, bool isNamespace, const JinjaPlace& at);
    void setShared(const JinjaValue& shared, JinjaValue members);
    /// {% set NAME.MEMBER = … %}. Throws InputError where it is no namespace.
    void setMember(const std::string& name, const std::string& member, JinjaValue value, const JinjaPlace& at);
    /// x.name and x[key], of shared things too.
    JinjaValue member(const JinjaValue& value, const JinjaValue& key, const JinjaPlace& at) const;
    /// A function called by its name.
    JinjaValue called(const std::string& name, const JinjaArguments& with, const JinjaPlace& at);

private:
    struct Shared {
        JinjaValue members;
        bool isNamespace = false;
    };

    std::deque<Shared> m_shared;
    std::size_t m_steps = 0;
};

/// Whether every template of `transformers` knows a function of this name, so that it is defined.
bool isJinjaFunction(const std::string& name);

/// What follows a statement: the next one, or the end or next turn of the loop around it.
enum class JinjaFlow { Next, Break, Continue };
using JinjaExpression = std::function<JinjaValue(JinjaRun&)>;
using JinjaStatement = std::function<JinjaFlow(JinjaRun&)>;

JinjaFlow runAll(const std::vector<JinjaStatement>& statements, JinjaRun& run);
/// In a scope of its own.
JinjaFlow runInside(const std::vector<JinjaStatement>& statements, JinjaRun& run, JinjaRun::Scope scope = {});

/// Arguments not yet evaluated.
struct JinjaArgumentList {
    std::vector<JinjaExpression> values;
    std::vector<std::pair<std::string, JinjaExpression>> named;

    JinjaArguments of(JinjaRun& run) const;
};

/// {% for … %}; a JinjaStatement.
struct JinjaLoop {
    std::vector<std::string> names;
    JinjaExpression entries, condition;  ///< `condition` may be empty
    std::vector<JinjaStatement> body, otherwise;
    JinjaPlace at;

    JinjaFlow operator()(JinjaRun& run) const;

private:
    JinjaRun::Scope named(const JinjaValue& entry) const;
    std::vector<JinjaValue> wanted(JinjaRun& run) const;
};

/// {% set … %}; a JinjaStatement. Either `value` or `block` says to what.
struct JinjaSet {
    std::string variable, member;  ///< `member` of a namespace, else empty
    JinjaExpression value;
    std::vector<JinjaStatement> block;
    JinjaPlace at;

    JinjaFlow operator()(JinjaRun& run) const;
};

}  // namespace lacuna
