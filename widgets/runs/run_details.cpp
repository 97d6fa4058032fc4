// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/run_details.h"

#include "core/runs/makers.h"
#include "widgets/common/quantities.h"
#include "widgets/common/run_names.h"
#include "widgets/common/theme.h"
#include "widgets/common/toast.h"
#include "widgets/runs/lineage_view.h"
#include "widgets/runs/runs_model.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

QString valuesText(const ParameterValues& values) {
    QStringList parts;
    for (const auto& [id, value] : values)
        parts << QStringLiteral("%1 = %2").arg(text(id), QString::number(value, 'g', 6));  // as it can be typed again
    return parts.join(", ");
}

QString orderText(const RunHistory& run) {
    QStringList names;
    for (const auto& request : run.requests)
        names << text(request.name);
    return names.join(' ');
}

/// In the user's own time.
QString timeText(const std::string& utc) {
    const auto time = QDateTime::fromString(text(utc), Qt::ISODate);
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat) : text(utc);
}

}  // namespace

QString differences(const RunSpec& run, const RunSpec& other) {
    QStringList parts;
    const auto add = [&](bool differs, const char* name) {
        if (differs)
            parts << RunDetails::tr(name);
    };
    add(run.method != other.method, QT_TR_NOOP("method"));
    add(run.preset != other.preset, QT_TR_NOOP("preset"));
    if (run.method == other.method)
        for (const auto& [id, value] : run.parameters)
            if (const auto found = other.parameters.find(id); found == other.parameters.end() || found->second != value)
                parts << text(id);
    add(run.metrics != other.metrics, QT_TR_NOOP("metrics"));
    add((usesGate(run) || usesGate(other)) && (run.gate != other.gate || run.gateParameters != other.gateParameters),
        QT_TR_NOOP("gate"));
    add(run.endpoint != other.endpoint || run.endpointModel != other.endpointModel, QT_TR_NOOP("service"));
    add(run.judge != other.judge || run.judgeParameters != other.judgeParameters, QT_TR_NOOP("judge"));
    add(run.order != other.order || run.requests != other.requests, QT_TR_NOOP("requests or their order"));
    add(run.seed != other.seed, QT_TR_NOOP("seed"));
    add(run.arrangement != other.arrangement, QT_TR_NOOP("arrangement"));
    add(run.method == other.method && run.objective != other.objective, QT_TR_NOOP("objective"));
    add(run.serve != other.serve, QT_TR_NOOP("serving"));
    add(run.train != other.train, QT_TR_NOOP("trained parts"));
    add(run.inputs != other.inputs, QT_TR_NOOP("inputs"));
    add(run.trainPhrasings != other.trainPhrasings, QT_TR_NOOP("phrasings"));
    add(run.plan != other.plan, QT_TR_NOOP("tests"));
    add(run.modelHash != other.modelHash, QT_TR_NOOP("model"));
    add(run.benchmarkHash != other.benchmarkHash, QT_TR_NOOP("benchmark"));
    add(run.images != other.images, QT_TR_NOOP("pictures"));
    add(run.asReleased != other.asReleased, QT_TR_NOOP("texts as released"));
    add(run.device != other.device || run.precision != other.precision || run.threads != other.threads ||
            run.gradientCheckpointing != other.gradientCheckpointing || run.processor != other.processor,
        QT_TR_NOOP("device"));
    add(run.lacunaVersion != other.lacunaVersion || run.torchVersion != other.torchVersion, QT_TR_NOOP("version"));
    add(!(run.parent == other.parent), QT_TR_NOOP("parent"));
    return parts.isEmpty() ? RunDetails::tr("nothing but its name") : parts.join(", ");
}

std::vector<std::pair<QString, QString>> runDetails(const Workspace& workspace, int run) {
    const auto tr = [](const char* name) { return RunDetails::tr(name); };
    const auto& of = workspace.runs().at(static_cast<std::size_t>(run));
    const auto& history = of.history;
    const auto& spec = history.spec;
    std::vector<std::pair<QString, QString>> lines;
    const auto add = [&](const QString& name, const QString& value) {
        if (!value.isEmpty())
            lines.emplace_back(name, value);
    };
    add(tr("Run"), runTitle(workspace, run));
    add(tr("Status"), RunDetails::tr("%1, %2 of %3 stages measured")
                          .arg(statusText(history.status))
                          .arg(history.stages)
                          .arg(history.stageCount()));
    add(tr("Method"), RunDetails::tr("%1, preset %2").arg(methodTitle(spec), text(spec.preset)));
    add(tr("Parameters"), valuesText(spec.parameters));
    if (usesGate(spec))
        add(tr("Gate"), QStringList{text(spec.gate), valuesText(spec.gateParameters)}.join(": "));
    add(tr("Judge"),
        spec.judgeParameters.empty() ? text(spec.judge) : text(spec.judge) + ": " + valuesText(spec.judgeParameters));
    add(tr("Requests"), orderText(history));
    add(tr("Seed"), QString::number(spec.seed));
    if (spec.stages.empty())
        add(tr("Trains"), RunDetails::tr("%1, %2 phrasings").arg(text(spec.train), text(spec.trainPhrasings)));
    add(tr("Tests"), text(spec.plan));
    if (!spec.parent.run.empty())
        add(tr("Goes on from"), RunDetails::tr("%1, stage %2").arg(text(spec.parent.run)).arg(spec.parent.stage));
    QStringList stages;
    for (const auto& stage : spec.stages)
        stages << text(stage.string());
    add(tr("Made elsewhere"), stages.join(QStringLiteral(", ")));
    add(tr("Model"), text(spec.model));
    add(tr("Model's hash"), text(spec.modelHash));
    add(tr("Benchmark"), text(spec.benchmark));
    add(tr("Benchmark's hash"), text(spec.benchmarkHash));
    const auto pictures = picturesNote(spec.images);
    add(tr("Pictures"), QString::fromUtf8(pictures.data(), static_cast<qsizetype>(pictures.size())));
    add(tr("Begun"), timeText(spec.createdUtc));
    if (!history.steps.empty())
        add(tr("Trained and tested for"), durationText(history.steps.elapsedS.back()));
    add(tr("Device"),
        RunDetails::tr("%1, %2, %3 threads").arg(text(spec.device), text(spec.precision)).arg(spec.threads));
    add(tr("Processor"), text(spec.processor));
    add(tr("Made by"),
        spec.lacunaVersion.empty()
            ? QString()
            : RunDetails::tr("Lacuna %1, libtorch %2").arg(text(spec.lacunaVersion), text(spec.torchVersion)));
    add(tr("Made by several"), text(changeOfMakers(history)));
    add(tr("Place"), text(history.source.string()));
    // The one it would be held against: the first shown one, or where it is that itself the next.
    for (const int other : workspace.shownRuns())
        if (other != run) {
            add(RunDetails::tr("Differs from %1 in").arg(runName(workspace, other)),
                differences(spec, workspace.runs()[static_cast<std::size_t>(other)].history.spec));
            break;
        }
    return lines;
}

RunDetails::RunDetails(const Workspace& workspace, int run, QWidget* parent)
    : QDialog(parent),
      m_source(workspace.runs().at(static_cast<std::size_t>(run)).history.source),
      m_lines(runDetails(workspace, run)),
      m_notes(new QPlainTextEdit(this)),
      m_tags(new QLineEdit(this)) {
    const auto& of = workspace.runs()[static_cast<std::size_t>(run)];
    setWindowTitle(tr("%1 in full").arg(runTitle(workspace, run)));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* table = new QTableWidget(static_cast<int>(m_lines.size()), 2, this);
    table->setAccessibleName(windowTitle());
    table->horizontalHeader()->hide();
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setWordWrap(true);
    table->setFrameShape(QFrame::NoFrame);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    for (int row = 0; row < table->rowCount(); ++row) {
        auto* name = new QTableWidgetItem(m_lines[static_cast<std::size_t>(row)].first);
        name->setForeground(Theme::instance().palette().soft);
        name->setTextAlignment(Qt::AlignLeft | Qt::AlignTop);
        auto* value = new QTableWidgetItem(m_lines[static_cast<std::size_t>(row)].second);
        value->setToolTip(value->text());
        value->setTextAlignment(Qt::AlignLeft | Qt::AlignTop);
        table->setItem(row, 0, name);
        table->setItem(row, 1, value);
    }
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    table->verticalHeader()->setMinimumSectionSize(24);
    table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);

    m_notesBefore = of.notes;
    m_tagsBefore = of.tags.join(tr(", "));
    m_notes->setPlainText(m_notesBefore);
    m_notes->setPlaceholderText(tr("Notes, kept with the run"));
    m_notes->setAccessibleName(tr("Notes"));
    m_notes->setFixedHeight(84);
    m_notes->setTabChangesFocus(true);
    m_tags->setText(m_tagsBefore);
    m_tags->setTextMargins(4, 0, 4, 0);
    m_tags->setPlaceholderText(tr("Tags, with a comma between: the list of runs finds them"));
    m_tags->setAccessibleName(tr("Tags"));
    std::error_code error;
    const bool folder = std::filesystem::is_directory(m_source, error);
    m_notes->setReadOnly(!folder);
    m_tags->setReadOnly(!folder);
    if (!folder)
        m_notes->setPlaceholderText(tr("A single file keeps no notes."));

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(tr("Copy all"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(asText());
        Toast::show(this, tr("Everything is copied."));
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    if (lineageOf(workspace, run).size() > 1)
        layout->addWidget(new LineageView(workspace, run, this));
    layout->addWidget(table, 1);
    layout->addWidget(m_tags);
    layout->addWidget(m_notes);
    layout->addWidget(buttons);
    resize(680, std::min(780, screen()->availableSize().height() - 60));  // all lines at once where there is room
}

QString RunDetails::asText() const {
    QStringList lines;
    for (const auto& [name, value] : m_lines)
        lines << name + '\t' + value;
    return lines.join('\n');
}

void RunDetails::done(int result) {
    const auto notes = m_notes->toPlainText(), tags = m_tags->text();
    if (notes != m_notesBefore || tags != m_tagsBefore) {
        QStringList each;
        for (const auto& tag : tags.split(',', Qt::SkipEmptyParts))
            if (const auto trimmed = tag.trimmed(); !trimmed.isEmpty() && !each.contains(trimmed))
                each << trimmed;
        emit written(m_source, notes, each);
    }
    QDialog::done(result);
}

}  // namespace lacuna
