// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/test_registry.h"
#include "tests/widgets/probes/probes_fixtures.h"
#include "widgets/common/theme.h"
#include "widgets/probes/answers_model.h"
#include "widgets/probes/answers_table.h"
#include "widgets/probes/entity_view.h"
#include "widgets/probes/picture_panel.h"
#include "widgets/probes/question_bar.h"

#include <QtTest>

using namespace lacuna;
using namespace lacuna::testing;

/// The view at the sizes people have, in both themes. LACUNA_SCREENSHOTS=DIR keeps the pictures for the eye.
class EntityLookTest : public QObject {
    Q_OBJECT
private slots:
    void fitsEverySize_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("dark");
        for (const bool dark : {false, true})
            for (const auto& [name, size] :
                 {std::pair("1440x900", QSize(1176, 734)), std::pair("1024x700", QSize(760, 534))})
                QTest::addRow("%s-%s", name, dark ? "dark" : "light") << size << dark;
    }

    void fitsEverySize() {
        QFETCH(QSize, size);
        QFETCH(bool, dark);
        Theme::instance().apply(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        QTemporaryDir folder;
        Workspace workspace;
        auto benchmark = picturedBenchmark(folder);
        benchmark->surrogate = true;
        workspace.setBenchmark(benchmark);
        for (const auto* method : {"ga", "gd", "kl", "npo", "po", "lumoe"})
            workspace.addRun(askedRun(method, 3));
        workspace.selectEntity("Anteli");
        workspace.setStage(1);
        Thumbnails thumbnails;
        EntityView view(workspace, thumbnails);
        view.resize(size);
        view.show();
        view.refreshNow();
        view.questionBar()->openOwn(true);
        view.questionBar()->setProblem(
            "notes.txt is no picture that can be shown. Choose a PNG, JPEG, WebP, BMP, GIF or TIFF file.");
        view.refreshNow();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QVERIFY(view.minimumSizeHint().width() <= size.width());
        QVERIFY(view.minimumSizeHint().height() <= size.height());
        QVERIFY(view.answers()->columnWidth(AnswersModel::AnswerColumn) >= 150);
        QTest::qWait(30);
        if (const auto out = qEnvironmentVariable("LACUNA_SCREENSHOTS"); !out.isEmpty()) {
            QDir().mkpath(out);
            QVERIFY(view.grab().save(QDir(out).filePath(QString("entity-%1.png").arg(QTest::currentDataTag()))));
        }
    }
};

LACUNA_TEST(EntityLookTest)
#include "entity_look_test.moc"
