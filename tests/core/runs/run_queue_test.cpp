// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_queue.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/runs/run_log.h"
#include "tests/common/test_registry.h"
#include "tests/core/runs/child_process.h"
#include "tests/core/runs/example_run.h"
#include "tests/core/runs/test_folder.h"

#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;
namespace fs = std::filesystem;

class RunQueueTest : public QObject {
    Q_OBJECT

    std::unique_ptr<TestFolder> m_folder;

    fs::path runs() const { return m_folder->path(); }
    WaitingRun fresh(const std::string& name) const {
        RunSpec spec;
        spec.name = name;
        spec.method = "ga";
        spec.order = {"C", "A"};
        return {runs() / name, spec};
    }
    static std::vector<std::string> names(const std::vector<WaitingRun>& waiting) {
        std::vector<std::string> names;
        for (const auto& run : waiting)
            names.push_back(run.folder.filename().string());
        return names;
    }
    std::vector<WaitingRun> left(RunQueue& queue) const {
        std::vector<std::string> problems;
        auto waiting = queue.takeOver(problems);
        if (!problems.empty())
            throw std::runtime_error(problems.front());
        return waiting;
    }
    using Names = std::vector<std::string>;

private slots:
    void init() { m_folder = std::make_unique<TestFolder>(); }

    void whatASessionLeftTheNextTakesOver() {
        const WaitingRun resumed{"/elsewhere/old", {}};
        const auto kept = std::vector{fresh("one"), resumed, fresh("two")};
        RunQueue(runs()).keep(kept);
        RunQueue next(runs());
        QVERIFY(left(next) == kept);
        QVERIFY(left(next).empty());  // they are its own now
        QVERIFY(left(*std::make_unique<RunQueue>(runs())).empty());
    }

    void alsoWhatAKilledOneLeft() {
        int ready[2];
        QCOMPARE(::pipe(ready), 0);
        ChildProcess session([&] {
            RunQueue queue(runs());
            queue.keep({fresh("one"), fresh("two")});
            [[maybe_unused]] const auto written = ::write(ready[1], "x", 1);
            for (;;)
                ::pause();
            return 0;
        });
        char byte = 0;
        QCOMPARE(::read(ready[0], &byte, 1), ssize_t{1});
        RunQueue next(runs());
        QVERIFY(left(next).empty());  // it lives
        next.keep({fresh("three")});
        session.kill();
        session.wait();
        QCOMPARE(names(left(next)), (Names{"one", "two"}));
        RunQueue another(runs());
        QVERIFY(left(another).empty());
    }

    void anEmptyQueueLeavesNothing() {
        RunQueue queue(runs());
        queue.keep({});
        QVERIFY(fs::is_empty(runs()));
        queue.keep({fresh("one")});
        queue.keep({});
        QVERIFY(left(*std::make_unique<RunQueue>(runs())).empty());
    }

    void aMovedRunsFolderTakesItsQueueAlong() {
        const auto before = runs() / "before", after = runs() / "after";
        WaitingRun run = fresh("one");
        run.folder = before / "one";
        RunQueue(before).keep({run});
        fs::rename(before, after);
        RunQueue next(after);
        const auto waiting = left(next);
        QCOMPARE(waiting.size(), std::size_t{1});
        QCOMPARE(waiting[0].folder, after / "one");
    }

    void aRunThatHasBegunIsNotBegunAgain() {
        ExampleRun example("begun");
        const auto asked = withoutProvenance(example.spec);
        RunQueue(runs()).keep({{runs() / "begun", asked}, fresh("one")});
        example.createWith(runs(), 1);
        RunQueue next(runs());
        QCOMPARE(names(left(next)), (Names{"one"}));
        // Another run of that name is another run.
        auto other = asked;
        other.seed += 1;
        next.keep({{runs() / "begun", other}});
        RunQueue third(runs());
        QVERIFY(left(third).empty());
    }

    void aListThatCannotBeReadStaysAndIsNamed() {
        RunQueue(runs()).keep({fresh("one")});
        const auto list = runs() / ".queue/1/waiting.json";
        for (const char* text :
             {"{", "[]", R"({"waiting": [{"folder": 3}]})", R"({"waiting": [{"folder": "a", "spec": []}]})"}) {
            writeFileAtomically(list, text);
            std::vector<std::string> problems;
            RunQueue next(runs());
            QVERIFY(next.takeOver(problems).empty());
            QCOMPARE(problems.size(), std::size_t{1});
            QVERIFY(QString::fromStdString(problems[0]).contains("waiting.json"));
            next.keep({fresh("two")});
            QCOMPARE(readFile(list), std::string(text));
            next.keep({});
        }
    }

    void aDiskThatRefusesIsNamedAndWhatWasKeptStays() {
        RunQueue queue(runs() / "file");
        writeFileAtomically(runs() / "file", "in the way");
        try {
            queue.keep({fresh("one")});
            QFAIL("written into a file");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Resource);
        }
    }
};

LACUNA_TEST(RunQueueTest)
#include "run_queue_test.moc"
