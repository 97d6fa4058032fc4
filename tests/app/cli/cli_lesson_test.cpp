// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
#include "core/lessons/lesson.h"
#include "tests/app/cli/lacuna_program.h"
#include "tests/common/test_registry.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace lacuna;
using namespace lacuna::testing;

/// `lacuna lesson`: what a teacher uses.
class CliLessonTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString write(const QString& name, const QByteArray& text) {
        QFile file(m_folder.filePath(name));
        if (!file.open(QFile::WriteOnly))
            throw std::runtime_error("cannot write");
        file.write(text);
        return file.fileName();
    }

private slots:
    void theShippedOnesAreListedAndRight() {
        const auto listed = testing::lacuna({"lesson", "list"});
        QCOMPARE(listed.code, 0);
        for (const auto& shipped : shippedLessons()) {
            const auto id = QString::fromUtf8(shipped.id.data(), static_cast<qsizetype>(shipped.id.size()));
            QVERIFY2(listed.out.contains(id.toUtf8()), qPrintable(id));
            const auto printed = testing::lacuna({"lesson", "print", id});
            QCOMPARE(printed.code, 0);
            const auto checked = testing::lacuna({"lesson", "check", write(id + ".json", printed.out)});
            QVERIFY2(checked.code == 0, checked.err.constData());
            QVERIFY(checked.out.contains("steps"));
        }
        QCOMPARE(testing::lacuna({"lesson", "list", m_folder.path()}).out.count("min)"), listed.out.count("min)"));
        const auto none = testing::lacuna({"lesson", "print", "nothing"});
        QCOMPARE(none.code, 2);
        QVERIFY(none.err.contains("Known are: forgetting"));
    }

    /// All files are looked at, and each problem says file and line.
    void whatIsWrongIsNamed() {
        const auto printed = testing::lacuna({"lesson", "print", "forgetting"}).out;
        auto entity = printed, view = printed;
        entity.replace("Woolly_Quorlo", "Woolly_Quarlo");
        view.replace("\"entity\": \"Embersorrel_Berry\"", "\"goto\": \"Embersorrel_Berry\"");
        const auto ended = testing::lacuna({"lesson", "check", write("one.json", entity), write("good.json", printed),
                                            write("two.json", view), write("large.json", QByteArray(10 << 20, ' ')),
                                            m_folder.filePath("none.json")});
        QCOMPARE(ended.code, 2);
        QVERIFY(ended.out.contains("good.json"));
        const auto said = QString::fromUtf8(ended.err);
        QVERIFY2(
            said.contains(QRegularExpression("one\\.json, line \\d+: there is no entity \"Woolly_Quarlo\"\\. Did you "
                                             "mean \"Woolly_Quorlo\"")),
            qPrintable(said));
        QVERIFY2(said.contains(QRegularExpression("two\\.json, line \\d+: \"goto\" would let a lesson run in circles")),
                 qPrintable(said));
        QVERIFY2(said.contains("large.json") && said.contains("none.json"), qPrintable(said));
    }

    /// What docs/write-a-lesson.md shows is a lesson.
    void theExampleInTheDocsIsRight() {
        QFile docs(LACUNA_SOURCE_DIR "/docs/write-a-lesson.md");
        QVERIFY(docs.open(QFile::ReadOnly));
        const auto text = QString::fromUtf8(docs.readAll());
        const auto example = text.section("```json\n", 1, 1).section("```", 0, 0);
        const auto ended = testing::lacuna({"lesson", "check", write("example.json", example.toUtf8())});
        QVERIFY2(ended.code == 0, ended.err.constData());
    }
};

LACUNA_TEST(CliLessonTest)
#include "cli_lesson_test.moc"
