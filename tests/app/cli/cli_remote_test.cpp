// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
// ctest timeout: 300
#include "core/runs/run_reader.h"
#include "tests/app/cli/cli_world.h"
#include "tests/app/cli/lacuna_program.h"
#include "tests/common/chat_server.h"
#include "tests/common/test_registry.h"

#include <QDirIterator>
#include <QtTest>

#include <set>

using namespace lacuna;
using lacuna::testing::ChatServer;
using lacuna::testing::said;
using lacuna::testing::ServerReply;
using lacuna::testing::ServerRequest;
using lacuna::testing::text;
namespace fs = std::filesystem;

/// A gate that asks a service, as a user runs it.
class CliRemoteTest : public QObject {
    Q_OBJECT
    static constexpr const char* secret = "sk-in-no-file-2718";
    std::unique_ptr<testing::CliWorld> m_world;

    QStringList run(const char* out, const ChatServer& server) const {
        return m_world->run(
            out, m_world->modelFolder(),
            {"--method", "lumoe", "--gate", "remote", "--endpoint", QString::fromStdString(server.url()),
             "--endpoint-model", "eyes-1", "--gate-set", "per_minute=0", "--gate-set", "tries=1"});
    }

private slots:
    void initTestCase() { m_world = std::make_unique<testing::CliWorld>(); }
    void init() { qputenv("LACUNA_API_KEY", secret); }

    void withoutKeyNothingIsTrained() {
        const ChatServer server([](const ServerRequest&) { return said("none"); });
        qunsetenv("LACUNA_API_KEY");
        const auto refused = testing::lacuna(run("never", server));
        QVERIFY2(refused.code == 2 && refused.err.contains("there is no key"), refused.err);
        QVERIFY(!fs::exists(m_world->at("never")));
        QVERIFY(server.requests().empty());
    }

    /// The service goes away in the middle, the run is resumed; no question is asked twice, and the key stands nowhere.
    void aRunGoesOnWhereTheServiceLeftIt() {
        std::atomic<int> left = 40;
        const ChatServer server([&](const ServerRequest& request) {
            if (left-- <= 0)
                return ServerReply{503, std::string("quoting Bearer ") + secret};
            const bool first = request.body.find("Which of these does") != std::string::npos;
            return said(first ? "Animals" : request.number % 3 == 0 ? "???" : "Velda Marrow");
        });
        const auto stopped = testing::lacuna(run("remote", server));
        QVERIFY2(stopped.code == 3 && stopped.err.contains("lacuna resume"), stopped.err);
        const auto answered = std::min<std::size_t>(40, server.requests().size());
        left = 100'000;
        const auto finished = testing::lacuna({"resume", text(m_world->at("remote"))});
        QVERIFY2(finished.code == 0, finished.err);
        QVERIFY2(finished.err.contains("counted apart"), finished.err);
        std::set<std::string> asked;
        std::size_t twice = 0;
        for (const auto& request : server.requests())
            twice += asked.insert(request.body).second ? 0 : 1;
        // Only those that the service was gone at.
        QVERIFY(twice > 0 && twice <= server.requests().size() - answered && twice <= 3);
        const auto history = readRun(m_world->at("remote"));
        QCOMPARE(history.stages, 3);
        QVERIFY(std::any_of(history.answers.begin(), history.answers.end(),
                            [](const auto& row) { return row.gateChoice == failedRoute; }));
        const auto figures = testing::lacuna({"gate", text(m_world->at("remote"))});
        QVERIFY2(figures.code == 0 && figures.out.contains("got no decision"), figures.out + figures.err);
        int files = 0;
        for (QDirIterator each(text(m_world->path()), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
             each.hasNext(); ++files) {
            QFile file(each.next());
            QVERIFY(file.open(QFile::ReadOnly));
            QVERIFY2(!file.readAll().contains(secret), qPrintable(file.fileName()));
        }
        QVERIFY(files > 20);
        for (const auto& words : {stopped.out, stopped.err, finished.out, finished.err})
            QVERIFY2(!words.contains(secret), words);
    }
};

LACUNA_TEST(CliRemoteTest)
#include "cli_remote_test.moc"
