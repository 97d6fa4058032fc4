// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalog/methods.h"
#include "core/models/llava/adapter_files.h"
#include "core/tensors/safetensors.h"
#include "core/training/loaded_model.h"
#include "core/unlearning/methods/objective.h"
#include "core/unlearning/pass_forward.h"
#include "tests/common/test_registry.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>

using namespace lacuna;

namespace fs = std::filesystem;

namespace {

const fs::path kModel = fs::path(LACUNA_SOURCE_DIR) / "datasets" / "small-llava";
const fs::path kFolder = fs::path(LACUNA_SOURCE_DIR) / "tests" / "fixtures" / "parity" / "objectives";
constexpr std::size_t kAtOnce = 3;  // as the script looks at whole sets

const char* nameOf(Pass pass) {
    switch (pass) {
        case Pass::ForgetTruth:
            return "truth";
        case Pass::ForgetRefusal:
            return "refusal";
        case Pass::Retain:
            return "retain";
        case Pass::ForgetTextOnly:
            return "truth_text";
        case Pass::Unknown:
            return "unknown";
        case Pass::RetainTextOnly:
            break;
    }
    throw std::logic_error("the script writes no such pass");
}

/// The embedded model, the script's adapter (its factors require gradients) and samples.
struct Scene {
    LoadedModel model{std::make_unique<Llava>(Llava::load(kModel, at::kFloat)), loadTokenizer(kModel), {}};
    SafetensorsFile said{kFolder / "golden.safetensors"};
    Adapter adapter = readAdapter(kFolder / "adapter", model.network->config(), at::kFloat);
    std::vector<at::Tensor> factors = adapter.parameters();
    PictureFeatures pictures = seen();

    Scene() {
        for (auto& factor : factors)
            factor.requires_grad_(true);
    }

    PictureFeatures seen() const {
        const at::NoGradGuard noGrad;
        const auto pixels = said.read("pixels").repeat_interleave(8, 2).repeat_interleave(8, 3);
        return model.network->pack(model.network->project(model.network->visionFeatures(pixels)),
                                   std::vector<PictureSize>(static_cast<std::size_t>(pixels.size(0))));
    }

    std::vector<Sample> samples(Pass pass) const {
        const std::string name = nameOf(pass);
        const auto ids = said.read(name + ".ids"), labels = said.read(name + ".labels"),
                   lengths = said.read(name + ".lengths");
        std::vector<Sample> all;
        for (std::int64_t i = 0; i < ids.size(0); ++i) {
            const auto length = lengths[i].item<std::int64_t>();
            Sample sample;
            for (std::int64_t t = 0; t < length; ++t)
                sample.tokens.ids.push_back(ids[i][t].item<std::int64_t>());
            sample.tokens.answerBegin =
                static_cast<std::size_t>(length - labels[i].ne(-100).sum().item<std::int64_t>());
            if (!isTextOnly(pass))
                sample.image = said.read(name + ".pictures")[i].item<std::int64_t>();
            all.push_back(std::move(sample));
        }
        return all;
    }

    std::vector<at::Tensor> gradients() {
        std::vector<at::Tensor> all;
        for (auto& factor : factors) {
            all.push_back(factor.grad());
            factor.mutable_grad() = at::Tensor();
        }
        return all;
    }
};

/// The whole sets, so many samples at once.
class Sets final : public ObjectiveSets {
public:
    Sets(const Scene& scene, const ObjectiveNeeds& needs) : m_scene(scene), m_needs(needs) {}

    void each(Pass pass, Model model, const std::function<void(const PassOutputs&)>& take) override {
        const at::AutoGradMode gradients(model == Model::Trained);
        const auto all = m_scene.samples(pass);
        for (std::size_t i = 0; i < all.size(); i += kAtOnce) {
            const PassSamples some{*m_needs.find(pass), std::span(all).subspan(i, std::min(kAtOnce, all.size() - i))};
            take(passOutputs(m_scene.model, {some}, m_scene.pictures,
                             model == Model::Trained ? &m_scene.adapter : nullptr, {})
                     .at(pass));
        }
    }
    const std::vector<at::Tensor>& parameters() const override { return m_scene.factors; }

private:
    const Scene& m_scene;
    const ObjectiveNeeds& m_needs;
};

}  // namespace

/// Held against the methods' losses and gradients by an implementation of its own in PyTorch, transformers and peft
/// (make_objective_fixtures.py, float64), on the embedded model in float32.
class ObjectiveParityTest : public QObject {
    Q_OBJECT

private slots:
    void lossAndEveryGradient_data();
    void lossAndEveryGradient();
};

void ObjectiveParityTest::lossAndEveryGradient_data() {
    QTest::addColumn<QString>("method");
    const QMap<QString, ParameterValues> values{
        {"po_retain", {{"forget_weight", 0.7}, {"retain_weight", 1.3}}},
        {"simnpo", {{"beta", 4.5}, {"delta", 0.2}, {"forget_weight", 0.125}, {"retain_weight", 1}}},
        {"dpo", {{"beta", 0.1}, {"forget_weight", 1}}},
        {"wga", {{"beta", 1.5}, {"forget_weight", 5}, {"retain_weight", 0.3}}},
        {"satimp", {{"beta1", 2}, {"beta2", 1}, {"forget_weight", 10}, {"retain_weight", 0.1}}},
        {"undial", {{"beta", 10}, {"forget_weight", 1}}},
        {"rmu", {{"layer", 1}, {"steering", 2}, {"forget_weight", 1}, {"retain_weight", 1.2}}},
        {"mmunlearner", {{"forget_weight", 0.9}, {"retain_weight", 1.4}}},
        {"cmju", {{"kept", 0.3}, {"forget_weight", 1}, {"retain_weight", 4}}},
        {"asru", {{"layer", 1}, {"steering", 3}, {"forget_weight", 1}, {"retain_weight", 1.1}}},
        {"o3", {{"orthogonality", 0.1}, {"forget_weight", 1}}},
    };
    QTest::addColumn<ParameterValues>("values");
    for (const auto& [method, own] : values.asKeyValueRange())
        QTest::newRow(qPrintable(method)) << method << own;
}

void ObjectiveParityTest::lossAndEveryGradient() {
    QFETCH(QString, method);
    QFETCH(ParameterValues, values);
    const auto id = method.toStdString();
    Scene scene;
    const auto objective = makeObjective(id, methodParameters(methodRow(id), "small", values));
    const auto needs = objective->needs();
    Sets sets(scene, needs);
    objective->prepare(sets);
    scene.gradients();

    ObjectiveInput input;
    std::vector<std::vector<Sample>> samples;
    std::vector<PassSamples> passes;
    for (const auto& need : needs.passes)
        samples.push_back(scene.samples(need.pass));
    for (std::size_t i = 0; i < samples.size(); ++i)
        if (needs.passes[i].inSteps)
            passes.push_back({needs.passes[i], samples[i]});
    input.passes = passOutputs(scene.model, passes, scene.pictures, &scene.adapter, {});
    for (const auto& pass : passes) {
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i < pass.samples.size(); ++i)
            rows.push_back(i);
        PassReference(scene.model, pass, scene.pictures, nullptr).fill(input.passes.at(pass.need.pass), rows);
    }
    auto half = scene.adapter.clone(), turned = scene.adapter.clone();
    for (std::size_t layer = 0; layer < half.layers.size(); ++layer)
        for (std::size_t linear = 0; linear < half.layers[layer].size(); ++linear) {
            half.layers[layer][linear].a *= 0.5;
            auto& a = turned.layers[layer][linear].a;
            a = a.roll(1, 1);
        }
    if (needs.adapters) {
        input.own = &scene.adapter;
        input.earlier = {&half, &turned};
    }

    const auto loss = objective->loss(input);
    const double expected = scene.said.read(id + ".loss").item<double>();
    QVERIFY2(std::abs(loss.total.item<double>() - expected) <= 1e-5 * std::abs(expected),
             qPrintable(QString("%1, expected %2").arg(loss.total.item<double>()).arg(expected)));
    std::vector<at::Tensor> step;
    if (needs.gradientsOfParts) {
        std::vector<Gradients> parts;
        for (const auto& part : loss.parts) {
            part.backward({}, /*retain_graph=*/true);
            parts.push_back(scene.gradients());
        }
        const at::NoGradGuard noGrad;
        step = objective->transform(std::move(parts));
    } else {
        loss.total.backward();
        step = scene.gradients();
    }
    const auto all = scene.said.read(id + ".gradient");
    QCOMPARE(step.size(), scene.factors.size());
    std::int64_t begin = 0;
    double worst = 0;
    for (std::size_t i = 0; i < step.size(); ++i) {
        const auto count = scene.factors[i].numel();
        const auto theirs = all.narrow(0, begin, count).reshape(scene.factors[i].sizes());
        const auto ours = step[i].defined() ? step[i] : at::zeros_like(theirs);
        begin += count;
        // Relative to the tensor's own largest number; of a tensor that gets next to nothing to a thousandth of all's.
        const double scale = std::max(theirs.abs().max().item<double>(), 1e-3 * all.abs().max().item<double>());
        worst = std::max(worst, (ours - theirs).abs().max().item<double>() / scale);
    }
    QCOMPARE(begin, all.numel());
    QVERIFY2(worst <= 1e-5, qPrintable(QString("gradients differ by %1 of the largest").arg(worst)));
}

LACUNA_TEST(ObjectiveParityTest)
#include "objective_parity_test.moc"
