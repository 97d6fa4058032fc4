// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/workbench_style.h"

#include "tests/common/test_registry.h"

#include <QComboBox>
#include <QtTest>

using namespace lacuna;

class WorkbenchStyleTest : public QObject {
    Q_OBJECT

    /// The rightmost column of rows [top, bottom) that holds something dark, before the box's arrow.
    static int lastInk(const QImage& image, int top, int bottom) {
        for (int x = image.width() - 26; x >= 0; --x)
            for (int y = top; y < bottom; ++y)
                if (qGray(image.pixel(x, y)) < 110)
                    return x;
        return -1;
    }

private slots:
    /// A cut text ends with dots, which lie on the base line: nothing stands above them.
    void aLongChoiceEndsInDots() {
        WorkbenchStyle style;
        QComboBox box;
        box.setStyle(&style);
        box.setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box.addItem("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW");
        box.resize(160, 28);
        box.show();
        const auto image = box.grab().toImage().convertToFormat(QImage::Format_RGB32);
        const int upper = lastInk(image, 5, 14), lower = lastInk(image, 15, 23);
        QVERIFY2(lower > upper + 4, qPrintable(QString("letters to %1, dots to %2").arg(upper).arg(lower)));
        box.setItemText(0, "WW");
        const auto whole = box.grab().toImage().convertToFormat(QImage::Format_RGB32);
        QVERIFY(lastInk(whole, 5, 14) > 0 && lastInk(whole, 15, 23) <= lastInk(whole, 5, 14));
    }
};

LACUNA_TEST(WorkbenchStyleTest)
#include "workbench_style_test.moc"
