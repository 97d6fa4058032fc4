// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the gates of the catalog route on the embedded benchmark: every held-out view of every entity and bystander, and
// pictures of nothing drawn, after each request of two orders. Usage: gate_bench MODEL_FOLDER [GATE [NAME=VALUE …]]
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/benchmark/drawn/drawn_benchmark.h"
#include "core/benchmark/mlubench_folder.h"
#include "core/catalog/gates.h"
#include "core/runs/gate_figures.h"
#include "core/training/feature_store.h"
#include "core/training/loaded_model.h"
#include "core/unlearning/gates/gate.h"

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <cmath>
#include <filesystem>
#include <map>

using namespace lacuna;
namespace fs = std::filesystem;

namespace {

constexpr int size = 256;

cv::Scalar colour(Random& random) {
    return {random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255)};
}

cv::Mat noise(Random& random, int edge, int interpolation) {
    cv::Mat small(edge, edge, CV_8UC3), large;
    for (int y = 0; y < edge; ++y)
        for (int x = 0; x < edge; ++x)
            for (int c = 0; c < 3; ++c)
                small.at<cv::Vec3b>(y, x)[c] = static_cast<uchar>(random.index(256));
    cv::resize(small, large, {size, size}, 0, 0, interpolation);
    return large;
}

/// Plain colours, gradients, stripes and checks by `weight`, which is 0 … 1 for each pixel.
template <typename Weight>
cv::Mat blended(Random& random, Weight&& weight) {
    const auto first = colour(random), second = colour(random);
    cv::Mat picture(size, size, CV_8UC3);
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x)
            for (int c = 0; c < 3; ++c)
                picture.at<cv::Vec3b>(y, x)[c] =
                    cv::saturate_cast<uchar>(first[c] + (second[c] - first[c]) * weight(x, y));
    return picture;
}

/// Pictures that show nothing, of seven kinds, `each` of a kind.
std::map<std::string, std::vector<fs::path>> nothing(const fs::path& folder, int each) {
    Random random(1);
    std::map<std::string, std::vector<fs::path>> paths;
    const auto write = [&](const std::string& kind, int number, const cv::Mat& picture) {
        paths[kind].push_back(folder / fmt::format("{}-{}.png", kind, number));
        cv::imwrite(paths[kind].back().string(), picture);
    };
    for (int i = 0; i < each; ++i) {
        write("noise", i, noise(random, size, cv::INTER_NEAREST));
        write("blocks", i, noise(random, 16, cv::INTER_NEAREST));
        write("clouds", i, noise(random, 8, cv::INTER_CUBIC));
        write("plain", i, blended(random, [](int, int) { return 0.0; }));
        const double angle = random.uniform(0, 3.14159), dx = std::cos(angle), dy = std::sin(angle);
        const double first = std::min(0.0, dx * size), last = std::max(0.0, dx * size) + dy * size;
        const int period = 8 + static_cast<int>(random.index(56));
        write("gradient", i, blended(random, [&](int x, int y) { return (x * dx + y * dy - first) / (last - first); }));
        write("stripes", i, blended(random, [&](int x, int y) {
                  return std::fmod((x * dx + y * dy - first) / period, 2) < 1 ? 0.0 : 1.0;
              }));
        write("checks", i, blended(random, [&](int x, int y) { return (x / period + y / period) % 2; }));
    }
    return paths;
}

struct Bench {
    LoadedModel model;
    Benchmark benchmark;
    FeatureStore features;
    std::map<std::string, std::vector<fs::path>> nothings;

    RequestRow rowOf(const Request& request) const {
        const auto ids = [&](const std::vector<int>& entities) {
            std::vector<std::string> all;
            for (const int entity : entities)
                all.push_back(benchmark.entities[static_cast<std::size_t>(entity)].id);
            return all;
        };
        return {request.name, ids(request.forgetEntities), ids(request.retainEntities)};
    }

    std::vector<KnownEntity> known(const std::vector<RequestRow>& rows, int stage) const {
        std::vector<KnownEntity> all;
        for (const auto& entity : benchmark.entities) {
            if (!isKnown(rows, stage, entity.id))
                continue;
            const auto route = rightRoute(rows, stage, entity.id);
            KnownEntity one{entity.id, -1, {}};
            for (int expert = 0; expert < stage; ++expert)
                if (route == expertName(rows[static_cast<std::size_t>(expert)].name))
                    one.expert = expert;
            for (const auto& view : entity.views)
                if (!view.heldOut)
                    one.pictures.push_back(features.row(benchmark.imagePath(view)));
            all.push_back(std::move(one));
        }
        return all;
    }

    /// As a run of every held-out view would have been answered at this stage.
    RunHistory routed(const Gate& gate, const std::vector<RequestRow>& rows, int stage) const {
        RunHistory run;
        run.requests = rows;
        std::vector<SeenPicture> pictures;
        for (const auto* entities : {&benchmark.entities, &benchmark.bystanders})
            for (const auto& entity : *entities)
                for (std::size_t view = 0; view < entity.views.size(); ++view) {
                    if (!entity.views[view].heldOut)
                        continue;
                    pictures.push_back({features.row(benchmark.imagePath(entity.views[view])), entity.id});
                    AnswerRow row;
                    row.stage = stage;
                    row.entity = entity.id;
                    row.view = static_cast<int>(view);
                    row.split = entities == &benchmark.bystanders ? Split::Bystander : Split::Forget;
                    run.answers.push_back(row);
                }
        const auto decisions = gate.route(pictures);
        for (std::size_t i = 0; i < decisions.size(); ++i) {
            auto& row = run.answers[i];
            const auto& made = decisions[i];
            row.gateChoice = made.expert < 0 ? baseRoute : expertName(rows[static_cast<std::size_t>(made.expert)].name);
            row.gateScore = made.score;
            row.gateThreshold = made.threshold;
            row.abstained = made.abstained;
            row.nearest = made.nearest;
        }
        return run;
    }

    double abstainedOn(const Gate& gate, const std::vector<fs::path>& paths) const {
        std::vector<SeenPicture> pictures;
        for (const auto& path : paths)
            pictures.push_back({features.row(path), ""});
        double abstained = 0;
        for (const auto& made : gate.route(pictures))
            abstained += made.abstained ? 1 : 0;
        return abstained / static_cast<double>(paths.size());
    }
};

void measure(const Bench& bench, const std::string& order, const GateRow& row, const ParameterValues& values) {
    std::vector<RequestRow> rows;
    for (const int request : parseOrder(bench.benchmark.requests, order))
        rows.push_back(bench.rowOf(bench.benchmark.requests[static_cast<std::size_t>(request)]));
    for (int stage = 1; stage <= static_cast<int>(rows.size()); ++stage) {
        GateContext context{.gate = row.id,
                            .parameters = checkedParameters(row.parameters, values, row.id),
                            .requests = {},
                            .embeddings = bench.features.embeddings(),
                            .seed = 1,
                            .model = &bench.model,
                            .benchmark = &bench.benchmark,
                            .features = &bench.features};
        for (int t = 0; t < stage; ++t)
            context.requests.push_back(rows[static_cast<std::size_t>(t)].name);
        const auto gate = makeGate(bench.known(rows, stage), context);
        const auto pictures = routedPictures(bench.routed(*gate, rows, stage), stage);
        const auto figures = gateFigures(pictures);
        std::string line = fmt::format("{:<10} {:<5} {}", row.id, order, stage);
        for (const auto& share : {figures.exact, figures.recall, figures.retained, figures.later, figures.bystanders})
            line += share.value() ? fmt::format("  {:.3f}", *share.value()) : "      –";
        double all = 0;
        std::string kinds;
        for (const auto& [kind, paths] : bench.nothings) {
            const double share = bench.abstainedOn(*gate, paths);
            all += share / static_cast<double>(bench.nothings.size());
            kinds += fmt::format(" {} {:.2f}", kind, share);
        }
        fmt::print("{}  {:.3f}  {:.4f} {}\n", line, all, rocArea(pictures).value_or(0), kinds);
    }
}

void run(const fs::path& model, const std::string& gate, const ParameterValues& values) {
    auto parts = readCheckpointParts(model);
    LoadedModel loaded{std::make_unique<Llava>(Llava::load(parts.files, parts.config, at::kFloat)), parts.tokenizer,
                       parts.chat};
    const auto& network = *loaded.network;
    const auto folder = fs::temp_directory_path() / "lacuna-gate-bench";
    fs::create_directories(folder);
    Bench bench{std::move(loaded), openBenchmark("embedded", "auto", false, {}),
                FeatureStore(network, parts.preprocess), nothing(folder, 100)};
    bench.features.addBenchmark(bench.benchmark);
    std::vector<fs::path> others;
    for (const auto& bystander : bench.benchmark.bystanders)
        for (const auto& view : bystander.views)
            if (view.heldOut)
                others.push_back(bench.benchmark.imagePath(view));
    for (const auto& [kind, paths] : bench.nothings)
        others.insert(others.end(), paths.begin(), paths.end());
    bench.features.add(others);
    fs::remove_all(folder);
    fmt::print(
        "gate, order, stage; shares: exact route of known pictures; sent to an expert of forgotten (recall), retained, "
        "later, bystanders; abstained on nothing; area under ROC; nothing by kind\n");
    for (const auto& row : gateRows())
        if (gate.empty() ? !gateFactory(row.id).check && !row.asksService : row.id == gate)
            for (const char* order : {"ABCD", "CABD"})
                measure(bench, order, row, values);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc < 2)
            throw inputError("gate_bench MODEL_FOLDER [GATE [NAME=VALUE …]]");
        ParameterValues values;
        for (int i = 3; i < argc; ++i) {
            const std::string text = argv[i];
            const auto equals = text.find('=');
            values[text.substr(0, equals)] = std::stod(text.substr(equals + 1));
        }
        run(argv[1], argc > 2 ? argv[2] : "", values);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
