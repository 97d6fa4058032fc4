// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/plot_drawing.h"

#include "tests/common/test_registry.h"

#include <QtTest>

#include <random>

using namespace lacuna;

namespace {

constexpr QSize kSize(300, 120);
const QRectF kArea(0, 0, 300, 120);

template <typename Draw>
QImage drawn(Draw draw) {
    QImage picture(kSize, QImage::Format_RGB32);
    picture.fill(Qt::white);
    QCPPainter painter(&picture);
    painter.setAntialiasing(true);
    draw(painter);
    return picture;
}

/// Eight points to a pixel column.
std::vector<QPointF> noisyLine() {
    std::mt19937 random(3);
    std::normal_distribution<double> noise(0, 6);
    std::vector<QPointF> points;
    for (int i = 0; i < 2400; ++i)
        points.emplace_back(i / 8.0, 60 + noise(random));
    points[1203].setY(-50);  // above the picture
    return points;
}

}  // namespace

class PlotDrawingTest : public QObject {
    Q_OBJECT
private slots:
    void aDenseLineCoversWhatItsStrokeCovers();
    void aDenseLineKeepsItsDashes();
    void whatLiesOutsideIsNotDrawn();
};

void PlotDrawingTest::aDenseLineCoversWhatItsStrokeCovers() {
    const auto points = noisyLine();
    for (const double width : {1.6, 2.6}) {
        const auto stroke = drawn([&](auto& painter) {
            painter.setPen(linePen(Qt::black, width, false));
            drawClipped(painter, points, kArea);
        });
        const auto area = drawn([&](auto& painter) {
            painter.setPen(linePen(Qt::black, width, false));
            drawDense(painter, points, width, kArea);
        });
        int missed = 0, more = 0, inked = 0;
        for (int y = 0; y < kSize.height(); ++y)
            for (int x = 2; x < kSize.width() - 2; ++x) {
                const int a = qGray(stroke.pixel(x, y)), b = qGray(area.pixel(x, y));
                inked += a < 128;
                missed += b - a > 128;
                more += a - b > 128;
            }
        QVERIFY(inked > 5000);
        QVERIFY2(missed < inked / 10 && more < inked / 20, qPrintable(QString("%1 %2").arg(missed).arg(more)));
        QVERIFY2(qGray(area.pixel(150, 0)) < 128, "the peak is there");
    }
}

void PlotDrawingTest::aDenseLineKeepsItsDashes() {
    const auto picture = drawn([](auto& painter) {
        painter.setPen(linePen(Qt::black, 2, true));  // 5 on, 3 off, times the width
        drawDense(painter, noisyLine(), 2, kArea);
    });
    for (const auto& [x, inked] :
         {std::pair(5, true), std::pair(13, false), std::pair(21, true), std::pair(29, false)}) {
        int dark = 0;
        for (int y = 0; y < kSize.height(); ++y)
            dark += qGray(picture.pixel(x, y)) < 128;
        QCOMPARE(dark > 0, inked);
    }
}

void PlotDrawingTest::whatLiesOutsideIsNotDrawn() {
    const auto blank = drawn([](auto&) {});
    for (const double away : {-100.0, 200.0}) {
        auto points = noisyLine();
        for (auto& point : points)
            point.ry() += away;
        const auto picture = drawn([&](auto& painter) {
            painter.setPen(linePen(Qt::black, 2.6, false));
            drawDense(painter, points, 2.6, kArea);
        });
        QVERIFY(picture == blank);
    }
}

LACUNA_TEST(PlotDrawingTest)
#include "plot_drawing_test.moc"
