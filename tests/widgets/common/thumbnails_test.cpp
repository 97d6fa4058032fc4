// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/thumbnails.h"

#include "core/benchmark/cache_folder.h"
#include "tests/common/test_registry.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace lacuna;

class ThumbnailsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString picture(const QString& name, const QSize& size, const QColor& colour) {
        QImage image(size, QImage::Format_RGB32);
        image.fill(colour);
        const auto path = m_folder.filePath(name);
        image.save(path);
        return path;
    }

private slots:
    void cutsASquareFromTheMiddle() {
        const auto path = picture("wide.png", {300, 100}, Qt::red);
        const auto image = readThumbnail(path, 40);
        QCOMPARE(image.size(), QSize(40, 40));
        QCOMPARE(image.pixelColor(20, 20), QColor(Qt::red));
    }

    void promisesThenDelivers() {
        const auto path = picture("red.png", {64, 64}, Qt::red);
        Thumbnails thumbnails;
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        QVERIFY(thumbnails.picture(path, 32).state == Thumbnails::State::Loading);
        QVERIFY(thumbnails.picture(path, 32).state == Thumbnails::State::Loading);
        QTRY_COMPARE(ready.count(), 1);
        const auto picture = thumbnails.picture(path, 32);
        QVERIFY(picture.state == Thumbnails::State::Ready);
        QCOMPARE(picture.pixmap.size(), QSize(32, 32));
    }

    void theFadedOneIsPaler() {
        const auto path = picture("blue.png", {64, 64}, Qt::blue);
        Thumbnails thumbnails;
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        thumbnails.picture(path, 32);
        QTRY_COMPARE(ready.count(), 1);
        const auto normal = thumbnails.picture(path, 32).pixmap.toImage().pixelColor(5, 5);
        const auto faded = thumbnails.picture(path, 32, true).pixmap.toImage().pixelColor(5, 5);
        QVERIFY(faded.hsvSaturation() < normal.hsvSaturation() / 2);
    }

    void whatIsNoPictureIsMissing() {
        const auto path = m_folder.filePath("broken.png");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is no picture");
        file.close();
        Thumbnails thumbnails;
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        thumbnails.picture(path, 32);
        thumbnails.picture(m_folder.filePath("absent.png"), 32);
        QTRY_COMPARE(ready.count(), 2);
        QVERIFY(thumbnails.picture(path, 32).state == Thumbnails::State::Missing);
        QVERIFY(thumbnails.picture(m_folder.filePath("absent.png"), 32).state == Thumbnails::State::Missing);
    }

    void picturesComeWhileTheyAreDrawn() {
        qputenv("LACUNA_CACHE", m_folder.filePath("cache").toUtf8());
        const auto folder = drawnBenchmarkFolder();
        const QDir part(QString::fromStdString(unfinished(folder).string()));
        QVERIFY(part.mkpath("."));
        QImage image(40, 40, QImage::Format_RGB32);
        image.fill(Qt::red);
        QVERIFY(image.save(part.filePath("one.png")));
        const auto at = [&](const char* name) { return QString::fromStdString((folder / name).string()); };
        Thumbnails thumbnails;
        const auto state = [&](const char* name) { return thumbnails.picture(at(name), 32).state; };
        QTRY_VERIFY(state("one.png") == Thumbnails::State::Ready);
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        QVERIFY(state("two.png") == Thumbnails::State::Loading);
        QTRY_VERIFY(ready.count() > 0);  // worth asking again …
        QVERIFY(state("two.png") == Thumbnails::State::Loading);
        QVERIFY(image.save(part.filePath("two.png")));
        QTRY_VERIFY(state("two.png") == Thumbnails::State::Ready);
        QVERIFY(QDir().rename(part.path(), QString::fromStdString(folder.string())));
        state("three.png");
        QTRY_VERIFY(state("three.png") == Thumbnails::State::Missing);  // … but not for ever
        qunsetenv("LACUNA_CACHE");
    }

    void keepsWithinItsBound() {
        Thumbnails thumbnails(nullptr, 200'000);
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        for (int i = 0; i < 60; ++i)
            thumbnails.picture(picture(QString("n%1.png").arg(i), {40, 40}, Qt::green), 40);
        QTRY_COMPARE(ready.count(), 60);
        QVERIFY(thumbnails.bytesKept() <= 200'000);
        QVERIFY(thumbnails.bytesKept() > 0);
    }

    void forgetsOldWishesAndEndsCleanly() {
        const auto path = picture("one.png", {64, 64}, Qt::red);
        Thumbnails thumbnails;
        QSignalSpy ready(&thumbnails, &Thumbnails::ready);
        for (int i = 0; i < 5105; ++i)
            thumbnails.picture(path, 8 + i);
        thumbnails.clear();
        QTest::qWait(50);
        QCOMPARE(ready.count(), 0);
        QVERIFY(thumbnails.picture(path, 8).state == Thumbnails::State::Loading);
    }
};

LACUNA_TEST(ThumbnailsTest)
#include "thumbnails_test.moc"
