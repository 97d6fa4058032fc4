// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace lacuna {

/// A chat template in Jinja, rendered as `transformers` does it (jinja2 with trim_blocks and lstrip_blocks, the tags
/// "generation", "break" and "continue"). The part of Jinja that layouts of questions need: if, for, set, namespace,
/// texts, whole numbers, lists, dictionaries, comparisons, the usual filters, tests and methods. All else throws
/// InputError naming the line, never renders wrongly; so does what nests, runs or writes without end.
class JinjaTemplate {
public:
    /// `file` begins every error.
    JinjaTemplate(std::string_view source, const std::string& file);
    /// With the members of `variables` known by name. Throws InputError, also where the template raises one.
    std::string render(const nlohmann::ordered_json& variables) const;

private:
    struct Program;
    std::shared_ptr<const Program> m_program;
};

}  // namespace lacuna
