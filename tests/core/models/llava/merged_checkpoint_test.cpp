// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/llava/merged_checkpoint.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lacuna;
namespace fs = std::filesystem;

class MergedCheckpointTest final : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::TinyWorld> m_world;

    Adapter adapter(std::uint64_t seed) const {
        const at::NoGradGuard noGrad;
        auto made =
            makeAdapter(m_world->model->network->text(), 2, 4, seed, m_world->model->network->options()).clone();
        for (auto& layer : made.layers)
            for (auto& factors : layer)
                factors.b.copy_(at::linspace(-0.2, 0.3, factors.b.numel()).view_as(factors.b));
        return made;
    }
    fs::path merged(const char* name, const AdapterMix& mix, std::optional<at::ScalarType> type = {}) const {
        const auto out = m_world->path() / name;
        const CheckpointFiles base(m_world->modelFolder());
        writeMergedCheckpoint(base, m_world->model->network->config(), mix, type, out);
        return out;
    }
    at::Tensor logits(const Llava& network, const Adapter* adapter) const {
        const at::NoGradGuard noGrad;
        const auto& model = *m_world->model;
        const auto& projected = m_world->features->projected();
        const Sample sample{tokenise(*model.tokenizer, model.chat, "Who is this?", "Velda Marrow", projected.count(0)),
                            0};
        return network.answerLogits(collate({&sample}, projected, 0, adapter), adapter).logits;
    }

private slots:
    void initTestCase() {
        m_world = testing::makeTinyWorld(20);
        m_world->features->addBenchmark(m_world->benchmark);
    }

    void answersAsTheBaseWithItsAdapter() {
        const auto one = adapter(1), other = adapter(2);
        const AdapterMix mix{{&one, 0.5}, {&other, 0.75}};
        const auto together = joinedAdapters(mix, {});
        const auto network = Llava::load(merged("two", mix), at::TensorOptions(at::kFloat));
        const auto wanted = logits(*m_world->model->network, &together),
                   plain = logits(*m_world->model->network, nullptr);
        QVERIFY((logits(network, nullptr) - wanted).abs().max().item<double>() < 1e-4);
        QVERIFY((plain - wanted).abs().max().item<double>() > 0.1);
        // Nothing but the linears is touched, and without adapters nothing at all.
        const SafetensorsFile before(m_world->modelFolder() / "model.safetensors"),
            after(merged("none", {}) / "model.safetensors");
        QCOMPARE(after.entries().size(), before.entries().size());
        for (const auto& [name, entry] : before.entries())
            QVERIFY2(before.sameContent(name, after, name), name.c_str());
    }

    void copiesOfModulesTakeTheirPlace() {
        Adapter own;
        own.layers.resize(static_cast<std::size_t>(m_world->model->network->text().layers));
        const std::string name = "multi_modal_projector.linear_1.weight";
        const auto original = m_world->model->network->weights().at(name).detach();
        own.projector.modules[name] = original + 1;
        auto loaded = Llava::load(merged("copies", {{&own, 0.5}}), at::TensorOptions(at::kFloat));
        QVERIFY(at::allclose(loaded.weights().at(name), original + 0.5));
    }

    void typesAndOtherFilesAreThoseAskedFor() {
        const auto one = adapter(1);
        writeFileAtomically(m_world->modelFolder() / "LICENSE", "as you like");
        writeFileAtomically(m_world->modelFolder() / "pytorch_model.bin", "weights of another kind");
        const auto out = merged("bf16", {{&one, 1}}, at::kBFloat16);
        QVERIFY(fs::exists(out / "LICENSE") && fs::exists(out / "tokenizer.model"));
        QVERIFY(!fs::exists(out / "pytorch_model.bin"));
        const CheckpointFiles files(out);
        for (const auto& name : files.names())
            QCOMPARE(files.entry(name).type, at::kBFloat16);
        fs::remove(m_world->modelFolder() / "pytorch_model.bin");
    }

    void whatCannotBeIsRefusedAndLeavesNothing() {
        auto one = adapter(1);
        merged("taken", {{&one, 1}});
        QVERIFY_EXCEPTION_THROWN(merged("taken", {{&one, 1}}), Error);
        const at::NoGradGuard noGrad;
        one.layers[0][0].b.fill_(1e6);  // too large for fp16
        try {
            merged("overflow", {{&one, 1}}, at::kHalf);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Input);
            QVERIFY2(QString(error.what()).contains("q_proj"), error.what());
        }
        for (const auto& entry : fs::directory_iterator(m_world->path()))
            QVERIFY2(entry.path().filename().string().find("overflow") == std::string::npos, entry.path().c_str());
    }
};

LACUNA_TEST(MergedCheckpointTest)
#include "merged_checkpoint_test.moc"
