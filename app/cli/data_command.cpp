// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "core/base/copied_folder.h"
#include "core/base/error.h"
#include "core/base/unicode.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/benchmark/mlubench_folder.h"
#include "core/images/picture.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <map>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

constexpr std::size_t mostShown = 20;  // of a kind

const char* outcome(const MisreadText& text) {
    return text.isMended() ? "mended" : text.mended.found == Misreading::Doubtful ? "doubtful" : "lost";
}

/// What is said of pictures, by kind: "cut off" → (picture, what is wrong with it and what to do).
using PictureList = std::map<std::string, std::vector<std::pair<std::string, std::string>>>;

struct Pictures {
    PictureList unusable, notes;
    bool decoded = true;
    std::size_t unusableCount() const {
        std::size_t count = 0;
        for (const auto& [kind, list] : unusable)
            count += list.size();
        return count;
    }
};

Pictures examined(const fs::path& folder, const FolderReport& report, bool decode) {
    Pictures pictures;
    pictures.decoded = decode;
    for (const auto& missing : report.missingImages)
        if (missing.why == MissingPicture::Why::Folder)
            pictures.unusable["folder"].emplace_back(missing.image, "it is a folder. Put the picture in its place");
        else if (missing.why == MissingPicture::Why::Empty)
            pictures.unusable["empty"].emplace_back(missing.image, "it is empty. Copy or download it again");
        else
            pictures.unusable["missing"].emplace_back(missing.image, "");
    std::vector<fs::path> paths;
    for (const auto& image : report.presentImages)
        paths.push_back(folder / image);
    ConsoleProgress console;
    const auto reports = examinePictures(paths, decode, console.function());
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto& image = report.presentImages[i];
        if (reports[i].fault != PictureFault::None)
            pictures.unusable[std::string(pictureFaultName(reports[i].fault))].emplace_back(image, reports[i].problem);
        for (const auto& note : reports[i].notes)
            pictures.notes[note].emplace_back(image, "");
    }
    return pictures;
}

nlohmann::ordered_json asJson(const FolderReport& report, const Pictures& pictures) {
    nlohmann::ordered_json requests = nlohmann::ordered_json::array();
    for (const auto& r : report.requests)
        requests.push_back({{"name", r.name},
                            {"forget_pairs", r.forgetPairs},
                            {"forget_images", r.forgetImages},
                            {"forget_entities", r.forgetEntities},
                            {"retain_pairs", r.retainPairs},
                            {"retain_images", r.retainImages},
                            {"retain_entities", r.retainEntities}});
    nlohmann::ordered_json problems = nlohmann::ordered_json::array();
    for (const auto& problem : report.problems)
        problems.push_back({{"file", problem.file}, {"record", problem.record}, {"what", problem.what}});
    nlohmann::ordered_json misread = nlohmann::ordered_json::array();
    for (const auto& text : report.misread)
        misread.push_back({{"file", text.file},
                           {"record", text.record},
                           {"part", text.part},
                           {"outcome", outcome(text)},
                           {"as_released", text.asReleased},
                           {"mended", text.mended.text}});
    auto missing = nlohmann::ordered_json::array(), unusable = missing, notes = missing;
    for (const auto& [kind, list] : pictures.unusable)
        for (const auto& [image, what] : list)
            if (kind == "missing")
                missing.push_back(image);
            else
                unusable.push_back({{"image", image}, {"kind", kind}, {"what", what}});
    for (const auto& [note, list] : pictures.notes)
        for (const auto& [image, what] : list)
            notes.push_back({{"image", image}, {"note", note}});
    return {{"entities", report.entities},
            {"classes", report.classes},
            {"pairs", report.pairs},
            {"images", report.images},
            {"entities_per_class", report.entitiesPerClass},
            {"pairs_per_entity", report.pairsPerEntity},
            {"requests", requests},
            {"missing_images", missing},
            {"unusable_images", unusable},
            {"image_notes", notes},
            {"images_decoded", pictures.decoded},
            {"misread", misread},
            {"problems", problems}};
}

/// The text around its first letter beyond ASCII, as released and as it was.
std::string excerptOf(const MisreadText& text) {
    const auto around = [&](const std::string& whole) {
        const auto beyond = std::find_if(whole.begin(), whole.end(), [](char c) { return c < 0; }) - whole.begin();
        const auto begin = std::max<std::ptrdiff_t>(0, beyond - 16);
        std::string part;
        for (auto at = static_cast<std::size_t>(begin); at < whole.size() && part.size() < 40;) {
            const auto length = letterAt(whole, at).length;
            part += whole.substr(at, length);
            at += length;
        }
        return printable(part);
    };
    const auto& was = text.mended.found == Misreading::Doubtful ? text.mended.doubtful : text.mended.text;
    return was == text.asReleased ? fmt::format("\"…{}…\"", around(text.asReleased))
                                  : fmt::format("\"…{}…\" was \"…{}…\"", around(text.asReleased), around(was));
}

void printMisread(const std::vector<MisreadText>& misread) {
    if (misread.empty())
        return;
    const auto count = [&](std::string_view what) {
        return std::count_if(misread.begin(), misread.end(), [&](const auto& text) { return what == outcome(text); });
    };
    fmt::print(
        "\nwarning: {} texts were wrongly decoded (UTF-8 read as GBK) before they were written: {} are mended when "
        "the folder is opened (--as-released leaves them), {} cannot be mended and {} are doubtful, these stay\n",
        misread.size(), count("mended"), count("lost"), count("doubtful"));
    for (std::size_t i = 0; i < std::min(mostShown, misread.size()); ++i) {
        const auto& text = misread[i];
        fmt::print("  {}: {}, {}: {}\n", outcome(text), printable(text.file),
                   text.record < 0 ? text.part : fmt::format("record {}, {}", text.record, text.part), excerptOf(text));
    }
    if (misread.size() > mostShown)
        fmt::print("  … and {} more (--json lists all)\n", misread.size() - mostShown);
}

void print(const PictureList& lists) {
    for (const auto& [kind, list] : lists) {
        fmt::print("  {}: {}\n", kind, list.size());
        for (std::size_t i = 0; i < std::min(mostShown, list.size()); ++i)
            fmt::print("    {}{}\n", printable(list[i].first),
                       list[i].second.empty() ? "" : printable(fmt::format(": {}", list[i].second)));
        if (list.size() > mostShown)
            fmt::print("    … and {} more (--json lists all)\n", list.size() - mostShown);
    }
}

void print(const FolderReport& report, const Pictures& pictures) {
    fmt::print("{} entities, {} classes, {} pairs, {} image paths\n\n", report.entities, report.classes, report.pairs,
               report.images);
    for (const auto& [kind, count] : report.entitiesPerClass)
        fmt::print("  {:14} {:4} entities\n", printable(kind), count);
    fmt::print("\n  request   forget: pairs images entities   retain: pairs images entities\n");
    for (const auto& r : report.requests)
        fmt::print("  {:8} {:15} {:6} {:8} {:15} {:6} {:8}\n", printable(r.name), r.forgetPairs, r.forgetImages,
                   r.forgetEntities, r.retainPairs, r.retainImages, r.retainEntities);
    fmt::print("\n  pairs per entity:\n");
    for (const auto& [entity, pairs] : report.pairsPerEntity)
        fmt::print("  {:40} {:5}\n", printable(entity), pairs);
    if (const auto count = pictures.unusableCount(); count > 0) {
        fmt::print(
            "\npictures that cannot be used: {} of {}. Put good ones there, or run with --images present "
            "(without them) or surrogate (drawn stand-ins for all).\n",
            count, report.images);
        print(pictures.unusable);
    }
    if (!pictures.notes.empty()) {
        fmt::print("\npictures that are read, with a note:\n");
        print(pictures.notes);
    }
    printMisread(report.misread);
    if (!pictures.decoded)
        fmt::print("\nPictures were not decoded (--fast): damage inside them is not seen.\n");
    if (!report.problems.empty())
        fmt::print("\nrecords and files that cannot be used: {}\n", report.problems.size());
    for (std::size_t i = 0; i < std::min(mostShown, report.problems.size()); ++i) {
        const auto& problem = report.problems[i];
        fmt::print("  {}\n", printable(fmt::format("{}{}: {}", problem.file,
                                                   problem.record < 0 ? "" : fmt::format(", record {}", problem.record),
                                                   problem.what)));
    }
    if (report.problems.size() > mostShown)
        fmt::print("  … and {} more (--json lists all)\n", report.problems.size() - mostShown);
}

void exportTo(const fs::path& target) {
    if (fs::exists(target) && !fs::is_empty(target))
        throw inputError("{}: is not empty. Choose a new folder.", target.string());
    ConsoleProgress console;
    const auto benchmark = embeddedBenchmark(console.function());
    // The drawn benchmark lies in the cache in its final form: what is exported is that, byte for byte.
    copyFolder(benchmark.folder, target);
    console.clear();
    fmt::print("{}: {}, {} entities, {} requests\n", target.string(), benchmark.title, benchmark.entities.size(),
               benchmark.requests.size());
}

}  // namespace

void addDataCommand(CLI::App& app) {
    auto* data = app.add_subcommand("data", "Export the embedded benchmark, or check a benchmark folder");
    data->require_subcommand(1);

    auto target = std::make_shared<fs::path>();
    auto* write = data->add_subcommand("export", "Write the embedded benchmark in MLUBench's layout");
    write->add_option("DIR", *target, "A new folder")->required();
    write->callback([target] { exportTo(*target); });

    struct Check {
        fs::path source;
        bool json = false, fast = false;
    };
    auto asked = std::make_shared<Check>();
    auto* check = data->add_subcommand("check",
                                       "Count and validate a folder in MLUBench's layout and decode its "
                                       "pictures; exit code 2 on any problem, not on a warning");
    check->add_option("DIR", asked->source, "The folder with Entities/ and Tasks/")->required();
    check->add_flag("--json", asked->json, "Print as JSON");
    check->add_flag("--fast", asked->fast, "Look at the pictures' headers alone, decode none");
    check->callback([asked] {
        const auto report = checkFolder(asked->source);
        const auto pictures = examined(asked->source, report, !asked->fast);
        if (asked->json)
            fmt::print("{}\n", asJson(report, pictures).dump(2));
        else
            print(report, pictures);
        if (pictures.unusableCount() > 0 || !report.problems.empty())
            throw inputError("{}: {} pictures cannot be used and {} records are malformed (listed above).",
                             asked->source.string(), pictures.unusableCount(), report.problems.size());
    });
}

}  // namespace lacuna::cli
