// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// ctest timeout: 300
#include "tests/common/test_registry.h"
#include "tests/core/runs/example_run.h"

#include <QDirIterator>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

using lacuna::testing::ExampleRun;

/// What `cmake --install` makes, moved elsewhere and started there, by a user with folders of their own.
class InstallTreeTest : public QObject {
    Q_OBJECT

    struct Ended {
        int code;
        QString out, err;
    };

    QString at(const QString& name) const { return m_folder.filePath(name); }

    QProcessEnvironment bareEnvironment() const {
        QProcessEnvironment environment;
        environment.insert("PATH", "/usr/bin:/bin");
        environment.insert("HOME", at("home"));
        environment.insert("LACUNA_TORCH", LACUNA_BINARY_DIR "/lib/torch");
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        for (const auto* name : {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"})  // some processors crash NumPy without them
            if (qEnvironmentVariableIsSet(name))
                environment.insert(name, qEnvironmentVariable(name));
        return environment;
    }
    Ended run(const QString& program, const QStringList& arguments, const QProcessEnvironment& environment) const {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_folder.path());
        process.start(program, arguments);
        process.waitForFinished(120'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
                process.readAllStandardError()};
    }
    Ended installed(const QString& name, const QStringList& arguments) const {
        return run(at("moved/bin/" + name), arguments, bareEnvironment());
    }
    Ended doctor(const QProcessEnvironment& environment) const {
        return run(at("moved/bin/lacuna"), {"doctor", "--json"}, environment);
    }

    static QJsonObject finding(const Ended& ended, const QString& id) {
        for (const auto& value : QJsonDocument::fromJson(ended.out.toUtf8()).array())
            if (value.toObject()["id"] == id)
                return value.toObject();
        return {};
    }
    /// 77, as for tests that are left out, where a checker is not installed.
    static bool has(const char* program) { return !QStandardPaths::findExecutable(program).isEmpty(); }

    QTemporaryDir m_folder;

private slots:
    void initTestCase() {
        const auto ended = run("cmake", {"--install", LACUNA_BINARY_DIR, "--prefix", at("first/usr")},
                               QProcessEnvironment::systemEnvironment());
        QVERIFY2(ended.code == 0, qPrintable(ended.err));
        QVERIFY(QDir().rename(at("first/usr"), at("moved")));
        QVERIFY(QDir(at("first")).removeRecursively());
        QVERIFY(QDir().mkpath(at("home")));
        const ExampleRun example;
        example.createWith(m_folder.path().toStdString(), example.stages())->finish();
        QVERIFY(QDir().rename(at("example"), at("run")));
    }

    void everythingIsWhereItBelongs() {
        for (const auto* file :
             {"bin/lacuna", "bin/lacuna-workbench", "bin/lacuna-get-torch", "lib/lacuna/liblacuna_engine.so",
              "lib/lacuna/liblacuna_plain.so", "lib/lacuna/liblacuna_cli.so", "lib/lacuna/lacuna-reader",
              "share/lacuna/datasets/small-llava/model.safetensors", "share/lacuna/torch-wheels.txt",
              "share/applications/org.lacuna.Workbench.desktop", "share/metainfo/org.lacuna.Workbench.metainfo.xml",
              "share/mime/packages/lacuna.xml", "share/icons/hicolor/scalable/apps/org.lacuna.Workbench.svg",
              "share/thumbnailers/lacuna.thumbnailer", "share/bash-completion/completions/lacuna",
              "share/zsh/vendor-completions/_lacuna", "share/fish/vendor_completions.d/lacuna.fish",
              "share/doc/lacuna/THIRD-PARTY-NOTICES.md"})
            QVERIFY2(QFileInfo(at(QStringLiteral("moved/") + file)).size() > 0, file);
    }

    void noFileNamesTheBuildTree() {
        int programs = 0, texts = 0;
        for (QDirIterator files(at("moved"), QDir::Files, QDirIterator::Subdirectories); files.hasNext();) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const auto content = file.readAll();
            if (content.startsWith("\177ELF")) {
                // Messages of libtorch's own headers name the files they stand in; a release's build maps those away.
                const auto places = run("readelf", {"-d", file.fileName()}, bareEnvironment());
                QVERIFY2(places.code == 0 && !places.out.contains(LACUNA_BINARY_DIR) &&
                             !places.out.contains(LACUNA_SOURCE_DIR),
                         qPrintable(file.fileName()));
                QVERIFY2(!places.out.contains("RUNPATH") || places.out.contains("$ORIGIN"), qPrintable(places.out));
                ++programs;
            } else {
                QVERIFY2(!content.contains(LACUNA_BINARY_DIR) && !content.contains(LACUNA_SOURCE_DIR),
                         qPrintable(file.fileName()));
                ++texts;
            }
        }
        QVERIFY(programs >= 6 && texts > 15);
    }

    void everyProgramTellsTheVersion() {
        for (const auto* name : {"lacuna", "lacuna-workbench", "lacuna-get-torch"}) {
            const auto ended = installed(name, {"--version"});
            QVERIFY2(ended.code == 0 && ended.out.startsWith(QString(name) + " " LACUNA_VERSION "\n"),
                     qPrintable(ended.out + ended.err));
        }
    }

    void theDoctorFindsNothingWrong() {
        const auto ended = doctor(bareEnvironment());
        QVERIFY2(ended.code == 0, qPrintable(ended.out + ended.err));
        QVERIFY(finding(ended, "lacuna")["found"].toString().contains(at("moved/lib/lacuna")));
        QVERIFY(finding(ended, "data")["found"].toString().startsWith(at("moved/share")));
        QVERIFY(finding(ended, "libtorch")["found"].toString().contains("LACUNA_TORCH"));
        QVERIFY(finding(ended, "engine")["found"].toString().contains("OpenCV"));
        QVERIFY(finding(ended, "window")["found"].toString().contains("offscreen"));
        QVERIFY(finding(ended, "cache")["found"].toString().contains(at("home/.cache/lacuna")));
        QVERIFY(!QFileInfo::exists(at("home/.cache")));  // it only looks
    }

    void theDoctorSaysWhatIsWrong_data() {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("words");
        QTest::newRow("no libtorch") << "LACUNA_TORCH"
                                     << "/nowhere"
                                     << "libtorch"
                                     << "there is none";
        QTest::newRow("no home") << "HOME"
                                 << ""
                                 << "cache"
                                 << "LACUNA_CACHE";
        QTest::newRow("a locked home") << "HOME"
                                       << "/dev/null"
                                       << "cache"
                                       << "is no folder";
        QTest::newRow("no model") << "LACUNA_DATASETS"
                                  << "/nowhere"
                                  << "data"
                                  << "unset LACUNA_DATASETS";
        QTest::newRow("no such platform") << "QT_QPA_PLATFORM"
                                          << "hologram"
                                          << "window"
                                          << "Qt has no platform of that name";
    }
    void theDoctorSaysWhatIsWrong() {
        QFETCH(QString, variable);
        QFETCH(QString, value);
        QFETCH(QString, id);
        QFETCH(QString, words);
        auto environment = bareEnvironment();
        environment.insert(variable, value);
        const auto ended = doctor(environment);
        QCOMPARE(ended.code, 2);
        const auto problem = finding(ended, id)["problem"].toString();
        QVERIFY2(problem.contains(words) && problem.endsWith('.'), qPrintable(ended.out));
        const auto plain = run(at("moved/bin/lacuna"), {"doctor"}, environment);
        QVERIFY2(plain.code == 2 && plain.out.contains("! " + problem) && plain.err.contains("see above"),
                 qPrintable(plain.out));
    }

    void withoutLibtorchTheProgramSaysWhatToDo() {
        auto environment = bareEnvironment();
        environment.insert("LACUNA_TORCH", "/nowhere");
        const auto ended = run(at("moved/bin/lacuna"), {"methods"}, environment);
        QVERIFY2(ended.code == 3 && ended.err.contains("lacuna-get-torch") && ended.err.count('\n') == 1,
                 qPrintable(ended.err));
    }

    void aReadOnlyFolderServes() {
        run("chmod", {"-R", "a-w", at("moved")}, bareEnvironment());
        const auto model = installed("lacuna", {"model", "info", "embedded"});
        const auto compared = installed("lacuna", {"compare", at("run"), "--figures", at("figures")});
        run("chmod", {"-R", "u+w", at("moved")}, bareEnvironment());
        QVERIFY2(model.code == 0 && model.out.contains("small-llava"), qPrintable(model.out + model.err));
        QVERIFY2(compared.code == 0 && compared.err.isEmpty(), qPrintable(compared.err));
        QVERIFY(!QImage(at("figures/retention.png")).isNull());
    }

    void theWindowOpensAndARunHasAThumbnail() {
        const auto shot = installed("lacuna-workbench", {"--screenshot", at("window.png"), at("run")});
        QVERIFY2(shot.code == 0 && shot.err.isEmpty(), qPrintable(shot.err));
        QVERIFY(QImage(at("window.png")).width() == 1440);
        const auto thumbnail = installed("lacuna-workbench",
                                         {"--thumbnail", at("small.png"), "--thumbnail-size", "128", at("run/run.h5")});
        QVERIFY2(thumbnail.code == 0 && thumbnail.err.isEmpty(), qPrintable(thumbnail.err));
        const QImage picture(at("small.png"));
        QCOMPARE(std::max(picture.width(), picture.height()), 128);
        QSet<QRgb> colours;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                colours.insert(picture.pixel(x, y));
        QVERIFY(colours.size() > 10);  // something is drawn
        const auto none = installed("lacuna-workbench", {"--thumbnail", at("none.png"), at("home")});
        QCOMPARE(none.code, 2);
    }

    void aNotebookReadsARunInTwoLines() {
        if (run("/usr/bin/python3", {"-c", "import h5py"}, bareEnvironment()).code != 0)
            QSKIP("h5py is not installed");
        QVERIFY(QDir().mkpath(at("python")));
        QCOMPARE(run("cp", {"-r", LACUNA_SOURCE_DIR "/packaging/wheel/lacuna", at("python/")}, bareEnvironment()).code,
                 0);
        QFile version(at("python/lacuna/_version.py"));
        QVERIFY(version.open(QIODevice::WriteOnly));
        version.write("__version__ = '0'\n");
        version.close();
        auto environment = bareEnvironment();
        environment.insert("PYTHONPATH", at("python"));
        environment.insert("PYTHONDONTWRITEBYTECODE", "1");
        const auto python = [&](const QString& code) {
            return run("/usr/bin/python3", {"-c", "import lacuna\n" + code}, environment);
        };
        const auto read = python(
            "run = lacuna.open_run('run')\n"
            "answers = run.rows('answers')\n"
            "print(run.spec['method'], len(run.tables['steps']['loss']) > 3, type(answers[0]['answer']).__name__,\n"
            "      run.tables['steps']['loss'].dtype.kind, len(answers) == len(run.tables['answers']['truth']))");
        QVERIFY2(read.code == 0, qPrintable(read.err));
        QCOMPARE(read.out, QString("lumoe True str f True\n"));
        const auto problem = [&](const char* path) {
            return python(
                       QString(
                           "try: lacuna.open_run('%1')\nexcept (ValueError, OSError) as e: print(type(e).__name__, e)")
                           .arg(path))
                .out;
        };
        QVERIFY(problem("home").startsWith("FileNotFoundError") && problem("home").contains("no run folder"));
        QVERIFY(problem("nowhere.h5").startsWith("FileNotFoundError"));
        QVERIFY2(
            problem("window.png").startsWith("ValueError") && problem("window.png").contains("cannot be read as HDF5"),
            qPrintable(problem("window.png")));
        QCOMPARE(python("import h5py\nh5py.File('foreign.h5', 'w').close()").code, 0);
        QVERIFY(problem("foreign.h5").contains("is no run of Lacuna"));
        QCOMPARE(python("import h5py\nwith h5py.File('newer.h5', 'w') as f: f.attrs.update(format='lacuna.run', "
                        "format_version='2.0')")
                     .code,
                 0);
        QVERIFY(problem("newer.h5").contains("upgrade"));
    }

    void aDisplayThatDoesNotAnswerIsSaid() {
        auto environment = bareEnvironment();
        environment.remove("QT_QPA_PLATFORM");
        environment.insert("DISPLAY", ":987");
        const auto ended = run(at("moved/bin/lacuna-workbench"), {}, environment);
        QVERIFY2(
            ended.code == 2 && ended.err.contains("the display :987 does not answer") && ended.err.count('\n') == 1,
            qPrintable(ended.err));
        environment.remove("DISPLAY");
        environment.insert("WAYLAND_DISPLAY", "wayland-987");
        const auto wayland = run(at("moved/bin/lacuna-workbench"), {}, environment);
        QVERIFY2(wayland.code == 2 && wayland.err.contains("wayland") && wayland.err.count('\n') == 1,
                 qPrintable(wayland.err));
    }

    void desktopFilesAreValid() {
        if (!has("desktop-file-validate") || !has("appstreamcli"))
            QSKIP("desktop-file-utils and appstream are not installed");
        const auto entry = run("desktop-file-validate", {at("moved/share/applications/org.lacuna.Workbench.desktop")},
                               bareEnvironment());
        QVERIFY2(entry.code == 0 && entry.out.isEmpty(), qPrintable(entry.out));
        const auto metadata =
            run("appstreamcli",
                {"validate", "--strict", "--no-net", at("moved/share/metainfo/org.lacuna.Workbench.metainfo.xml")},
                bareEnvironment());
        QVERIFY2(metadata.code == 0, qPrintable(metadata.out));
    }

    /// Ours by what they say inside, under any name; no other HDF5 file, not even one of that name.
    void aRunFileIsKnownByItsFormat() {
        if (!has("update-mime-database") || !has("gio"))
            QSKIP("shared-mime-info and gio are not installed");
        QVERIFY(QDir().mkpath(at("data/mime/packages")));
        QVERIFY(
            QFile::copy("/usr/share/mime/packages/freedesktop.org.xml", at("data/mime/packages/freedesktop.org.xml")));
        QVERIFY(QFile::copy(at("moved/share/mime/packages/lacuna.xml"), at("data/mime/packages/lacuna.xml")));
        const auto updated = run("update-mime-database", {at("data/mime")}, bareEnvironment());
        QVERIFY2(updated.code == 0 && !updated.err.contains("lacuna"), qPrintable(updated.err));
        auto environment = bareEnvironment();
        environment.insert("XDG_DATA_HOME", at("data"));
        environment.insert("XDG_DATA_DIRS", at("data"));
        const auto typeOf = [&](const QString& file) {
            return run("gio", {"info", "-a", "standard::content-type", file}, environment).out;
        };
        QVERIFY2(typeOf(at("run/run.h5")).contains("application/x-lacuna-run"), qPrintable(typeOf(at("run/run.h5"))));
        QVERIFY(QFile::copy(at("run/run.h5"), at("shared-with-me")));
        QVERIFY(typeOf(at("shared-with-me")).contains("application/x-lacuna-run"));
        QFile other(at("other.h5"));
        QVERIFY(other.open(QIODevice::WriteOnly));
        other.write(QByteArray("\211HDF\r\n\032\n", 8) + QByteArray(9000, '\0'));
        other.close();
        QVERIFY2(!typeOf(other.fileName()).contains("lacuna"), qPrintable(typeOf(other.fileName())));
    }

    void manualPagesRenderWithoutWarnings_data() {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QString>("words");
        QTest::newRow("lacuna") << "lacuna.1"
                                << "LACUNA_TORCH";
        QTest::newRow("workbench") << "lacuna-workbench.1"
                                   << "--screenshot";
        QTest::newRow("get-torch") << "lacuna-get-torch.1"
                                   << "--system";
    }
    void manualPagesRenderWithoutWarnings() {
        QFETCH(QString, page);
        QFETCH(QString, words);
        if (!has("man"))
            QSKIP("man-db is not installed");
        auto environment = bareEnvironment();
        environment.insert("MANROFFOPT", "-wall");
        environment.insert("MANWIDTH", "100");
        environment.insert("LC_ALL", "C.UTF-8");
        const auto ended =
            run("man", {"-l", "--warnings=all", "-Tutf8", at("moved/share/man/man1/" + page)}, environment);
        QVERIFY2(ended.code == 0 && ended.err.isEmpty(), qPrintable(ended.err));
        QVERIFY(QString(ended.out).remove(QRegularExpression("\\x1b\\[[0-9]*m|.\\x08")).contains(words));
    }
};

LACUNA_TEST(InstallTreeTest)
#include "install_tree_test.moc"
