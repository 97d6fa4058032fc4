// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest labels: cli
// ctest timeout: 300
#include "core/base/atomic_file.h"
#include "core/base/sha256.h"
#include "core/benchmark/mlubench_folder.h"
#include "core/models/llava/adapter_files.h"
#include "core/runs/run_folder.h"
#include "core/runs/tables/table_write.h"
#include "tests/app/cli/lacuna_program.h"
#include "tests/common/test_registry.h"
#include "tests/common/tiny_world.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <map>

using namespace lacuna;
using lacuna::testing::LacunaProgram;
namespace fs = std::filesystem;

namespace {

struct Wrong {
    const char* what;
    QStringList arguments;
    int code;
    QStringList said;  ///< all of it in what stands on standard error
};

QString text(const fs::path& path) {
    return QString::fromStdString(path.string());
}

}  // namespace

/// What a user can do wrong at the command line: each ends in one sentence that says what, where and what to do, and in
/// the exit code of its kind.
class CliErrorsTest : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::TinyWorld> m_world;
    std::vector<Wrong> m_wrong;
    std::map<std::string, LacunaProgram> m_started;

    fs::path at(const char* name) const { return m_world->path() / name; }
    fs::path benchmark() const { return at("benchmark"); }

    /// `lacuna run` on the tiny world into a folder that is not there, with more arguments.
    QStringList run(const QStringList& more, const QString& model = {}, const char* out = "never") const {
        return QStringList{"run",
                           "--out",
                           text(at(out)),
                           "--model",
                           model.isEmpty() ? text(m_world->modelFolder()) : model,
                           "--benchmark",
                           text(benchmark()),
                           "--threads",
                           "1"} +
               more;
    }
    QString specFile(const char* name, const std::string& content) const {
        writeFileAtomically(at(name), content);
        return text(at(name));
    }

    fs::path truncatedModel() const {
        const auto folder = at("truncated-model");
        fs::copy(m_world->modelFolder(), folder);
        const auto weights = folder / "model.safetensors";
        fs::resize_file(weights, fs::file_size(weights) / 2);
        return folder;
    }
    fs::path pickledModel() const {
        const auto folder = at("pickled-model");
        fs::copy(m_world->modelFolder(), folder);
        writeFileAtomically(folder / "model.safetensors", "PK\x03\x04" + std::string(300, 'x'));
        return folder;
    }
    /// Its config.json says 90 widths more than its weights have.
    fs::path widerModel() const {
        const auto folder = at("wider-model");
        fs::copy(m_world->modelFolder(), folder);
        auto json = nlohmann::json::parse(readFile(folder / "config.json"));
        json["text_config"]["intermediate_size"] = json["text_config"]["intermediate_size"].get<int>() + 90;
        writeFileAtomically(folder / "config.json", json.dump());
        return folder;
    }
    /// Of the tiny model, but said to be of rank 5.
    fs::path adapterOfAnotherRank() const {
        const auto folder = at("adapter");
        writeAdapter(makeAdapter(m_world->model->network->config().text, 4, 8, 1, at::kFloat), folder,
                     m_world->model->network->config(), "tiny");
        auto json = nlohmann::json::parse(readFile(folder / "adapter_config.json"));
        json["r"] = 5;
        writeFileAtomically(folder / "adapter_config.json", json.dump());
        return folder;
    }
    fs::path brokenBenchmark() const {
        const auto folder = at("broken-benchmark");
        fs::copy(benchmark(), folder, fs::copy_options::recursive);
        writeFileAtomically(
            folder / "Tasks/TaskA/taskA_forget.json",
            R"([{"id": "1", "image": "velda-0.png", "conversations": [{"from": "human", "value": "<image>\nQ"}]}])");
        fs::remove(folder / "oskar-1.png");
        return folder;
    }
    fs::path newerRun() const {
        RunSpec spec;
        spec.name = "newer";
        spec.model = m_world->modelFolder().string();
        spec.benchmark = benchmark().string();
        const auto folder = RunFolder::create(m_world->path(), spec);
        const auto image = sealedImage({{{"format", "lacuna.run"}, {"format_version", "2.0"}}, {}});
        writeFileAtomically(folder.sealedStage(0), image);
        writeManifest(folder, {{"A", "B"}, {{0, sha256(image), image.size(), 1.0}}, {}});
        return folder.path;
    }

private slots:
    void initTestCase() {
        m_world = testing::makeTinyWorld(1);  // nothing here asks what it knows
        fs::create_directories(benchmark());
        writeBenchmarkFolder(testing::tinyBenchmark(benchmark()), benchmark());
        fs::create_directories(at("taken"));
        const auto truncated = text(truncatedModel()), broken = text(brokenBenchmark()), newer = text(newerRun()),
                   pickled = text(pickledModel()), wider = text(widerModel()), adapter = text(adapterOfAnotherRank());
        const auto noSeal = text(RunFolder::create(m_world->path(),
                                                   [] {
                                                       RunSpec spec;
                                                       spec.name = "not-begun";
                                                       return spec;
                                                   }())
                                     .path);
        m_wrong = {
            {"no command", {}, 2, {"subcommand", "--help"}},
            {"an unknown command", {"comprae", "x"}, 2, {"\"comprae\"", "Did you mean \"compare\"?"}},
            {"an unknown command of data", {"data", "burn"}, 2, {"\"burn\"", "export, check"}},
            {"stages without the original",
             {"measure", "--stages", text(at("taken")), "--out", text(at("never"))},
             2,
             {"--stages", "original,DIR"}},
            {"a stage that is nothing",
             {"measure", "--stages", "original," + text(at("taken")), "--out", text(at("never")), "--model",
              text(m_world->modelFolder()), "--benchmark", text(benchmark())},
             2,
             {text(at("taken")), "neither an adapter", "nor a checkpoint"}},
            {"an adapter of another rank to measure",
             {"measure", "--stages", "original," + adapter, "--out", text(at("never")), "--model",
              text(m_world->modelFolder()), "--benchmark", text(benchmark())},
             2,
             {adapter, "another base or rank"}},
            {"measure's method run", run({"--method", "given"}), 2, {"lacuna measure --stages"}},
            {"an unknown option", {"run", "--outt", "x"}, 2, {"--out"}},
            {"an unknown method", run({"--method", "nop"}), 2, {"\"nop\"", "Did you mean \"npo\"?"}},
            {"an unknown parameter", run({"--set", "lora_rnk=4"}), 2, {"lora_rnk", "Did you mean \"lora_rank\"?"}},
            {"a parameter that is no number", run({"--set", "lr=fast"}), 2, {"--set lr=fast", "NAME=NUMBER"}},
            {"a parameter out of range", run({"--set", "lr=7"}), 2, {"lr = 7", "1e-07 to 1"}},
            {"an unknown preset", run({"--preset", "huge"}), 2, {"huge", "small"}},
            {"an unknown gate", run({"--gate", "garden"}), 2, {"garden", "prototype"}},
            {"an unknown device", run({"--device", "tpu"}), 2, {"tpu", "cpu"}},
            {"a device of a wrong number", run({"--device", "cuda:x"}), 2, {"cuda:x", "cuda:N"}},
            {"a negative number of threads", run({"--threads", "-3"}), 2, {"threads"}},
            {"a negative seed", run({"--seed", "-3"}), 2, {"seed"}},
            {"an unknown request", run({"--order", "AZ"}), 2, {"\"Z\"", "A, B"}},
            {"no such benchmark", {"run", "--out", "x", "--benchmark", "/nowhere"}, 2, {"/nowhere"}},
            {"no such model", run({}, "/nowhere"), 2, {"/nowhere"}},
            {"a truncated model", run({}, truncated), 2, {"model.safetensors"}},
            {"a pickled model", run({}, pickled), 2, {"model.safetensors: a Python pickle"}},
            {"a model of another width", run({}, wider), 2, {"mlp.", "config.json makes it"}},
            {"an empty order", run({"--order", ""}), 2, {"names no request"}},
            {"a nucleus of a greedy answer",
             {"model", "run", text(m_world->modelFolder()), "--prompt", "Who?", "--top-p", "0.5"},
             2,
             {"--temperature"}},
            {"an unknown precision", run({"--precision", "int3"}), 2, {"int3", "nf4"}},
            {"a malformed record", {"run", "--out", "x", "--benchmark", broken}, 2, {"taskA_forget.json", "record 0"}},
            {"a taken folder", run({}, {}, "taken"), 2, {"taken", "another name"}},
            {"no spec file", run({"--spec", "/nowhere.json"}), 2, {"/nowhere.json"}},
            {"a spec that is cut off",
             run({"--spec", specFile("cut.json", "{\"seed\": 4")}),
             2,
             {"cut.json", "line 1"}},
            {"a spec of a wrong type",
             run({"--spec", specFile("type.json", R"({"seed": "four"})")}),
             2,
             {"type.json", "\"seed\" must be a whole number"}},
            {"a spec with an unknown key",
             run({"--spec", specFile("key.json", R"({"sede": 4})")}),
             2,
             {"key.json", "Did you mean \"seed\"?"}},
            {"resuming nothing", {"resume", "/nowhere"}, 2, {"/nowhere"}},
            {"resuming a newer run", {"resume", newer}, 2, {"stage-000.h5", "format 2.0", "newer Lacuna"}},
            {"comparing a newer run", {"compare", newer}, 2, {"stage-000.h5", "format 2.0", "newer Lacuna"}},
            {"comparing in two formats", {"compare", newer, "--csv", "--latex"}, 2, {"format"}},
            {"probing what has not begun", {"probe", noSeal, "--entity", "velda"}, 2, {"no stage", "resume"}},
            {"probing a stage that is not there",
             {"probe", newer, "--entity", "velda", "--stage", "7"},
             2,
             {"stage 7"}},
            {"probing a negative stage", {"probe", newer, "--entity", "velda", "--stage", "-2"}, 2, {"stage"}},
            {"probing nobody", {"probe", newer}, 2, {"--entity", "--image"}},
            {"probing a stranger", {"probe", newer, "--entity", "Velda Morrow"}, 2, {"Did you mean \"Velda Marrow\"?"}},
            {"a model that is not there", {"model", "info", "/nowhere"}, 2, {"/nowhere"}},
            {"explaining a truncated model", {"model", "info", truncated}, 2, {"model.safetensors"}},
            {"explaining a pickled model", {"model", "info", pickled}, 2, {"model.safetensors: a Python pickle"}},
            {"explaining a model of another width", {"model", "info", wider}, 2, {"mlp.", "config.json makes it"}},
            {"asking a truncated model", {"model", "run", truncated, "--prompt", "Who?"}, 2, {"model.safetensors"}},
            {"asking a model of another width",
             {"model", "run", wider, "--prompt", "Who?"},
             2,
             {"config.json makes it"}},
            {"asking with an adapter of another rank",
             {"model", "run", text(m_world->modelFolder()), "--prompt", "Who?", "--adapter", adapter},
             2,
             {"adapter_model.safetensors", "another base or rank"}},
            {"asking with no adapter",
             {"model", "run", text(m_world->modelFolder()), "--prompt", "Who?", "--adapter", text(at("taken"))},
             2,
             {"adapter_config.json"}},
            {"checking what is no benchmark", {"data", "check", text(at("taken"))}, 2, {"taken"}},
            {"exporting over something", {"data", "export", broken}, 2, {"not empty"}},
        };
        // All at once: most of each is the start of the program.
        for (const auto& wrong : m_wrong)
            m_started.emplace(wrong.what, LacunaProgram(wrong.arguments));
    }

    void endsInASentence_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < m_wrong.size(); ++i)
            QTest::newRow(m_wrong[i].what) << static_cast<int>(i);
    }
    void endsInASentence() {
        QFETCH(int, index);
        const auto& wrong = m_wrong[static_cast<std::size_t>(index)];
        const auto result = m_started.at(wrong.what).wait();
        QVERIFY2(result.code == wrong.code, result.err + " — exit code " + QByteArray::number(result.code));
        const auto said = QString::fromUtf8(result.err);
        for (const auto& part : wrong.said)
            QVERIFY2(said.contains(part), result.err);
        QVERIFY2(said.trimmed().endsWith('.') || said.trimmed().endsWith('?'), result.err);
        QVERIFY2(!said.contains("unforeseen") && !said.contains("exception"), result.err);
        QVERIFY(!fs::exists(at("never")));
    }

    void dataCheckNamesFileAndRecord() {
        auto plain = LacunaProgram({"data", "check", text(at("broken-benchmark"))});
        auto json = LacunaProgram({"data", "check", text(at("broken-benchmark")), "--json"});
        const auto result = plain.wait();
        QCOMPARE(result.code, 2);
        QVERIFY2(result.out.contains("taskA_forget.json, record 0"), result.out);
        QVERIFY2(result.out.contains("oskar-1.png"), result.out);
        const auto asJson = json.wait();
        QCOMPARE(asJson.code, 2);
        const auto report = nlohmann::json::parse(asJson.out.toStdString());
        QVERIFY(report["missing_images"] == nlohmann::json::array({"oskar-1.png"}));
        QVERIFY(report["problems"][0]["file"].get<std::string>().find("taskA_forget.json") != std::string::npos);
        QCOMPARE(report["problems"][0]["record"].get<int>(), 0);
    }

    void dataCheckLooksIntoThePictures() {
        const auto folder = at("spoilt");
        fs::copy(benchmark(), folder, fs::copy_options::recursive);
        const auto whole = readFile(folder / "oskar-0.png");
        auto damaged = whole;
        damaged[damaged.find("IDAT") + 8] ^= 0x55;
        writeFileAtomically(folder / "velda-0.png", "<!DOCTYPE html><title>404</title>");
        writeFileAtomically(folder / "velda-1.png", "");
        fs::remove(folder / "velda-2.png");
        fs::create_directories(folder / "velda-2.png");
        writeFileAtomically(folder / "oskar-0.png", whole.substr(0, whole.size() / 2));
        writeFileAtomically(folder / "oskar-1.png", damaged);
        const auto gif = QByteArray::fromBase64("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
        writeFileAtomically(folder / "oskar-2.png", gif.toStdString());
        auto plain = LacunaProgram({"data", "check", text(folder)}),
             json = LacunaProgram({"data", "check", text(folder), "--json"}),
             fast = LacunaProgram({"data", "check", text(folder), "--json", "--fast"});
        const auto kinds = [](const LacunaProgram::Result& result) {
            std::map<std::string, std::string> all;
            const auto report = nlohmann::json::parse(result.out.toStdString());
            for (const auto& one : report["unusable_images"])
                all[one["image"]] = one["kind"];
            return all;
        };
        std::map<std::string, std::string> expected{{"velda-0.png", "web page"},
                                                    {"velda-1.png", "empty"},
                                                    {"velda-2.png", "folder"},
                                                    {"oskar-0.png", "cut off"},
                                                    {"oskar-1.png", "broken"}};
        const auto asJson = json.wait();
        QCOMPARE(asJson.code, 2);
        QVERIFY(kinds(asJson) == expected);
        const auto notes = nlohmann::json::parse(asJson.out.toStdString())["image_notes"];
        QCOMPARE(notes.size(), std::size_t{1});
        QCOMPARE(notes[0]["note"].get<std::string>(), std::string("its name ends in .png, it is a GIF"));
        expected.erase("oskar-1.png");  // its header is whole
        QVERIFY(kinds(fast.wait()) == expected);
        const auto said = plain.wait();
        QVERIFY2(said.out.contains("cut off: 1\n    oskar-0.png: it is cut off"), said.out);
        QVERIFY2(said.err.contains("5 pictures cannot be used and 0 records are malformed"), said.err);
    }

    void theTerminalObeysNoName() {
        const auto folder = at("escaping");
        fs::copy(benchmark(), folder, fs::copy_options::recursive);
        fs::create_directories(folder / "Tasks/Task\x1b[31m");
        const auto key = std::string("\"\\") + "u001b[31m\": 1";  // moc stumbles over \u in a raw string
        writeFileAtomically(folder / "Tasks/TaskA/taskA_forget.json", "[{" + key + ", " + key + "}]");
        auto checked = LacunaProgram({"data", "check", text(folder)}),
             loaded = LacunaProgram({"run", "--out", "x", "--benchmark", text(folder)});
        for (auto* program : {&checked, &loaded}) {
            const auto result = program->wait();
            QCOMPARE(result.code, 2);
            QVERIFY2((result.out + result.err).contains("?[31m"), result.out + result.err);
            QVERIFY2(!(result.out + result.err).contains('\x1b'), result.out + result.err);
        }
    }

    void aGpuThatIsNotThereIsAnExitCodeOfItsOwn() {
        if (fs::exists("/dev/nvidiactl"))
            QSKIP("there is a GPU");
        const auto result = testing::lacuna(run({"--device", "cuda"}));
        QCOMPARE(result.code, 3);
        QVERIFY2(result.err.contains("--device cpu"), result.err);
    }
};

LACUNA_TEST(CliErrorsTest)
#include "cli_errors_test.moc"
