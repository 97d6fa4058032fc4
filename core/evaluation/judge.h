// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"
#include "core/catalog/verdicts.h"
#include "core/text/words.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// One answer, with everything a judge may look at.
struct JudgedAnswer {
    std::string_view question;
    std::string_view truth;
    std::string_view answer;
    /// Content words that the truths of this kind of question share and that thus give nothing away; may be null.
    const std::set<std::string>* common = nullptr;
    /// Mean cross-entropy of the answer under the original model in nats per token; nothing = not measured.
    std::optional<double> natsPerToken;
};

/// Says what answers show.
class Judge {
public:
    virtual ~Judge() = default;
    /// One per answer, in their order; nothing where none could be had: such an answer counts as not judged, never as
    /// 0.
    virtual std::vector<std::optional<Verdict>> verdicts(const std::vector<JudgedAnswer>& answers) const = 0;
    /// True where the verdict may depend on natsPerToken, which costs a pass of the original model.
    virtual bool wantsNats(const JudgedAnswer&) const { return false; }
    /// Changes whenever the same answer could get another verdict: part of the key of cached results.
    virtual std::string version() const = 0;
};

/// The deterministic local rubric: five verdicts in the order refuses, gibberish, knows, leaks, wrong.
/// Rules and their limits: docs/judge.md.
class RubricJudge final : public Judge {
public:
    /// `sentences` and `openings` are those of core/text/refusals.h, or a benchmark's own; `parameters` those of the
    /// rubric's row, complete. Above `gibberishNats` an answer is gibberish; nothing = perplexity is not looked at, see
    /// Fluency::bound.
    RubricJudge(const std::vector<std::string>& sentences, const std::vector<std::string>& openings,
                const ParameterValues& parameters, std::optional<double> gibberishNats = {});

    Verdict verdict(const JudgedAnswer& answer) const;
    std::vector<std::optional<Verdict>> verdicts(const std::vector<JudgedAnswer>& answers) const override;
    bool wantsNats(const JudgedAnswer& answer) const override;
    std::string version() const override;

    bool refuses(std::string_view answer) const;

private:
    std::vector<std::vector<std::string>> m_sentences, m_openings;  ///< as words
    double m_knowsRecall, m_leaksRecall, m_refusalF1;
    std::optional<double> m_gibberishNats;
};

/// What a judge may be made of.
struct JudgeContext {
    std::string judge;                                      ///< id in the catalog
    ParameterValues parameters;                             ///< of its row, complete
    std::function<double(double marginNats)> fluencyBound;  ///< see Fluency::bound; costs a pass of the original model
};

/// How a judge of the catalog comes to be: one row per judge.
struct JudgeFactory {
    std::string_view judge;  ///< id in the catalog
    std::unique_ptr<Judge> (*make)(const JudgeContext& context);
};
const std::vector<JudgeFactory>& judgeFactories();

std::unique_ptr<Judge> makeJudge(const JudgeContext& context);

/// Nothing to read, or a loop: a run of words said three times over (one word: four times), a syllable repeated within
/// a word (nine letters and more), or ten words and more of which under 35 % differ. What is written without spaces is
/// held to the rules within a word.
bool repetitive(std::string_view answer);

/// Content words that stand in more than half of `truths`, when there are at least four of them: the frame of a kind of
/// answer ("It lives in …"), which says nothing about the entity.
std::set<std::string> commonWords(const std::vector<std::string>& truths);

}  // namespace lacuna
