// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/picture.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>

namespace fs = std::filesystem;
using namespace lacuna;

namespace {

/// tests/fixtures/make_pictures.py: files, and the pixels that Pillow gives.
const nlohmann::json& pictures() {
    static const auto json =
        nlohmann::json::parse(readFile(fs::path(LACUNA_SOURCE_DIR) / "tests/fixtures/pictures.json"));
    return json;
}

QByteArray fileOf(const nlohmann::json& entry) {
    auto bytes = QByteArray::fromBase64(QByteArray::fromStdString(entry["file"].get<std::string>()));
    if (entry.contains("tail"))
        bytes += QByteArray("tail").repeated(entry["tail"].get<int>() / 4);
    return bytes;
}

}  // namespace

class PictureTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path put(const std::string& name, const QByteArray& bytes) const {
        const auto path = fs::path(m_folder.path().toStdString()) / name;
        std::ofstream(path, std::ios::binary) << bytes.toStdString();
        return path;
    }
    fs::path put(const std::string& name) const { return put(name, fileOf(pictures().at(name))); }

private slots:
    void hasThePixelsOfPillow_data() {
        QTest::addColumn<QString>("name");
        for (const auto& [name, entry] : pictures().items())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
        QVERIFY(pictures().size() > 100);
    }
    void hasThePixelsOfPillow() {
        QFETCH(QString, name);
        const auto& entry = pictures().at(name.toStdString());
        const auto picture = readPicture(put("picture", fileOf(entry)));
        QCOMPARE(picture.width, entry["width"].get<int>());
        QCOMPARE(picture.height, entry["height"].get<int>());
        const auto right =
            qUncompress(QByteArray::fromBase64(QByteArray::fromStdString(entry["rgb"].get<std::string>())));
        QCOMPARE(picture.pixels.size(), static_cast<std::size_t>(right.size()));
        int off = 0;
        for (std::size_t i = 0; i < picture.pixels.size(); ++i)
            off = std::max(off, std::abs(picture.pixels[i] - static_cast<std::uint8_t>(right[static_cast<int>(i)])));
        // Lossy formats are decoded by another build of their library.
        const bool lossy = name.contains("jpeg") || name.contains(".jpg") || name.contains("lossy");
        QVERIFY2(off <= (lossy ? 2 : 0), qPrintable(QString("%1 levels off").arg(off)));
    }

    void everyCutIsRefusedOrWhole_data() {
        QTest::addColumn<QString>("name");
        for (const auto* name :
             {"plain.gif", "large.gif", "frames GIF", "tiff 6.tif", "tiff xmp.tif", "frames part 6.webp", "webp 6.webp",
              "png packed.png", "jpeg split.jpg", "palette BMP"})
            QTest::newRow(name) << name;
    }
    /// A file cut anywhere is refused, or (where only bytes behind the pixels are gone) has the same pixels.
    void everyCutIsRefusedOrWhole() {
        QFETCH(QString, name);
        const auto bytes = fileOf(pictures().at(name.toStdString()));
        const auto whole = readPicture(put("whole", bytes));
        int refused = 0;
        for (int length = 0; length < bytes.size(); length += 1 + static_cast<int>(bytes.size()) / 400) {
            const auto path = put("cut", bytes.left(length));
            try {
                const auto picture = readPicture(path);
                QVERIFY2(picture.pixels == whole.pixels, qPrintable(QString("%1 bytes").arg(length)));
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Input);
                QVERIFY(examinePicture(path, true).fault != PictureFault::None);
                ++refused;
            }
        }
        QVERIFY(refused > 10);
    }

    /// Pillow reads it too: its checksum and end chunk have 16 bytes.
    void aPngWithoutItsEndIsReadWithANote() {
        for (const auto* name : {"png 6.png", "grey PNG", "palette PNG"}) {
            const auto bytes = fileOf(pictures().at(name));
            const auto whole = readPicture(put("whole", bytes));
            const auto read = [&](const QByteArray& less) {
                const auto path = put("less.png", less);
                QCOMPARE(readPicture(path).pixels, whole.pixels);
                QCOMPARE(examinePicture(path, true).notes,
                         std::vector<std::string>{"lacks its last bytes, behind the pixels"});
            };
            for (int less = 1; less <= 16; ++less)
                read(bytes.chopped(less));
            QCOMPARE(examinePicture(put("less.png", bytes.chopped(24)), false).fault, PictureFault::CutOff);
            QCOMPARE(examinePicture(put("less.png", bytes.left(40)), true).fault, PictureFault::CutOff);
        }
    }

    void notesWhatIsReadAllTheSame() {
        for (const auto* name : {"frames GIF", "frames WEBP", "frames TIFF", "frames PNG"}) {
            const auto notes = examinePicture(put(name), true).notes;
            QCOMPARE(notes.size(), std::size_t{1});
            QVERIFY(notes[0].find("several pictures") != std::string::npos);
        }
        QVERIFY(examinePicture(put("plain.gif"), true).notes.empty());
        QVERIFY(examinePicture(put("png 16"), true).notes.empty());
        for (const auto* name : {"grey 16.png", "grey 16.tif", "grey 16 inverted.tif"})
            QCOMPARE(
                examinePicture(put(name), true).notes,
                std::vector<std::string>{"has greys of 16 bits, of which all from 255 up are white, as Pillow has it"});
        const auto report = examinePicture(put("misnamed.JPG", fileOf(pictures().at("grey PNG"))), true);
        QCOMPARE(report.fault, PictureFault::None);
        QCOMPARE(report.notes, std::vector<std::string>{"its name ends in .jpg, it is a PNG"});
        QVERIFY(examinePicture(put("some.photo", fileOf(pictures().at("grey PNG"))), true).notes.empty());
    }

    void faultsHaveTheirKind_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("fault");
        const auto row = [](const char* name, const QByteArray& bytes, PictureFault fault) {
            QTest::newRow(name) << bytes << static_cast<int>(fault);
        };
        row("empty", {}, PictureFault::CutOff);
        row("page", "\xef\xbb\xbf\n <!doctype HTML><title>404</title>", PictureFault::WebPage);
        row("page without type", "\n<html><body>Not found", PictureFault::WebPage);
        row("xhtml", "<?xml version='1.0'?><html xmlns='x'>", PictureFault::WebPage);
        row("a store's refusal", "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
            PictureFault::WebPage);
        row("svg", "<?xml version='1.0'?><svg/>", PictureFault::OtherFormat);
        const auto page = [&](const char* name, const char* base, char tag, char from, char to) {
            auto bytes = fileOf(pictures().at(base));
            const auto at = bytes.indexOf(QByteArray(1, tag) + QByteArray("\1\3\0\1\0\0\0", 7) + QByteArray(1, from));
            QVERIFY2(at > 0, name);
            row(name, bytes.replace(at + 8, 1, QByteArray(1, to)), PictureFault::OtherFormat);
        };
        page("tiff of 32 bits", "grey 16.tif", 2, 16, 32);
        page("tiff of 12 bits", "grey 16.tif", 2, 16, 12);
        page("tiff of 4 bits", "grey 16.tif", 2, 16, 4);
        page("tiff of halves", "grey 16.tif", 0x53, 1, 3);
        page("tiff in lab", "grey 16.tif", 6, 1, 8);
        page("tiff in deep cmyk", "tiff 16.tif", 6, 2, 5);
        page("tiff in deep planes", "tiff 16.tif", 0x1c, 1, 2);
        page("tiff of five samples", "tiff 1.tif", 0x15, 3, 5);
        row("big tiff", QByteArray("II+\0\x08\0\0\0", 8), PictureFault::OtherFormat);
        row("text", "{\"error\": 404}", PictureFault::OtherFormat);
        auto cut = fileOf(pictures().at("grey.jpg"));
        row("jpeg", cut.left(cut.size() * 3 / 4), PictureFault::CutOff);
        row("jpeg in zeros", cut.left(cut.size() * 3 / 4) + QByteArray(4000, '\0'), PictureFault::CutOff);
        auto tiff = fileOf(pictures().at("tiff 1.tif"));
        tiff.replace(tiff.indexOf(QByteArray("\0\1\3\0\1\0\0\0\7\0", 10)) + 2, 8, QByteArray("\4\0\1\0\0\0\0\0", 8));
        row("tiff without width", tiff, PictureFault::Broken);
        row("gif without a frame", QByteArray("GIF89a\1\0\1\0\0\0\0;", 14), PictureFault::CutOff);
        row("gif of an empty frame", QByteArray("GIF89a\1\0\1\0\0\0\0,\0\0\0\0\0\0\1\0\0\2\2D\1\0;", 28),
            PictureFault::CutOff);
        row("gif of 65535 squared", QByteArray("GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;", 28),
            PictureFault::TooLarge);
    }
    void faultsHaveTheirKind() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, fault);
        const auto path = put("faulty", bytes);
        const auto report = examinePicture(path, false);
        QVERIFY2(static_cast<int>(report.fault) == fault, report.problem.c_str());
        QVERIFY_EXCEPTION_THROWN(readPicture(path), Error);
    }

    void otherFormatsAreNamed_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const QByteArray& bytes, const char* says) {
            QTest::newRow(name) << bytes << QByteArray(says);
        };
        row("svg", "<?xml version='1.0'?>\n<!-- made by hand -->\n<svg/>", "it is an SVG");
        row("xml", "<?xml version='1.0'?>\n<feed/>", "it is no PNG, JPEG");
        row("avif",
            QByteArray("\0\0\0\x1c"
                       "ftypavif",
                       12),
            "it is an AVIF");
        row("heic",
            QByteArray("\0\0\0\x18"
                       "ftypheic",
                       12),
            "it is a HEIC");
        row("jpeg 2000", QByteArray("\0\0\0\x0cjP  \r\n\x87\n", 12), "it is a JPEG 2000");
        row("jpeg 2000 without boxes", QByteArray("\xff\x4f\xff\x51\0\x2f", 6), "it is a JPEG 2000");
        row("lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "Run \"git lfs pull\"");
        row("short", "GIF", "it is no PNG, JPEG");
    }
    void otherFormatsAreNamed() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, says);
        const auto report = examinePicture(put("other", bytes), false);
        QCOMPARE(report.fault, PictureFault::OtherFormat);
        QVERIFY2(report.problem.find(says.toStdString()) != std::string::npos, report.problem.c_str());
    }

    /// Damage inside the data is found by decoding alone.
    void decodingFindsWhatTheHeaderDoesNotSay() {
        auto bytes = fileOf(pictures().at("grey PNG"));
        bytes[bytes.indexOf("IDAT") + 8] = char(bytes[bytes.indexOf("IDAT") + 8] ^ 0x55);
        const auto path = put("damaged.png", bytes);
        QCOMPARE(examinePicture(path, false).fault, PictureFault::None);
        QCOMPARE(examinePicture(path, true).fault, PictureFault::Broken);
    }
};

LACUNA_TEST(PictureTest)
#include "picture_test.moc"
