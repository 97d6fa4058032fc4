// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/folder_records.h"

#include "core/base/ascii.h"
#include "core/base/checked_json.h"
#include "core/base/error.h"
#include "core/base/unicode.h"
#include "core/base/unicode_path.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

using nlohmann::json;

constexpr std::size_t largestFile = std::size_t{128} << 20;
constexpr std::size_t longestText = std::size_t{64} << 10;

constexpr std::string_view imageTag = "<image>";

constexpr std::string_view entityPrefix = "variants_";
constexpr std::string_view entitySuffix = "_updated.json";
constexpr std::string_view taskPrefix = "Task";

/// What makes a record unusable, thrown inside this file alone.
struct Fault {
    std::string what;
};

/// Text from outside as it may stand in a message: no control characters, not long.
std::string printable(std::string text) {
    constexpr std::size_t longest = 120;
    if (text.size() > longest)
        text = text.substr(0, longest) + "…";
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    return text;
}

std::string withoutPrefix(const std::string& message, const std::string& prefix) {
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

/// Names in a subfolder, composed and sorted; hidden ones (".DS_Store") are not ours to judge.
std::vector<std::string> namesIn(const fs::path& folder, const std::string& part, const ProblemSink& problem) {
    std::vector<std::string> names;
    try {
        for (const auto& entry : fs::directory_iterator(folder / part))
            if (const auto name = entry.path().filename().string(); name.front() != '.')
                names.push_back(composed(name));
    } catch (const fs::filesystem_error& error) {
        throw inputError("{}: cannot be listed ({}). Check its permissions.", (folder / part).string(),
                         error.code().message());
    }
    std::sort(names.begin(), names.end());
    for (std::size_t i = 1; i < names.size(); ++i)
        if (names[i] == names[i - 1])
            problem({part + "/" + names[i], -1, "is there twice, in two Unicode forms of its name. Remove one"});
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

bool isRecordsFile(const std::string& name) {
    auto small = name;
    std::transform(small.begin(), small.end(), small.begin(), asciiLower);
    return small.ends_with(".json") || small.ends_with(".jsonl");
}

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n\v\f") == text.npos;
}

const std::string& textOf(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end())
        throw Fault{fmt::format("\"{}\" is missing", key)};
    if (!found->is_string())
        throw Fault{fmt::format("\"{}\" is {}, expected text", key, found->type_name())};
    const auto& text = found->get_ref<const std::string&>();
    if (isBlank(text))
        throw Fault{fmt::format("\"{}\" is empty", key)};
    if (text.size() > longestText)
        throw Fault{
            fmt::format("\"{}\" has {} bytes, more than the {} a text may have", key, text.size(), longestText)};
    return text;
}

const std::string& turnOf(const json& turn, const char* speaker) {
    if (!turn.is_object())
        throw Fault{fmt::format("a turn of \"conversations\" is {}, expected an object", turn.type_name())};
    if (textOf(turn, "from") != speaker)
        throw Fault{fmt::format("a turn is from \"{}\", expected \"{}\"", printable(textOf(turn, "from")), speaker)};
    return textOf(turn, "value");
}

/// MLUBench writes "<image>\nQ"; LLaVA's own data also holds "Q\n<image>".
std::string withoutImageTag(const std::string& value) {
    constexpr std::string_view first = "<image>\n";
    constexpr std::string_view last = "\n<image>";
    std::string question = value;
    if (value.starts_with(first))
        question = value.substr(first.size());
    else if (value.ends_with(last))
        question = value.substr(0, value.size() - last.size());
    if (question.size() == value.size() || question.find(imageTag) != std::string::npos)
        throw Fault{"the question must hold \"<image>\" once, on a line of its own before it"};
    if (isBlank(question))
        throw Fault{"the question is empty"};
    return question;
}

/// Where a call of that gate failed its fields may be absent or no text.
std::optional<RouteLabel> labelOf(const json& record) {
    const auto text = [&](const char* key) {
        const auto found = record.find(key);
        return found != record.end() && found->is_string() ? composed(found->get<std::string>()) : std::string();
    };
    if (!record.contains("task") && !record.contains("class_type") && !record.contains("entity"))
        return std::nullopt;
    return RouteLabel{text("task"), text("class_type"), text("entity")};
}

PairRecord pairOf(const json& record, int number) {
    if (!record.is_object())
        throw Fault{
            fmt::format("is {}, expected an object with \"id\", \"image\", \"conversations\"", record.type_name())};
    if (const auto id = record.find("id"); id == record.end() || !(id->is_string() || id->is_number_integer()))
        throw Fault{"\"id\" must be text or a whole number"};
    PairRecord pair;
    pair.number = number;
    pair.image = textOf(record, "image");
    if (const auto fault = imagePathFault(pair.image); !fault.empty())
        throw Fault{fmt::format("image \"{}\" {}", printable(pair.image), fault)};
    pair.label = labelOf(record);
    const auto turns = record.find("conversations");
    if (turns == record.end() || !turns->is_array())
        throw Fault{"\"conversations\" must be a list of a question and an answer"};
    if (turns->size() != 2)
        throw Fault{fmt::format("\"conversations\" has {} turn{}, expected a question and an answer", turns->size(),
                                turns->size() == 1 ? "" : "s")};
    pair.question = withoutImageTag(turnOf((*turns)[0], "human"));
    pair.answer = turnOf((*turns)[1], "gpt");
    if (pair.answer.find(imageTag) != std::string::npos)
        throw Fault{"the answer holds \"<image>\", which stands for the picture in a question"};
    return pair;
}

/// JSON Lines: every line that is not blank an object of its own. Nothing when the first one is none, or stands alone.
std::optional<json> jsonLines(std::string_view text, const std::string& path) {
    auto records = json::array();
    for (int number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        try {
            records.push_back(parseJson(line, path));
        } catch (const Error& error) {
            if (records.empty())
                return std::nullopt;
            throw inputError("{}: in JSON Lines, line {}: {}", path, number, withoutPrefix(error.what(), path + ": "));
        }
    }
    return records.size() > 1 ? std::optional(std::move(records)) : std::nullopt;
}

/// A list of records, also as JSON Lines.
json recordsIn(const fs::path& file) {
    const auto path = file.string();
    const auto text = readJsonText(file, largestFile);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || text[first] != '{')
        return parseJson(text, path);
    try {
        auto one = parseJson(text, path);
        return one.contains("conversations") ? json::array({std::move(one)}) : one;
    } catch (const Error&) {
        if (auto records = jsonLines(text, path))
            return std::move(*records);
        throw;
    }
}

}  // namespace

std::vector<std::string> FolderFiles::paths() const {
    std::vector<std::string> all;
    for (const auto& entity : entities)
        all.push_back(entity.file);
    for (const auto& request : requests)
        all.insert(all.end(), {request.forget, request.retain});
    return all;
}

std::string entityFilePath(const std::string& id) {
    return fmt::format("Entities/{}{}{}", entityPrefix, id, entitySuffix);
}

std::string taskFilePath(const std::string& request, const std::string& split) {
    return fmt::format("Tasks/Task{0}/task{0}_{1}.json", request, split);
}

FolderFiles listFolder(const fs::path& folder, const ProblemSink& problem) {
    std::error_code code;
    for (const char* part : {"Entities", "Tasks"})
        if (!fs::is_directory(folder / part, code))
            throw inputError(
                "{}: not a benchmark folder in MLUBench's layout, there is no {}/ in it. Give the folder that "
                "holds Entities/ and Tasks/.",
                folder.string(), part);
    FolderFiles files;
    for (const auto& name : namesIn(folder, "Entities", problem)) {
        const bool named = name.size() > entityPrefix.size() + entitySuffix.size() && name.starts_with(entityPrefix) &&
                           name.ends_with(entitySuffix);
        if (named)
            files.entities.push_back(
                {name.substr(entityPrefix.size(), name.size() - entityPrefix.size() - entitySuffix.size()),
                 "Entities/" + name});
        else if (isRecordsFile(name))
            problem({"Entities/" + name, -1, "is not named variants_<Entity>_updated.json"});
    }
    for (const auto& name : namesIn(folder, "Tasks", problem)) {
        if (!fs::is_directory(folder / spelledOnDisk(folder, "Tasks/" + name), code))
            continue;
        if (!name.starts_with(taskPrefix) || name.size() == taskPrefix.size()) {
            problem({"Tasks/" + name, -1, "is not named Task<letter>"});
            continue;
        }
        const auto request = name.substr(taskPrefix.size());
        FolderFiles::RequestFiles pair{request, taskFilePath(request, "forget"), taskFilePath(request, "retain")};
        bool whole = true;
        for (const auto& file : {pair.forget, pair.retain})
            if (!fs::is_regular_file(folder / spelledOnDisk(folder, file), code)) {
                problem({file, -1,
                         fs::exists(folder / spelledOnDisk(folder, file + "l"), code)
                             ? "is missing, but there is a .jsonl. Rename it to .json"
                             : "is missing"});
                whole = false;
            }
        if (whole)
            files.requests.push_back(pair);
    }
    if (files.requests.empty())
        problem({"Tasks", -1, "holds no request (Task<letter>/task<letter>_forget.json and …_retain.json)"});
    return files;
}

std::vector<PairRecord> readPairs(const fs::path& folder, const std::string& file, const ProblemSink& problem) {
    std::vector<PairRecord> pairs;
    const auto path = (folder / spelledOnDisk(folder, file)).string();
    json records;
    try {
        records = recordsIn(path);
    } catch (const Error& error) {
        problem({file, -1, withoutPrefix(error.what(), path + ": ")});
        return pairs;
    }
    if (!records.is_array()) {
        problem({file, -1, fmt::format("is {}, expected a list of records", records.type_name())});
        return pairs;
    }
    pairs.reserve(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        try {
            pairs.push_back(pairOf(records[i], static_cast<int>(i)));
        } catch (const Fault& fault) {
            problem({file, static_cast<int>(i), fault.what});
        }
    }
    return pairs;
}

std::optional<ImageOwner> imageOwner(const std::string& image) {
    const auto picture = image.rfind('/');
    if (picture == std::string::npos || picture == 0)
        return std::nullopt;
    const auto entity = image.rfind('/', picture - 1);
    if (entity == std::string::npos || entity == 0)
        return std::nullopt;
    const auto before = image.rfind('/', entity - 1);
    const auto start = before == std::string::npos ? 0 : before + 1;
    return ImageOwner{image.substr(start, entity - start), image.substr(entity + 1, picture - entity - 1)};
}

std::string imagePathFault(const std::string& image) {
    if (image.empty())
        return "is empty";
    if (image.size() > 1024)
        return "is longer than 1024 bytes";
    if (image.front() == '/')
        return "is an absolute path, expected one below the folder";
    if (image.find('\\') != std::string::npos)
        return "holds a backslash, expected \"/\" between folders";
    for (std::size_t at = 0; at <= image.size();) {
        const auto end = std::min(image.find('/', at), image.size());
        const auto part = image.substr(at, end - at);
        if (part == "..")
            return "leaves the folder";
        if (!isFileName(part))
            return "has a part that is no file name";
        at = end + 1;
    }
    return {};
}

bool isFileName(const std::string& name) {
    const auto bad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/'; };
    return !name.empty() && name.size() <= 200 && name != "." && name != ".." &&
           std::none_of(name.begin(), name.end(), bad);
}

}  // namespace lacuna
