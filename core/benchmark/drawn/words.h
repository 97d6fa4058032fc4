// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace lacuna::drawn {

using Words = std::vector<std::string>;

/// One kind of question a class is asked. In templates {0} and {1} are the two attributes, {name} the entity's name,
/// {She} {her} … its pronouns. The two lists have coprime lengths, so that no two of a class share both attributes.
struct KindRow {
    std::string kind;
    Words phrasings;  ///< five
    std::string answer;
    std::string paraphrase;
    const Words* first = nullptr;  ///< nullptr: the kind asks the name
    const Words* second = nullptr;
};

/// One class of the embedded benchmark.
struct ClassRow {
    std::string name;
    int entities = 0;
    int bystanders = 0;
    int distractors = 0;
    std::vector<KindRow> kinds;  ///< five; the first asks who or what this is
};

/// The nine classes in MLUBench's order.
const std::vector<ClassRow>& classRows();

/// `count` distinct names for a class; `forms` gives each one's form mark (a tower is not called a bridge).
std::vector<std::string> inventedNames(const std::string& className, const std::vector<int>& forms, std::uint64_t seed);

}  // namespace lacuna::drawn
