// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/display_check.h"
#include "app/workbench/library_check.h"
#include "app/workbench/main_window.h"
#include "app/workbench/manual_page.h"
#include "app/workbench/run_thumbnail.h"
#include "app/workbench/screenshot.h"
#include "app/workbench/session.h"
#include "app/workbench/single_instance.h"
#include "app/workbench/workbench.h"
#include "core/base/error.h"
#include "core/base/legal_notice.h"
#include "widgets/common/runtime_folder.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QTimer>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

using namespace lacuna;

namespace {

struct Options {
    QStringList runs;
    QString runsFolder, benchmark, theme;
    bool asReleased = false;
    bool checkDisplay = false;
    QString thumbnail;
    int thumbnailSize = 256;
    QSize size;
    ScreenshotRequest screenshot;
};

int complain(const QString& problem) {
    std::fprintf(stderr, "lacuna-workbench: %s\n", qPrintable(problem));
    return 2;
}

[[noreturn]] void refuse(const QString& problem) {
    std::exit(complain(problem));
}

QList<QCommandLineOption> optionRows() {
    QList<QCommandLineOption> rows{
        {{"v", "version"}, QObject::tr("Version, licence and where the notices of others are.")},
        {"runs", QObject::tr("Folder that new runs go to; every run in it is opened."), "DIR"},
        {"benchmark", QObject::tr("Benchmark folder in MLUBench's layout, or \"embedded\"."), "DIR"},
        {"as-released", QObject::tr("Leave texts of the benchmark that were wrongly decoded before its release.")},
        {"theme", QObject::tr("system, light or dark."), "NAME"},
        {"size", QObject::tr("Size of the window, e.g. 1440x900."), "WxH"},
        {"tab", QObject::tr("Tab to show: curves, entity, …"), "NAME"},
        {"entity", QObject::tr("Entity to select for a screenshot."), "NAME"},
        {"stage", QObject::tr("Stage of the timeline for a screenshot, from 0."), "N"},
        {"lesson", QObject::tr("Lesson to open for a screenshot: an id (see `lacuna lesson list`) or a file."), "ID"},
        {"page", QObject::tr("Its page, from 1."), "N"},
        {"guess", QObject::tr("The answer that is chosen on it, from 1."), "N"},
        {"presenter", QObject::tr("As somebody who presents it shows it.")},
        {"screenshot",
         QObject::tr("Make a screenshot: open, wait until all is drawn, write FILE and end. With "
                     "QT_QPA_PLATFORM=offscreen it needs no display."),
         "FILE"},
        {"thumbnail", QObject::tr("Write a small picture of RUN to FILE and end, as file managers ask for."), "FILE"},
        {"thumbnail-size", QObject::tr("Its width and height at most, in pixels."), "N", "256"},
        {"check-display", QObject::tr("Say on what the window would be shown, or what keeps it away, and end.")},
    };
    QCommandLineOption manual("manual", QObject::tr("Print the manual page."));
    manual.setFlags(QCommandLineOption::HiddenFromHelp);
    return rows << manual;
}

/// What is printed without any window.
void answerPlainly(const QCommandLineParser& parser) {
    if (parser.isSet("manual"))
        printManualPage(parser.applicationDescription(), optionRows());
    else if (parser.isSet("version"))
        std::printf("lacuna-workbench %s\n%s\n", LACUNA_VERSION, legalNotice);
    else
        return;
    std::exit(0);
}

Options parse(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QObject::tr("Lacuna, a workbench for lifelong unlearning."));
    parser.addHelpOption();
    parser.addPositionalArgument("RUN", QObject::tr("Run folders, run.h5 files or folders of runs to open."), "[RUN…]");
    parser.addOptions(optionRows());
    parser.process(arguments);
    answerPlainly(parser);
    Options options;
    options.runs = parser.positionalArguments();
    options.runsFolder = parser.value("runs");
    options.benchmark = parser.value("benchmark");
    options.asReleased = parser.isSet("as-released");
    options.theme = parser.value("theme");
    options.checkDisplay = parser.isSet("check-display");
    options.thumbnail = parser.value("thumbnail");
    options.thumbnailSize = parser.value("thumbnail-size").toInt();
    if (!options.thumbnail.isEmpty() &&
        (options.runs.size() != 1 || options.thumbnailSize < 16 || options.thumbnailSize > 2048))
        refuse(QObject::tr("--thumbnail takes one run, and a size of 16 to 2048 pixels."));
    if (!QStringList{"", "system", "light", "dark"}.contains(options.theme))
        refuse(QObject::tr("there is no theme \"%1\". Choose system, light or dark.").arg(options.theme));
    const auto size = parser.value("size").split('x');
    if (size.size() == 2)
        options.size = {size[0].toInt(), size[1].toInt()};
    if (parser.isSet("size") && options.size.isEmpty())
        refuse(QObject::tr("\"%1\" is no size. Give width and height in pixels, such as 1440x900.")
                   .arg(parser.value("size")));
    if (!parser.isSet("screenshot") && (parser.isSet("entity") || parser.isSet("stage")))
        refuse(QObject::tr("--entity and --stage go with --screenshot; in the window the last choice comes back."));
    if (!parser.isSet("screenshot") && parser.isSet("lesson"))
        refuse(QObject::tr("--lesson goes with --screenshot; in the window the menu Lesson opens them."));
    auto& wanted = options.screenshot;
    wanted = {parser.value("screenshot"), parser.value("tab"), parser.value("entity"),
              parser.isSet("stage") ? parser.value("stage").toInt() : -1};
    wanted.lesson = parser.value("lesson");
    wanted.page = parser.isSet("page") ? parser.value("page").toInt() : 1;
    wanted.guess = parser.value("guess").toInt();
    wanted.presenting = parser.isSet("presenter");
    if (wanted.page < 1)
        refuse(QObject::tr("\"%1\" is no page. The first is 1.").arg(parser.value("page")));
    return options;
}

Theme::Mode themeMode(const QString& name, const QSettings& settings) {
    if (name == "light")
        return Theme::Mode::Light;
    if (name == "dark")
        return Theme::Mode::Dark;
    return name == "system" ? Theme::Mode::System : static_cast<Theme::Mode>(settings.value("window/theme", 0).toInt());
}

QString tabNames(const MainWindow& window) {
    QStringList names;
    for (const auto& tab : window.tabs())
        names << tab.id;
    return names.join(QStringLiteral(", "));
}

int writeThumbnail(const Options& options) {
    try {
        const auto picture = runThumbnail(options.runs[0].toStdString(), options.thumbnailSize);
        if (picture.save(options.thumbnail, "PNG"))
            return 0;
        return complain(QObject::tr("%1 cannot be written.").arg(options.thumbnail));
    } catch (const Error& error) {
        return complain(QString::fromUtf8(error.what()));
    }
}

bool hasDisplay() {
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

QString chosenFolder(const QSettings& settings, const Options& options) {
    return options.runsFolder.isEmpty() ? runsFolder(settings) : options.runsFolder;
}

/// True when a window has the runs folder open already: it takes the files and comes to the front.
bool handedOver(const QSettings& settings, const Options& options) {
    QStringList files;
    for (const auto& file : options.runs)
        files << QFileInfo(file).absoluteFilePath();
    if (!options.screenshot.file.isEmpty() || !SingleInstance::handOver(chosenFolder(settings, options), files))
        return false;
    std::printf("%s\n", qPrintable(QObject::tr("Lacuna has this runs folder open: its window comes to the front.")));
    return true;
}

void answerOtherStarts(MainWindow& window, const QString& folder) {
    auto* instance = new SingleInstance(folder, &window);
    QObject::connect(instance, &SingleInstance::handed, &window, [&window](const QStringList& files) {
        window.openPaths(files);
        window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
        window.raise();
        window.activateWindow();
    });
}

/// What may wait until the window has been painted.
void begin(MainWindow& window, const QSettings& settings, const Options& options) {
    auto& workbench = window.workbench();
    // The engine's library costs a core half a second: the runs come first.
    if (options.screenshot.file.isEmpty())
        QObject::connect(&workbench.library(), &RunLibrary::listed, &workbench, &Workbench::startEngine,
                         Qt::SingleShotConnection);
    restoreWorkspace(window, settings);
    workbench.library().setFolder(chosenFolder(settings, options).toStdString());
    if (options.screenshot.file.isEmpty())
        workbench.library().takeOverQueue();
    window.openPaths(options.runs);
    workbench.setAsReleased(options.asReleased);
    if (options.benchmark.isEmpty())
        workbench.openBenchmark(settings.value("benchmark", "embedded").toString(),
                                settings.value("images").toString());
    else
        workbench.openBenchmark(options.benchmark);
    if (!options.screenshot.file.isEmpty())
        takeScreenshot(window, options.screenshot,
                       [](const QString& problem) { QApplication::exit(problem.isEmpty() ? 0 : complain(problem)); });
}

}  // namespace

int main(int argc, char** argv) {
    QApplication::setApplicationName("lacuna-workbench");
    QApplication::setApplicationDisplayName("Lacuna");
    QApplication::setApplicationVersion(LACUNA_VERSION);
    QApplication::setDesktopFileName("org.lacuna.Workbench");
    for (int i = 1; i < argc; ++i)
        if (QByteArrayView(argv[i]).startsWith("--thumbnail"))  // a file manager's service may have no display
            qputenv("QT_QPA_PLATFORM", "offscreen");
    if (!hasDisplay()) {  // Qt would end the program with a core dump, even for --help
        const QCoreApplication app(argc, argv);
        parse(app.arguments());
        refuse(
            QObject::tr("there is no display. The program lacuna does without one; a screenshot needs "
                        "QT_QPA_PLATFORM=offscreen."));
    }
    if (const auto problem = ownLibraryProblem(); !problem.isEmpty())
        refuse(problem);
    std::signal(SIGXFSZ, SIG_IGN);  // a file over the limit of this session is an error of its write
    nameRuntimeFolder();
    std::optional<DisplayCheck> check(std::in_place);
    QApplication app(argc, argv);
    check.reset();
    const auto options = parse(app.arguments());
    if (options.checkDisplay) {
        std::printf("%s\n", qPrintable(displayFound()));
        return 0;
    }
    if (!options.thumbnail.isEmpty())
        return writeThumbnail(options);
    const auto settings = sessionSettings();
    if (handedOver(*settings, options))
        return 0;
    Theme::instance().setTextScale(settings->value("window/textChosen", 0).toDouble());
    Theme::instance().apply(themeMode(options.theme, *settings));

    Workbench workbench;
    MainWindow window(workbench);
    restoreWindow(window, *settings);
    if (const auto& tab = options.screenshot.tab; !tab.isEmpty() && !window.showTab(tab))
        return complain(QObject::tr("there is no tab \"%1\". Choose one of: %2.").arg(tab, tabNames(window)));
    if (options.size.isValid() || !options.screenshot.file.isEmpty())
        window.resize(options.size.isValid() ? options.size : QSize(1440, 900));
    if (options.screenshot.file.isEmpty())
        QObject::connect(&window, &MainWindow::closed, &window, [&] { saveSession(window, *settings); });
    // Sealed stages are safe on the disk whenever the process ends: a second close may end it here and now.
    QObject::connect(&window, &MainWindow::leaveAtOnce, &window, [&] {
        settings->sync();
        std::_Exit(0);
    });
    window.show();
    if (options.screenshot.file.isEmpty())
        answerOtherStarts(window, chosenFolder(*settings, options));
    QTimer::singleShot(0, &window, [&] { begin(window, *settings, options); });
    return QApplication::exec();
}
