// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/parameter.h"
#include "core/catalog/combination.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lacuna {

/// The largest of a spec's small whole numbers: threads, the parent's stage.
inline constexpr int largestCount = 4096;

/// A removal request of the spec's own, by entity ids.
struct SpecRequest {
    std::string name;  ///< as in `order`
    std::vector<std::string> forget, retain;
    bool operator==(const SpecRequest&) const = default;
};

/// A stage of another run that a run goes on from.
struct RunParent {
    std::string run;  ///< its folder; empty = none: the run begins at the original model
    int stage = 0;    ///< from 1
    bool operator==(const RunParent&) const = default;
};

/// Everything that decides a run's numbers. Stored whole in `spec.json` and in the log: nothing else is needed to
/// repeat it.
struct RunSpec {
    std::string name;                           ///< folder name below the runs folder; letters, digits, "-", "_", "."
    std::string title;                          ///< what somebody called the run, in any letters; empty = its folder
    std::string model = "embedded";             ///< "embedded", or a checkpoint folder
    std::string benchmark = "embedded";         ///< "embedded", or a folder in MLUBench's layout
    std::string images = "auto";                ///< "auto", "photos", "present", "surrogate": see openBenchmark
    bool asReleased = false;                    ///< wrongly decoded texts are left so: see loadBenchmarkFolder
    RunParent parent;                           ///< its stages up to that one are taken over, see run_branch.h
    std::vector<SpecRequest> requests;          ///< what is asked to be removed; empty = the benchmark's own requests
    std::vector<std::filesystem::path> stages;  ///< where the models of stages 1, 2, … were made elsewhere: folders of
                                                ///< adapters or whole checkpoints, as many as requests in the order
    std::vector<std::string> order;         ///< request names in the order they arrive; empty = as they stand
    std::string method = "lumoe";           ///< id in the catalog
    std::string preset = "small";           ///< of that method
    ParameterValues parameters;             ///< on top of the preset; complete once checked
    std::string arrangement = asTheMethod;  ///< id in the catalog; once checked, what it is
    std::string objective = asTheMethod;    ///< id of the method whose loss it trains by; once checked, what it is;
                                            ///< stays "auto" where nothing is trained
    std::string serve = asTheMethod;        ///< id in the catalog; once checked, what it is
    std::string gate = "relative";          ///< id in the catalog; only read where the method uses a gate
    ParameterValues gateParameters;         ///< on top of the gate's defaults; complete once checked
    std::string endpoint;              ///< address of an OpenAI-compatible service ("https://…/v1"), for what asks
                                       ///< one
    std::string endpointModel;         ///< as that service calls it
    std::string judge = "rubric";      ///< id in the catalog
    ParameterValues judgeParameters;   ///< on top of the judge's defaults; complete once checked
    std::string train = asTheMethod;   ///< id of a TrainedRow; once checked, what it is; stays "auto" where
                                       ///< nothing is trained
    std::string inputs = asTheMethod;  ///< what of a sample training sees: "text", "picture", "both"; "auto" = what
                                       ///< the preset says, which it is once checked
    std::string trainPhrasings = "first";  ///< "first" or "all": what unlearning trains on
    std::string plan = "default";          ///< evaluation plan: "default" or "full"
    std::string metrics = "default";       ///< what is measured: see chosenMetrics
    std::uint64_t seed = 42;
    std::string device = "auto";         ///< "auto", "cpu", "cuda"; the engine stores what it took
    std::string precision = "auto";      ///< "auto", "float32", "bf16", "fp16", "nf4"; the engine stores what it took
    bool gradientCheckpointing = false;  ///< keep each layer's input alone while training: less memory, more time
    int threads = 0;                     ///< 0 = one per core; the engine stores what it took, a resume keeps it

    // Provenance, filled in by the engine when the run starts.
    std::string lacunaVersion;
    std::string torchVersion;
    std::string processor;
    std::string createdUtc;     ///< ISO 8601
    std::string modelHash;      ///< SHA-256 of the checkpoint's files
    std::string benchmarkHash;  ///< Benchmark::hash
    std::string madeIn;         ///< the run folder as it was when `model` and `benchmark` got their places

    bool operator==(const RunSpec&) const = default;
};

/// Pretty-printed JSON, keys as the fields in snake_case.
std::string toJson(const RunSpec& spec);

/// Reads it back. Unknown keys, wrong types and values outside the catalog are InputErrors that open with `where` (a
/// file name), name the key and, for a misspelt one, the nearest known. Keys that are absent keep their defaults; only
/// the spec of a run that was made before texts were mended (it names its maker, but not `as_released`) is as released.
RunSpec runSpecFromJson(std::string_view text, std::string_view where);

/// The same for a run that was already made, perhaps by another version of Lacuna: keys it does not know are skipped
/// and the catalog is not asked. Throws InputError for text that is no JSON object or a value of a wrong type.
RunSpec storedRunSpec(std::string_view text, std::string_view where);

/// The requests of a file: a list of objects with "name", "forget" and "retain" as in `spec.json`. Throws InputError,
/// opening with `where`, for anything else and for requests that cannot be (see RunSpec::requests).
std::vector<SpecRequest> requestsFromJson(std::string_view text, std::string_view where);

/// Throws InputError unless each request has a name that can stand for a folder, and one of its own.
void checkRequestNames(const std::vector<SpecRequest>& requests);

/// What stands beside a run's name of the pictures that its model saw, by RunSpec::images: "drawn stand-ins", "missing
/// photos left out"; empty = the benchmark's own, all of them.
std::string_view picturesNote(std::string_view images);

/// `spec` as somebody's wish, with nothing of the run that was made of it.
RunSpec withoutProvenance(RunSpec spec);

/// `spec` with model, benchmark and given stages as absolute paths ("embedded" stays). "~" is the home folder. What a
/// moved run folder took along (the same way from it) is found where it now is, else where it was. A relative path, as
/// older runs and people write them, is looked for below `folder` (a run folder or that of a spec file; may be empty),
/// then below the working folder. What is nowhere is left as absolute as it can be: opening it says so.
RunSpec located(RunSpec spec, const std::filesystem::path& folder);

/// Throws InputError, opening with the run folder, when model or benchmark of a located spec are not there.
void requirePlaces(const RunSpec& spec, const std::filesystem::path& folder);

/// Throws InputError unless `name` can be the name of a run folder (see RunSpec::name).
void checkRunName(std::string_view name);

/// Throws InputError unless `title` can be shown in a line: UTF-8 without control characters, up to 100 letters.
void checkRunTitle(std::string_view title);

/// The folder name that follows from a title: its letters and digits of ASCII, accents dropped, "-" for what is
/// between. `otherwise` where it has none.
std::string folderNameOf(std::string_view title, const std::string& otherwise);

/// What to call where the stages of such a spec come from: the folder that holds them all, or the only one; empty
/// without any.
std::string sourceOf(const std::vector<std::filesystem::path>& stages);

/// What the spec says of the four choices that make a method.
MethodChoices choicesOf(const RunSpec& spec);

/// Method, choices, preset, gate, plan, phrasing and parameters checked against the catalog; `parameters` becomes
/// complete.
RunSpec checkedRunSpec(RunSpec spec);

}  // namespace lacuna
