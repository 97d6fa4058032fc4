// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/unicode.h"

#include "core/base/atomic_file.h"
#include "core/base/sha256.h"
#include "tests/common/test_registry.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;

namespace {

std::string utf8Of(char32_t code) {
    return QStringView(QChar::fromUcs4(code)).toUtf8().toStdString();  // QString::fromUcs4 swallows U+FEFF
}

}  // namespace

/// Right values: tests/fixtures/make_unicode.py (Python's unicodedata and str.casefold).
class UnicodeTest : public QObject {
    Q_OBJECT
private slots:
    void everyCodePointIsComposedAndFoldedAsPythonDoes() {
        std::string composedAll, comparableAll;
        for (const auto& range : golden()["assigned"])
            for (auto code = range[0].get<char32_t>(); code <= range[1].get<char32_t>(); ++code) {
                const auto* between = composedAll.empty() && code == 0 ? "" : "\n";
                composedAll += between + composed(utf8Of(code));
                comparableAll += between + comparable(utf8Of(code));
            }
        QCOMPARE(sha256(composedAll), golden()["composed"].get<std::string>());
        QCOMPARE(sha256(comparableAll), golden()["comparable"].get<std::string>());
    }

    void textsAreComposedAndFoldedAsPythonDoes() {
        for (const auto& row : golden()["texts"]) {
            const auto text = row[0].get<std::string>();
            QCOMPARE(composed(text), row[1].get<std::string>());
            QCOMPARE(comparable(text), row[2].get<std::string>());
            QCOMPARE(comparable(comparable(text)), row[2].get<std::string>());
        }
        QVERIFY(golden()["texts"].size() > 100);
    }

    void brokenBytesStay_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("folded");
        QTest::newRow("stray bytes") << QByteArray("\x80 A\xFF\xC3") << QByteArray("\x80 a\xFF\xC3");
        QTest::newRow("cut off") << QByteArray("\xC3\x89\xE6\x9D") << QByteArray("\xC3\xA9\xE6\x9D");
        QTest::newRow("overlong") << QByteArray("\xC0\x80\xE0\x80\xAF") << QByteArray("\xC0\x80\xE0\x80\xAF");
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80Z") << QByteArray("\xED\xA0\x80z");
        QTest::newRow("beyond Unicode") << QByteArray("\xF4\x90\x80\x80") << QByteArray("\xF4\x90\x80\x80");
        QTest::newRow("mark after a broken byte") << QByteArray("E\xFF\xCC\x81") << QByteArray("e\xFF\xCC\x81");
        QTest::newRow("NUL") << QByteArray("\xC3\x89\0A", 4) << QByteArray("\xC3\xA9\0a", 4);
    }
    void brokenBytesStay() {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, folded);
        QCOMPARE(comparable(text.toStdString()), folded.toStdString());
        QCOMPARE(composed(text.toStdString()), text.toStdString());
    }

    /// Sorted in quadratic time they would take hours.
    void aMillionMarksOnOneLetterTakeNoTime() {
        std::string text = "e";
        for (int i = 0; i < 300'000; ++i)
            text += "\xCC\x81\xCC\xA3";  // above, below: never in order
        QElapsedTimer timer;
        timer.start();
        QVERIFY(comparable(text).starts_with("\xE1\xBA\xB9\xCC\xA3"));  // ẹ, then the marks below
        QVERIFY(timer.elapsed() < 5000);
    }

    void lettersHaveTheirKind_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind");
        const auto add = [](const char* name, const QString& text, LetterKind kind) {
            QTest::newRow(name) << text << static_cast<int>(kind);
        };
        add("Cyrillic", "ж", LetterKind::Letter);
        add("digit", "7", LetterKind::Letter);
        add("superscript", "²", LetterKind::Letter);
        add("katakana", "ポ", LetterKind::Letter);
        add("hangul", "서", LetterKind::Letter);
        add("replacement", QChar(0xFFFD), LetterKind::Letter);
        add("accent", QChar(0x301), LetterKind::Mark);
        add("virama", QChar(0x94D), LetterKind::Mark);
        add("Han", "東", LetterKind::Character);
        add("hiragana", "の", LetterKind::Character);
        add("rare Han", "\U00020000", LetterKind::Character);
        add("iteration", "々", LetterKind::Character);
        add("no-break space", QChar(0xA0), LetterKind::Space);
        add("ideographic space", QChar(0x3000), LetterKind::Space);
        add("tab", "\t", LetterKind::Space);
        add("danda", "।", LetterKind::Sign);
        add("Arabic question mark", "؟", LetterKind::Sign);
        add("ideographic stop", "。", LetterKind::Sign);
        add("guillemet", "»", LetterKind::Sign);
        add("degree", "°", LetterKind::Sign);
        add("emoji", "🦊", LetterKind::Sign);
        add("apostrophe's letter", QChar(0x2BC), LetterKind::Sign);
        add("small raised h", QChar(0x2B0), LetterKind::Letter);
        add("NUL", QString(QChar(0)), LetterKind::Sign);
    }
    void lettersHaveTheirKind() {
        QFETCH(const QString, text);
        QFETCH(const int, kind);
        const auto utf8 = text.toStdString();
        const auto letter = letterAt(utf8, 0);
        QCOMPARE(static_cast<int>(letter.kind), kind);
        QCOMPARE(letter.length, utf8.size());
    }

private:
    static const nlohmann::json& golden() {
        static const auto json = nlohmann::json::parse(readFile(LACUNA_SOURCE_DIR "/tests/fixtures/unicode.json"));
        return json;
    }
};

LACUNA_TEST(UnicodeTest)
#include "unicode_test.moc"
