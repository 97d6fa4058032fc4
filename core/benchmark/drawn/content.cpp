// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/drawn/content.h"

#include "core/base/ascii.h"
#include "core/base/random.h"
#include "core/benchmark/drawn/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace lacuna::drawn {
namespace {

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// "a owl" becomes "an owl".
void mendArticles(std::string& text) {
    for (const std::string article : {" a ", "A "})
        for (std::size_t at = text.find(article); at != std::string::npos; at = text.find(article, at + 1))
            if (const std::size_t next = at + article.size();
                (article == " a " || at == 0) && next < text.size() &&
                std::string("aeiou").find(text[next]) != std::string::npos)
                text.insert(next - 1, 1, 'n');
}

struct Speaker {
    std::string name;
    bool woman = false;
};

std::string filled(std::string text, const Speaker& of, const std::string& first, const std::string& second) {
    replaceAll(text, "{name}", of.name);
    replaceAll(text, "{She}", of.woman ? "She" : "He");
    replaceAll(text, "{she}", of.woman ? "she" : "he");
    replaceAll(text, "{Her}", of.woman ? "Her" : "His");
    replaceAll(text, "{her}", of.woman ? "her" : "him");
    replaceAll(text, "{0}", first);
    replaceAll(text, "{1}", second);
    mendArticles(text);
    text[0] = asciiUpper(text[0]);
    return text;
}

std::string idOf(std::string name) {
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

/// The questions of one class, entity after entity: who is where in the two lists of a kind is shuffled per kind, so
/// that entities alike in one fact are not alike in the next.
class ClassQuestions {
public:
    ClassQuestions(const ClassRow& row, std::vector<std::string> names, std::uint64_t seed)
        : m_row(row), m_names(std::move(names)), m_seed(seed) {
        for (const KindRow& kind : row.kinds) {
            std::vector<int> order(m_names.size());
            std::iota(order.begin(), order.end(), 0);
            Random random(deriveSeed(seed, row.name + " " + kind.kind));
            random.shuffle(order);
            m_orders.push_back(order);
            m_firsts.push_back(kind.first ? *kind.first : Words{});
            m_seconds.push_back(kind.second ? *kind.second : Words{});
            random.shuffle(m_firsts.back());
            random.shuffle(m_seconds.back());
        }
    }

    std::vector<Question> of(int entity) const {
        std::vector<Question> questions;
        for (std::size_t k = 0; k < m_row.kinds.size(); ++k) {
            const KindRow& kind = m_row.kinds[k];
            questions.push_back({kind.kind, kind.phrasings, sentence(kind.answer, k, entity, entity),
                                 sentence(kind.paraphrase, k, entity, entity), falseAnswers(k, entity)});
        }
        return questions;
    }

private:
    /// A template with the facts (for the identity: the name) of `source`, about `entity`.
    std::string sentence(const std::string& text, std::size_t k, int entity, int source) const {
        const KindRow& kind = m_row.kinds[k];
        const Speaker of{m_names[kind.first ? entity : source], m_row.name == "Personage" && entity % 2 == 0};
        if (!kind.first)
            return filled(text, of, "", "");
        const std::size_t at = m_orders[k][source];
        return filled(text, of, m_firsts[k][at % m_firsts[k].size()], m_seconds[k][at % m_seconds[k].size()]);
    }

    std::vector<std::string> falseAnswers(std::size_t k, int entity) const {
        Random random(deriveSeed(m_seed, fmt::format("false {} {} {}", m_row.name, k, entity)));
        const KindRow& kind = m_row.kinds[k];
        const auto shares = [&](int other) {
            return kind.first &&
                   (m_orders[k][other] % kind.first->size() == m_orders[k][entity] % kind.first->size() ||
                    m_orders[k][other] % kind.second->size() == m_orders[k][entity] % kind.second->size());
        };
        std::vector<std::string> answers;
        std::vector<int> others(m_names.size());
        std::iota(others.begin(), others.end(), 0);
        random.shuffle(others);
        for (const bool sharing :
             {false, true})  // one that shares an attribute only where a small class leaves no other
            for (const int other : others)
                if (other != entity && answers.size() < 3 && shares(other) == sharing)
                    answers.push_back(sentence(kind.answer, k, entity, other));
        return answers;
    }

    const ClassRow& m_row;
    std::vector<std::string> m_names;
    std::uint64_t m_seed;
    std::vector<std::vector<int>> m_orders;
    std::vector<Words> m_firsts, m_seconds;
};

void inventClass(const ClassRow& row, std::uint64_t seed, Content& content) {
    const int told = row.entities + row.bystanders;
    std::vector<Look> looks = distinctLooks(figureOfClass(row.name), told + row.distractors, seed);
    std::vector<int> forms;
    for (const Look& look : looks)
        forms.push_back(look.marks[0]);
    const std::vector<std::string> names = inventedNames(row.name, forms, seed);
    for (std::size_t i = 0; i < looks.size(); ++i) {
        looks[i].title = names[i];
        looks[i].feminine = i % 2 == 0;
    }
    const ClassQuestions questions(row, {names.begin(), names.begin() + told}, seed);
    Benchmark& benchmark = content.benchmark;
    for (int i = 0; i < told; ++i) {
        const bool known = i < row.entities;
        Entity entity{idOf(names[i]), names[i], row.name, {}, questions.of(i)};
        entity.views = viewPaths((known ? "" : "bystanders/") + row.name, entity.id);
        (known ? benchmark.entities : benchmark.bystanders).push_back(std::move(entity));
        (known ? content.entityLooks : content.bystanderLooks).push_back(looks[i]);
    }
    for (std::size_t i = told; i < looks.size(); ++i) {
        benchmark.distractors.push_back(
            {names[i], fmt::format("downloaded_images/distractors/{}.jpg", idOf(names[i]))});
        content.distractorLooks.push_back(looks[i]);
    }
}

/// Which of a class: positions [from, to) among its entities.
struct Part {
    std::string className;
    int from, to;
};

std::vector<int> entitiesOf(const Benchmark& benchmark, const std::vector<Part>& parts) {
    std::vector<int> found;
    for (const Part& part : parts) {
        int position = 0;
        for (std::size_t i = 0; i < benchmark.entities.size(); ++i)
            if (benchmark.entities[i].className == part.className) {
                if (position >= part.from && position < part.to)
                    found.push_back(static_cast<int>(i));
                ++position;
            }
    }
    return found;
}

/// One kind of question per training view, in turn: every kind four or five times per entity.
std::vector<Item> itemsOf(const Benchmark& benchmark, const std::vector<int>& entities) {
    std::vector<Item> items;
    for (const int entity : entities) {
        const int kinds = static_cast<int>(benchmark.entities[entity].questions.size());
        for (int view = 0; view < kTrainingViews; ++view)
            items.push_back({entity, view, (view + entity) % kinds});
    }
    return items;
}

Request request(const Benchmark& benchmark, const std::string& name, const std::vector<Part>& forget,
                const std::vector<Part>& retain) {
    Request made{name, entitiesOf(benchmark, forget), entitiesOf(benchmark, retain), {}, {}};
    made.forget = itemsOf(benchmark, made.forgetEntities);
    made.retain = itemsOf(benchmark, made.retainEntities);
    return made;
}

}  // namespace

std::vector<View> viewPaths(const std::string& className, const std::string& id) {
    std::vector<View> views;
    for (int i = 0; i < kTrainingViews + kHeldOutViews; ++i)
        views.push_back({fmt::format("downloaded_images/{}/{}/{:02}.jpg", className, id, i), i >= kTrainingViews});
    return views;
}

Content inventContent(std::uint64_t seed) {
    Content content;
    Benchmark& benchmark = content.benchmark;
    benchmark.title = "Fictions-127";
    for (const ClassRow& row : classRows())
        inventClass(row, seed, content);
    benchmark.requests = {
        request(benchmark, "A", {{"Animals", 0, 15}, {"Astronomy", 0, 5}}, {{"Plants", 0, 12}}),
        request(benchmark, "B", {{"Buildings", 0, 12}, {"Corporation", 0, 6}, {"Cartoon", 0, 2}}, {{"Cartoon", 2, 14}}),
        request(benchmark, "C", {{"Personage", 0, 15}, {"Movies", 0, 5}}, {{"Movies", 5, 18}}),
        request(benchmark, "D", {{"Personage", 15, 30}, {"TV series", 0, 2}}, {{"TV series", 2, 15}}),
    };
    return content;
}

}  // namespace lacuna::drawn
