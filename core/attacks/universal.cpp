// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attacks/attack_pictures.h"
#include "core/attacks/attacks.h"
#include "core/attacks/fine_tuning.h"
#include "core/base/atomic_file.h"
#include "core/base/file_error.h"
#include "core/base/interruption.h"
#include "core/base/random.h"
#include "core/runs/attack_log.h"

#include <map>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

/// Pictures between what a file holds (0 … 1) and what the tower reads.
struct Scale {
    at::Tensor mean, deviation;  ///< [3, 1, 1]

    explicit Scale(const PreprocessConfig& config)
        : mean(at::tensor(config.mean, at::kFloat).view({3, 1, 1})),
          deviation(at::tensor(config.deviation, at::kFloat).view({3, 1, 1})) {}
    at::Tensor plain(const at::Tensor& pixels) const { return (pixels * deviation + mean).clamp(0, 1); }
    at::Tensor normalised(const at::Tensor& plain) const { return (plain - mean) / deviation; }
};

/// [3, height, width], 0 … 1.
Picture pictureOf(const at::Tensor& plain) {
    const auto bytes = (plain.clamp(0, 1) * 255).round().to(at::kByte).permute({1, 2, 0}).contiguous();
    Picture picture{static_cast<int>(bytes.size(1)), static_cast<int>(bytes.size(0)), {}};
    picture.pixels.assign(bytes.data_ptr<std::uint8_t>(), bytes.data_ptr<std::uint8_t>() + bytes.numel());
    return picture;
}

class Universal final : public Attack {
public:
    AttackOutcome mount(AttackTarget& target, const AttackOrders& orders) const override {
        const auto& config = target.inputs().features.preprocess();
        if (!config.gridPinpoints.empty())
            throw DoesNotApply(
                "The model cuts pictures into tiles of their own sizes: no one pattern fits all of them.");
        const auto samples = halfOfThem(target, orders.seed);
        const auto places = placesWithout(target, taughtEntities(target, samples));
        if (samples.empty() || places.empty())
            throw DoesNotApply("Only one entity is forgotten: there is no other half to try a pattern on.");
        const auto delta = found(target, samples, orders);
        const int parts = 4;
        const Scale scale(config);
        const auto& benchmark = target.inputs().benchmark;
        std::map<fs::path, fs::path> changed;
        std::vector<fs::path> pictures;
        for (const auto place : places) {
            const auto& view = target.entityOf(place).views[static_cast<std::size_t>(target.probes()[place].view)];
            const auto path = benchmark.imagePath(view);
            interruptionPoint();
            if (const auto [at, fresh] = changed.try_emplace(path); fresh) {
                const auto plain = scale.plain(pixelValues(path, config));
                pictures.push_back(at->second = attackPicture(pictureOf(plain + delta)));
                if (pictures.size() == 1)
                    keepPictures(target, orders, plain, delta);
            }
        }
        target.addPictures(pictures, partOfAttack(orders.progress, "universal: pictures", 2, parts));
        auto questions = target.questions(places);
        for (std::size_t i = 0; i < places.size(); ++i) {
            const auto& view =
                target.entityOf(places[i]).views[static_cast<std::size_t>(target.probes()[places[i]].view)];
            questions[i].picture = target.inputs().features.row(changed.at(benchmark.imagePath(view)));
        }
        const auto iterations = static_cast<std::int64_t>(orders.parameters.at("iterations"));
        return {{{{},
                  0,
                  places,
                  target.inputs().evaluator.ask(target.subject(), questions,
                                                partOfAttack(orders.progress, "universal: asking", 3, parts))}},
                iterations * static_cast<std::int64_t>(orders.parameters.at("batch")),
                iterations};
    }

private:
    /// Everything about one half of the forgotten, on training views.
    static std::vector<TaughtSample> halfOfThem(const AttackTarget& target, std::uint64_t seed) {
        std::vector<int> forgotten(target.forgotten().begin(), target.forgotten().end());
        Random(deriveSeed(seed, "half of the forgotten")).shuffle(forgotten);
        forgotten.resize(forgotten.size() / 2);
        return samplesAbout(target, forgotten);
    }

    /// [3, crop, crop] in whole 255ths of a colour's range.
    static at::Tensor found(const AttackTarget& target, const std::vector<TaughtSample>& samples,
                            const AttackOrders& orders) {
        const auto& features = target.inputs().features;
        const auto& config = features.preprocess();
        const Scale scale(config);
        const double most = orders.parameters.at("epsilon") / 255;
        const auto iterations = static_cast<std::int64_t>(orders.parameters.at("iterations"));
        const auto progress = partOfAttack(orders.progress, "universal perturbation", 0, 2);
        std::map<std::int64_t, at::Tensor> kept;  // pixels by row, as the walk comes to them
        auto delta = at::zeros({3, config.crop, config.crop});
        SampleWalk walk(samples.size(), deriveSeed(orders.seed, "universal samples"));
        for (std::int64_t i = 0; i < iterations; ++i) {
            interruptionPoint();
            std::vector<TaughtSample> batch;
            std::vector<at::Tensor> pixels;
            PictureTiles tiles;
            for (const auto row : walk.next(static_cast<std::size_t>(orders.parameters.at("batch")))) {
                batch.push_back(samples[row]);
                auto& picture = kept[samples[row].sample.image];
                if (!picture.defined())
                    picture = scale.plain(
                        pixelValues(features.pictures()[static_cast<std::size_t>(samples[row].sample.image)], config));
                pixels.push_back(picture);
                batch.back().sample.image = static_cast<std::int64_t>(batch.size()) - 1;
                tiles.sizes.push_back({static_cast<int>(config.crop), static_cast<int>(config.crop)});
            }
            const at::AutoGradMode gradients(true);
            delta.requires_grad_(true);
            tiles.pixels = scale.normalised((at::stack(pixels) + delta).clamp(0, 1));
            lossThrough(target.model(), batch, tiles).backward();
            const at::NoGradGuard noGrad;
            delta = (delta - delta.grad().sign() / 255).clamp(-most, most).detach();
            if (progress)
                progress({"universal perturbation", i + 1, iterations});
        }
        return (delta * 255).round() / 255;
    }

    /// Each sample's picture as what answers it sees it.
    static at::Tensor lossThrough(const LoadedModel& model, const std::vector<TaughtSample>& batch,
                                  const PictureTiles& tiles) {
        const auto& network = *model.network;
        const PictureFeatures plain = network.features(tiles, {});
        const PictureFeatures pictures(
            plain.rows(), plain.begins(), [&](const Adapter& adapter, const std::vector<std::int64_t>& which) {
                PictureTiles some{tiles.pixels.index_select(0, at::tensor(which, at::kLong)), {}};
                for (const auto one : which)
                    some.sizes.push_back(tiles.sizes[static_cast<std::size_t>(one)]);
                return network.features(some, adapter);
            });
        std::vector<const TaughtSample*> pointers;
        for (const auto& sample : batch)
            pointers.push_back(&sample);
        return taughtLoss(model, pointers, pictures, nullptr);
    }

    /// The pattern, amplified to the whole range, and a picture before and with it, beside the run's attacks.
    static void keepPictures(const AttackTarget& target, const AttackOrders& orders, const at::Tensor& plain,
                             const at::Tensor& delta) {
        if (target.inputs().folder.empty())
            return;
        const auto folder = attackFile(target.inputs().folder).parent_path() / "attacks";
        std::error_code failed;
        fs::create_directories(folder, failed);
        if (failed)
            throw fileError(folder, failed, "cannot be made");
        const double most = std::max(1e-6, orders.parameters.at("epsilon") / 255);
        const auto file = [&](const char* what) {
            return folder / fmt::format("universal-stage-{}-{}.png", target.stage(), what);
        };
        writeFileAtomically(file("pattern"), pngBytes(pictureOf(0.5 + delta / (2 * most))));
        writeFileAtomically(file("before"), pngBytes(pictureOf(plain)));
        writeFileAtomically(file("after"), pngBytes(pictureOf(plain + delta)));
    }
};

}  // namespace

std::unique_ptr<Attack> makeUniversal() {
    return std::make_unique<Universal>();
}

}  // namespace lacuna
