// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/torch_fetch.h"

#include "app/workbench/note_bar.h"
#include "tests/app/workbench/window_fixture.h"
#include "tests/common/test_registry.h"

#include <QPushButton>
#include <QSignalSpy>

using namespace lacuna;
using namespace lacuna::testing;

/// libtorch fetched from the window, by a program that stands in for lacuna-get-torch.
class TorchFetchTest : public WindowFixture {
    Q_OBJECT

    static void stand(TorchFetch& fetch, const QString& script) { fetch.useProgram("/bin/sh", {"-c", script}); }
    QPushButton* button(const QString& name) const {
        for (auto* button : m_window->noteBar()->findChildren<QPushButton*>())
            if (button->text() == name && button->isVisible())
                return button;
        return nullptr;
    }

private slots:
    void progressAndSuccessAreTold() {
        TorchFetch fetch;
        stand(fetch, "[ \"$0 $1\" = '--yes --progress' ] || exit 9; echo progress 120000000 544000000; echo unpacking");
        QSignalSpy progress(&fetch, &TorchFetch::progress), ended(&fetch, &TorchFetch::ended);
        fetch.start();
        QTRY_COMPARE(ended.count(), 1);
        QCOMPARE(ended[0][0].toString(), QString());
        QStringList said;
        for (const auto& signal : progress)
            said << signal[0].toString();
        QVERIFY2(said.last().startsWith("Unpacking"), qPrintable(said.join('|')));
    }

    void itsOwnWordsSayWhatIsWrong() {
        TorchFetch fetch;
        stand(fetch, "echo 'lacuna-get-torch: /data: 1.1 GB are needed and 0.2 GB are free.' >&2; exit 3");
        QSignalSpy ended(&fetch, &TorchFetch::ended);
        fetch.start();
        QTRY_COMPARE(ended.count(), 1);
        QCOMPARE(ended[0][0].toString(), QString("/data: 1.1 GB are needed and 0.2 GB are free."));
    }

    void aProgramThatIsNotThereIsSaid() {
        TorchFetch fetch;
        fetch.useProgram("/nowhere/lacuna-get-torch");
        QVERIFY(!fetch.possible());
        QSignalSpy ended(&fetch, &TorchFetch::ended);
        fetch.start();
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(ended[0][0].toString().contains("/nowhere/lacuna-get-torch cannot be started"));
    }

    void stoppingEndsTheProgram() {
        TorchFetch fetch;
        stand(fetch, "exec sleep 60");
        QSignalSpy ended(&fetch, &TorchFetch::ended);
        fetch.start();
        QVERIFY(fetch.running());
        fetch.stop();
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(ended[0][0].toString().contains("stopped"));
        QVERIFY(!fetch.running());
    }

    /// Size and licence first; then progress with a way to stop; then what is wrong, and again.
    void theWindowOffersAndSaysHowItWent() {
        openWindow();
        stand(m_workbench->torchFetch(),
              "echo progress 120000000 544000000; sleep 0.5; echo 'lacuna-get-torch: no network.' >&2; exit 3");
        emit m_workbench->torchAsked();
        auto* note = m_window->noteBar();
        QVERIFY(note->isVisible() && note->text().contains("540 MB"));
        QVERIFY(button("Get it") && button("Not now"));
        QTest::mouseClick(button("Get it"), Qt::LeftButton);
        QTRY_COMPARE(note->text(), QString("Fetching libtorch: 120 of 544 MB"));
        QVERIFY(button("Stop"));
        QTRY_COMPARE(note->text(), QString("no network."));
        QVERIFY(button("Try again"));
        QTest::mouseClick(button("Not now"), Qt::LeftButton);
        QVERIFY(!note->isVisible());
        closeWindow();
    }
};

LACUNA_TEST(TorchFetchTest)
#include "torch_fetch_test.moc"
