// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/catalog/combination.h"
#include "widgets/common/workspace.h"
#include "widgets/sequence/request_edits.h"

#include <QObject>
#include <QString>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

class QUndoStack;

namespace lacuna {

/// The run that is being put together and has not been started. Every change is one step of the undo stack; typing into
/// one field is one step. Values are kept as typed, also wrong ones: `problem` says what is wrong.
class RunDraft final : public QObject {
    Q_OBJECT
public:
    /// What parameters belong to.
    enum class Table { Method, Gate, Judge };

    RunDraft(const Workspace& workspace, QUndoStack& undo, QObject* parent = nullptr);

    const RunSpec& spec() const { return m_spec; }
    const MethodRow& method() const { return methodRow(m_spec.method); }
    const Preset& preset() const;

    /// Everything at once, e.g. from another run: its choices, not its name and provenance. Throws InputError for a
    /// method that this version does not know.
    void takeOver(const RunSpec& from);
    /// The draft as it was left at an earlier time, with its name. No step of the undo stack; never throws: what this
    /// version does not know is left out.
    void restore(const RunSpec& left);
    /// The benchmark that is open, as a RunSpec names it. No choice of the draft: it is always the one that is seen.
    void setBenchmark(const std::string& benchmark);
    const std::string& benchmark() const { return m_benchmark; }
    void setName(const QString& name);
    /// A field by its row (see SpecRow) that nothing else hangs on: "model", "gate", "train", "seed", "threads", …
    void setField(const std::string& id, const std::string& value);
    /// Keeps the preset where the new method has it, and own values of parameters it has too.
    void setMethod(const std::string& id);
    void setPreset(const std::string& id);  ///< own values go
    void setParameter(const std::string& id, double value, Table table = Table::Method);
    void resetParameter(const std::string& id, Table table = Table::Method);  ///< to the preset's
    void resetParameters();                                                   ///< the method's
    /// What is asked to be removed, in the order it arrives. What is the benchmark's own is stored as such.
    void setRequests(const RequestList& requests, const QString& what);
    /// The same requests in another order, with what comes back of the benchmark's and without what is not named.
    void setOrder(const std::vector<std::string>& order, const QString& what);
    /// Begins at the original model, with the requests as they are.
    void leaveParent();

    /// Null where its choices make no sense together, see choicesProblem.
    const Combination* combination() const { return m_combination; }

    /// The gate has none where none is asked.
    const ParameterTable& parameters(Table table) const;
    double parameter(const std::string& id, Table table = Table::Method) const;    ///< own value, else the preset's
    double presetValue(const std::string& id, Table table = Table::Method) const;  ///< of preset or table
    bool isOwn(const std::string& id, Table table = Table::Method) const;
    RequestList requests() const;            ///< in the order they arrive; empty while there is no benchmark
    std::vector<std::string> order() const;  ///< their names
    std::string freeName() const;            ///< that neither they nor the benchmark's requests have
    int made() const { return m_spec.parent.run.empty() ? 0 : m_spec.parent.stage; }  ///< they stay as they are
    const WorkspaceRun* parentRun() const;     ///< that it goes on from; null = none, or it is not open
    std::vector<std::string> leftOut() const;  ///< requests of the benchmark that are not in it

    QString parameterProblem(const std::string& id,
                             Table table = Table::Method) const;  ///< one sentence, empty when the value is fine
    QString nameProblem() const;
    QString requestsProblem() const;
    QString parentProblem() const;  ///< why it cannot go on from where it is to
    QString modelProblem() const;
    const QString& choicesProblem() const { return m_choicesProblem; }  ///< why the four choices make no sense
    /// What it will be called: as given, else by the method; with the next free number where a run is called so
    /// already.
    QString finalName() const;
    bool asksService() const;  ///< the gate does, and the run has one
    QString problem() const;   ///< the first that keeps it from starting, empty when it can
    /// Complete and checked. Throws InputError with `problem`.
    RunSpec checked() const;

    /// Optimizer steps of every request, exact; nothing without a benchmark or with a wrong parameter.
    std::optional<std::vector<std::int64_t>> steps() const;
    /// How long it will take, from what a finished run of the same method, benchmark, model and plan took per training
    /// step and per test, and the memory it took; nothing when there is none to measure by.
    struct Estimate {
        double seconds = 0;
        double cpuMib = 0, gpuMib = 0;  ///< the most it held; 0 = not known
        QString measuredOn;             ///< name of that run
    };
    std::optional<Estimate> estimate() const;

signals:
    void changed();

private:
    RunSpec complete() const;  ///< throws InputError for choices that make no sense
    std::string images() const;
    std::string ownTitle() const;
    friend class DraftEdit;
    /// `typedInto`: the field whose letters are one step together; empty = a step of its own.
    void edit(RunSpec to, const QString& what, const std::string& typedInto = {});
    void apply(const RunSpec& spec);
    RunSpec draftOf(RunSpec from) const;
    RequestList requestsIn(const RunSpec& spec) const;

    const Workspace& m_workspace;
    QUndoStack& m_undo;
    RunSpec m_spec;
    const Combination* knownCombination();
    std::map<std::array<std::string, 5>, Combination> m_combinations;  ///< those that the draft ever was
    const Combination* m_combination = nullptr;  ///< null where the choices make no sense together
    QString m_choicesProblem;
    std::string m_benchmark = "embedded";
};

}  // namespace lacuna
