// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/runs/runs_panel.h"

#include "widgets/common/icons.h"
#include "widgets/common/panel_header.h"
#include "widgets/common/theme.h"
#include "widgets/runs/runs_delegate.h"
#include "widgets/runs/runs_model.h"

#include <QAction>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScopedValueRollback>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>

namespace lacuna {
namespace {

/// Keys as in any tree, but ← → fold and unfold a line of several alone: elsewhere they step through the stages, as in
/// every view. ↑ ↓ stay in the list.
class RunsTree : public QTreeView {
public:
    using QTreeView::QTreeView;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        const auto here = currentIndex();
        const bool head = here.isValid() && model()->hasChildren(here);
        switch (event->key()) {
            case Qt::Key_Left:
            case Qt::Key_Right:
                if (head && isExpanded(here) == (event->key() == Qt::Key_Left))
                    setExpanded(here, event->key() == Qt::Key_Right);
                else
                    event->ignore();
                return;
            case Qt::Key_Return:
            case Qt::Key_Enter:
                if (!head)
                    break;
                setExpanded(here, !isExpanded(here));
                return;
            default:
                break;
        }
        QTreeView::keyPressEvent(event);
        if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
            event->accept();
    }
};

/// Has it a stage that somebody trained, whose adapters lie in its folder? A run.h5 alone has none, and those
/// of stages that were made elsewhere stay there.
bool canBranch(const RunHistory& run) {
    return run.stages > 1 && run.published.empty() && run.source.extension() != ".h5" && run.spec.stages.empty();
}

}  // namespace

RunsPanel::RunsPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_model(new RunsModel(workspace, this)),
      m_view(new RunsTree(this)),
      m_header(new PanelHeader(tr("Runs"), this)),
      m_filterLine(new QLineEdit(this)),
      m_empty(emptyState(tr("No runs yet. Start one (Ctrl+N), run the demo comparison (menu Run), or drop a run folder "
                            "or a run.h5 here."),
                         this)) {
    m_view->setModel(m_model);
    auto* delegate = new RunsDelegate(workspace, m_view);
    m_view->setItemDelegate(delegate);
    m_view->setHeaderHidden(true);
    m_view->setRootIsDecorated(false);  // arrows and steps inward are the delegate's
    m_view->setIndentation(0);
    m_view->setExpandsOnDoubleClick(false);
    m_view->setAccessibleName(tr("Runs"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setUniformRowHeights(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setMouseTracking(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(10, 0, 10, 6);
    line->addWidget(m_filterLine);
    layout->addLayout(line);
    layout->addWidget(m_view, 1);
    m_filterLine->setPlaceholderText(tr("Filter by name, method, status…"));
    m_filterLine->setAccessibleName(tr("Filter runs"));
    m_filterLine->setClearButtonEnabled(true);
    m_filterLine->setTextMargins(6, 0, 4, 0);
    setTabOrder(m_filterLine, m_view);
    connect(m_filterLine, &QLineEdit::textChanged, m_model, &RunsModel::setFilter);
    connect(m_filterLine, &QLineEdit::textChanged, this, &RunsPanel::refresh);
    layout->addWidget(m_empty, 1);
    addActions();
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    connect(m_view, &QWidget::customContextMenuRequested, this, &RunsPanel::showMenu);
    connect(m_view, &QAbstractItemView::doubleClicked, this, [this](const QModelIndex& index) {
        if (m_model->hasChildren(index))
            toggleFold(index);
        else
            toggleShown();
    });
    connect(delegate, &RunsDelegate::foldAsked, this, &RunsPanel::toggleFold);
    connect(m_view, &QTreeView::expanded, this, [this](const QModelIndex& head) {
        if (!m_applying)
            m_unfolded.insert(head.data(RunsModel::KeyRole).toString());
    });
    connect(m_view, &QTreeView::collapsed, this, &RunsPanel::leaveFolded);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        const auto runs = current.data(RunsModel::RunsRole).value<QList<int>>();
        if (!runs.isEmpty()) {
            const int run = runs.contains(m_workspace.selection().run) ? m_workspace.selection().run : runs.front();
            m_followed = m_workspace.runs()[static_cast<std::size_t>(run)].id;
            m_workspace.selectRun(run);
        }
        refresh();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPanel::refresh);
    connect(m_model, &RunsModel::renameAsked, this, &RunsPanel::renameAsked);
    connect(&m_workspace, &Workspace::runsChanged, this, &RunsPanel::refresh);
    connect(&m_workspace, &Workspace::benchmarkChanged, this, &RunsPanel::refresh);
    connect(&m_workspace, &Workspace::activityChanged, this, &RunsPanel::refresh);
    connect(&m_workspace, &Workspace::selectionChanged, this, &RunsPanel::followSelection);
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_empty->setFont(captionFont()); });
    refresh();
}

QAction* RunsPanel::addRunAction(const QString& id, const QString& text, const QString& icon, const QKeySequence& key,
                                 void (RunsPanel::*slot)()) {
    auto* action = new QAction(lacuna::icon(icon), text, this);
    action->setObjectName("run." + id);
    action->setShortcut(key);
    // A letter or Del means something else elsewhere.
    const bool anywhere = id == "rename" || id == "duplicate";
    action->setShortcutContext(anywhere ? Qt::WindowShortcut : Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, slot);
    m_actions << action;
    addAction(action);
    return action;
}

void RunsPanel::addActions() {
    addRunAction("show", tr("Show or hide"), "show", Qt::Key_H, &RunsPanel::toggleShown);
    addRunAction("pin", tr("Pin or unpin"), "pin", Qt::Key_P, &RunsPanel::togglePinned);
    addRunAction("rename", tr("Rename…"), "rename", Qt::Key_F2, &RunsPanel::rename);
    const auto ask = [this](const QString& id, const QString& text, const QString& icon, const QKeySequence& key,
                            void (RunsPanel::*signal)(int)) {
        auto* action = addRunAction(id, text, icon, key, &RunsPanel::refresh);
        connect(action, &QAction::triggered, this, [this, signal] { emit(this->*signal)(selectedRun()); });
    };
    ask("continue", tr("Continue"), "play", {}, &RunsPanel::continueAsked);
    ask("duplicate", tr("Duplicate as new run…"), "duplicate", QKeySequence(Qt::CTRL | Qt::Key_D),
        &RunsPanel::duplicateAsked);
    ask("branch", tr("Go on from it as a new run…"), "branch", {}, &RunsPanel::branchAsked);
    ask("benchmark", tr("Open its benchmark"), "folder", {}, &RunsPanel::benchmarkAsked);
    ask("details", tr("Details, notes and tags…"), "note", Qt::Key_I, &RunsPanel::detailsAsked);
    ask("folder", tr("Show in file manager"), "folder", {}, &RunsPanel::folderAsked);
    const auto askAll = [&](const QString& id, const QString& text, const QString& icon, const QKeySequence& key,
                            void (RunsPanel::*signal)(int)) {
        auto* action = addRunAction(id, text, icon, key, &RunsPanel::refresh);
        connect(action, &QAction::triggered, this, [this, signal] {
            const auto runs = selectedRuns();
            if (runs.size() > 1)
                emit manyBegin(static_cast<int>(runs.size()));
            for (const int run : runs)
                emit(this->*signal)(run);
            if (runs.size() > 1)
                emit manyEnd();
        });
    };
    askAll("forget", tr("Remove from the list"), "close", {}, &RunsPanel::forgetAsked);
    askAll("delete", tr("Delete"), "delete", QKeySequence::Delete, &RunsPanel::deleteAsked);
}

/// The last first: those before it keep their places when it goes.
QList<int> RunsPanel::selectedRuns() const {
    QList<int> runs;
    for (const auto& index : m_view->selectionModel()->selectedRows())
        runs << index.data(RunsModel::RunsRole).value<QList<int>>();
    std::sort(runs.begin(), runs.end(), std::greater<>());
    runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
    return runs;
}

int RunsPanel::selectedRun() const {
    const auto index = m_view->currentIndex();
    const auto run = index.data(RunsModel::RunRole);
    return run.isValid() ? run.toInt() : -1;
}

void RunsPanel::refresh() {
    applyFolds();
    if (!m_view->currentIndex().isValid())  // the list was made anew
        followSelection();
    if (const auto now = m_view->currentIndex(); now.isValid() && !m_view->selectionModel()->hasSelection())
        m_view->selectionModel()->select(now, QItemSelectionModel::ClearAndSelect);  // its neighbour was deleted
    const bool any = !m_workspace.runs().empty();
    m_view->setVisible(any);
    m_empty->setVisible(!any);
    constexpr std::size_t fewRuns = 8;
    m_filterLine->setVisible(m_workspace.runs().size() > fewRuns || !m_filterLine->text().isEmpty());
    const auto several = selectedRuns().size();
    const auto all = static_cast<int>(m_workspace.runs().size());
    m_header->setSummary(several > 1                 ? tr("%1 selected").arg(several)
                         : m_model->runCount() < all ? tr("%1 of %2").arg(m_model->runCount()).arg(all)
                                                     : runsSummary(m_workspace));
    const int run = selectedRun();
    const bool chosen = run >= 0 && run < static_cast<int>(m_workspace.runs().size());
    const bool editable = chosen && m_model->indexOfRun(run).flags() & Qt::ItemIsEditable;
    const auto status = chosen ? m_workspace.runs()[static_cast<std::size_t>(run)].history.status : RunStatus::Queued;
    for (auto* action : m_actions) {
        const auto id = action->objectName();
        if (several > 1) {
            static const QStringList ofMany{"run.show", "run.pin", "run.forget", "run.delete"};
            action->setEnabled(ofMany.contains(id));
            if (id == "run.delete")
                action->setText(tr("Delete %1 runs").arg(several));
            continue;
        }
        const bool touchesFiles = id == "run.rename" || id == "run.delete" || id == "run.forget";
        const bool waits = chosen && status == RunStatus::Queued;
        if (id == "run.delete")
            action->setText(waits ? tr("Take out of the queue") : tr("Delete"));
        const bool other =
            chosen && ofOtherBenchmark(m_workspace, m_workspace.runs()[static_cast<std::size_t>(run)].history);
        if (id == "run.benchmark")
            action->setVisible(other);
        // From a stage that somebody made, in a folder with its adapters.
        const bool branches = chosen && !other && canBranch(m_workspace.runs()[static_cast<std::size_t>(run)].history);
        const bool canContinue = status == RunStatus::Interrupted || status == RunStatus::Failed;
        action->setEnabled(touchesFiles            ? editable || (waits && id == "run.delete")
                           : id == "run.continue"  ? chosen && canContinue
                           : id == "run.benchmark" ? other
                           : id == "run.branch"    ? branches
                                                   : chosen);
    }
}

void RunsPanel::followSelection() {
    const int run = m_workspace.selection().run;
    const auto index = m_model->indexOfRun(run);
    const auto now = m_view->currentIndex();
    const int id = index.isValid() ? m_workspace.runs()[static_cast<std::size_t>(run)].id : 0;
    const bool same = std::exchange(m_followed, id) == id;
    if (index == now || (same && index.parent().isValid() && index.parent() == now))  // its line stands for it
        return;
    if (index.parent().isValid())
        m_view->expand(index.parent());
    m_view->setCurrentIndex(index);
}

void RunsPanel::toggleFold(const QModelIndex& head) {
    m_view->setExpanded(head, !m_view->isExpanded(head));
}

/// Lines are unfolded as somebody left them; all of them while a filter looks for single runs.
void RunsPanel::applyFolds() {
    const QScopedValueRollback applying(m_applying, true);
    const bool filtered = !m_filterLine->text().trimmed().isEmpty();
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (const auto index = m_model->index(row); m_model->hasChildren(index))
            m_view->setExpanded(index, filtered || m_unfolded.contains(index.data(RunsModel::KeyRole).toString()));
}

/// What was chosen among its runs is not seen any more: the line itself is.
void RunsPanel::leaveFolded(const QModelIndex& head) {
    if (!m_applying)
        m_unfolded.remove(head.data(RunsModel::KeyRole).toString());
    if (m_view->currentIndex().parent() == head)
        m_view->setCurrentIndex(head);
}

int RunsPanel::lines() const {
    int lines = m_model->rowCount();
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (const auto index = m_model->index(row); m_view->isExpanded(index))
            lines += m_model->rowCount(index);
    return lines;
}

void RunsPanel::toggleNumber(int number) {
    if (const auto index = m_model->index(number - 1); index.isValid())
        m_model->setData(
            index,
            index.data(RunsModel::ShownRole).value<Qt::CheckState>() == Qt::Unchecked ? Qt::Checked : Qt::Unchecked,
            RunsModel::ShownRole);
}

void RunsPanel::toggleShown() {
    toggle(RunsModel::ShownRole);
}

void RunsPanel::togglePinned() {
    toggle(RunsModel::PinnedRole);
}

/// Of several all become what the current one is not.
void RunsPanel::toggle(int role) {
    const auto current = m_view->currentIndex();
    if (role == RunsModel::ShownRole)
        m_workspace.setShown(selectedRuns(), current.data(role).value<Qt::CheckState>() == Qt::Unchecked);
    else
        m_workspace.setPinned(selectedRuns(), !current.data(role).toBool());
}

void RunsPanel::rename() {
    m_view->edit(m_view->currentIndex());
}

void RunsPanel::showMenu(const QPoint& at) {
    if (!m_view->indexAt(at).isValid())
        return;
    QMenu menu(this);
    for (auto* action : m_actions) {
        if (action->objectName() == "run.duplicate" || action->objectName() == "run.forget")
            menu.addSeparator();
        menu.addAction(action);
    }
    menu.exec(m_view->viewport()->mapToGlobal(at));
}

}  // namespace lacuna
