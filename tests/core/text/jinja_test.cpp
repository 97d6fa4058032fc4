// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja.h"

#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <fstream>

using namespace lacuna;

class JinjaTest : public QObject {
    Q_OBJECT

private slots:
    void rendersWhatTransformersRenders();
    void namesTheLineOfWhatIsBeyondIt_data();
    void namesTheLineOfWhatIsBeyondIt();
    void endsWhatWouldNotEnd_data();
    void endsWhatWouldNotEnd();
};

namespace {

std::string complaint(const std::string& source) {
    try {
        JinjaTemplate(source, "a.jinja").render({{"n", 7}, {"list", {1, 2}}});
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Input ? error.what() : "no InputError";
    }
    return "no complaint";
}

}  // namespace

/// tests/parity/make_chat_fixtures.py: the texts of transformers 5.17 with jinja2; null where it raises.
void JinjaTest::rendersWhatTransformersRenders() {
    std::ifstream stream(LACUNA_SOURCE_DIR "/tests/fixtures/text/chat.json");
    const auto file = nlohmann::ordered_json::parse(stream);
    QVERIFY(file["pieces"].size() > 80);
    for (const auto& piece : file["pieces"]) {
        const auto source = piece["template"].get<std::string>();
        nlohmann::ordered_json text;
        try {
            text = JinjaTemplate(source, "piece").render(file["variables"]);
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
        }
        QVERIFY2(text == piece["text"],
                 fmt::format("{}: {}, expected {}", source, text.dump(), piece["text"].dump()).c_str());
    }
}

void JinjaTest::namesTheLineOfWhatIsBeyondIt_data() {
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, const char* source, const char* says) {
        QTest::newRow(name) << QByteArray(source) << QByteArray(says);
    };
    row("a macro", "\n{% macro a() %}{% endmacro %}", "line 2: the tag \"macro\" is beyond");
    row("a filter", "\n\n{{ n | tojson }}", "line 3: the filter \"tojson\" is beyond");
    row("a test", "{{ n is divisibleby(2) }}", "the test \"divisibleby\" with arguments is beyond");
    row("a function", "{{ strftime_now('%d') }}", "the function \"strftime_now\" is beyond");
    row("a function asked for", "{% if strftime_now is defined %}a{% endif %}",
        "the function \"strftime_now\" without a call is beyond");
    row("a function's name", "{{ range }}", "the function \"range\" without a call is beyond");
    row("a method", "{{ 'a'.encode() }}", "the method \"encode\" is beyond");
    row("a list printed", "{{ list }}", "a list, dictionary, namespace or loop written as text is beyond");
    row("a namespace printed", "{{ namespace(x=1) }}", "namespace or loop written as text is beyond");
    row("a namespace in a filter", "{{ [namespace(x=1)] | map(attribute='x') | join }}",
        "a namespace or loop in this filter");
    row("a loop looped over", "{% for x in list %}{% for y in loop %}{% endfor %}{% endfor %}",
        "a loop over a namespace");
    row("a name that jinja2 keeps", "{% for x in list %}{% set loop = 1 %}{% endfor %}",
        "a variable called \"loop\" is");
    row("a break out of a generation", "{% for x in list %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
        "the tag \"break\" is beyond");
    row("a fraction", "{{ 1.5 }}", "a number that is not a whole one is beyond");
    row("a division", "{{ 4 / 2 }}", "\"/\" at this place");
    row("letters beyond ASCII", "{{ 'é' | upper }}", "\"upper\" of letters beyond ASCII is beyond");
    row("recursion", "{% for x in list recursive %}{% endfor %}", "\"recursive\" at this place of a tag is beyond");
    row("what it raises", "{{ raise_exception('roles must alternate') }}",
        "refuses the question: roles must alternate");
    row("raw", "{% raw %}x{% endraw %}", "the tag \"raw\" is beyond");
}

void JinjaTest::namesTheLineOfWhatIsBeyondIt() {
    QFETCH(QByteArray, source);
    QFETCH(QByteArray, says);
    const auto message = complaint(source.toStdString());
    QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
    QVERIFY2(message.starts_with("a.jinja: line "), message.c_str());
}

void JinjaTest::endsWhatWouldNotEnd_data() {
    QTest::addColumn<QByteArray>("source");
    const QByteArray loop = "{% for a in range(9999) %}";
    QTest::newRow("loops in loops") << loop + loop + loop + "{% endfor %}{% endfor %}{% endfor %}";
    QTest::newRow("a text that doubles") << QByteArray(
        "{% set s = namespace(t='ab') %}{% for a in range(99) %}{% set s.t = s.t ~ s.t %}{% endfor %}");
    QTest::newRow("a list that doubles") << QByteArray(
        "{% set s = namespace(t=[1]) %}{% for a in range(99) %}{% set s.t = [s.t, s.t] %}{% endfor %}");
    QTest::newRow("loops that stay")
        << loop + QByteArray("{% for b in range(20) %}{% for c in [1] %}{% endfor %}{% endfor %}{% endfor %}");
    QTest::newRow("namespaces that stay")
        << loop + QByteArray("{% for b in range(20) %}{% set s = namespace(t='x' ~ b) %}{% endfor %}{% endfor %}");
    QTest::newRow("a value that nests") << QByteArray(
        "{% set s = namespace(t=[1]) %}{% for a in range(999) %}{% set s.t = [s.t] %}{% endfor %}");
    QTest::newRow("a long text") << loop + QByteArray(999, 'x') + "{% endfor %}";
    QTest::newRow("brackets") << "{{ " + QByteArray(100'000, '(') + "1" + QByteArray(100'000, ')') + " }}";
    QTest::newRow("lists") << "{{ " + QByteArray(100'000, '[') + QByteArray(100'000, ']') + " }}";
    QTest::newRow("nots") << "{{ " + QByteArray("not ").repeated(100'000) + "1 }}";
    QTest::newRow("minuses") << "{{ " + QByteArray("- ").repeated(100'000) + "1 }}";
    QTest::newRow("ifs") << QByteArray("{% if 1 %}").repeated(100'000);
    QTest::newRow("a ladder") << "{{ " + QByteArray("1 if 0 else ").repeated(100'000) + "1 }}";
}

void JinjaTest::endsWhatWouldNotEnd() {
    QFETCH(QByteArray, source);
    const auto message = complaint(source.toStdString());
    QVERIFY2(message.find("is beyond the part of Jinja") != std::string::npos, message.substr(0, 200).c_str());
}

LACUNA_TEST(JinjaTest)
#include "jinja_test.moc"
