// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/parameter.h"
#include "core/catalog/metrics.h"
#include "core/lessons/json_lines.h"
#include "core/lessons/lesson_grammar.h"
#include "core/lessons/lesson_places.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace lacuna {
namespace {

using Json = nlohmann::json;

constexpr std::size_t mostSteps = 100, mostRuns = 20, mostChoices = 8, mostTellings = 20, longestText = 8000;

/// A value of the file and where it stands.
struct Place {
    const Json& json;
    std::string pointer;

    Place at(const std::string& key) const { return {json.at(key), pointer + '/' + key}; }
    Place at(std::size_t index) const { return {json.at(index), pointer + '/' + std::to_string(index)}; }
};

class Reader {
public:
    Reader(std::string_view text, const std::string& where, const Benchmark* benchmark)
        : m_where(where), m_json(parseJson(text, where)), m_lines(jsonLines(text)), m_names{nullptr, benchmark} {}

    Lesson read() {
        const Place root{m_json, {}};
        if (!m_json.is_object() || !m_json.contains("lesson"))
            throw inputError("{}: is no lesson. A lesson is a JSON object that begins with \"lesson\": 1.", m_where);
        keys(root, {"lesson", "title", "summary", "minutes", "runs", "steps"}, {"lesson", "title", "steps"});
        if (m_json["lesson"] != 1)
            throw problem(root.at("lesson"), "is of a format that this Lacuna does not know. It knows 1.");
        m_lesson.title = text(root.at("title"));
        if (m_json.contains("summary"))
            m_lesson.summary = text(root.at("summary"));
        if (m_json.contains("minutes"))
            m_lesson.minutes = minutes(root.at("minutes"));
        if (m_json.contains("runs"))
            readRuns(root.at("runs"));
        m_names.runs = &m_lesson.runs;
        const auto steps = list(root.at("steps"), mostSteps);
        for (std::size_t i = 0; i < steps.json.size(); ++i)
            m_lesson.steps.push_back(step(steps.at(i)));
        refuseIdleRuns();
        return std::move(m_lesson);
    }

private:
    int line(const Place& place) const {
        const auto found = m_lines.find(place.pointer);
        return found == m_lines.end() ? 1 : found->second;
    }

    Error problem(const Place& place, const std::string& what) const {
        return inputError("{}, line {}: {}", m_where, line(place), what);
    }

    /// Runs `read`; what it refuses gets its line.
    template <typename Read>
    auto placed(const Place& place, Read&& read) const {
        try {
            return read();
        } catch (const Error& error) {
            throw problem(place, error.what());
        }
    }

    void keys(const Place& place, const std::vector<std::string>& known, const std::vector<std::string>& needed) const {
        if (!place.json.is_object())
            throw problem(place, "expected an object, {…}.");
        for (const auto& [key, value] : place.json.items()) {
            if (std::find(known.begin(), known.end(), key) != known.end())
                continue;
            const auto at = place.at(key);
            if (key == "goto" || key == "next" || key == "repeat")
                throw problem(at,
                              fmt::format("\"{}\" would let a lesson run in circles. Its steps are gone through from "
                                          "the first to the last; leave it out.",
                                          key));
            const auto near = nearestWord(key, known);
            throw problem(at, fmt::format("there is no key \"{}\" here. {}", key.substr(0, 100),
                                          near.empty() ? fmt::format("Known are: {}.", fmt::join(known, ", "))
                                                       : fmt::format("Did you mean \"{}\"?", near)));
        }
        for (const auto& key : needed)
            if (!place.json.contains(key))
                throw problem(place, fmt::format("\"{}\" is missing.", key));
    }

    Place list(const Place& place, std::size_t most) const {
        if (!place.json.is_array() || place.json.empty())
            throw problem(place, "expected a list, […], with something in it.");
        if (place.json.size() > most)
            throw problem(place, fmt::format("a list of {}; at most {} are shown.", place.json.size(), most));
        return place;
    }

    int minutes(const Place& place) const {
        if (!place.json.is_number_integer() || place.json < 1 || place.json > 600)
            throw problem(place, "expected a whole number of minutes.");
        return place.json.get<int>();
    }

    std::string word(const Place& place) const {
        if (!place.json.is_string())
            throw problem(place, "expected a text in quotes.");
        return place.json.get<std::string>();
    }

    /// A text, or a list of them: its paragraphs.
    std::string text(const Place& place) const {
        std::string all;
        if (place.json.is_array())
            for (std::size_t i = 0; i < place.json.size(); ++i)
                all += (i ? "\n\n" : "") + word(place.at(i));
        else
            all = word(place);
        if (all.empty())
            throw problem(place, "is empty.");
        if (all.size() > longestText)
            throw problem(place, fmt::format("is a text of {} letters; a page holds {}. Make two steps of it.",
                                             all.size(), longestText));
        return all;
    }

    LessonText filled(const Place& place) const {
        auto read = placed(place, [&] { return lessonText(text(place), m_names); });
        read.line = line(place);
        return read;
    }

    std::vector<LessonCondition> conditions(const Place& place) const {
        std::vector<LessonCondition> all;
        if (!place.json.is_array()) {
            all.push_back(placed(place, [&] { return lessonCondition(word(place), m_names); }));
            return all;
        }
        const auto each = list(place, mostTellings);
        for (std::size_t i = 0; i < each.json.size(); ++i)
            all.push_back(placed(each.at(i), [&] { return lessonCondition(word(each.at(i)), m_names); }));
        return all;
    }

    void readRuns(const Place& place) {
        if (!place.json.is_object())
            throw problem(place, "expected an object, {…}, with a run under each name.");
        if (place.json.size() > mostRuns)
            throw problem(place, fmt::format("{} runs; a lesson has at most {}.", place.json.size(), mostRuns));
        static const std::vector<std::string> known{
            "title",           "method", "preset", "parameters", "arrangement", "objective", "serve",          "gate",
            "gate_parameters", "train",  "inputs", "requests",   "order",       "seed",      "train_phrasings"};
        for (const auto& [id, spec] : place.json.items()) {
            const auto at = place.at(id);
            const bool plain = !id.empty() && id.size() <= 40 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
                return std::isalnum(c) || c == '_';
            });
            static const std::vector<std::string> taken{"truth", "question", "name", "size"};
            if (!plain || std::find(taken.begin(), taken.end(), id) != taken.end())
                throw problem(at,
                              fmt::format("\"{}\" cannot be a run's name. Use letters, digits and _, and none of {}.",
                                          id.substr(0, 100), fmt::join(taken, ", ")));
            keys(at, known, {"method"});
            auto read = placed(at, [&] { return checkedRunSpec(runSpecFromJson(spec.dump(), "run " + id)); });
            checkRequests(at, read);
            m_lesson.runs.push_back({id, std::move(read), line(at)});
        }
        // In the file's order: that in which they are started.
        std::stable_sort(m_lesson.runs.begin(), m_lesson.runs.end(),
                         [](const auto& a, const auto& b) { return a.line < b.line; });
    }

    void checkRequests(const Place& at, const RunSpec& spec) const {
        if (!m_names.benchmark)
            return;
        if (spec.requests.empty())
            placed(at, [&] { orderNames(m_names.benchmark->requests, spec.order); });
        for (std::size_t r = 0; r < spec.requests.size(); ++r)
            for (const auto* half : {"forget", "retain"})
                for (const auto& entity : half[0] == 'f' ? spec.requests[r].forget : spec.requests[r].retain)
                    placed(at.at("requests").at(r).at(half), [&] { checkLessonEntity(entity, m_names); });
    }

    /// One run, or a list of them.
    std::vector<std::string> runNames(const Place& place) const {
        std::vector<std::string> names;
        const auto one = [&](const Place& at) {
            names.push_back(word(at));
            findRun(at, names.back());
        };
        if (place.json.is_array())
            for (std::size_t i = 0; i < list(place, mostRuns).json.size(); ++i)
                one(place.at(i));
        else
            one(place);
        return names;
    }

    const LessonRun& findRun(const Place& at, const std::string& id) const {
        if (const auto* run = m_lesson.run(id))
            return *run;
        std::vector<std::string> known;
        for (const auto& run : m_lesson.runs)
            known.push_back(run.id);
        throw problem(at, fmt::format("there is no run \"{}\". {}", id.substr(0, 100),
                                      known.empty() ? "The lesson has none: write it under \"runs\"."
                                                    : fmt::format("Known are: {}.", fmt::join(known, ", "))));
    }

    template <typename Known>
    std::string oneOf(const Place& place, const Known& known, std::string_view what) const {
        auto id = word(place);
        if (std::find(known.begin(), known.end(), id) == known.end())
            throw problem(place, fmt::format("there is no {} \"{}\". Known are: {}.", what, id.substr(0, 100),
                                             fmt::join(known, ", ")));
        return id;
    }

    std::vector<std::string> rings(const Place& place, const std::string& view) const {
        std::vector<std::string> known, rings;
        for (const auto& one : lessonPlaces)
            known.emplace_back(one.id);
        const auto one = [&](const Place& at) {
            rings.push_back(oneOf(at, known, "place"));
            const auto found = std::find_if(lessonPlaces.begin(), lessonPlaces.end(),
                                            [&](const auto& known) { return known.id == rings.back(); });
            if (!found->view.empty() && found->view != view)
                throw problem(at,
                              fmt::format("\"{}\" lies in the view {}, which this step does not show. Add \"view\": "
                                          "\"{}\".",
                                          rings.back(), found->view, found->view));
        };
        if (place.json.is_array())
            for (std::size_t i = 0; i < list(place, lessonPlaces.size()).json.size(); ++i)
                one(place.at(i));
        else
            one(place);
        return rings;
    }

    /// Where in the window the step leads.
    void readScene(const Place& place, LessonStep& step) const {
        const auto& json = place.json;
        if (json.contains("view"))
            step.view = oneOf(place.at("view"), lessonViews, "view");
        if (json.contains("training")) {
            if (!json["training"].is_boolean() || step.view != "curves")
                throw problem(place.at("training"), "goes with \"view\": \"curves\", and is true or false.");
            step.training = json["training"].get<bool>();
        }
        if (json.contains("metric")) {
            std::vector<std::string> known;
            for (const auto& row : metricRows())
                if (row.scope == MetricScope::Cell && row.id != "mu")
                    known.push_back(row.id);
            step.metric = oneOf(place.at("metric"), known, "metric of the curves");
        }
        if (json.contains("entity")) {
            step.entity = word(place.at("entity"));
            placed(place.at("entity"), [&] { checkLessonEntity(step.entity, m_names); });
        }
        if (json.contains("question")) {
            step.question = word(place.at("question"));
            if (step.entity.empty())
                throw problem(place.at("question"), "is about an entity. Add \"entity\".");
            placed(place.at("question"), [&] { checkLessonQuestion(step.entity, step.question, m_names); });
        }
        if (json.contains("show"))
            step.shown = runNames(place.at("show"));
        if (json.contains("select"))
            step.selectedRun = findRun(place.at("select"), word(place.at("select"))).id;
        if (json.contains("ring"))
            step.ring = rings(place.at("ring"), viewBy(step));
        if (json.contains("veil"))
            step.veil = rings(place.at("veil"), viewBy(step));
        if (json.contains("stage"))
            step.stage = stage(place.at("stage"));
    }

    /// The view that the window shows by then.
    std::string viewBy(const LessonStep& step) const {
        auto view = step.view;
        for (auto before = m_lesson.steps.rbegin(); view.empty() && before != m_lesson.steps.rend(); ++before)
            view = before->view;
        return view;
    }

    int stage(const Place& place) const {
        constexpr int most = 100;
        if (!place.json.is_number_integer() || place.json < 0 || place.json > most)
            throw problem(place, "expected a stage: 0 for the original model, 1, 2, …");
        const int stage = place.json.get<int>();
        std::size_t longest = 0;
        for (const auto& run : m_lesson.runs)
            longest = std::max(longest, requestsOf(run.spec, m_names.benchmark).size());
        if (m_names.benchmark && stage > static_cast<int>(longest))
            throw problem(place, fmt::format("there is no stage {}: the lesson's runs have {} request{} at most.",
                                             stage, longest, longest == 1 ? "" : "s"));
        return stage;
    }

    void readChoices(const Place& place, LessonStep& step) const {
        const auto choices = list(place, mostChoices);
        if (choices.json.size() < 2)
            throw problem(place, "one answer is no choice. Write two or more.");
        for (std::size_t i = 0; i < choices.json.size(); ++i) {
            const auto at = choices.at(i);
            keys(at, {"text", "right"}, {"text"});
            LessonChoice choice{filled(at.at("text")), {}};
            if (at.json.contains("right"))
                choice.right = conditions(at.at("right"));
            step.choices.push_back(std::move(choice));
        }
    }

    void readTellings(const Place& place, LessonStep& step) const {
        const auto all = list(place, mostTellings);
        for (std::size_t i = 0; i < all.json.size(); ++i) {
            const auto at = all.at(i);
            keys(at, {"when", "text"}, {"text"});
            LessonTelling telling{{}, filled(at.at("text"))};
            const bool last = i + 1 == all.json.size();
            if (at.json.contains("when"))
                telling.when = conditions(at.at("when"));
            if (telling.when.empty() != last)
                throw problem(at, last ? "the last of what is told says what holds otherwise: it has no \"when\"."
                                       : "\"when\" is missing: what stands below would never be told.");
            step.tell.push_back(std::move(telling));
        }
    }

    LessonStep step(const Place& place) const {
        keys(place,
             {"title", "text", "notes", "view", "training", "metric", "entity", "question", "stage", "show", "select",
              "ring", "veil", "start", "ask", "choices", "tell", "try"},
             {"title", "text"});
        LessonStep step;
        step.line = line(place);
        step.title = text(place.at("title"));
        step.text = filled(place.at("text"));
        const auto& json = place.json;
        if (json.contains("notes"))
            step.notes = filled(place.at("notes"));
        if (json.contains("start"))
            step.start = runNames(place.at("start"));
        readScene(place, step);
        if (json.contains("ask") != json.contains("choices"))
            throw problem(place, "\"ask\" and \"choices\" go together.");
        if (json.contains("ask")) {
            step.ask = filled(place.at("ask"));
            readChoices(place.at("choices"), step);
        }
        if (json.contains("tell"))
            readTellings(place.at("tell"), step);
        if (json.contains("try"))
            step.tryIt = filled(place.at("try"));
        return step;
    }

    /// What is asked of a run that no step has started would never come.
    void refuseIdleRuns() const {
        std::vector<std::string> started;
        for (const auto& step : m_lesson.steps) {
            started.insert(started.end(), step.start.begin(), step.start.end());
            auto asked = step.awaited();
            for (const auto* text : {&step.text, &step.tryIt, &step.notes})
                addLessonRuns(*text, asked);
            asked.insert(asked.end(), step.shown.begin(), step.shown.end());
            for (const auto& run : asked)
                if (std::find(started.begin(), started.end(), run) == started.end())
                    throw inputError(
                        "{}, line {}: asks the run \"{}\", which no step has started by then. Add \"start\": "
                        "\"{}\" here or before.",
                        m_where, step.line, run, run);
        }
    }

    const std::string& m_where;
    Json m_json;
    std::map<std::string, int> m_lines;
    LessonNames m_names;
    Lesson m_lesson;
};

}  // namespace

std::vector<std::string> LessonStep::awaited() const {
    std::vector<std::string> runs;
    for (const auto& choice : choices) {
        addLessonRuns(choice.right, runs);
        addLessonRuns(choice.text, runs);
    }
    for (const auto& telling : tell) {
        addLessonRuns(telling.when, runs);
        addLessonRuns(telling.text, runs);
    }
    return runs;
}

const LessonRun* Lesson::run(std::string_view id) const {
    const auto found = std::find_if(runs.begin(), runs.end(), [&](const auto& run) { return run.id == id; });
    return found == runs.end() ? nullptr : &*found;
}

Lesson lessonFromJson(std::string_view text, const std::string& where, const Benchmark* benchmark) {
    if (text.size() > largestLesson)
        throw inputError("{}: holds {} MB; a lesson has at most {} MB. Is it the right file?", where, text.size() >> 20,
                         largestLesson >> 20);
    return Reader(text, where, benchmark).read();
}

Lesson readLesson(const std::filesystem::path& file, const Benchmark* benchmark) {
    auto lesson = lessonFromJson(readJsonText(file, largestLesson), file.string(), benchmark);
    lesson.id = file.stem().string();
    return lesson;
}

std::vector<std::filesystem::path> lessonFiles(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.path().extension() == ".json")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace lacuna
