#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "core/base/error.h"
#include "core/base/file_error.h"
#include "core/base/unicode.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/benchmark/mlubench_folder.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace fs = std::filesystem;

namespace lacuna::cli {
namespace {

constexpr std::size_t shownMissing = 20, shownMisread = 20;

const char* outcome(const MisreadText& text) {
    return text.isMended() ? "mended" : text.mended.found == Misreading::Doubtful ? "doubtful" : "lost";
}

nlohmann::ordered_json asJson(const FolderReport& report) {
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
    return {{"entities", report.entities},
            {"classes", report.classes},
            {"pairs", report.pairs},
            {"images", report.images},
            {"entities_per_class", report.entitiesPerClass},
            {"pairs_per_entity", report.pairsPerEntity},
            {"requests", requests},
            {"missing_images", report.missingImages},
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
    for (std::size_t i = 0; i < std::min(shownMisread, misread.size()); ++i) {
        const auto& text = misread[i];
        fmt::print("  {}: {}, {}: {}\n", outcome(text), printable(text.file),
                   text.record < 0 ? text.part : fmt::format("record {}, {}", text.record, text.part), excerptOf(text));
    }
    if (misread.size() > shownMisread)
        fmt::print("  … and {} more (--json lists all)\n", misread.size() - shownMisread);
}

void print(const FolderReport& report) {
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
    if (!report.missingImages.empty()) {
        fmt::print("\nmissing: {} of {} images", report.missingImages.size(), report.images);
        const bool all = report.missingImages.size() == static_cast<std::size_t>(report.images);
        fmt::print("{}", all ? " (all). Download them beside the questions, or run with --images surrogate.\n"
                             : ". Download them beside the questions:\n");
        for (std::size_t i = 0; i < std::min(shownMissing, report.missingImages.size()); ++i)
            fmt::print("  {}\n", printable(report.missingImages[i]));
        if (report.missingImages.size() > shownMissing)
            fmt::print("  … and {} more (--json lists all)\n", report.missingImages.size() - shownMissing);
    }
    printMisread(report.misread);
    for (const auto& problem : report.problems)
        fmt::print("{}\n", printable(fmt::format("{}{}: {}", problem.file,
                                                 problem.record < 0 ? "" : fmt::format(", record {}", problem.record),
                                                 problem.what)));
}

void exportTo(const fs::path& target) {
    if (fs::exists(target) && !fs::is_empty(target))
        throw inputError("{}: is not empty. Choose a new folder.", target.string());
    ConsoleProgress console;
    const auto benchmark = embeddedBenchmark(console.function(), interruption());
    // The drawn benchmark lies in the cache in its final form: what is exported is that, byte for byte.
    std::error_code code;
    fs::create_directories(target, code);
    if (!code)
        fs::copy(benchmark.folder, target, fs::copy_options::recursive, code);
    if (code)
        throw fileError(target, code);
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

    auto source = std::make_shared<fs::path>();
    auto json = std::make_shared<bool>(false);
    auto* check = data->add_subcommand(
        "check", "Count and validate a folder in MLUBench's layout; exit code 2 on any problem, not on a warning");
    check->add_option("DIR", *source, "The folder with Entities/ and Tasks/")->required();
    check->add_flag("--json", *json, "Print as JSON");
    check->callback([source, json] {
        const auto report = checkFolder(*source);
        if (*json)
            fmt::print("{}\n", asJson(report).dump(2));
        else
            print(report);
        if (!report.clean())
            throw inputError("{}: {} images are missing and {} records are malformed (listed above).", source->string(),
                             report.missingImages.size(), report.problems.size());
    });
}

}  // namespace lacuna::cli
