// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/chat_service.h"

#include "core/base/error.h"
#include "core/base/interruption.h"
#include "tests/common/chat_server.h"
#include "tests/common/test_registry.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace lacuna;
using lacuna::testing::ChatServer;
using lacuna::testing::said;
using lacuna::testing::ServerReply;
using lacuna::testing::ServerRequest;

namespace {

constexpr const char* secret = "sk-never-written-4711";

ServiceOptions optionsFor(const ChatServer& server) {
    ServiceOptions options;
    options.url = server.url();
    options.model = "eyes-1";
    options.tries = 3;
    options.timeoutS = 5;
    options.firstWaitS = 0.05;
    return options;
}

QString textOf(const std::string& path) {
    QFile file(QString::fromStdString(path));
    return file.open(QFile::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// What is said of it, with its kind in front; empty when nothing was.
template <typename Work>
QString refusalOf(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return (error.kind() == ErrorKind::Input ? "input: " : "resource: ") + QString::fromUtf8(error.what());
    }
    return {};
}

}  // namespace

/// A service on the line: slow, busy, gone, and telling nonsense.
class ChatServiceTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_place;

    std::string at(const char* name) const { return m_place.filePath(name).toStdString(); }

private slots:
    void init() { qputenv("LACUNA_API_KEY", secret); }

    void aQuestionIsAskedOnceAndTheKeyWrittenNowhere() {
        const ChatServer server([](const ServerRequest&) { return said("A \"Golden\" Bridge\n"); });
        auto options = optionsFor(server);
        options.journal = at("new/journal.jsonl");
        const ServiceQuestion question{"What is it?", std::string("\x89PNG\0\xff", 6), "image/png", "bridge.png"};
        ChatService service(options);
        for (int time = 0; time < 2; ++time) {
            const auto answer = service.ask(question);
            QVERIFY(!answer.failed);
            QCOMPARE(answer.text, std::string("A \"Golden\" Bridge\n"));
        }
        QCOMPARE(ChatService(options).ask(question).text, std::string("A \"Golden\" Bridge\n"));
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{1});
        const auto head = QString::fromStdString(requests[0].head);
        QVERIFY2(head.startsWith("POST /v1/chat/completions HTTP/1.1\r\n"), qPrintable(head));
        QVERIFY(head.contains(QString("Authorization: Bearer %1\r\n").arg(secret)));
        // As OpenAI's reference of chat/completions has it; base64 as Qt makes it.
        const auto json = nlohmann::json::parse(requests[0].body);
        QCOMPARE(json["model"].get<std::string>(), std::string("eyes-1"));
        QCOMPARE(json["temperature"].get<int>(), 0);
        const auto& content = json["messages"][0]["content"];
        QCOMPARE(content[0]["text"].get<std::string>(), std::string("What is it?"));
        const auto url = QString::fromStdString(content[1]["image_url"]["url"].get<std::string>());
        QVERIFY(url.startsWith("data:image/png;base64,"));
        QCOMPARE(QByteArray::fromBase64(url.section(',', 1).toLatin1()).toStdString(), question.picture);
        const auto journal = textOf(options.journal.string());
        QVERIFY(journal.contains("bridge.png"));
        QVERIFY(!journal.contains(secret));
        // Another model of the service is another question.
        options.model = "eyes-2";
        ChatService(options).ask(question);
        QCOMPARE(server.requests().size(), std::size_t{2});
    }

    void whatMayPassIsTriedAgain_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("busy") << 0;
        QTest::newRow("dropped line") << 1;
        QTest::newRow("slow") << 2;
        QTest::newRow("nonsense") << 3;
        QTest::newRow("broken server") << 4;
        QTest::newRow("empty list") << 5;
    }
    void whatMayPassIsTriedAgain() {
        QFETCH(int, kind);
        const ChatServer server([kind](const ServerRequest& request) {
            if (request.number == 1)
                return said("yes");
            switch (kind) {
                case 0:
                    return ServerReply{429, R"({"error": {"message": "slow down"}})", "Retry-After: 1\r\n"};
                case 1: {
                    auto reply = said("a whole long answer that never comes to its end");
                    reply.drops = true;
                    return reply;
                }
                case 2: {
                    auto reply = said("late");
                    reply.delayMs = 700;  // the next connection waits for its end
                    return reply;
                }
                case 3:
                    return ServerReply{200, "<html>Service</html>"};
                case 4:
                    return ServerReply{503, ""};
                default:
                    return ServerReply{200, R"({"choices": []})"};
            }
        });
        auto options = optionsFor(server);
        options.timeoutS = kind == 2 ? 0.5 : 5;
        options.journal = at("tried.jsonl") + std::to_string(kind);
        QElapsedTimer clock;
        clock.start();
        const auto answer = ChatService(options).ask({"Is it?", {}, {}, "again"});
        QVERIFY(!answer.failed);
        QCOMPARE(answer.text, std::string("yes"));
        QCOMPARE(server.requests().size(), std::size_t{2});
        if (kind == 0)  // as long as it said
            QVERIFY2(clock.elapsed() >= 1000, qPrintable(QString::number(clock.elapsed())));
    }

    /// A failure is told as one, kept nowhere, and one after the other ends the work.
    void whatDoesNotPassHasFailed() {
        const ChatServer server([](const ServerRequest&) { return ServerReply{200, R"({"choices": [{}]})"}; });
        auto options = optionsFor(server);
        options.journal = at("failed.jsonl");
        options.tries = 2;
        ChatService service(options);
        for (int question = 0; question < 2; ++question) {
            const auto answer = service.ask({"Question " + std::to_string(question), {}, {}, {}});
            QVERIFY(answer.failed);
            QVERIFY(answer.text.find("choices[0].message.content") != std::string::npos);
        }
        QCOMPARE(server.requests().size(), std::size_t{4});
        const auto refusal = refusalOf([&] { service.ask({"Question 2", {}, {}, {}}); });
        QVERIFY2(refusal.startsWith("resource: ") && refusal.contains("3 questions in a row") &&
                     refusal.contains("lacuna resume"),
                 qPrintable(refusal));
        QVERIFY(textOf(options.journal.string()).isEmpty());
    }

    /// One question that is refused (a picture the service will not look at) says nothing of the next.
    void aRefusedQuestionIsNotAskedAgain() {
        const ChatServer server([](const ServerRequest& request) {
            return request.number < 4 ? ServerReply{400, R"({"error": {"message": "content policy"}})"} : said("fine");
        });
        ChatService service(optionsFor(server));
        for (int question = 0; question < 4; ++question) {
            const auto answer = service.ask({"Question " + std::to_string(question), {}, {}, {}});
            QVERIFY(answer.failed);
            QCOMPARE(answer.text, std::string("status 400: content policy"));
        }
        QVERIFY(!service.ask({"The last", {}, {}, {}}).failed);
        QCOMPARE(server.requests().size(), std::size_t{5});
    }

    void whoAsksToWaitTooLongHasFailed() {
        const ChatServer server([](const ServerRequest&) { return ServerReply{429, "", "Retry-After: 4000\r\n"}; });
        QElapsedTimer clock;
        clock.start();
        QVERIFY(ChatService(optionsFor(server)).ask({"Now?", {}, {}, {}}).failed);
        QVERIFY(clock.elapsed() < 3000);
        QCOMPARE(server.requests().size(), std::size_t{1});
    }

    /// What no other question would do better is said at once, and never with the key in it.
    void whatCannotBeMendedByAskingIsSaid_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        QTest::newRow("key refused") << 401 << "refuses the key in LACUNA_API_KEY";
        QTest::newRow("no such model") << 404 << "--endpoint-model";
        QTest::newRow("elsewhere") << 302 << "--endpoint";
    }
    void whatCannotBeMendedByAskingIsSaid() {
        QFETCH(int, status);
        QFETCH(QString, says);
        const ChatServer other([](const ServerRequest&) { return said("followed"); });
        const ChatServer server([&](const ServerRequest&) {
            return ServerReply{status, fmt::format(R"({{"error": {{"message": "Bearer {} is wrong"}}}})", secret),
                               fmt::format("Location: {}/chat/completions\r\n", other.url())};
        });
        const auto refusal = refusalOf([&] { ChatService(optionsFor(server)).ask({"Who?", {}, {}, {}}); });
        QVERIFY2(refusal.startsWith("input: ") && refusal.contains(says), qPrintable(refusal));
        QVERIFY2(!refusal.contains(secret), qPrintable(refusal));
        QCOMPARE(server.requests().size(), std::size_t{1});
        QVERIFY(other.requests().empty());
    }

    void aCertificateThatNobodySignedIsNotTrusted() {
        const ChatServer server([](const ServerRequest&) { return said("trusted"); }, true);
        const auto refusal = refusalOf([&] { ChatService(optionsFor(server)).ask({"Who?", {}, {}, {}}); });
        QVERIFY2(refusal.startsWith("input: ") && refusal.contains("certificate is not to be trusted"),
                 qPrintable(refusal));
        QVERIFY(server.requests().empty());
    }

    void withoutKeyOrAddressNothingIsAsked() {
        const ChatServer server([](const ServerRequest&) { return said("asked"); });
        const auto options = optionsFor(server);
        checkService(options);
        const auto with = [&](const char* url) {
            auto changed = options;
            changed.url = url;
            return refusalOf([&] { checkService(changed); });
        };
        QVERIFY(with("").contains("--endpoint"));
        QVERIFY(with("nonsense of a kind").contains("is no address"));
        QVERIFY(with("http://api.example.org/v1").contains("unencrypted"));
        QVERIFY(with("ftp://api.example.org/v1").contains("unencrypted"));
        QVERIFY(with("https://api.example.org/v1").isEmpty());
        QVERIFY(with("http://localhost:8000/v1").isEmpty());
        for (const char* holding : {"https://me:word@api.example.org/v1", "https://api.example.org/v1?key=word"}) {
            QVERIFY2(with(holding).contains("LACUNA_API_KEY"), holding);
            QVERIFY2(!with(holding).contains("word@") && !with(holding).contains("key=word"), holding);
        }
        qunsetenv("LACUNA_API_KEY");
        QVERIFY(refusalOf([&] { checkService(options); }).contains("there is no key"));
        QVERIFY(refusalOf([&] { ChatService(options).ask({"Who?", {}, {}, {}}); }).contains("there is no key"));
        qputenv("LACUNA_API_KEY", "two\r\nlines");
        QVERIFY(refusalOf([&] { checkService(options); }).contains("Copy the key anew"));
        QVERIFY(server.requests().empty());
    }

    void itKeepsThePaceAsked() {
        const ChatServer server([](const ServerRequest&) { return said("yes"); });
        auto options = optionsFor(server);
        options.perMinute = 300;
        ChatService service(options);
        QElapsedTimer clock;
        clock.start();
        for (int question = 0; question < 4; ++question)
            service.ask({"Question " + std::to_string(question), {}, {}, {}});
        QVERIFY2(clock.elapsed() >= 600, qPrintable(QString::number(clock.elapsed())));
    }

    void aStopEndsTheWaiting_data() {
        QTest::addColumn<bool>("slow");
        QTest::newRow("for an answer") << true;
        QTest::newRow("for the next try") << false;
    }
    void aStopEndsTheWaiting() {
        QFETCH(bool, slow);
        const ChatServer server([slow](const ServerRequest&) {
            auto reply = slow ? said("late") : ServerReply{429, "", "Retry-After: 30\r\n"};
            reply.delayMs = slow ? 20'000 : 0;
            return reply;
        });
        QElapsedTimer clock;
        clock.start();
        auto options = optionsFor(server);
        options.timeoutS = 30;
        ChatService service(options);
        const Interruptions stop([&] {
            if (clock.elapsed() > 300)
                throw Cancelled{};
        });
        QVERIFY_THROWS_EXCEPTION(Cancelled, service.ask({"Who?", {}, {}, {}}));
        QVERIFY2(clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
    }

    void aJournalThatWasCutShortGoesOn() {
        const auto file = at("cut.jsonl");
        Journal(file).keep("one", "first", "answer 1");
        Journal(file).keep("two", "second", "answer 2");
        const auto whole = textOf(file).toStdString();
        std::ofstream(file) << whole.substr(0, whole.size() - 9);
        Journal journal(file);
        QCOMPARE(journal.answer("one"), std::optional<std::string>("answer 1"));
        QVERIFY(!journal.answer("two"));
        journal.keep("three", "third", "answer\n3");
        const Journal read(file);
        QCOMPARE(read.size(), std::size_t{2});
        QCOMPARE(read.answer("three"), std::optional<std::string>("answer\n3"));
        std::ofstream(file, std::ios::app) << "[1]\n";
        QVERIFY(refusalOf([&] { Journal{file}; }).contains("line 3"));
        QVERIFY(refusalOf([] { Journal("/proc/lacuna/journal").keep("a", "b", "c"); }).startsWith("resource: "));
    }
};

LACUNA_TEST(ChatServiceTest)
#include "chat_service_test.moc"
