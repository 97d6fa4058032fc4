// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/probe_pictures.h"

#include "tests/common/test_registry.h"

#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

using namespace lacuna;

class ProbePicturesTest : public QObject {
    Q_OBJECT

private slots:
    /// Qt shows what is left of such a file, with grey below: it is refused before it is asked about.
    void aCutOffPictureIsNamed_data() {
        QTest::addColumn<QString>("format");
        for (const char* format : {"jpg", "png"})
            QTest::newRow(format) << format;
    }
    void aCutOffPictureIsNamed() {
        QFETCH(QString, format);
        QTemporaryDir place;
        const auto path = place.filePath("picture." + format);
        QImage image(200, 150, QImage::Format_RGB32);
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                image.setPixel(x, y, qRgb(x, y, x * y % 256));
        QVERIFY(image.save(path));
        QCOMPARE(pictureProblem(path.toStdString()), std::string());
        QFile file(path);
        QVERIFY(file.resize(file.size() / 2));
        QVERIFY2(QString::fromStdString(pictureProblem(path.toStdString())).contains("cut off"),
                 pictureProblem(path.toStdString()).c_str());
    }

    void aWebPageIsNamed() {
        QTemporaryDir place;
        QFile file(place.filePath("picture.jpg"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("<!DOCTYPE html><html><body>404</body></html>");
        file.close();
        QVERIFY(QString::fromStdString(pictureProblem(file.fileName().toStdString())).contains("web page"));
        QVERIFY(!pictureProblem(place.filePath("none.png").toStdString()).empty());
    }
};

LACUNA_TEST(ProbePicturesTest)
#include "probe_pictures_test.moc"
