// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <map>
#include <set>

namespace lacuna {

/// One view asked one kind of question in one phrasing.
struct AskedProbe {
    std::string kind;
    int phrasing = 0;
    int view = 0;
    auto operator<=>(const AskedProbe&) const = default;  // NOLINT(modernize-use-nullptr): clang 14 errs
};

/// What the logs of the shown runs hold about one entity, copied, so that runs may grow or go while it is looked at.
class EntityLog {
public:
    EntityLog() = default;
    EntityLog(const Workspace& workspace, const QString& entity);

    /// `run` is a WorkspaceRun::id. Null where nothing was measured.
    const AnswerRow* answer(int run, const AskedProbe& probe, int stage) const;
    /// What any shown run was asked about `kind`, by phrasing, then view.
    std::vector<AskedProbe> asked(const std::string& kind) const;
    bool contains(const AskedProbe& probe) const { return m_asked.contains(probe); }
    bool empty() const { return m_asked.empty(); }

private:
    using Stages = std::vector<std::optional<AnswerRow>>;
    std::map<int, std::map<AskedProbe, Stages>> m_runs;
    std::set<AskedProbe> m_asked;
};

/// A selection made complete: indices into the entity's questions, phrasings and views; −1 where it has none.
struct ProbeChoice {
    int question = -1;
    int phrasing = 0;
    int view = -1;
    bool asked = false;  ///< a shown run's log holds it
    bool operator==(const ProbeChoice&) const = default;
};

/// What is left open by the selection is filled with what was asked, held-out views first.
ProbeChoice chooseProbe(const Entity& entity, const Selection& selection, const EntityLog& log);

// The selection after a user picked one part of it: the others give way where that combination was not asked, but
// another with the picked part was.
Selection withQuestion(Selection selection, const Entity& entity, int question);
Selection withPhrasing(Selection selection, const Entity& entity, const EntityLog& log, int phrasing);
Selection withView(Selection selection, const Entity& entity, const EntityLog& log, int view);

}  // namespace lacuna
