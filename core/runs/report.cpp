// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/report.h"

#include "core/catalog/combination.h"
#include "core/runs/answer_shares.h"
#include "core/runs/export.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lacuna {
namespace {

constexpr std::array colours{"#2F6FB3", "#7E57B2", "#A9731B", "#3B7F5C", "#A33A32"};  // of verdictRows

constexpr const char* style = R"(
body { font: 14px/1.45 Inter, "Helvetica Neue", Arial, sans-serif; color: #1D2430; margin: 32px auto; max-width: 1060px; padding: 0 16px }
h1 { font-size: 24px; margin: 0 0 4px } h2 { font-size: 18px; margin: 36px 0 8px } h3 { font-size: 15px; margin: 22px 0 6px }
p, td.soft, .soft { color: #5D6673 } p.plain { color: inherit }
table { border-collapse: collapse; margin: 8px 0 } td, th { padding: 4px 10px; border-bottom: 1px solid #D9DCE1; text-align: left; vertical-align: top }
th { font-weight: 600; color: #5D6673; font-size: 12px } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums } td.number { white-space: nowrap }
.figures { display: flex; flex-wrap: wrap; gap: 20px } figure { margin: 0; flex: 1 1 460px } figure svg { max-width: 100%; height: auto }
figcaption { font-size: 12px; color: #5D6673 }
code { font: 12px/1.4 ui-monospace, Menlo, Consolas, monospace; word-break: break-all } section.audit { page-break-before: always; break-before: page }
@media print { body { margin: 0; max-width: none } h2, h3 { break-after: avoid } table { break-inside: auto } tr { break-inside: avoid } }
)";

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text)
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += c;
        }
    return safe;
}

/// Writes the page.
class Page {
public:
    Page(const std::vector<ReportRun>& runs, const ReportContext& context) : m_runs(runs), m_context(context) {}

    void head() {
        add(R"(<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">)"
            "<title>Unlearning report</title><style>{}</style></head><body>\n",
            style);
        add("<h1>Unlearning report</h1><p>{} {}, made {} by Lacuna {}.</p>\n", m_runs.size(),
            m_runs.size() == 1 ? "run" : "runs", escaped(m_context.createdUtc), LACUNA_VERSION);
    }

    void comparison() {
        std::vector<const RunHistory*> histories;
        for (const auto& run : m_runs)
            histories.push_back(&run.history);
        auto table = compareRuns(histories);
        addIntervals(table, histories);
        add("<h2>Comparison</h2><p>Each run at the last stage that is measured. Forgetting counts the requests up to "
            "it, "
            "retention all of them. In brackets: 95 % intervals, from 1,000 draws of whole entities; ±: standard "
            "errors of the "
            "answers.</p>\n");
        constexpr std::size_t side = 6;  // as many beside each other as a page takes
        for (std::size_t first = 0; first < table.rows.size(); first += side)
            comparison(table, first, std::min(first + side, table.rows.size()));
    }

    void figures(const std::vector<ReportFigure>& figures) {
        if (figures.empty())
            return;
        add("<h2>Figures</h2><div class=\"figures\">\n");
        for (const auto& figure : figures)
            add("<figure>{}<figcaption>{}</figcaption></figure>\n", figure.svg, escaped(figure.title));
        add("</div>\n");
    }

    void answers() {
        add("<h2>What became of the answers</h2><p>Of every stage: answers about what had to go by then, and about "
            "what "
            "had to stay.");
        for (const auto& row : verdictRows)
            add(R"( <span style="color:{}">■</span> {})", colours[static_cast<std::size_t>(row.verdict)], row.id);
        add("</p>\n");
        for (const auto& run : m_runs) {
            const auto shares = answerShares(run.history, run.answers);
            add("<h3>{}</h3><table><tr><th>stage</th><th>had to go</th><th class=\"number\">answers</th><th>had to stay"
                "</th><th class=\"number\">answers</th></tr>\n",
                escaped(run.history.name));
            for (std::size_t stage = 0; stage < shares.size(); ++stage)
                add("<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td>{}</td><td "
                    "class=\"number\">{}</td></tr>\n",
                    escaped(stageName(run.history, static_cast<int>(stage))), bar(shares[stage].gone),
                    shares[stage].gone.judged(), bar(shares[stage].kept), shares[stage].kept.judged());
            add("</table>\n");
        }
    }

    void audits() {
        std::vector<std::string> seen;
        for (const auto& run : m_runs)
            for (const auto& request : run.history.requests)
                if (std::find(seen.begin(), seen.end(), request.name) == seen.end())
                    seen.push_back(request.name);
        for (const auto& name : seen)
            audit(name);
    }

    void configuration() {
        add("<h2>Configuration</h2><p>All that decides a run's numbers, and what they were computed with.</p>\n");
        for (const auto& run : m_runs) {
            const auto& spec = run.history.spec;
            add("<h3>{}</h3><table>\n", escaped(run.history.name));
            const auto line = [this](const std::string& what, const std::string& value) {
                if (!value.empty())
                    add("<tr><td class=\"soft\">{}</td><td><code>{}</code></td></tr>\n", escaped(what), escaped(value));
            };
            line("method", combinationTitle(choicesOf(spec)));
            line("model, SHA-256", spec.modelHash);
            line("benchmark, SHA-256", spec.benchmarkHash);
            line("pictures", std::string(picturesNote(spec.images)));
            line("made", spec.createdUtc);
            for (const auto& made : run.history.makers)
                line(fmt::format("stage {} from step {}", made.stage, made.fromStep),
                     fmt::format("Lacuna {}, libtorch {}, {} ({})", made.maker.lacuna, made.maker.torch,
                                 made.maker.device, made.maker.processor));
            if (!run.extra.notes.empty())
                line("notes", run.extra.notes);
            for (const auto& note : run.history.notes)
                line("to know", note);
            add("</table><details><summary>Every setting</summary><pre><code>{}</code></pre></details>\n",
                escaped(toJson(spec)));
        }
    }

    std::string taken() { return std::move(m_html) + "</body></html>\n"; }

private:
    template <typename... Arguments>
    void add(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
        m_html += fmt::format(text, std::forward<Arguments>(arguments)...);
    }

    /// Some of the runs, a measure a line.
    void comparison(const CompareTable& table, std::size_t first, std::size_t last) {
        add("<table><tr><th></th>");
        for (auto i = first; i < last; ++i)
            add(R"(<th class="number">{}<br><span class="soft">{}, order {}<br>stage {} of {}</span></th>)",
                escaped(shownName(table.rows[i])), escaped(table.rows[i].method), escaped(table.rows[i].order),
                table.rows[i].stage, std::max(0, table.rows[i].stageCount - 1));
        add("</tr>\n");
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            if (std::none_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return row.values[column]; }))
                continue;  // what no run has is no line
            const auto& about = table.columns[column];
            add(R"(<tr><td title="{}">{} {}</td>)", escaped(about.help), escaped(about.title),
                about.better > 0   ? "↑"
                : about.better < 0 ? "↓"
                                   : "");
            for (auto i = first; i < last; ++i) {
                const auto& row = table.rows[i];
                const auto& sure = row.intervals[column];
                std::string doubt;
                if (sure && sure->interval)
                    doubt = fmt::format(R"( <span class="soft">[{:.{}f}, {:.{}f}]</span>)", sure->interval->low,
                                        about.decimals, sure->interval->high, about.decimals);
                else if (row.errors[column] > 0)
                    doubt = fmt::format(R"( <span class="soft">± {:.{}f}</span>)", row.errors[column], about.decimals);
                add(R"(<td class="number"{}>{}{}</td>)",
                    sure ? fmt::format(R"( title="{} answers about {} entities")", sure->answers, sure->entities) : "",
                    row.values[column] ? fmt::format("{:.{}f}", *row.values[column], about.decimals) : "–", doubt);
            }
            add("</tr>\n");
        }
        add("</table>\n");
    }

    std::string nameOf(const std::string& entity) const {
        const auto found = m_context.entityNames.find(entity);
        return found == m_context.entityNames.end() ? entity : found->second;
    }

    static std::string stageName(const RunHistory& run, int stage) {
        return stage == 0 ? "original"
                          : fmt::format("after {}", run.requests[static_cast<std::size_t>(stage) - 1].name);
    }

    static std::string bar(const VerdictTally& tally) {
        if (tally.judged() == 0)
            return "<span class=\"soft\">not asked</span>";
        constexpr double wide = 200;
        std::string html = R"(<svg width="200" height="14" viewBox="0 0 200 14">)";
        double left = 0;
        for (const auto& row : verdictRows)
            if (const int count = tally.of(row.verdict); count > 0) {
                const double piece = wide * count / tally.judged();
                html += fmt::format(
                    R"(<rect x="{:.2f}" y="0" width="{:.2f}" height="14" fill="{}"><title>{}: {}</title></rect>)", left,
                    piece, colours[static_cast<std::size_t>(row.verdict)], row.id, count);
                left += piece;
            }
        return html + "</svg>";
    }

    static std::string cellText(const RunHistory& run, int stage, int task, Split split, std::string_view metric) {
        const auto* cell = stage < 0 ? nullptr : run.cell(stage, task, split, metric);
        return cell ? fmt::format("{:.3f} <span class=\"soft\">± {:.3f}, {} answers</span>", cell->value,
                                  cell->standardError, cell->count)
                    : std::string("not measured");
    }

    std::string listed(const std::vector<std::string>& entities) const {
        std::string text;
        for (const auto& entity : entities)
            text += (text.empty() ? "" : ", ") + nameOf(entity);
        return text.empty() ? "nobody" : text;
    }

    /// One page per request: for whoever has to answer for it.
    void audit(const std::string& name) {
        add("<section class=\"audit\"><h2>Request {}</h2>\n", escaped(name));
        const RequestRow* told = nullptr;
        for (const auto& run : m_runs) {
            const auto& requests = run.history.requests;
            const auto found =
                std::find_if(requests.begin(), requests.end(), [&](const RequestRow& row) { return row.name == name; });
            if (found == requests.end())
                continue;
            const int task = static_cast<int>(found - requests.begin()), own = task + 1;
            // Runs with requests of their own may call other removals the same.
            if (!told || told->forgetEntities != found->forgetEntities || told->retainEntities != found->retainEntities)
                add("<p class=\"plain\"><b>Asked by:</b> {}</p><p class=\"plain\"><b>To be removed</b> ({}): {}.<br>"
                    "<b>To be kept</b> ({}): {}.</p>\n",
                    askedBy(name), found->forgetEntities.size(), escaped(listed(found->forgetEntities)),
                    found->retainEntities.size(), escaped(listed(found->retainEntities)));
            told = &*found;
            const auto combination = combinationTitle(choicesOf(run.history.spec));
            add("<h3>{}</h3><p class=\"plain\">How: {}; request {} of {} in the order.{}</p>\n",
                escaped(run.history.name), escaped(combination), own, requests.size(),
                found->stepsDone < 0
                    ? ""
                    : fmt::format(" Trained for {} of {} steps.", found->stepsDone, found->stepsPlanned));
            const int last = run.history.stages - 1;
            add("<table><tr><th></th><th>forget quality of what had to go</th><th>utility of what had to "
                "stay</th></tr>\n");
            for (const auto& [what, stage] : {std::pair<const char*, int>{"original model", 0},
                                              {"right after the request", own <= last ? own : -1},
                                              {"at the end of the sequence", last}})
                add("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", what,
                    cellText(run.history, stage, task, Split::Forget, "fq"),
                    cellText(run.history, stage, task, Split::Retain, "mu"));
            add("</table><p>Measured by Lacuna {} with the judge “{}” and the plan “{}”. Attacks: none stand in this "
                "report, so it does not say that nothing can be won back.</p>\n",
                escaped(run.history.spec.lacunaVersion), escaped(run.history.spec.judge),
                escaped(run.history.spec.plan));
            behind(run, *found, last);
        }
        add("</section>\n");
    }

    /// As it was told, or a line to write on.
    std::string askedBy(const std::string& request) const {
        const auto told = m_context.askedBy.find(request);
        return told == m_context.askedBy.end()
                   ? R"(<span style="display:inline-block;min-width:320px;border-bottom:1px solid #5D6673">&nbsp;</span>)"
                   : escaped(told->second);
    }

    /// Whom the model still knows at the end, by name.
    void behind(const ReportRun& run, const RequestRow& request, int last) {
        std::vector<std::string> known, leaking;
        for (const auto& entity : request.forgetEntities) {
            const auto tally = run.answers.tally(entity, last);
            if (tally.of(Verdict::Knows) > 0)
                known.push_back(entity);
            else if (tally.of(Verdict::Leaks) > 0)
                leaking.push_back(entity);
        }
        add("<p class=\"plain\">Still answered rightly at the end, at least once: {}. Some of the truth leaks: "
            "{}.</p>\n",
            escaped(listed(known)), escaped(listed(leaking)));
    }

    const std::vector<ReportRun>& m_runs;
    const ReportContext& m_context;
    std::string m_html;
};

}  // namespace

std::string reportHtml(const std::vector<ReportRun>& runs, const std::vector<ReportFigure>& figures,
                       const ReportContext& context) {
    Page page(runs, context);
    page.head();
    page.comparison();
    page.figures(figures);
    page.answers();
    page.audits();
    page.configuration();
    return page.taken();
}

}  // namespace lacuna
