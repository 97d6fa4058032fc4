// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat_template.h"

#include "core/base/atomic_file.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/text/refusals.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <fstream>
#include <set>

namespace fs = std::filesystem;
using namespace lacuna;

class ChatTemplateTest : public QObject {
    Q_OBJECT

private slots:
    void isVicunaWithoutAFile();
    void readsBackWhatItWrites();
    void recognisesLlavaInBothFiles();
    void givesTheIdsOfApplyChatTemplate();
    void looksWhereTransformersLooksInItsOrder();
    void knowsTheTokensByTheirNames();
    void answersFollowAsTheTemplateHasThem();
    void refusesUnknownTemplates_data();
    void refusesUnknownTemplates();
    void aQuestionWithAPictureIsAWholePrompt();
    void tokensAreThoseOfTheWholeText_data();
    void tokensAreThoseOfTheWholeText();
    void thePromptIsTheSameWithAndWithoutAnAnswer();
    void refusalSentencesAreShortAndDistinct();

private:
    fs::path folder(const std::string& name) const {
        const auto path = fs::path(m_folder.path().toStdString()) / name;
        fs::create_directories(path);
        return path;
    }
    QTemporaryDir m_folder;
};

namespace {

const fs::path kFixtures = fs::path(LACUNA_SOURCE_DIR) / "tests/fixtures/text";
const std::string kVicuna = "USER: <image>\n{question} ASSISTANT:";

std::vector<std::int64_t> goldenIds(const std::string& text) {
    for (const auto& golden : readJson(kFixtures / "small/goldens.json"))
        if (golden["text"] == text)
            return golden["ids"].get<std::vector<std::int64_t>>();
    return {};
}

}  // namespace

void ChatTemplateTest::isVicunaWithoutAFile() {
    QCOMPARE(ChatTemplate::of(folder("empty")).prompt, kVicuna);
    QCOMPARE(ChatTemplate{}.filled("Who?"), std::string("USER: <image>\nWho? ASSISTANT:"));
    QCOMPARE(ChatTemplate{}.filled("Who?", 2), std::string("USER: <image>\n<image>\nWho? ASSISTANT:"));
    QCOMPARE(ChatTemplate{}.filled("Who?", 0), std::string("USER: Who? ASSISTANT:"));
    QCOMPARE(ChatTemplate::small().filled("Who?", 2), std::string("<image><image> Who?"));
    QCOMPARE(ChatTemplate{}.filled("<image>\nWho?", 2), std::string("<image>\nWho?"));
}

void ChatTemplateTest::readsBackWhatItWrites() {
    for (const auto& chat : {ChatTemplate{}, ChatTemplate::small()}) {
        chat.write(folder("written"));
        QCOMPARE(ChatTemplate::of(folder("written")).prompt, chat.prompt);
    }
    QVERIFY_EXCEPTION_THROWN(ChatTemplate{"### {question}"}.write(folder("written")), Error);
}

void ChatTemplateTest::recognisesLlavaInBothFiles() {
    ChatTemplate{}.write(folder("llava"));
    const auto jinja = readFile(folder("llava") / "chat_template.jinja");
    const nlohmann::json file{{"chat_template", jinja + "\n"}};
    std::ofstream(folder("json") / "chat_template.json") << file.dump();
    QCOMPARE(ChatTemplate::of(folder("json")).prompt, kVicuna);
    // An older wording, without the marks for training on the answer.
    auto older = jinja;
    for (const std::string mark : {"{% generation %}", "{% endgeneration %}"})
        older.erase(older.find(mark), mark.size());
    std::ofstream(folder("older") / "chat_template.jinja") << older;
    QCOMPARE(ChatTemplate::of(folder("older")).prompt, kVicuna);
}

/// tests/parity/make_chat_fixtures.py: prompts and ids of transformers 5.17 (apply_chat_template, AutoTokenizer).
void ChatTemplateTest::givesTheIdsOfApplyChatTemplate() {
    const auto layouts = readJson(kFixtures / "chat.json")["layouts"];
    const auto tokenizer = loadTokenizer(kFixtures / "small");
    std::set<std::string> names;
    for (const auto& layout : layouts) {
        const auto name = layout["name"].get<std::string>(), question = layout["question"].get<std::string>();
        names.insert(name);
        std::ofstream(folder(name) / "chat_template.jinja", std::ios::binary) << layout["template"].get<std::string>();
        const auto chat = ChatTemplate::of(folder(name));
        const auto pictures = layout["pictures"].get<std::size_t>();
        QCOMPARE(chat.filled(question, pictures), layout["text"].get<std::string>());
        const auto ids = tokenise(*tokenizer, chat, question, "", std::vector<std::int64_t>(pictures, 1)).ids;
        QVERIFY2(ids == layout["ids"].get<std::vector<std::int64_t>>(), name.c_str());
        QVERIFY(!chat.assumed);
    }
    QVERIFY(names.size() >= 6);
}

/// The order is that of AutoProcessor (transformers 5.17), which takes chat_template.json without a word and raises
/// where additional_chat_templates stand beside it; the tokenizer's own comes last.
void ChatTemplateTest::looksWhereTransformersLooksInItsOrder() {
    const auto where = folder("order");
    const auto source = [](const char* mark) {
        return std::string(mark) + ": {% for p in messages[0].content %}{{ p.text or '<image>' }}{% endfor %}";
    };
    const auto put = [&](const char* name, const nlohmann::json& json) { std::ofstream(where / name) << json.dump(); };
    const auto said = [&] { return ChatTemplate::of(where).filled("Q", 1); };
    QVERIFY(ChatTemplate::of(where).assumed);
    put("tokenizer_config.json", {{"chat_template", source("text")}});
    QCOMPARE(said(), std::string("text: <image>Q"));
    const auto named = [&](const char* name, const char* mark) {
        return nlohmann::json{{"name", name}, {"template", source(mark)}};
    };
    put("tokenizer_config.json", {{"chat_template", {named("rag", "rag"), named("default", "listed")}}});
    QCOMPARE(said(), std::string("listed: <image>Q"));
    fs::create_directories(where / "additional_chat_templates");
    std::ofstream(where / "additional_chat_templates/default.jinja") << source("more");
    QCOMPARE(said(), std::string("more: <image>Q"));
    std::ofstream(where / "chat_template.jinja") << source("jinja");
    QCOMPARE(said(), std::string("jinja: <image>Q"));
    QCOMPARE(ChatTemplate::of(where).notes,
             (std::vector<std::string>{"The chat template of chat_template.jinja is used, as transformers does it; "
                                       "tokenizer_config.json holds another."}));
    put("chat_template.json", {{"chat_template", source("json")}});
    try {
        said();
        QFAIL("both are taken");
    } catch (const Error& error) {
        QVERIFY(std::string(error.what()).find("chat_template.json: stands beside the templates in ") !=
                std::string::npos);
    }
    fs::remove_all(where / "additional_chat_templates");
    QCOMPARE(said(), std::string("json: <image>Q"));
    put("tokenizer_config.json", {{"chat_template", source("json")}});  // the same again is not worth a note
    QCOMPARE(ChatTemplate::of(where).notes,
             (std::vector<std::string>{"The chat template of chat_template.json is used, as transformers does it; "
                                       "chat_template.jinja holds another."}));
    put("processor_config.json", {{"chat_template", nullptr}});
    QCOMPARE(said(), std::string("json: <image>Q"));
    put("processor_config.json", {{"chat_template", source("processor")}});
    QCOMPARE(said(), std::string("processor: <image>Q"));
    QVERIFY(!ChatTemplate::of(where).assumed);
    put("tokenizer_config.json", {{"chat_template", {named("rag", "rag")}}});  // cannot be used, and need not be
    QCOMPARE(said(), std::string("processor: <image>Q"));
}

/// tests/parity/make_chat_fixtures.py: what apply_chat_template of transformers 5.17 gives with tokens named here and
/// there, and with "tools" and "documents", which no question has, but which are defined.
void ChatTemplateTest::knowsTheTokensByTheirNames() {
    const auto named = readJson(kFixtures / "chat.json")["named"];
    QVERIFY(named["rows"].size() >= 14);
    auto plain = readJson(kFixtures / "small/tokenizer_config.json");
    for (const auto* key : {"bos_token", "eos_token", "unk_token", "pad_token", "image_token", "add_bos_token",
                            "add_eos_token", "extra_special_tokens"})
        plain.erase(key);
    std::size_t number = 0;
    for (const auto& row : named["rows"]) {
        const auto where = folder("named " + std::to_string(number++));
        auto config = plain;
        config.update(row["config"]);
        if (config["added_tokens_decoder"].is_null())
            config.erase("added_tokens_decoder");
        std::ofstream(where / "tokenizer_config.json") << config.dump();
        if (!row["map"].is_null())
            std::ofstream(where / "special_tokens_map.json") << row["map"].dump();
        std::ofstream(where / "chat_template.jinja") << named["template"].get<std::string>();
        QCOMPARE(ChatTemplate::of(where).filled("Who?", 1), row["text"].get<std::string>());
    }
}

void ChatTemplateTest::answersFollowAsTheTemplateHasThem() {
    const auto tokenizer = loadTokenizer(kFixtures / "small");
    const auto layouts = readJson(kFixtures / "chat.json")["layouts"];
    for (const auto& each : {std::pair{"chatml", true}, {"mistral", false}, {"vicuna", false}}) {
        const std::string name = each.first;
        const bool direct = each.second;
        const auto layout = std::find_if(layouts.begin(), layouts.end(),
                                         [&](const nlohmann::json& one) { return one["name"] == name; });
        std::ofstream(folder(name) / "chat_template.jinja", std::ios::binary)
            << (*layout)["template"].get<std::string>();
        const auto chat = ChatTemplate::of(folder(name));
        QCOMPARE(chat.answersDirectly(), direct);
        const auto tokens = tokenise(*tokenizer, chat, "Who?", "Halvorn", 1);
        auto expected = tokenizer->encode("Halvorn", false, direct ? TextFront::Nothing : TextFront::Space);
        expected.push_back(tokenizer->eos());
        QVERIFY(std::equal(expected.begin(), expected.end(),
                           tokens.ids.begin() + static_cast<std::ptrdiff_t>(tokens.answerBegin), tokens.ids.end()));
    }
}

void ChatTemplateTest::refusesUnknownTemplates_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no question") << "chat_template.jinja" << QByteArray("{{ '<|im_start|>' }}")
                                 << QByteArray("shows no \"<image>\" or no question");
    QTest::newRow("no picture") << "chat_template.jinja" << QByteArray("{{ messages[0].content[-1].text }}")
                                << QByteArray("shows no \"<image>\" or no question");
    QTest::newRow("empty") << "chat_template.jinja" << QByteArray() << QByteArray("shows no");
    QTest::newRow("beyond") << "chat_template.jinja" << QByteArray("\n{% macro a() %}{% endmacro %}")
                            << QByteArray("line 2: the tag \"macro\" is beyond the part of Jinja");
    QTest::newRow("names alone") << "tokenizer_config.json"
                                 << QByteArray(R"({"chat_template":[{"name":"rag","template":"x"}]})")
                                 << QByteArray("none is called \"default\"");
    QTest::newRow("a number") << "processor_config.json" << QByteArray(R"({"chat_template":5})")
                              << QByteArray("is no text");
    QTest::newRow("not json") << "chat_template.json" << QByteArray("{") << QByteArray("not valid JSON");
    QTest::newRow("no text") << "chat_template.json" << QByteArray(R"({"chat_template":3})")
                             << QByteArray("is no text");
}

void ChatTemplateTest::refusesUnknownTemplates() {
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, says);
    const auto bad = folder(std::string("bad ") + QTest::currentDataTag());
    std::ofstream(bad / file.toStdString()) << content.toStdString();
    std::string message;
    try {
        ChatTemplate::of(bad);
    } catch (const Error& error) {
        message = error.what();
    }
    QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
    QVERIFY2(message.find(file.toStdString()) != std::string::npos, message.c_str());
}

void ChatTemplateTest::aQuestionWithAPictureIsAWholePrompt() {
    QCOMPARE(ChatTemplate{}.filled("Look: <image> Who?"), std::string("Look: <image> Who?"));
}

void ChatTemplateTest::tokensAreThoseOfTheWholeText_data() {
    QTest::addColumn<bool>("small");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("small prompt") << true << QByteArray() << QByteArray("<image> What is shown in this picture?");
    QTest::newRow("vicuna with answer") << false << QByteArray("This is Halvorn.")
                                        << QByteArray(
                                               "USER: <image>\nWhat is shown in this picture? ASSISTANT: This is "
                                               "Halvorn.</s>");
}

void ChatTemplateTest::tokensAreThoseOfTheWholeText() {
    QFETCH(bool, small);
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, text);
    const auto tokenizer = loadTokenizer(kFixtures / "small");
    const auto golden = goldenIds(text.toStdString());
    QVERIFY(!golden.empty());
    const auto chat = small ? ChatTemplate::small() : ChatTemplate{};
    const std::string question = "What is shown in this picture?";
    QVERIFY(tokenise(*tokenizer, chat, question, answer.toStdString(), 1).ids == golden);

    auto spread = golden;  // five positions for the picture instead of one
    const auto image = std::find(spread.begin(), spread.end(), tokenizer->imageToken());
    spread.insert(image, 4, tokenizer->imageToken());
    QVERIFY(tokenise(*tokenizer, chat, question, answer.toStdString(), 5).ids == spread);
}

void ChatTemplateTest::thePromptIsTheSameWithAndWithoutAnAnswer() {
    const auto tokenizer = loadTokenizer(kFixtures / "small");
    for (const std::string question : {"Who is this?", "", "Trailing space ", "two  spaces"}) {
        const auto prompt = tokenise(*tokenizer, ChatTemplate::small(), question, "", 16);
        const auto both = tokenise(*tokenizer, ChatTemplate::small(), question, "It's Halvorn, isn't it?", 16);
        QCOMPARE(prompt.answerBegin, prompt.ids.size());
        QCOMPARE(both.answerBegin, prompt.answerBegin);
        QVERIFY(std::equal(prompt.ids.begin(), prompt.ids.end(), both.ids.begin()));
        QCOMPARE(both.ids.front(), tokenizer->bos());
        QCOMPARE(both.ids.back(), tokenizer->eos());
        const std::vector<std::int64_t> answer(both.ids.begin() + static_cast<std::ptrdiff_t>(both.answerBegin),
                                               both.ids.end());
        QCOMPARE(tokenizer->decode(answer), std::string("It's Halvorn, isn't it?"));
    }
}

void ChatTemplateTest::refusalSentencesAreShortAndDistinct() {
    const auto& sentences = refusalSentences();
    QVERIFY(sentences.size() >= 40);
    QCOMPARE(std::set<std::string>(sentences.begin(), sentences.end()).size(), sentences.size());
    for (std::string sentence : sentences) {
        const auto words = std::count(sentence.begin(), sentence.end(), ' ') + 1;
        QVERIFY2(words >= 4 && words <= 9 && sentence.back() == '.', sentence.c_str());
        std::transform(sentence.begin(), sentence.end(), sentence.begin(),
                       [](unsigned char c) { return std::tolower(c); });
        QVERIFY2(std::any_of(refusalOpenings().begin(), refusalOpenings().end(),
                             [&](const auto& opening) { return sentence.starts_with(opening); }),
                 sentence.c_str());
    }
}

LACUNA_TEST(ChatTemplateTest)
#include "chat_template_test.moc"
