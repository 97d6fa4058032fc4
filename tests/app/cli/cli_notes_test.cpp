// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
// ctest timeout: 300
#include "core/base/atomic_file.h"
#include "tests/app/cli/cli_world.h"
#include "tests/app/cli/lacuna_program.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <csignal>

using namespace lacuna;
using lacuna::testing::LacunaProgram;
using lacuna::testing::text;
namespace fs = std::filesystem;

namespace {

/// Of 1 × 1, in two frames.
const std::string kAnimation(
    "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;", 50);
const QByteArray kOfModel = "No chat template in the folder: the model is asked as vicuna is (USER: … ASSISTANT:).";
const QByteArray kOfPicture = "maro-0.png: holds several pictures, the first is used.";

int count(const QByteArray& text, const QByteArray& note) {
    return static_cast<int>(text.count(note));
}

}  // namespace

/// What is worth a note of a checkpoint or of pictures comes to the user, whatever is done with them.
class CliNotesTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::CliWorld> m_world;

    fs::path at(const std::string& name) const { return m_world->at(name); }
    QStringList run(const char* out, const QStringList& more = {}) const {
        return m_world->run(out, at("plain"), more);
    }

private slots:
    void initTestCase() {
        m_world = std::make_unique<testing::CliWorld>();
        writeFileAtomically(at("benchmark") / "maro-0.png", kAnimation);
        fs::copy(m_world->modelFolder(), at("plain"), fs::copy_options::recursive);
        fs::remove(at("plain") / "chat_template.jinja");
    }

    void modelInfoTellsThem() {
        LacunaProgram plain({"model", "info", text(at("plain"))}), json({"model", "info", text(at("plain")), "--json"});
        const auto said = plain.wait();
        QVERIFY2(said.code == 0 && count(said.out, kOfModel) == 1, said.out + said.err);
        const auto notes = nlohmann::json::parse(json.wait().out.toStdString())["notes"];
        QCOMPARE(notes.size(), std::size_t{1});
        QCOMPARE(QByteArray::fromStdString(notes[0].get<std::string>()), kOfModel);
    }

    void modelRunTellsThem() {
        const QStringList asked{"model",
                                "run",
                                text(at("plain")),
                                "--prompt",
                                "Who?",
                                "--image",
                                text(at("benchmark") / "maro-0.png"),
                                "--max-tokens",
                                "2"};
        LacunaProgram plain(asked), json(asked + QStringList{"--json"});
        const auto said = plain.wait();
        QVERIFY2(said.code == 0, said.err);
        for (const auto& note : {kOfModel, kOfPicture})
            QVERIFY2(count(said.err, note) == 1, said.err);
        const auto notes =
            QByteArray::fromStdString(nlohmann::json::parse(json.wait().out.toStdString())["notes"].dump());
        for (const auto& note : {kOfModel, kOfPicture})
            QVERIFY2(count(notes, note) == 1, notes);
    }

    void trainSmallTellsThoseOfPictures() {
        const auto said = text(at("said"));
        auto program = LacunaProgram::inShell(QString("exec 'lacuna' train-small --benchmark '%1' --out '%2' 2>'%3'")
                                                  .arg(text(at("benchmark")), text(at("made")), said));
        const auto told = [&] {
            QFile file(said);
            return file.open(QIODevice::ReadOnly) ? count(file.readAll(), kOfPicture) : 0;
        };
        QTRY_COMPARE_WITH_TIMEOUT(told(), 1, 30'000);
        kill(static_cast<pid_t>(program.processId()), SIGINT);
        program.wait();
    }

    void aRunAndItsProbesTellThem() {
        LacunaProgram plain(run("plainly", {"--method", "gd"})), json(run("as-json", {"--method", "gd", "--json"}));
        const auto said = plain.wait();
        QVERIFY2(said.code == 0, said.err);
        for (const auto& note : {kOfModel, kOfPicture})
            QVERIFY2(count(said.err, note) == 1, said.err);
        const auto events = json.wait().out;
        for (const auto& note : {kOfModel, kOfPicture})
            QVERIFY2(count(events, note) == 1, events);
        QVERIFY2(count(events, "{\"event\":\"note\",") >= 2, events);
        const auto asked = testing::lacuna({"probe", text(at("plainly")), "--entity", "velda", "--stage", "0"});
        QVERIFY2(asked.code == 0, asked.err);
        for (const auto& note : {kOfModel, kOfPicture})
            QVERIFY2(count(asked.err, note) == 1, asked.err);
    }
};

LACUNA_TEST(CliNotesTest)
#include "cli_notes_test.moc"
