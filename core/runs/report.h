// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/answer_log.h"
#include "core/runs/run_extra.h"
#include "core/runs/run_history.h"

#include <map>
#include <string>
#include <vector>

namespace lacuna {

/// A run as a report tells of it.
struct ReportRun {
    RunHistory history;  ///< without its answers
    AnswerLog answers;
    RunExtra extra;
};

/// A picture of a report, as it stands in the page.
struct ReportFigure {
    std::string title;
    std::string svg;  ///< a whole <svg> element
};

/// What a report says that stands in no run.
struct ReportContext {
    std::string createdUtc;
    std::map<std::string, std::string> entityNames;  ///< by id; who is not in it is called by the id
    std::map<std::string, std::string> askedBy;      ///< by request, in free words; who is not in it gets a blank line
};

/// One HTML page that needs no other file and no network: the comparison, figures, what became of the answers, every
/// setting with the hashes of data and model, and for each removal request a page on what was removed, how, and what
/// was measured. Says what it does not know.
std::string reportHtml(const std::vector<ReportRun>& runs, const std::vector<ReportFigure>& figures,
                       const ReportContext& context);

}  // namespace lacuna
