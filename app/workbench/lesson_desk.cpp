// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/lesson_desk.h"

#include "app/workbench/main_window.h"
#include "app/workbench/note_bar.h"
#include "app/workbench/window_actions.h"
#include "app/workbench/workbench.h"
#include "core/base/error.h"
#include "widgets/common/icons.h"
#include "widgets/common/presenting.h"
#include "widgets/common/theme.h"
#include "widgets/lesson/lesson_notes.h"
#include "widgets/lesson/lesson_panel.h"
#include "widgets/lesson/ring.h"
#include "widgets/runs/runs_panel.h"

#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScreen>
#include <QStandardPaths>

namespace lacuna {
namespace {

constexpr int panelWidth = 380;
constexpr int roomForAll = 1200;  ///< a narrower window shows the lesson in place of the panels at its left

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

}  // namespace

LessonDesk::LessonDesk(MainWindow& window)
    : QObject(&window),
      m_window(window),
      m_runs(window.workbench()),
      m_scene(window, m_runs),
      m_panel(new LessonPanel),
      m_dock(new QDockWidget(tr("Lesson"), &window)),
      m_ring(new Ring(&window)) {
    m_dock->setObjectName("lesson");
    m_dock->setFeatures(QDockWidget::NoDockWidgetFeatures);
    m_dock->setTitleBarWidget(new QWidget(m_dock));
    m_dock->setWidget(m_panel);
    window.addDockWidget(Qt::RightDockWidgetArea, m_dock);
    window.setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_dock->hide();
    buildMenu();
    connectPanel();
    // Much comes at once while runs are in work; it is looked at once per turn of the event loop.
    connect(&m_runs, &LessonRuns::changed, this, [this] {
        if (!std::exchange(m_scheduled, true))
            QMetaObject::invokeMethod(this, &LessonDesk::refresh, Qt::QueuedConnection);
    });
    connect(&m_runs, &LessonRuns::ownRunCame, this, [this] { m_window.runsPanel()->filterLine()->clear(); });
    connect(&window.workbench().workspace(), &Workspace::benchmarkChanged, this, [this] {
        if (open())
            showScene();
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_panel->setFixedWidth(std::min(qRound(panelWidth * Theme::instance().textScale()), m_window.width() / 2));
    });
    m_panel->setFixedWidth(panelWidth);
    connect(&window.workbench(), &Workbench::lessonAsked, this, [this] {
        if (!shippedLessons().empty())
            openShipped(text(shippedLessons().front().id));
    });
    enableActions();
}

LessonDesk::~LessonDesk() = default;

QString LessonDesk::ownFolder() {
    if (const auto asked = qEnvironmentVariable("LACUNA_LESSONS"); !asked.isEmpty())
        return asked;
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/lacuna/lessons";
}

void LessonDesk::buildMenu() {
    auto& actions = m_window.windowActions();
    auto* menu = actions.menu("lesson");
    auto* before = menu->actions().value(0);
    int number = 1;
    for (const auto& shipped : shippedLessons()) {
        const auto id = text(shipped.id);
        auto* action = new QAction(icon("help"), id, this);
        action->setObjectName("lesson.open_" + id);
        try {
            const auto lesson = lessonFromJson(shipped.text, id.toStdString(), nullptr);
            action->setText(tr("%1 %2").arg(number++).arg(text(lesson.title)));
            action->setToolTip(text(lesson.summary));
        } catch (const Error& error) {  // a test reads them all; said here, should one be wrong all the same
            action->setToolTip(text(error.what()));
        }
        connect(action, &QAction::triggered, this, [this, id] { openShipped(id); });
        actions.adopt("lesson", action, before);
    }
    m_own = new QMenu(tr("Own lessons"), menu);
    menu->insertMenu(before, m_own);
    menu->insertSeparator(before);
    connect(menu, &QMenu::aboutToShow, this, &LessonDesk::fillOwnLessons);
    actions.on("lesson.file", this, [this] {
        const auto file =
            QFileDialog::getOpenFileName(&m_window, tr("Open a lesson"), ownFolder(), tr("Lessons (*.json)"));
        if (!file.isEmpty())
            openFile(file);
    });
    actions.on("lesson.next", this, [this] { turnBy(1); });
    actions.on("lesson.back", this, [this] { turnBy(-1); });
    actions.on("lesson.restart", this, [this] { restart(); });
    actions.on("lesson.presenter", this, [this] { setPresenting(!m_presenting); });
    actions.on("lesson.leave", this, [this] { leave(); });
}

void LessonDesk::fillOwnLessons() {
    m_own->clear();
    for (const auto& file : lessonFiles(ownFolder().toStdString())) {
        const auto path = QString::fromStdString(file.string());
        auto* action = m_own->addAction(QFileInfo(path).completeBaseName(), this, [this, path] { openFile(path); });
        try {
            action->setText(text(readLesson(file, m_window.workbench().workspace().benchmark()).title));
        } catch (const Error& error) {
            action->setText(tr("%1 (cannot be opened)").arg(action->text()));
            action->setToolTip(text(error.what()));
        }
    }
    if (m_own->isEmpty())
        m_own->addAction(tr("Put lessons into %1").arg(ownFolder()))->setEnabled(false);
}

void LessonDesk::connectPanel() {
    connect(m_panel, &LessonPanel::nextAsked, this, [this] { turnBy(1); });
    connect(m_panel, &LessonPanel::backAsked, this, [this] { turnBy(-1); });
    connect(m_panel, &LessonPanel::stepAsked, this, [this](int step) { turnTo(static_cast<std::size_t>(step)); });
    connect(m_panel, &LessonPanel::chosen, this, &LessonDesk::choose);
    connect(m_panel, &LessonPanel::tryAsked, this, &LessonDesk::setTrying);
    connect(m_panel, &LessonPanel::restartAsked, this, &LessonDesk::restart);
    connect(m_panel, &LessonPanel::presenterAsked, this, [this] { setPresenting(!m_presenting); });
    connect(m_panel, &LessonPanel::closeAsked, this, &LessonDesk::leave);
    connect(m_panel, &LessonPanel::againAsked, this, [this] {
        if (m_lesson)
            m_runs.again(m_lesson->steps[m_step].awaited());
    });
}

bool LessonDesk::openShipped(const QString& id) {
    const auto& all = shippedLessons();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (text(all[i].id) == id) {
            auto lesson = std::make_unique<Lesson>(lessonFromJson(all[i].text, id.toStdString(), nullptr));
            lesson->id = all[i].id;
            begin(std::move(lesson), id, tr("Lesson %1 of %2").arg(i + 1).arg(all.size()));
            return true;
        }
    return false;
}

bool LessonDesk::openFile(const QString& file) {
    try {
        // Names are looked up in the embedded benchmark, where that is the one that is open.
        const auto& workbench = m_window.workbench();
        const bool embedded = workbench.benchmarkName() == "embedded";
        auto lesson = std::make_unique<Lesson>(
            readLesson(file.toStdString(), embedded ? m_window.workbench().workspace().benchmark() : nullptr));
        lesson->id = "own-" + folderNameOf(lesson->id, "lesson");
        begin(std::move(lesson), QFileInfo(file).absoluteFilePath(), QFileInfo(file).fileName());
        return true;
    } catch (const Error& error) {
        m_window.noteBar()->say(text(error.what()),
                                {{tr("Close"), {}, [] {}}, {tr("Try again"), {}, [this, file] { openFile(file); }}});
        return false;
    }
}

void LessonDesk::begin(std::unique_ptr<Lesson> lesson, const QString& key, const QString& place) {
    auto& workbench = m_window.workbench();
    if (open())
        m_runs.end();
    else
        m_aside = asideSession(m_window);
    m_lesson = std::move(lesson);
    m_key = key;
    m_place = place;
    m_trying = false;
    workbench.setFollowsStages(false);
    m_runs.begin(*m_lesson);
    if (!workbench.workspace().runs().empty())
        m_window.runsPanel()->filterLine()->setText(LessonRuns::tag());
    if (workbench.benchmarkName() != "embedded")
        workbench.openBenchmark("embedded");
    m_dock->show();
    if (m_window.width() < roomForAll)
        m_window.showPanels(false);
    turnTo(static_cast<std::size_t>(std::max(0, left().step)));
    m_panel->nextButton()->setFocus();
}

void LessonDesk::leave() {
    if (!open())
        return;
    setPresenting(false);
    m_ring->around({});
    m_dock->hide();
    m_runs.end();
    m_lesson.reset();
    m_window.workbench().setFollowsStages(true);
    lacuna::bringBack(m_window, m_aside);
    enableActions();
}

void LessonDesk::turnTo(std::size_t step) {
    if (!open())
        return;
    m_step = std::min(step, m_lesson->steps.size() - 1);
    left().step = static_cast<int>(m_step);
    m_trying = false;
    std::vector<std::string> wanted;
    for (std::size_t i = 0; i <= m_step; ++i)
        for (const auto& run : m_lesson->steps[i].start)
            wanted.push_back(run);
    m_runs.want(wanted);
    showScene();
    refresh();
    enableActions();
}

void LessonDesk::turnBy(int steps) {
    if (!open())
        return;
    const int to = static_cast<int>(m_step) + steps;
    if (to >= static_cast<int>(m_lesson->steps.size())) {
        left() = {};  // whoever has read it all begins anew
        leave();
    } else if (to >= 0) {
        turnTo(static_cast<std::size_t>(to));
    }
}

void LessonDesk::choose(int choice) {
    if (!open())
        return;
    left().guesses[static_cast<int>(m_step)] = choice;
    ringStep();
    refresh();
}

void LessonDesk::restart() {
    if (!open())
        return;
    left() = {};
    turnTo(0);
}

void LessonDesk::setTrying(bool trying) {
    if (!open())
        return;
    m_trying = trying;
    if (!trying)
        showScene();
    ringStep();
    refresh();
}

void LessonDesk::setPresenting(bool presenting) {
    if (!open() || std::exchange(m_presenting, presenting) == presenting)
        return;
    if (presenting) {
        m_panelsBefore = m_window.panelsShown();
        m_window.showPanels(false);
    } else {
        m_window.showPanels(m_panelsBefore);
    }
    const auto screens = QGuiApplication::screens();
    QScreen* other = nullptr;
    for (auto* screen : screens)
        if (screen != m_window.screen())
            other = screen;
    m_notes.reset();
    if (presenting && other) {
        m_notes = std::make_unique<LessonNotes>();
        m_notes->move(other->availableGeometry().center() - QPoint(300, 200));
        m_notes->show();
        m_window.activateWindow();
    }
    m_panel->setPresenting(presenting, m_notes != nullptr);
    lacuna::setPresenting(presenting);
    auto& actions = m_window.windowActions();
    // What a remote clicker sends, too; while nobody presents, these keys are the lists'.
    const auto keys = [presenting](const char* always, Qt::Key clicker) {
        QList<QKeySequence> all{QKeySequence(QLatin1String(always))};
        if (presenting)
            all << QKeySequence(clicker);
        return all;
    };
    actions["lesson.next"]->setShortcuts(keys("Ctrl+PgDown", Qt::Key_PageDown));
    actions["lesson.back"]->setShortcuts(keys("Ctrl+PgUp", Qt::Key_PageUp));
    actions["lesson.presenter"]->setChecked(presenting);
    refresh();
    ringStep();
}

void LessonDesk::showScene() {
    m_scene.turnTo(*m_lesson, m_step);
    ringStep();
}

void LessonDesk::ringStep() {
    if (!open() || m_trying)
        return m_ring->around({});
    const auto& step = m_lesson->steps[m_step];
    const auto widgets = [this](const std::vector<std::string>& places) {
        QList<QWidget*> found;
        for (const auto& place : places)
            if (auto* widget = lessonPlaceWidget(m_window, place))
                found << widget;
        return found;
    };
    const bool guessed = !step.choices.empty() && left().guesses.contains(static_cast<int>(m_step));
    m_ring->around(widgets(step.ring), guessed ? QList<QWidget*>() : widgets(step.veil));
}

void LessonDesk::refresh() {
    m_scheduled = false;
    if (!open())
        return;
    if (!m_trying)
        m_scene.settle();
    const auto now = page();
    m_panel->showPage(now);
    if (m_notes)
        m_notes->show(now.title, now.notes,
                      m_step + 1 < m_lesson->steps.size() ? text(m_lesson->steps[m_step + 1].title) : QString());
}

LessonPage LessonDesk::page() const {
    const auto& step = m_lesson->steps[m_step];
    const auto facts = m_runs.facts();
    const auto said = [&](const LessonText& of) { return text(lessonSentence(of, facts).text); };
    LessonPage page;
    page.place = m_place;
    page.title = text(step.title);
    page.text = said(step.text);
    page.step = static_cast<int>(m_step);
    page.steps = static_cast<int>(m_lesson->steps.size());
    page.ask = said(step.ask);
    for (const auto& choice : step.choices)
        page.choices << said(choice.text);
    page.chosen = m_left.value(m_key).guesses.value(page.step, -1);
    page.tryIt = said(step.tryIt);
    page.notes = said(step.notes);
    page.trying = m_trying;
    auto& workbench = m_window.workbench();
    if (!workbench.workspace().benchmark())
        page.waiting = workbench.benchmarkWait();
    else
        fillResult(page, step);
    return page;
}

/// What came out, as soon as it is known and the reader has made up his mind.
void LessonDesk::fillResult(LessonPage& page, const LessonStep& step) const {
    const auto facts = m_runs.facts();
    const auto awaited = step.awaited();
    const bool guessed = step.choices.empty() || page.chosen >= 0;
    const LessonTelling* told = nullptr;
    for (const auto& telling : step.tell) {
        const auto holds = lessonHolds(telling.when, facts);
        if (!holds)
            break;  // one that stands before the others is not known yet
        if (*holds) {
            told = &telling;
            break;
        }
    }
    const auto sentence = told ? lessonSentence(told->text, facts) : LessonSentence{{}, false};
    if (sentence.complete) {
        if (!guessed)
            return;
        page.told = text(sentence.text);
        QStringList right;
        bool mine = false;
        for (std::size_t i = 0; i < step.choices.size(); ++i)
            if (!step.choices[i].right.empty() && lessonHolds(step.choices[i].right, facts).value_or(false)) {
                right << page.choices[static_cast<qsizetype>(i)];
                mine |= static_cast<int>(i) == page.chosen;
            }
        if (!right.isEmpty())
            page.verdict = mine ? tr("Your guess was right.") : tr("The run says: %1.").arg(right.join(tr(", or ")));
        return;
    }
    const auto& problem = m_window.workbench().engineProblem();
    for (const auto& id : awaited) {
        const auto now = m_runs.standing(id);
        if (now == LessonRuns::Standing::Failed || now == LessonRuns::Standing::Stopped) {
            page.problem = now == LessonRuns::Standing::Failed ? tr("A run of this lesson failed; Messages says why.")
                                                               : tr("A run of this lesson was stopped.");
            page.canRunAgain = true;
            return;
        }
    }
    if (!awaited.empty() && !problem.isEmpty()) {
        page.problem = problem;
        return;
    }
    page.waiting = m_runs.waitingText(awaited);
    page.progress = m_runs.progress(awaited);
    if (page.waiting.isEmpty() && !step.tell.empty())
        page.problem = tr("The runs are done and do not hold what this page tells of.");
}

void LessonDesk::enableActions() {
    auto& actions = m_window.windowActions();
    for (const auto* id : {"lesson.next", "lesson.restart", "lesson.presenter", "lesson.leave"})
        actions[id]->setEnabled(open());
    actions["lesson.back"]->setEnabled(open() && m_step > 0);
}

QVariantMap LessonDesk::kept() const {
    QVariantMap kept;
    for (auto it = m_left.begin(); it != m_left.end(); ++it) {
        QVariantList guesses;
        for (auto guess = it->guesses.begin(); guess != it->guesses.end(); ++guess)
            guesses << guess.key() << guess.value();
        kept[it.key()] = QVariantMap{{"step", it->step}, {"guesses", guesses}};
    }
    return kept;
}

void LessonDesk::bringBack(const QVariantMap& kept) {
    for (auto it = kept.begin(); it != kept.end(); ++it) {
        const auto map = it->toMap();
        Left left;
        left.step = map.value("step").toInt();
        const auto guesses = map.value("guesses").toList();
        for (qsizetype i = 0; i + 1 < guesses.size(); i += 2)
            left.guesses[guesses[i].toInt()] = guesses[i + 1].toInt();
        m_left[it.key()] = left;
    }
}

}  // namespace lacuna
