// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_spec.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// One value that a field can have.
struct SpecChoice {
    std::string id;    ///< as in spec.json and on the command line: "nf4"
    std::string name;  ///< as in the form: "4 bits (NF4)"
    std::string help;  ///< one plain sentence; may be empty
};

/// One field of a RunSpec that people set, said once: command line, completion, form, check and `lacuna methods` are
/// made of it.
struct SpecRow {
    enum class Kind {
        Choice,   ///< one of `choices`; of "device" also "cuda:N"
        Catalog,  ///< the same, and the choices are rows of the catalog
        Flag,
        Whole,  ///< a whole number from 0
        Text,
        Place  ///< "embedded", or a folder
    };
    std::string id;     ///< key in spec.json: "train_phrasings"
    std::string label;  ///< as in the form: "Train on"
    std::string help;   ///< one plain sentence
    Kind kind = Kind::Text;
    std::vector<SpecChoice> choices = {};

    std::string option() const;      ///< "--train-phrasings"
    std::string optionHelp() const;  ///< the help, what can be chosen and means, and what it is unless said otherwise
    std::string choiceIds() const;   ///< "auto, cpu, cuda"
};

const std::vector<SpecRow>& specRows();
const SpecRow* findSpecRow(std::string_view id);  ///< null for an unknown id
/// Throws InternalError for an unknown id: rows are named by code alone.
const SpecRow& specRow(std::string_view id);

/// Throws InputError for a value that is none of the row's.
void checkChoice(const SpecRow& row, std::string_view value);

/// Sets the field from what somebody typed or chose ("true" for a flag); the parameters of another method,
/// gate or judge do not carry over. Throws InputError, opening with the option, for text that is no such value; which
/// choices there are is checked with the whole spec.
void setField(RunSpec& spec, const SpecRow& row, const std::string& text);

/// Several at once, by id, in the rows' order: another method comes before what is to be otherwise than it says.
void setFields(RunSpec& spec, const std::map<std::string, std::string>& texts);

/// The field as text that setField takes; the requests' names with commas.
std::string fieldText(const RunSpec& spec, const SpecRow& row);

}  // namespace lacuna
