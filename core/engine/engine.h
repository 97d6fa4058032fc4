// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/benchmark/benchmark.h"
#include "core/runs/attack_log.h"
#include "core/runs/run_records.h"
#include "core/runs/run_spec.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lacuna {

enum class EngineState { Idle, Loading, Ready, Running, Pausing, Paused, Stopping, Finished, Failed };

// Commands go in. Each gets an id from `Engine::send`; events that answer one carry it. A command that the state does
// not allow changes nothing: Load and Probe, whose sender waits, are answered by Failed, the others by a Note.
namespace command {

/// One attack of the catalog.
struct AttackOrder {
    std::string attack;               ///< id
    ParameterValues parameters = {};  ///< on top of its row's defaults
};
/// Opens model and benchmark (as a RunSpec names them) so that probes can be answered before any run.
struct Load {
    std::string model = "embedded";
    std::string benchmark = "embedded";
    std::string images = "auto";
    std::string device = "auto";
    bool asReleased = false;
};
/// Starts a run in a new folder `runs/<spec.name>`; queued while another works.
struct Start {
    RunSpec spec;
    std::filesystem::path runs;
};
/// Goes on with a killed, stopped or paused run folder from its last checkpoint; queued while another works.
struct Resume {
    std::filesystem::path folder;
};
/// Mounts attacks, one after another, on the model of one sealed stage of a run; queued while another job works. Each
/// is kept in the run's extra/attacks.h5 as soon as it ends (AttackMounted), and one that stands there with the same
/// parameters and seed is not mounted again. A stop leaves nothing of the one in work.
struct Attack {
    std::filesystem::path folder;
    std::vector<AttackOrder> attacks;
    int stage = -1;  ///< −1 = the last sealed one
    std::uint64_t seed = 1;
    bool again = false;  ///< also those that stand there
};
/// Stops after the step in work, writes a checkpoint and holds; `freeMemory` also gives the model's memory back until
/// Continue.
struct Pause {
    bool freeMemory = false;
};
struct Continue {};
/// Ends the running run after the step in work, with a checkpoint; the next queued one begins.
struct Stop {};
/// Takes a queued job (the id of its Start or Resume) out of the queue; RunEnded (Stopped) answers with that id.
struct Unqueue {
    std::uint64_t start = 0;
};
/// Writes a checkpoint after the step in work, or at once while paused.
struct CheckpointNow {};
/// Ends training of the request in work where it stands, evaluates, and goes on with the next. Refused by a Note while
/// the model is measured: nothing is trained then.
struct SkipToNextRequest {};
/// One question to the model of one stage of a run (or the original model), answered between steps.
struct Probe {
    std::filesystem::path run;  ///< run folder; empty = the original model
    int stage = 0;
    std::filesystem::path image;
    std::string question;
    std::string truth;  ///< may be empty; with it the answer is judged and the truth's probability measured
    /// In place of the run's: of its arrangement alone, as what was trained stays (the weight of merged adapters).
    ParameterValues parameters = {};
};
/// Stops, checkpoints, and ends the thread: its last word is that it is Idle. `send` refuses afterwards.
struct Shutdown {};

}  // namespace command

/// The jobs, which wait their turn in one queue, stand last.
using Command = std::variant<command::Load, command::Pause, command::Continue, command::Stop, command::Unqueue,
                             command::CheckpointNow, command::SkipToNextRequest, command::Probe, command::Shutdown,
                             /* jobs */ command::Start, command::Resume, command::Attack>;

// Events come out: plain values, never a live tensor. `run` is the run's folder.
namespace event {

struct StateChanged {
    EngineState state = EngineState::Idle;
};
struct Loaded {
    std::uint64_t command = 0;
    std::string device;      ///< "cpu", "cuda:0"
    std::string deviceName;  ///< for people
    std::string modelSummary;
    std::shared_ptr<const Benchmark> benchmark;  ///< with the pictures that are worked on
};
struct RunQueued {
    std::uint64_t command = 0;
    RunSpec spec;
};
struct RunStarted {
    std::uint64_t command = 0;
    std::filesystem::path run;
    RunSpec spec;  ///< complete
    std::vector<RequestRow> requests;
    int firstStage = 0;  ///< a resumed run starts later
    std::int64_t firstStep = 0;
};
/// Where the run stands; done of total is its share of the whole run, what earlier sessions did included. It never
/// falls.
struct RunProgress {
    std::filesystem::path run;
    int stage = 0;
    RunPhase phase = RunPhase::Preparing;
    Progress progress;
};
/// Rows of any tables of the run: one step or several, or all that measuring a stage brought. They are in its log.
struct RowsCame {
    std::filesystem::path run;
    RunRows rows;
};
/// The training of the request that makes `stage` is over: after `stepsDone` of its steps.
struct RequestTrained {
    std::filesystem::path run;
    int stage = 0;
    std::int64_t stepsDone = 0, stepsPlanned = 0;
};
struct StageSealed {
    std::filesystem::path run;
    int stage = 0;
};
/// An attack has come to its end, or was found mounted already: its entry with its answers, and before the first of a
/// stage what the stage answers unattacked. They are in the run's file.
struct AttackMounted {
    std::uint64_t command = 0;
    std::filesystem::path run;
    AttackLog attacks;
    int done = 0, of = 0;  ///< of those that were asked for
};
/// The job is over: finished, stopped (a run can be resumed) or failed.
struct RunEnded {
    std::uint64_t command = 0;
    std::filesystem::path run;
    enum class How { Finished, Stopped, Failed } how = How::Finished;
};
struct ProbeAnswered {
    std::uint64_t command = 0;
    AnswerRow answer;
};
/// Work that is no run's: drawing pictures, loading a checkpoint, a job of another kind.
struct Working {
    std::uint64_t command = 0;
    Progress progress;
};
struct Failed {
    std::uint64_t command = 0;
    std::filesystem::path run;  ///< empty when no run is concerned
    ErrorKind kind = ErrorKind::Internal;
    std::string message;  ///< for the user
    std::string detail;   ///< for a report
};
struct Note {
    std::string message;        ///< worth a line in the log panel
    std::uint64_t command = 0;  ///< the one that was refused; 0 = none
    bool done = false;          ///< it says that what was asked for has been done
};

}  // namespace event

using Event = std::variant<event::StateChanged, event::Loaded, event::RunQueued, event::RunStarted, event::RunProgress,
                           event::RowsCame, event::RequestTrained, event::StageSealed, event::RunEnded,
                           event::AttackMounted, event::ProbeAnswered, event::Working, event::Failed, event::Note>;

/// The one thing that computes. Owns one thread with model, device and files; everything else talks to it by values.
class Engine {
public:
    virtual ~Engine() = default;  ///< as Shutdown, and waits for it
    /// Queues a command, never waits for its work. Returns its id (> 0). Throws InternalError after Shutdown.
    virtual std::uint64_t send(Command command) = 0;
    /// Everything that happened since the last call, oldest first. Never waits for work.
    virtual std::vector<Event> takeEvents() = 0;
    /// Waits until there are events or `timeoutMs` passed; for callers without an event loop.
    virtual void waitForEvents(int timeoutMs) = 0;
};

/// What an engine needs to know of its surroundings.
struct EngineOptions {
    std::filesystem::path datasets;  ///< folder of the embedded model's checkpoint
    int threads = 0;                 ///< 0 = one per core
    bool lowPriority = false;        ///< the workbench's engine yields to its interface
};

std::unique_ptr<Engine> makeEngine(const EngineOptions& options);

}  // namespace lacuna

/// Version and interface hash of the build that the engine comes from, as lacunaPlainBuild: whoever knocks at the door
/// below asks here first, for an engine of another build lays out commands and events in another way.
extern "C" const char* lacunaEngineBuild();

/// The door for a loader: `lacunaMakeEngine` in liblacuna_engine.so gives an owning `lacuna::Engine*`, or null with
/// `*error` set to an owning string that says why.
extern "C" lacuna::Engine* lacunaMakeEngine(const lacuna::EngineOptions* options, std::string* error);
