// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/display_check.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QScreen>

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <map>

namespace lacuna {
namespace {

QtMessageHandler before = nullptr;

/// Debian's packages of what Qt's platforms ask the system for.
QString packageOf(const QString& library) {
    static const std::map<QString, QString> packages{
        {"libxcb-cursor.so.0", "libxcb-cursor0"},
        {"libxcb-icccm.so.4", "libxcb-icccm4"},
        {"libxcb-image.so.0", "libxcb-image0"},
        {"libxcb-keysyms.so.1", "libxcb-keysyms1"},
        {"libxcb-randr.so.0", "libxcb-randr0"},
        {"libxcb-render-util.so.0", "libxcb-render-util0"},
        {"libxcb-shape.so.0", "libxcb-shape0"},
        {"libxcb-xinerama.so.0", "libxcb-xinerama0"},
        {"libxkbcommon-x11.so.0", "libxkbcommon-x11-0"},
        {"libxkbcommon.so.0", "libxkbcommon0"},
        {"libX11-xcb.so.1", "libx11-xcb1"},
        {"libX11.so.6", "libx11-6"},
        {"libSM.so.6", "libsm6"},
        {"libICE.so.6", "libice6"},
        {"libEGL.so.1", "libegl1"},
        {"libwayland-client.so.0", "libwayland-client0"},
        {"libwayland-cursor.so.0", "libwayland-cursor0"},
        {"libQt6WaylandClient.so.6", "qt6-wayland"},
        {"libQt6XcbQpa.so.6", "libqt6gui6"},
    };
    const auto found = packages.find(library);
    return found == packages.end() ? QString() : found->second;
}

bool set(const char* name) {
    return !qEnvironmentVariableIsEmpty(name);
}

/// As Qt would try them here.
QStringList platforms() {
    if (set("QT_QPA_PLATFORM")) {
        auto named = qEnvironmentVariable("QT_QPA_PLATFORM").split(';', Qt::SkipEmptyParts);
        for (auto& name : named)
            name = name.section(':', 0, 0);
        return named;
    }
    QStringList all;
    if (set("WAYLAND_DISPLAY"))
        all << "wayland";
    if (set("DISPLAY"))
        all << "xcb";
    return all;
}

QString pluginFile(const QString& platform) {
    const QStringList names = platform == "wayland" ? QStringList{"wayland-generic", "wayland"} : QStringList{platform};
    for (const auto& folder : QCoreApplication::libraryPaths())
        for (const auto& name : names)
            if (auto file = folder + "/platforms/libq" + name + ".so"; QFileInfo::exists(file))
                return file;
    return {};
}

/// "libxcb-cursor.so.0 is missing (Debian: apt install libxcb-cursor0)" out of the linker's words.
QString missingLibrary(const QString& words) {
    static const QRegularExpression named("^([^:]+): cannot open shared object file");
    const auto match = named.match(words);
    if (!match.hasMatch())
        return words;
    const auto library = match.captured(1);
    const auto package = packageOf(library);
    auto text = QCoreApplication::translate("Display", "the system's library %1 is missing").arg(library);
    if (!package.isEmpty())
        text += QCoreApplication::translate("Display", " (Debian: apt install %1)").arg(package);
    return text;
}

QString problemOf(const QString& platform) {
    const auto file = pluginFile(platform);
    if (file.isEmpty())
        return platform == "wayland"
                   ? QCoreApplication::translate(
                         "Display", "Qt's part for Wayland is not installed (Debian: apt install qt6-wayland)")
                   : QCoreApplication::translate("Display", "Qt has no platform of that name here");
    if (!::dlopen(QFile::encodeName(file).constData(), RTLD_NOW | RTLD_LOCAL))
        return missingLibrary(QString::fromLocal8Bit(::dlerror()));
    if (platform == "xcb")
        return QCoreApplication::translate("Display", "the display %1 does not answer")
            .arg(set("DISPLAY") ? qEnvironmentVariable("DISPLAY")
                                : QCoreApplication::translate("Display", "is not named by DISPLAY and"));
    if (platform == "wayland")
        return QCoreApplication::translate("Display", "no Wayland desktop answers at %1")
            .arg(qEnvironmentVariable("WAYLAND_DISPLAY", "wayland-0"));
    return QCoreApplication::translate("Display", "it cannot be used here");
}

void handle(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    const bool givesUp = type == QtFatalMsg && text.contains("no Qt platform plugin could be initialized");
    if (givesUp) {
        std::fprintf(stderr, "lacuna-workbench: %s\n", qPrintable(displayProblem()));
        std::_Exit(2);  // nothing has begun that would have to end
    }
    // What is said next says these too.
    for (const auto* line : {"could not connect to display", "Could not load the Qt", "Could not find the Qt platform",
                             "Failed to create wl_display"})
        if (text.contains(line))
            return;
    before(type, context, text);
}

}  // namespace

DisplayCheck::DisplayCheck() {
    before = qInstallMessageHandler(handle);
}

DisplayCheck::~DisplayCheck() {
    qInstallMessageHandler(before);
}

QString displayProblem() {
    QStringList parts;
    for (const auto& platform : platforms())
        parts << QStringLiteral("%1: %2").arg(platform, problemOf(platform));
    if (parts.isEmpty())
        parts << QCoreApplication::translate("Display", "neither DISPLAY nor WAYLAND_DISPLAY is set");
    return QCoreApplication::translate("Display",
                                       "no window can be shown here. %1. The program lacuna does without one.")
        .arg(parts.join("; "));
}

QString displayFound() {
    const auto* screen = QGuiApplication::primaryScreen();
    return QStringLiteral("Qt %1, %2%3")
        .arg(QString::fromLatin1(qVersion()), QGuiApplication::platformName(),
             screen ? QStringLiteral(", %1×%2").arg(screen->size().width()).arg(screen->size().height()) : QString());
}

}  // namespace lacuna
