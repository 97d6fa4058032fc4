// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/report.h"

#include "tests/common/test_registry.h"
#include "tests/core/runs/example_run.h"

#include <QXmlStreamReader>
#include <QtTest>

using namespace lacuna;

namespace {

ReportRun reported(const std::string& name) {
    ReportRun run;
    run.history.name = name;
    run.history.spec.method = "lumoe";
    run.history.spec.modelHash = "0123abcd";
    run.history.requests = {{"A", {"ada"}, {"bea"}, 8, 60}, {"B", {"cleo"}, {"bea"}}};
    run.history.stages = 3;
    for (int stage = 0; stage < 3; ++stage)
        for (int task = 0; task < 2; ++task) {
            run.history.cells.push_back({stage, task, Split::Forget, "fq", 0.25 * stage, 0.01, 12});
            run.history.cells.push_back({stage, task, Split::Retain, "mu", 0.9, 0.01, 12});
        }
    AnswerRow knows;
    knows.stage = 2;
    knows.entity = "ada";
    knows.verdict = Verdict::Knows;
    run.answers = AnswerLog({knows});
    run.extra.notes = "asked on <Monday> & \"Tuesday\"";
    return run;
}

}  // namespace

class ReportTest : public QObject {
    Q_OBJECT
private slots:
    void tellsOfEveryRequestAndSetting() {
        std::vector<ReportRun> runs;
        runs.push_back(reported("first"));
        runs.push_back(reported("sec<ond"));
        const auto page =
            QString::fromStdString(reportHtml(runs, {{"forgetting", "<svg><path d=\"M0 0\"/></svg>"}},
                                              {"2026-01-02", {{"ada", "Ada & Co"}}, {{"A", "a letter <of> May"}}}));
        QVERIFY(page.startsWith("<!doctype html>"));
        for (const char* part :
             {"Request A", "Request B", "a letter &lt;of&gt; May", "Ada &amp; Co", "Trained for 8 of 60 steps.",
              "request 1 of 2 in the order", "0.500 <span class=\"soft\">± 0.010, 12 answers</span>", "0123abcd",
              "asked on &lt;Monday&gt; &amp; &quot;Tuesday&quot;", "sec&lt;ond", "<path d=\"M0 0\"/>",
              "Still answered rightly at the end, at least once: Ada &amp; Co.", "Attacks: none stand in this report",
              "border-bottom:1px solid"})  // nobody said who asked for B
            QVERIFY2(page.contains(part), part);
        QVERIFY(!page.contains("<ond"));
        // It needs nothing from elsewhere.
        QVERIFY(!page.contains("http") && !page.contains("src=") && !page.contains("url("));
        // What is opened is closed, but for the tags that stand alone.
        auto body = page.mid(page.indexOf("<body>"));
        body.remove("</html>").replace("<br>", "<br/>").replace("&nbsp;", " ");
        QXmlStreamReader xml(body);
        while (!xml.atEnd())
            xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString() + QString(" at %1").arg(xml.characterOffset())));
    }

    void anUnfinishedRunHasHolesAndNoZeros() {
        std::vector<ReportRun> runs;
        runs.push_back(reported("half"));
        auto& history = runs.front().history;
        history.stages = 2;
        std::erase_if(history.cells, [](const CellRow& cell) { return cell.stage == 2; });
        const auto page = QString::fromStdString(reportHtml(runs, {}, {}));
        QVERIFY(page.contains("not measured"));
        QVERIFY(page.contains("not asked"));
        QVERIFY(!page.contains("<h2>Figures"));
    }
};

LACUNA_TEST(ReportTest)
#include "report_test.moc"
