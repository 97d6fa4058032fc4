// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/messages_model.h"

#include "tests/common/test_registry.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace lacuna;
using Kind = MessagesModel::Kind;

class MessagesModelTest : public QObject {
    Q_OBJECT

private slots:
    void aStormBecomesOneLineWithACount() {
        MessagesModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (int i = 0; i < 10'000; ++i)
            model.add(Kind::Error, i % 2 ? "Out of memory." : "The disk is full.");
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0).data(MessagesModel::CountRole).toInt(), 5000);
        QCOMPARE(model.errors(), 10'000);
        QVERIFY(model.index(0).data().toString().endsWith("(×5000)"));
    }

    void theNewestComesFirst() {
        MessagesModel model;
        model.add(Kind::Note, "one");
        model.add(Kind::Error, "two", "detail of two");
        QCOMPARE(model.index(0).data(MessagesModel::TextRole).toString(), QString("two"));
        model.add(Kind::Note, "one");
        QCOMPARE(model.index(0).data(MessagesModel::TextRole).toString(), QString("one"));
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.asText().contains("detail of two"));
        QVERIFY(model.asText().indexOf("two") < model.asText().indexOf("one (×2)"));
    }

    void aNoteAndAnErrorOfTheSameWordsStayApart() {
        MessagesModel model;
        model.add(Kind::Note, "same");
        model.add(Kind::Error, "same");
        QCOMPARE(model.rowCount(), 2);
    }

    void keepsABoundedNumber() {
        MessagesModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (int i = 0; i < MessagesModel::mostMessages + 50; ++i)
            model.add(Kind::Note, QString::number(i));
        QCOMPARE(model.rowCount(), MessagesModel::mostMessages);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }
};

LACUNA_TEST(MessagesModelTest)
#include "messages_model_test.moc"
