// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/window_actions.h"

#include "widgets/common/icons.h"

#include <QMenu>

namespace lacuna {
namespace {

struct ActionLine {
    const char* id;  ///< menu, dot, name; null = a separator in the menu of the line before
    const char* text = nullptr;
    const char* icon = "";
    const char* key = "";
};

struct MenuLine {
    const char* id;
    const char* title;
};

constexpr MenuLine menuLines[] = {
    {"file", QT_TRANSLATE_NOOP("WindowActions", "&File")},
    {"edit", QT_TRANSLATE_NOOP("WindowActions", "&Edit")},
    {"run", QT_TRANSLATE_NOOP("WindowActions", "&Run")},
    {"view", QT_TRANSLATE_NOOP("WindowActions", "&View")},
    {"figure", QT_TRANSLATE_NOOP("WindowActions", "Fi&gure")},
    {"lesson", QT_TRANSLATE_NOOP("WindowActions", "&Lesson")},
    {"help", QT_TRANSLATE_NOOP("WindowActions", "&Help")},
};

// A tab in a text shows keys that the window handles itself, because lists and fields need them too.
constexpr ActionLine actionLines[] = {
    {"file.open", QT_TRANSLATE_NOOP("WindowActions", "Open run folder…"), "open", "Ctrl+O"},
    {"file.open_file", QT_TRANSLATE_NOOP("WindowActions", "Open run file…"), "open", "Ctrl+Shift+O"},
    {"file.benchmark", QT_TRANSLATE_NOOP("WindowActions", "Open benchmark folder…"), "folder"},
    {"file.embedded", QT_TRANSLATE_NOOP("WindowActions", "Open the embedded benchmark"), "folder"},
    {"file.runs", QT_TRANSLATE_NOOP("WindowActions", "Runs folder…"), "folder"},
    {"file.show_trash", QT_TRANSLATE_NOOP("WindowActions", "Show the trash"), "folder"},
    {"file.trash", QT_TRANSLATE_NOOP("WindowActions", "Empty the trash…"), "delete"},
    {nullptr},
    {"file.quit", QT_TRANSLATE_NOOP("WindowActions", "Quit"), "quit", "Ctrl+Q"},
    {"edit.filter", QT_TRANSLATE_NOOP("WindowActions", "Filter entities"), "entity", "Ctrl+F"},
    {"edit.find", QT_TRANSLATE_NOOP("WindowActions", "Find anything…"), "search", "Ctrl+K"},
    {"run.new", QT_TRANSLATE_NOOP("WindowActions", "New run…"), "new-run", "Ctrl+N"},
    {"run.demo", QT_TRANSLATE_NOOP("WindowActions", "Run the demo comparison"), "run"},
    {nullptr},
    {"run.pause", QT_TRANSLATE_NOOP("WindowActions", "Pause"), "pause", "F6"},
    {"run.free", QT_TRANSLATE_NOOP("WindowActions", "Pause and free the memory"), "pause", "Shift+F6"},
    {"run.stop", QT_TRANSLATE_NOOP("WindowActions", "Stop after this step"), "stop", "Ctrl+."},
    {"run.checkpoint", QT_TRANSLATE_NOOP("WindowActions", "Checkpoint now"), "checkpoint", "F7"},
    {"run.skip", QT_TRANSLATE_NOOP("WindowActions", "Skip to the next request"), "skip", "F8"},
    {nullptr},
    {"view.previous_stage", QT_TRANSLATE_NOOP("WindowActions", "Previous stage\t←"), ""},
    {"view.next_stage", QT_TRANSLATE_NOOP("WindowActions", "Next stage\t→"), ""},
    {"view.play", QT_TRANSLATE_NOOP("WindowActions", "Play the timeline\tSpace"), "play"},
    {"view.previous_entity", QT_TRANSLATE_NOOP("WindowActions", "Previous entity\t↑"), ""},
    {"view.next_entity", QT_TRANSLATE_NOOP("WindowActions", "Next entity\t↓"), ""},
    {nullptr},
    {"view.messages", QT_TRANSLATE_NOOP("WindowActions", "Messages"), "messages", "Ctrl+M"},
    {"view.panels", QT_TRANSLATE_NOOP("WindowActions", "Runs and entities"), "tab", "F4"},
    {"view.fullscreen", QT_TRANSLATE_NOOP("WindowActions", "Full screen"), "", "F11"},
    {nullptr},
    {"view.larger", QT_TRANSLATE_NOOP("WindowActions", "Larger text"), "", "Ctrl++"},
    {"view.smaller", QT_TRANSLATE_NOOP("WindowActions", "Smaller text"), "", "Ctrl+-"},
    {nullptr},
    {"view.theme_system", QT_TRANSLATE_NOOP("WindowActions", "Theme of the desktop"), "theme"},
    {"view.theme_light", QT_TRANSLATE_NOOP("WindowActions", "Light theme"), "theme"},
    {"view.theme_dark", QT_TRANSLATE_NOOP("WindowActions", "Dark theme"), "theme"},
    {nullptr},
    {"figure.copy", QT_TRANSLATE_NOOP("WindowActions", "Copy figure"), "copy", "Ctrl+C"},
    {"figure.save", QT_TRANSLATE_NOOP("WindowActions", "Save figure…"), "save", "Ctrl+E"},
    {nullptr},
    {"figure.fit", QT_TRANSLATE_NOOP("WindowActions", "Fit to the data"), "", "F"},
    {"figure.reset", QT_TRANSLATE_NOOP("WindowActions", "Reset the zoom"), "", "R"},
    {"lesson.file", QT_TRANSLATE_NOOP("WindowActions", "Open a lesson file…"), "open"},
    {nullptr},
    {"lesson.next", QT_TRANSLATE_NOOP("WindowActions", "Next page"), "", "Ctrl+PgDown"},
    {"lesson.back", QT_TRANSLATE_NOOP("WindowActions", "Previous page"), "", "Ctrl+PgUp"},
    {"lesson.restart", QT_TRANSLATE_NOOP("WindowActions", "Start over"), "undo"},
    {"lesson.presenter", QT_TRANSLATE_NOOP("WindowActions", "Presenter mode"), "", "F5"},
    {"lesson.leave", QT_TRANSLATE_NOOP("WindowActions", "Leave the lesson"), "close"},
    {"help.keys", QT_TRANSLATE_NOOP("WindowActions", "All keys"), "keyboard", "?"},
    {"help.about", QT_TRANSLATE_NOOP("WindowActions", "About Lacuna"), "help"},
};

}  // namespace

WindowActions::WindowActions(QMenuBar* bar) : QObject(bar) {
    for (const auto& line : menuLines)
        m_menus[line.id] = bar->addMenu(tr(line.title));
    QString menu;
    for (const auto& line : actionLines) {
        if (!line.id) {
            m_menus[menu]->addSeparator();
            continue;
        }
        const QString id(line.id);
        menu = id.section('.', 0, 0);
        auto* action = new QAction(icon(line.icon), tr(line.text), this);
        action->setObjectName(id);
        action->setShortcut(QKeySequence(QString(line.key)));
        m_menus[menu]->addAction(action);
        m_byId[id] = action;
        m_all << action;
    }
    for (const auto* id : {"view.theme_system", "view.theme_light", "view.theme_dark", "view.messages", "view.panels",
                           "lesson.presenter", "view.fullscreen"})
        m_byId[id]->setCheckable(true);
}

QAction* WindowActions::operator[](const QString& id) const {
    Q_ASSERT(m_byId.contains(id));
    return m_byId.value(id);
}

QMenu* WindowActions::menu(const QString& id) const {
    return m_menus.value(id);
}

void WindowActions::on(const QString& id, QObject* context, std::function<void()> act) {
    connect((*this)[id], &QAction::triggered, context, std::move(act));
}

void WindowActions::adopt(const QString& menu, QAction* action, QAction* before) {
    m_menus[menu]->insertAction(before, action);
    m_all << action;
}

}  // namespace lacuna
