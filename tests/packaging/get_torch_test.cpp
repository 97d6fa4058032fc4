// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/test_registry.h"

#include <QCryptographicHash>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

/// lacuna-get-torch on wheels that are brought on a disk: whole ones, and all that can be wrong with them.
class GetTorchTest : public QObject {
    Q_OBJECT

    struct Ended {
        int code;
        QString out, err;
    };

    QString at(const QString& name) const { return m_folder->filePath(name); }

    static Ended run(const QString& program, const QStringList& arguments) {
        QProcess process;
        process.start(program, arguments);
        process.waitForFinished(60'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
                process.readAllStandardError()};
    }
    Ended getTorch(const QStringList& arguments) const {
        return run(LACUNA_BINARY_DIR "/bin/lacuna-get-torch",
                   QStringList{"--wheels", at("list"), "--to", at("data"), "--cpu"} + arguments);
    }

    void makeWheel(const QString& name, const QStringList& files) const {
        const auto made = run("python3", QStringList{"-c",
                                                     "import sys, zipfile\n"
                                                     "with zipfile.ZipFile(sys.argv[1], 'w') as wheel:\n"
                                                     "    for name in sys.argv[2:]:\n"
                                                     "        wheel.writestr(name, name * 100)\n",
                                                     at("wheels/" + name)} +
                                             files);
        QVERIFY2(made.code == 0, qPrintable(made.err));
    }
    QByteArray read(const QString& name) const {
        QFile file(at(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QString& name, const QByteArray& text) const {
        QFile file(at(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    void writeList(qint64 unpacked = 10'000) const {
        QByteArray list = "# set, file, bytes, unpacked twice, SHA-256\n";
        for (const auto* name : {"torch-2.11.0-cp311-cp311-x.whl", "nvidia_cuda_runtime-13.0.96-py3-none-x.whl"}) {
            const auto bytes = read(QStringLiteral("wheels/") + name);
            list += QStringLiteral("cpu %1 %2 %3 %3 ").arg(name).arg(bytes.size()).arg(unpacked).toUtf8() +
                    QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex() + "\n";
        }
        write("list", list);
    }
    bool nothingIsLeft() const { return QDir(at("data")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    const QString m_torch = "wheels/torch-2.11.0-cp311-cp311-x.whl";

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir().mkpath(at("wheels")));
        makeWheel("torch-2.11.0-cp311-cp311-x.whl",
                  {"torch/lib/libtorch_cpu.so", "torch/lib/libc10.so", "torch/lib/libtorch_cuda.so",
                   "torch/lib/libtorch_python.so", "torch/version.py", "torch/nn/modules.py",
                   "torch-2.11.0.dist-info/licenses/LICENSE"});
        makeWheel(
            "nvidia_cuda_runtime-13.0.96-py3-none-x.whl",
            {"nvidia/cu13/lib/libcudart.so.13", "nvidia/cu13/include/cuda.h", "nvidia/cu13/lib/libcudart_static.a"});
        writeList();
    }

    void whatTheEngineNeedsIsUnpackedAndRemoved() {
        const auto ended = getTorch({"--from", at("wheels"), "--yes"});
        QVERIFY2(ended.code == 0, qPrintable(ended.err));
        QVERIFY2(ended.out.contains("BSD-3-Clause") && ended.out.contains("MB to download"), qPrintable(ended.out));
        for (const auto* file :
             {"torch/lib/libtorch_cpu.so", "torch/lib/libc10.so", "torch/version.py",
              "torch-2.11.0.dist-info/licenses/LICENSE", "nvidia/cu13/lib/libcudart.so.13", "complete"})
            QVERIFY2(QFileInfo::exists(at(QStringLiteral("data/libtorch/") + file)), file);
        for (const auto* file : {"torch/lib/libtorch_cuda.so", "torch/lib/libtorch_python.so", "torch/nn/modules.py",
                                 "nvidia/cu13/include/cuda.h", "nvidia/cu13/lib/libcudart_static.a"})
            QVERIFY2(!QFileInfo::exists(at(QStringLiteral("data/libtorch/") + file)), file);
        QCOMPARE(getTorch({"--from", at("wheels"), "--yes"}).code, 0);  // again, in place of the first
        QCOMPARE(getTorch({"--remove"}).code, 0);
        QVERIFY(!QFileInfo::exists(at("data")));
    }

    void whatIsWrongIsSaidAndNothingChanges_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        QTest::newRow("half a download") << "cut" << 3 << "is cut off after";
        QTest::newRow("another checksum") << "changed" << 3 << "has not the checksum";
        QTest::newRow("missing") << "missing" << 2 << "does not hold torch-2.11.0";
        QTest::newRow("no space") << "space" << 3 << "GB are needed";
        QTest::newRow("nobody agrees") << "ask" << 2 << "--yes";
        QTest::newRow("no torch inside") << "empty" << 3 << "holds no libtorch_cpu.so";
    }
    void whatIsWrongIsSaidAndNothingChanges() {
        QFETCH(QString, what);
        QFETCH(int, code);
        QFETCH(QString, words);
        const auto torch = read(m_torch);
        if (what == "cut")
            write(m_torch, torch.left(torch.size() / 2));
        else if (what == "changed")
            write(m_torch, torch.left(torch.size() - 1) + char(torch.back() ^ 1));
        else if (what == "missing")
            QVERIFY(QFile::remove(at(m_torch)));
        else if (what == "space")
            writeList(qint64(1) << 60);
        else if (what == "empty") {
            makeWheel("torch-2.11.0-cp311-cp311-x.whl", {"torch/version.py"});
            writeList();
        }
        const auto ended = getTorch(what == "ask" ? QStringList{"--from", at("wheels")}
                                                  : QStringList{"--from", at("wheels"), "--yes"});
        QVERIFY2(ended.code == code && ended.err.contains(words) && !ended.err.contains("Traceback"),
                 qPrintable(ended.err));
        QVERIFY(nothingIsLeft());
    }

    /// pip itself says why: there is no such index.
    void anIndexThatDoesNotAnswerIsSaid() {
        qputenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
        qputenv("PIP_RETRIES", "0");
        qputenv("PIP_FIND_LINKS", "");
        const auto ended = getTorch({"--yes"});
        qunsetenv("PIP_INDEX_URL");
        qunsetenv("PIP_RETRIES");
        qunsetenv("PIP_FIND_LINKS");
        QVERIFY2(ended.code == 3 && ended.err.contains("could not be fetched") && ended.err.contains("--from"),
                 qPrintable(ended.err));
        QVERIFY(nothingIsLeft());
    }

    void withoutAHomeItSaysWhatToName() {
        const auto ended = run("env", {"-u", "HOME", "-u", "XDG_DATA_HOME",
                                       QString(LACUNA_BINARY_DIR) + "/bin/lacuna-get-torch", "--yes", "--cpu"});
        QVERIFY2(ended.code == 2 && ended.err.contains("--to"), qPrintable(ended.err));
    }

    void aFolderOfOthersIsSaid() {
        const auto ended =
            run(LACUNA_BINARY_DIR "/bin/lacuna-get-torch",
                {"--wheels", at("list"), "--to", "/proc/lacuna", "--cpu", "--yes", "--from", at("wheels")});
        QVERIFY2(ended.code == 3 && ended.err.contains("/proc/lacuna") && ended.err.contains("--to"),
                 qPrintable(ended.err));
    }
};

LACUNA_TEST(GetTorchTest)
#include "get_torch_test.moc"
