// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sequence/sequence_view.h"

#include "core/base/error.h"
#include "core/catalog/judges.h"
#include "tests/common/test_registry.h"
#include "widgets/common/theme.h"
#include "widgets/common/thumbnails.h"
#include "widgets/sequence/live_panel.h"
#include "widgets/sequence/parameter_form.h"
#include "widgets/sequence/request_card.h"
#include "widgets/sequence/request_strip.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QUndoStack>
#include <QWheelEvent>
#include <QtTest>

#include <cmath>

using namespace lacuna;

namespace {

constexpr int kPerRequest = 20, kRetained = 12;

/// Four requests A–D of 20 entities to forget and 12 to retain, with pictures on disk when `folder` is given.
std::shared_ptr<Benchmark> benchmark(const QString& folder = {}) {
    auto made = std::make_shared<Benchmark>();
    made->title = "Example";
    made->folder = folder.toStdString();
    for (const auto* name : {"A", "B", "C", "D"}) {
        Request request{.name = name, .forgetEntities = {}, .retainEntities = {}, .forget = {}, .retain = {}};
        for (int i = 0; i < kPerRequest + kRetained; ++i) {
            const int index = static_cast<int>(made->entities.size());
            Entity entity;
            entity.id = entity.name = std::string(name) + std::to_string(i);
            entity.className = "Animals";
            entity.views = {{entity.id + ".png", false}};
            for (int kind = 0; kind < 3; ++kind)
                entity.questions.push_back({std::to_string(kind), {"a", "b", "c", "d", "e"}, "answer", "", {}});
            made->entities.push_back(entity);
            const bool forgotten = i < kPerRequest;
            (forgotten ? request.forgetEntities : request.retainEntities).push_back(index);
            for (int item = 0; item < 24; ++item)
                (forgotten ? request.forget : request.retain).push_back({index, 0, item % 3});
            if (folder.isEmpty())
                continue;
            QImage picture(64, 64, QImage::Format_RGB32);
            picture.fill(QColor::fromHsv(index * 47 % 360, forgotten ? 150 : 70, 210));
            QPainter painter(&picture);
            painter.setBrush(QColor::fromHsv(index * 83 % 360, 160, 120));
            painter.drawEllipse(14 + index % 9, 14, 30, 36);
            painter.end();
            picture.save(QDir(folder).filePath(QString::fromStdString(entity.views[0].image)));
        }
        made->requests.push_back(request);
    }
    return made;
}

RunHistory finishedRun(const std::string& method, double seconds) {
    RunHistory run;
    run.name = method + "-1";
    run.source = "/runs/" + run.name;
    run.spec.method = method;
    run.spec.parameters = methodParameters(methodRow(method), "small");
    run.status = RunStatus::Finished;
    for (const auto* name : {"A", "B", "C", "D"})
        run.requests.push_back({name, {}, {}});
    for (int i = 0; i < 100; ++i)
        run.steps.append({.stage = 1, .step = i, .elapsedS = seconds * (i + 1) / 100});
    run.resources = {{1, 400, 0}, {2, 512, 0}, {3, 500, 0}};
    return run;
}

}  // namespace

struct SequenceScene {
    Workspace workspace;
    Thumbnails thumbnails;
    QUndoStack undo;
    SequenceView view{workspace, thumbnails, undo};

    explicit SequenceScene(QSize size = {1176, 734}, const QString& pictures = {}) {
        Theme::instance().apply(Theme::Mode::Light);
        workspace.setBenchmark(benchmark(pictures));
        view.resize(size);
        view.show();
        [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(&view);
    }
    RunDraft& draft() { return view.draft(); }
    QComboBox* box(const QString& name) {
        for (auto* combo : view.findChildren<QComboBox*>())
            if (combo->accessibleName() == name)
                return combo;
        return nullptr;
    }
    QPushButton* button(const QString& text) {
        for (const bool visible : {true, false})  // one of those that are called so
            for (auto* each : view.findChildren<QPushButton*>())
                if (each->text() == text && each->isVisible() == visible)
                    return each;
        return nullptr;
    }
    void type(QLineEdit* field, const QString& text) {
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
    }
};

class SequenceViewTest : public QObject {
    Q_OBJECT
private slots:
    void formComesFromTheCatalog();
    void rangeIsCheckedWhileTyping();
    void textThatIsNoNumberIsSaid();
    void decimalsAreTypedWithAPointOrAsAtHome_data();
    void decimalsAreTypedWithAPointOrAsAtHome();
    void goesWhileAFieldIsTypedIn();
    void presetsAndResets();
    void methodKeepsWhatFits();
    void gateOnlyWhereThereIsOne();
    void gateHasParametersOfItsOwn();
    void theJudgeAndItsParametersAreChosen();
    void eachTrainedPartHasItsRate();
    void servingSaysWhatTheArrangementTakes();
    void precisionIsAskedOfLargeModelsAlone();
    void typingIsOneUndoStep();
    void undoAndRedoOfEverything();
    void cardsAreDraggedIntoAnotherOrder();
    void cardsMoveByKeys();
    void cardsAreLeftOutAndPutBack();
    void stepsAreCountedExactly();
    void timeOnlyFromAMeasuredRun();
    void startAsksWithACheckedSpec();
    void startIsGreyWithAReason();
    void duplicatesARunsSettings();
    void aTakenNameGetsTheNextNumber();
    void theWheelChoosesNothing();
    void cardsGrowIntoALargeWindow();
    void anyCheckpointFolderCanBeTheModel();
    void liveLossesAndButtons();
    void aLongLossIsNotCut();
    void aStoppedRunIsResumedHere();
    void aDoubleClickStartsOneRun();
    void keysStartFromAnywhereInTheForm();
    void aMissingEngineIsSaidAtTheButton();
    void undoKeysReachTheDraftFromAField();
    void aDraftComesBackAfterARestart();
    void theBenchmarkIsTheOpenOne();
    void oneOfFourChoicesIsSwappedAtATime();
    void aGateThatAsksAServiceIsToldWhere();
    void whatWasMadeElsewhereIsNoDraft();
    void looksRight_data();
    void looksRight();
};

void SequenceViewTest::formComesFromTheCatalog() {
    SequenceScene scene;
    for (const auto& method : methodRows()) {
        if (arrangementRow(method.arrangement).given)
            continue;
        scene.draft().setMethod(method.id);
        for (const auto& parameter : method.parameters) {
            auto* field = scene.view.form()->field(parameter.id);
            QVERIFY(field);
            QCOMPARE(field->text().toDouble(), methodParameters(method, scene.draft().spec().preset).at(parameter.id));
            QCOMPARE(field->accessibleDescription(), QString::fromStdString(parameter.help));
        }
    }
    scene.draft().setMethod("ga");
    QVERIFY(!scene.view.form()->field("retain_weight"));
    QCOMPARE(scene.box("Method")->count(),
             int(methodRows().size()) - 2);  // what was made elsewhere and gold are no choice
}

void SequenceViewTest::rangeIsCheckedWhileTyping() {
    SequenceScene scene;
    auto* form = scene.view.form();
    scene.type(form->field("lora_rank"), "300");
    QVERIFY2(form->problemShown("lora_rank").contains("256"), qPrintable(form->problemShown("lora_rank")));
    QVERIFY(!scene.view.startButton()->isEnabled());
    QCOMPARE(form->field("lora_rank")->text(), QString("300"));  // what was typed stays, to be mended
    scene.type(form->field("lora_rank"), "2.5");
    QVERIFY(!form->problemShown("lora_rank").isEmpty());
    scene.type(form->field("lora_rank"), "32");
    QVERIFY(form->problemShown("lora_rank").isEmpty());
    QVERIFY(scene.view.startButton()->isEnabled());
    QCOMPARE(scene.draft().spec().parameters.at("lora_rank"), 32.0);
}

void SequenceViewTest::textThatIsNoNumberIsSaid() {
    SequenceScene scene;
    auto* form = scene.view.form();
    scene.type(form->field("lr"), "fast");
    QVERIFY(form->problemShown("lr").contains("fast"));
    QVERIFY(!scene.view.startButton()->isEnabled());
    QVERIFY(!scene.view.startProblem().isEmpty());
    form->field("epochs")->setFocus();  // the last good value comes back when the field is left
    QVERIFY(form->problemShown("lr").isEmpty());
    QCOMPARE(form->field("lr")->text().toDouble(), scene.draft().parameter("lr"));
    QVERIFY(form->allNumbers());
}

void SequenceViewTest::decimalsAreTypedWithAPointOrAsAtHome_data() {
    QTest::addColumn<QLocale::Language>("language");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<double>("value");  // 0: no number
    for (const auto language : {QLocale::German, QLocale::English, QLocale::C}) {
        const auto name = QLocale::languageToString(language).toUtf8();
        QTest::addRow("%s, point", name.constData()) << language << "0.012" << 0.012;
        QTest::addRow("%s, exponent", name.constData()) << language << "5e-05" << 5e-5;
        // Not 12 and not 1: what separates decimals here, separates thousands there.
        QTest::addRow("%s, comma", name.constData())
            << language << "0,012" << (language == QLocale::German ? 0.012 : 0);
        QTest::addRow("%s, thousands", name.constData())
            << language << "1,000" << (language == QLocale::German ? 1. : 0);
    }
}

void SequenceViewTest::decimalsAreTypedWithAPointOrAsAtHome() {
    QFETCH(QLocale::Language, language);
    QFETCH(QString, typed);
    QFETCH(double, value);
    QLocale::setDefault(QLocale(language));
    const auto restore = qScopeGuard([] { QLocale::setDefault(QLocale::c()); });
    SequenceScene scene;
    auto* form = scene.view.form();
    scene.type(form->field("lr"), typed);
    QCOMPARE(form->problemShown("lr").isEmpty(), value != 0);
    if (value != 0)
        QCOMPARE(scene.draft().parameter("lr"), value);
}

/// A field that has the focus when the window goes is left then, and looks at the draft once more.
void SequenceViewTest::goesWhileAFieldIsTypedIn() {
    for (int i = 0; i < 20; ++i) {
        auto scene = std::make_unique<SequenceScene>();
        auto* field = scene->view.form()->field("lr");
        scene->type(field, "0.002");
        field->setFocus();
        QVERIFY(field->hasFocus());
        scene.reset();
    }
}

void SequenceViewTest::presetsAndResets() {
    SequenceScene scene;
    scene.box("Preset")->setCurrentIndex(scene.box("Preset")->findData("7b"));
    QCOMPARE(scene.view.form()->field("lr")->text(), QString("5e-05"));
    QVERIFY(scene.draft().spec().parameters.empty());  // a preset is no own value
    scene.type(scene.view.form()->field("lr"), "0.002");
    QVERIFY(scene.draft().isOwn("lr"));
    scene.draft().resetParameter("lr");
    QCOMPARE(scene.view.form()->field("lr")->text(), QString("5e-05"));
    scene.type(scene.view.form()->field("lr"), "0.002");
    scene.type(scene.view.form()->field("lr"), "5e-05");  // typed back is no own value either
    QVERIFY(!scene.draft().isOwn("lr"));
}

void SequenceViewTest::methodKeepsWhatFits() {
    SequenceScene scene;
    scene.draft().setMethod("npo");
    scene.draft().setParameter("beta", 2);
    scene.draft().setParameter("epochs", 4);
    scene.draft().setMethod("gd");
    QVERIFY(!scene.draft().isOwn("beta"));
    QCOMPARE(scene.draft().parameter("epochs"), 4.0);
    scene.draft().setMethod("npo");
    scene.draft().setPreset("mlubench");
    scene.draft().setMethod("ga");
    QCOMPARE(scene.draft().spec().preset, std::string("small"));
}

void SequenceViewTest::gateOnlyWhereThereIsOne() {
    SequenceScene scene;
    scene.draft().setMethod("lumoe");
    QVERIFY(scene.box("Gate")->isVisibleTo(&scene.view));
    scene.draft().setMethod("ga");
    QVERIFY(!scene.box("Gate")->isVisibleTo(&scene.view));
    QVERIFY(scene.draft().parameters(RunDraft::Table::Gate).empty());
}

void SequenceViewTest::gateHasParametersOfItsOwn() {
    SequenceScene scene;
    scene.draft().setMethod("lumoe");
    scene.box("Gate")->setCurrentIndex(scene.box("Gate")->findData("prototype"));
    const auto* form = scene.view.gateForm();
    QCOMPARE(form->field("false_abstention")->text(), QString("0.01"));
    scene.type(form->field("false_abstention"), "0.05");
    QCOMPARE(scene.draft().checked().gateParameters.at("false_abstention"), 0.05);
    QVERIFY(!scene.draft().isOwn("false_abstention"));  // the method has none of that name
    scene.type(form->field("false_abstention"), "2");
    QVERIFY2(form->problemShown("false_abstention").contains("0.5"),
             qPrintable(form->problemShown("false_abstention")));
    QVERIFY(!scene.view.startButton()->isEnabled());
    scene.type(form->field("false_abstention"), "0.05");
    scene.box("Gate")->setCurrentIndex(scene.box("Gate")->findData("oracle"));
    QVERIFY(!form->field("false_abstention") && !form->isVisibleTo(&scene.view));
    QVERIFY(scene.draft().spec().gateParameters.empty());  // another gate's do not carry over
    scene.undo.undo();
    QCOMPARE(form->field("false_abstention")->text(), QString("0.05"));
}

void SequenceViewTest::theJudgeAndItsParametersAreChosen() {
    SequenceScene scene;
    QCOMPARE(scene.box("Judge")->count(), static_cast<int>(judgeRows().size()));
    const auto* form = scene.view.judgeForm();
    for (const auto& row : judgeRow("rubric").parameters)
        QCOMPARE(form->field(row.id)->text().toDouble(), row.defaultValue);
    scene.type(form->field("knows_recall"), "0.9");
    QCOMPARE(scene.draft().checked().judgeParameters.at("knows_recall"), 0.9);
    QVERIFY(scene.draft().checked().judgeParameters.size() == judgeRow("rubric").parameters.size());
    scene.type(form->field("knows_recall"), "7");
    QVERIFY(!form->problemShown("knows_recall").isEmpty() && !scene.view.startButton()->isEnabled());
    scene.undo.undo();
    scene.draft().resetParameter("knows_recall", RunDraft::Table::Judge);
    QVERIFY(scene.draft().spec().judgeParameters.empty());
    QVERIFY(scene.view.startButton()->isEnabled());
}

void SequenceViewTest::eachTrainedPartHasItsRate() {
    SequenceScene scene;
    const auto shown = [&](const char* rate) { return scene.view.form()->field(rate)->isVisibleTo(&scene.view); };
    QCOMPARE(scene.box("Trained part")->currentText(), QString("as LUMoE has it: the language part"));
    QVERIFY(shown("lr") && !shown("projector_lr") && !shown("vision_lr"));
    scene.box("Trained part")->setCurrentIndex(scene.box("Trained part")->findData("vision"));
    QCOMPARE(scene.draft().spec().train, std::string("vision"));
    QVERIFY(!shown("lr") && shown("projector_lr") && shown("vision_lr"));
    scene.draft().setField("train", "both");
    QVERIFY(shown("lr") && shown("projector_lr") && shown("vision_lr"));
}

void SequenceViewTest::servingSaysWhatTheArrangementTakes() {
    SequenceScene scene;
    scene.draft().setField("method", "npo");
    QCOMPARE(scene.box("Serving")->currentText(), QString("as NPO has it: Adapter"));
    scene.draft().setField("arrangement", "experts");
    QCOMPARE(scene.box("Serving")->currentText(), QString("with Experts: Gate"));
    scene.draft().setField("arrangement", "auto");
    QCOMPARE(scene.box("Serving")->currentText(), QString("as NPO has it: Adapter"));
}

void SequenceViewTest::precisionIsAskedOfLargeModelsAlone() {
    SequenceScene scene;
    auto* precision = scene.box("Precision");
    auto* checkpointing = scene.view.findChild<QCheckBox*>();
    QVERIFY(!precision->isVisibleTo(&scene.view) && !checkpointing->isVisibleTo(&scene.view));
    QTemporaryDir folder;
    scene.draft().setField("model", folder.path().toStdString());
    QVERIFY(precision->isVisibleTo(&scene.view) && checkpointing->isVisibleTo(&scene.view));
    precision->setCurrentIndex(precision->findData("nf4"));
    checkpointing->click();
    QCOMPARE(scene.draft().spec().precision, std::string("nf4"));
    QVERIFY(scene.draft().spec().gradientCheckpointing);
    scene.draft().setField("model", "embedded");
    QVERIFY(precision->isVisibleTo(&scene.view));  // what is not as usual is never hidden
}

void SequenceViewTest::typingIsOneUndoStep() {
    SequenceScene scene;
    scene.type(scene.view.form()->field("epochs"), "12");
    QCOMPARE(scene.undo.count(), 1);
    scene.type(scene.view.form()->field("batch"), "8");
    QCOMPARE(scene.undo.count(), 2);
    scene.undo.undo();
    scene.undo.undo();
    QCOMPARE(scene.view.form()->field("epochs")->text(), QString("2"));
    QCOMPARE(scene.view.form()->field("batch")->text(), QString("16"));
    scene.undo.redo();
    QCOMPARE(scene.view.form()->field("epochs")->text(), QString("12"));
}

void SequenceViewTest::undoAndRedoOfEverything() {
    SequenceScene scene;
    const auto first = scene.draft().spec();
    scene.draft().setMethod("kl");
    scene.draft().setField("gate", "oracle");
    scene.draft().setField("plan", "full");
    scene.draft().setField("train_phrasings", "all");
    scene.draft().setField("seed", "7");
    scene.draft().setName("mine");
    scene.draft().setOrder({"C", "A", "B", "D"}, "order");
    const auto last = scene.draft().spec();
    QCOMPARE(scene.undo.count(), 7);
    while (scene.undo.canUndo())
        scene.undo.undo();
    QVERIFY(scene.draft().spec() == first);
    QCOMPARE(scene.box("Method")->currentData().toString(), QString::fromStdString(first.method));
    while (scene.undo.canRedo())
        scene.undo.redo();
    QVERIFY(scene.draft().spec() == last);
    QCOMPARE(scene.view.strip()->cards()[0]->request(), QString("C"));
}

void SequenceViewTest::cardsAreDraggedIntoAnotherOrder() {
    SequenceScene scene;
    auto* strip = scene.view.strip();
    auto* card = strip->cards()[2];
    QCOMPARE(card->request(), QString("C"));
    const auto to = strip->cards()[0]->geometry().center() - card->geometry().center();
    const QPoint grip(60, 20);
    QTest::mousePress(card, Qt::LeftButton, {}, grip);
    QPoint corner = card->pos();
    for (int i = 1; i <= 8; ++i) {  // positions are relative to the card, which follows the pointer
        const QPoint target = corner + to * i / 8;
        QMouseEvent move(QEvent::MouseMove, target + grip - card->pos(), card->mapToGlobal(target + grip - card->pos()),
                         Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(card, &move);
    }
    QTest::mouseRelease(card, Qt::LeftButton, {}, grip);
    QCOMPARE(scene.draft().spec().order, (std::vector<std::string>{"C", "A", "B", "D"}));
    QCOMPARE(scene.undo.count(), 1);
    QVERIFY(strip->cards()[0] == card);
    for (std::size_t i = 1; i < 4; ++i)
        QVERIFY(!strip->cards()[i]->geometry().intersects(strip->cards()[i - 1]->geometry()));
    scene.undo.undo();
    QVERIFY(scene.draft().spec().order.empty());
    QCOMPARE(strip->cards()[0]->request(), QString("A"));
}

void SequenceViewTest::cardsMoveByKeys() {
    SequenceScene scene;
    auto* card = scene.view.strip()->cards()[1];
    card->setFocus();
    QTest::keyClick(card, Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(scene.draft().spec().order, (std::vector<std::string>{"A", "C", "B", "D"}));
    QVERIFY(scene.view.strip()->cards()[2] == card && card->hasFocus());
    QTest::keyClick(card, Qt::Key_Left, Qt::AltModifier);
    QVERIFY(scene.draft().spec().order.empty());  // the benchmark's own order again
    QTest::keyClick(scene.view.strip()->cards()[0], Qt::Key_Left, Qt::AltModifier);
    QVERIFY(scene.draft().spec().order.empty());
}

void SequenceViewTest::cardsAreLeftOutAndPutBack() {
    SequenceScene scene;
    auto* strip = scene.view.strip();
    QTest::keyClick(strip->cards()[1], Qt::Key_Delete);
    QCOMPARE(scene.draft().order(), (std::vector<std::string>{"A", "C", "D"}));
    QCOMPARE(strip->leftOut().size(), std::size_t(1));
    QTest::mouseClick(strip->leftOut()[0], Qt::LeftButton);
    QCOMPARE(scene.draft().order(), (std::vector<std::string>{"A", "C", "D", "B"}));
    for (int i = 0; i < 10; ++i)
        QTest::keyClick(strip->cards()[0], Qt::Key_Delete);
    QCOMPARE(scene.draft().order().size(), std::size_t(1));  // the last one stays
}

void SequenceViewTest::stepsAreCountedExactly() {
    SequenceScene scene;
    scene.draft().setMethod("gd");
    QVERIFY(*scene.draft().steps() == (std::vector<std::int64_t>{60, 60, 60, 60}));  // 480 items / 16 × 2 epochs
    scene.draft().setParameter("batch", 50);
    QCOMPARE((*scene.draft().steps())[0], std::int64_t(20));  // 480 / 50, rounded up, × 2
    scene.draft().setField("train_phrasings", "all");
    QCOMPARE((*scene.draft().steps())[0], std::int64_t(96));
    scene.draft().setParameter("batch", -1);
    QVERIFY(!scene.draft().steps());
}

void SequenceViewTest::timeOnlyFromAMeasuredRun() {
    SequenceScene scene;
    scene.draft().setMethod("gd");
    QVERIFY(!scene.draft().estimate());
    scene.workspace.addRun(finishedRun("ga", 50));
    QVERIFY(!scene.draft().estimate());  // another method says nothing
    scene.workspace.addRun(finishedRun("gd", 50));
    // 240 steps of half a second, and 5 stages × 4 tasks; the run made 16 such tests in the half second before its
    // steps.
    QCOMPARE(scene.draft().estimate()->seconds, 0.5 * 240 + 0.5 / 16 * 20);
    QCOMPARE(scene.draft().estimate()->cpuMib, 512.0);
    QCOMPARE(scene.draft().estimate()->measuredOn, QString("GD"));
    scene.draft().setParameter("batch", 32);
    QVERIFY(!scene.draft().estimate());  // nor does another batch
}

void SequenceViewTest::startAsksWithACheckedSpec() {
    SequenceScene scene;
    scene.draft().setMethod("npo");
    scene.draft().setOrder({"C", "A", "B", "D"}, "order");
    qRegisterMetaType<RunSpec>();
    RunSpec got;
    QObject::connect(&scene.view, &SequenceView::startRequested, &scene.view, [&](const RunSpec& spec) { got = spec; });
    QTest::mouseClick(scene.view.startButton(), Qt::LeftButton);
    QCOMPARE(got.method, std::string("npo"));
    QCOMPARE(got.parameters.size(), methodRow("npo").parameters.size());
    QCOMPARE(got.order, (std::vector<std::string>{"C", "A", "B", "D"}));
    QCOMPARE(got.name, std::string("npo"));
}

void SequenceViewTest::startIsGreyWithAReason() {
    SequenceScene scene;
    QVERIFY(scene.view.startButton()->isEnabled());
    scene.draft().setName(QString(101, u'x'));
    QVERIFY(!scene.view.startButton()->isEnabled());
    QVERIFY(!scene.view.startProblem().isEmpty());
    scene.draft().setName("");
    QVERIFY(scene.view.startButton()->isEnabled());
    scene.workspace.setBenchmark(nullptr);
    QVERIFY(!scene.view.startButton()->isEnabled());
    QVERIFY(scene.view.strip()->cards().empty());
    QVERIFY_EXCEPTION_THROWN(scene.draft().checked(), Error);
}

void SequenceViewTest::duplicatesARunsSettings() {
    SequenceScene scene;
    auto run = finishedRun("gd", 5);
    run.spec.parameters["lr"] = 0.5;
    run.spec.gate = "";
    run.spec.order = {"B", "A", "C", "D"};
    run.spec.createdUtc = "2026-01-01";
    scene.view.newRun(&run.spec);
    QCOMPARE(scene.draft().spec().method, std::string("gd"));
    QCOMPARE(scene.draft().spec().parameters.size(), std::size_t(1));  // what equals the preset is no own value
    QCOMPARE(scene.draft().spec().parameters.at("lr"), 0.5);
    QVERIFY(scene.draft().spec().createdUtc.empty() && scene.draft().spec().name.empty());
    QCOMPARE(scene.view.strip()->cards()[0]->request(), QString("B"));
    scene.undo.undo();
    QCOMPARE(scene.draft().spec().method, std::string("lumoe"));
    run.spec.method = "of a later version";
    scene.view.newRun(&run.spec);
    QCOMPARE(scene.draft().spec().method, std::string("lumoe"));
}

void SequenceViewTest::aTakenNameGetsTheNextNumber() {
    SequenceScene scene;
    scene.workspace.addRun(finishedRun("gd", 5));
    scene.draft().setName("gd-1");
    QVERIFY(scene.view.startButton()->isEnabled());
    QCOMPARE(scene.draft().finalName(), QString("gd-1-2"));
    scene.draft().setName(" Modèle n° 3 ");
    QVERIFY(scene.view.startButton()->isEnabled());
    QCOMPARE(scene.draft().checked().title, std::string("Modèle n° 3"));
    QCOMPARE(scene.draft().checked().name, std::string("Modele-n-3"));
    scene.draft().setName("Прогон");
    QCOMPARE(scene.draft().checked().title, std::string("Прогон"));
    QCOMPARE(scene.draft().checked().name, std::string("lumoe"));
    scene.draft().setName("");
    QVERIFY(scene.draft().checked().title.empty());
    scene.draft().setMethod("npo");
    QCOMPARE(scene.draft().finalName(), QString("npo"));
}

/// Whoever scrolls through the form changes nothing of it.
void SequenceViewTest::theWheelChoosesNothing() {
    SequenceScene scene;
    const auto before = scene.draft().spec();
    const auto boxes = scene.view.findChildren<QComboBox*>();
    QVERIFY(boxes.size() > 10);
    for (auto* box : boxes) {
        const int chosen = box->currentIndex();
        const QPointF middle = box->rect().center();
        for (const int turn : {-120, 120}) {
            QWheelEvent wheel(middle, box->mapToGlobal(middle), {}, {0, turn}, Qt::NoButton, {}, Qt::NoScrollPhase,
                              false);
            QApplication::sendEvent(box, &wheel);
            QCOMPARE(box->currentIndex(), chosen);
        }
    }
    QVERIFY(scene.draft().spec() == before);
}

/// A large window is not left empty below the cards, and a small one still shows them as before.
void SequenceViewTest::cardsGrowIntoALargeWindow() {
    SequenceScene scene;
    const auto height = [&](int wide, int high) {
        scene.view.resize(wide, high);
        QApplication::processEvents();
        QApplication::processEvents();
        return scene.view.strip()->cards()[0]->height();
    };
    const int usual = height(1180, 500), large = height(1180, 1000);
    QVERIFY2(large > usual + 40, qPrintable(QString("%1 %2").arg(usual).arg(large)));
    QVERIFY(large < 1000);
    QCOMPARE(height(1180, 500), usual);
}

void SequenceViewTest::anyCheckpointFolderCanBeTheModel() {
    SequenceScene scene;
    QComboBox* models = nullptr;
    for (auto* box : scene.view.findChildren<QComboBox*>())
        if (box->accessibleName() == "Model")
            models = box;
    QVERIFY(models);
    QCOMPARE(models->count(), 2);  // the small one, and the way to another
    QTemporaryDir folder;
    scene.draft().setField("model", folder.path().toStdString());
    QCOMPARE(models->currentData().toString(), folder.path());
    QVERIFY(scene.view.startProblem().contains("config.json"));
    QFile config(folder.filePath("config.json"));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.close();
    QCOMPARE(scene.draft().problem(), QString());
    QCOMPARE(scene.draft().checked().model, folder.path().toStdString());
    scene.draft().setField("model", "embedded");
    QCOMPARE(models->currentIndex(), 0);
}

void SequenceViewTest::liveLossesAndButtons() {
    SequenceScene scene;
    QVERIFY(!scene.view.live()->isVisible());
    auto history = finishedRun("gd", 5);
    history.status = RunStatus::Running;
    const int run = scene.workspace.addRun(history);
    scene.workspace.setActivity(run, "request B · 12 %", 0.12);
    QTest::qWait(5);
    QVERIFY(!scene.view.live()->isVisible());  // another process may write it: no buttons for that
    auto controls = RunControls{.run = history.source, .pause = true, .stop = true};
    scene.view.setControls(controls);
    QVERIFY(scene.view.live()->isVisible());
    scene.workspace.setActivity(run, "request B · 40 %", 0.4, "testing the model after B");
    const auto says = [&](const QString& words) {
        const auto labels = scene.view.live()->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](auto* label) { return label->text() == words; });
    };
    QTRY_VERIFY(says("GD · testing the model after B · 40 % of the run"));
    scene.workspace.setActivity(run, "preparing", -1, "preparing: loading the model");
    QTRY_VERIFY(says("GD · preparing: loading the model"));
    std::vector<StepRow> rows;
    for (int i = 0; i < 30; ++i)
        rows.push_back(
            {.stage = 2, .step = i, .loss = 1.5, .forgetLoss = 2, .retainLoss = std::nan(""), .elapsedS = 5 + 0.1 * i});
    scene.workspace.appendRows(run, {.steps = StepColumns::of(rows)});
    QTest::qWait(5);
    QVERIFY(scene.view.live()->strip()->rows() == std::pair(std::size_t(100), std::size_t(130)));
    const auto numbers = scene.view.live()->strip()->numbers();
    QVERIFY2(numbers.contains("loss 1.5") && numbers.contains("forget 2") && !numbers.contains("retain") &&
                 numbers.contains("10 steps/s"),
             qPrintable(numbers));
    QSignalSpy pause(&scene.view, &SequenceView::pauseRequested), stop(&scene.view, &SequenceView::stopRequested);
    QTest::mouseClick(scene.button("Pause and free memory"), Qt::LeftButton);
    QTest::mouseClick(scene.button("Stop"), Qt::LeftButton);
    QTest::mouseClick(scene.button("Checkpoint now"), Qt::LeftButton);  // not allowed: grey
    QCOMPARE(pause.count(), 1);
    QCOMPARE(pause[0][0].toBool(), true);
    QCOMPARE(stop.count(), 1);
    QVERIFY(!scene.button("Checkpoint now")->isEnabled());
    controls.pause = false;
    controls.goOn = true;
    scene.view.setControls(controls);
    QVERIFY(scene.button("Continue")->isVisible() && !scene.button("Pause")->isVisible());
}

void SequenceViewTest::aLongLossIsNotCut() {
    Workspace workspace;
    auto history = finishedRun("gd", 5);
    for (int i = 0; i < 30; ++i)
        history.steps.append({.stage = 2, .step = i, .loss = i % 2 ? -0.000446 : -0.000123456});
    LossStrip strip(workspace);
    strip.resize(500, 90);
    strip.setRun(workspace.addRun(history));
    const auto picture = strip.grab().toImage().convertToFormat(QImage::Format_RGB32);
    const auto inked = [&](int x) {
        for (int y = 0; y < picture.height(); ++y)
            if (picture.pixel(x, y) != picture.pixel(picture.width() - 1, picture.height() - 1))
                return true;
        return false;
    };
    QVERIFY(!inked(0));
    QVERIFY(inked(40));
}

void SequenceViewTest::aStoppedRunIsResumedHere() {
    SequenceScene scene;
    auto history = finishedRun("gd", 5);
    history.status = RunStatus::Running;
    const int run = scene.workspace.addRun(history);
    scene.view.setControls({.run = history.source, .stop = true});
    scene.workspace.setStatus(run, RunStatus::Interrupted);
    scene.view.setControls({.resume = true});
    QVERIFY(scene.view.live()->isVisible());
    QVERIFY(!scene.button("Stop")->isVisible());
    QSignalSpy resume(&scene.view, &SequenceView::resumeRequested);
    QTest::mouseClick(scene.button("Continue"), Qt::LeftButton);
    QCOMPARE(resume.count(), 1);
    QCOMPARE(resume[0][0].toInt(), run);
    scene.workspace.removeRun(run);
    QVERIFY(!scene.view.live()->isVisible());
}

void SequenceViewTest::aDoubleClickStartsOneRun() {
    SequenceScene scene;
    qRegisterMetaType<RunSpec>();
    QSignalSpy started(&scene.view, &SequenceView::startRequested);
    QTest::mouseClick(scene.view.startButton(), Qt::LeftButton);
    QTest::mouseClick(scene.view.startButton(), Qt::LeftButton);
    QCOMPARE(started.count(), 1);
    QTest::qWait(QApplication::doubleClickInterval() + 20);
    QTest::mouseClick(scene.view.startButton(), Qt::LeftButton);
    QCOMPARE(started.count(), 2);
}

void SequenceViewTest::keysStartFromAnywhereInTheForm() {
    SequenceScene scene;
    qRegisterMetaType<RunSpec>();
    QSignalSpy started(&scene.view, &SequenceView::startRequested);
    scene.view.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&scene.view));
    scene.box("Method")->setFocus();
    QTest::keyClick(scene.box("Method"), Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(started.count(), 1);
    scene.view.setControls({.problem = "No engine."});
    QTest::keyClick(scene.box("Method"), Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(started.count(), 1);
}

void SequenceViewTest::aMissingEngineIsSaidAtTheButton() {
    SequenceScene scene;
    scene.view.setControls({.problem = "No engine."});
    QVERIFY(!scene.view.startButton()->isEnabled());
    QCOMPARE(scene.view.startProblem(), QString("No engine."));
    scene.view.setControls({.queues = true});
    QVERIFY(scene.view.startButton()->isEnabled());
    QVERIFY(scene.view.startButton()->text().contains("queue"));
}

void SequenceViewTest::undoKeysReachTheDraftFromAField() {
    SequenceScene scene;
    auto* field = scene.view.form()->field("epochs");
    scene.type(field, "12");
    QKeyEvent undo(QEvent::ShortcutOverride, Qt::Key_Z, Qt::ControlModifier);
    undo.ignore();
    QApplication::sendEvent(field, &undo);
    QVERIFY(!undo.isAccepted());  // so that the window's action gets it
    QKeyEvent letter(QEvent::ShortcutOverride, Qt::Key_A, {}, "a");
    letter.ignore();
    QApplication::sendEvent(field, &letter);
    QVERIFY(letter.isAccepted());
}

void SequenceViewTest::aDraftComesBackAfterARestart() {
    const auto kept = [] {
        SequenceScene scene;
        scene.draft().setMethod("npo");
        scene.draft().setParameter("beta", 900);  // wrong, as typed
        scene.draft().setOrder({"B", "A"}, "order");
        scene.draft().setName("mine");
        return toJson(scene.draft().spec());
    }();
    SequenceScene scene;
    scene.draft().restore(storedRunSpec(kept, "session"));
    QCOMPARE(scene.undo.count(), 0);
    QCOMPARE(scene.draft().spec().title, std::string("mine"));
    QCOMPARE(scene.view.strip()->cards()[0]->request(), QString("B"));
    QCOMPARE(scene.view.strip()->leftOut().size(), std::size_t(2));
    QCOMPARE(scene.view.form()->field("beta")->text(), QString("900"));
    RunSpec later;
    later.method = "of a later version";
    scene.draft().restore(later);
    QCOMPARE(scene.draft().spec().method, std::string("npo"));
}

void SequenceViewTest::aGateThatAsksAServiceIsToldWhere() {
    SequenceScene scene;
    const auto field = [&](const QString& name) {
        for (auto* each : scene.view.findChildren<QLineEdit*>())
            if (each->accessibleName() == name)
                return each;
        return static_cast<QLineEdit*>(nullptr);
    };
    auto* gate = scene.box("Gate");
    scene.box("Method")->setCurrentIndex(scene.box("Method")->findData("lumoe"));
    QVERIFY(field("Service")->isHidden() && field("Its model")->isHidden());
    gate->setCurrentIndex(gate->findData("remote"));
    QVERIFY(!field("Service")->isHidden() && !field("Its model")->isHidden());
    QVERIFY(scene.draft().problem().contains("asks a service"));
    QVERIFY(!scene.view.startButton()->isEnabled());
    scene.type(field("Service"), "https://api.example.org/v1");
    scene.type(field("Its model"), "eyes-1");
    QVERIFY2(scene.draft().problem().isEmpty(), qPrintable(scene.draft().problem()));
    QCOMPARE(scene.draft().checked().endpoint, std::string("https://api.example.org/v1"));
    QCOMPARE(scene.draft().checked().endpointModel, std::string("eyes-1"));
    scene.type(field("Its model"), " ");
    QVERIFY(scene.draft().problem().contains("asks a service"));
    scene.box("Method")->setCurrentIndex(scene.box("Method")->findData("gd"));
    QVERIFY(field("Service")->isHidden());
    QVERIFY(scene.draft().problem().isEmpty());
}

void SequenceViewTest::whatWasMadeElsewhereIsNoDraft() {
    SequenceScene scene;
    scene.draft().setMethod("npo");
    RunSpec measured;
    measured.method = givenMethod().id;
    measured.stages = {"/theirs/after-A"};
    scene.view.newRun(&(measured = checkedRunSpec(measured)));
    QCOMPARE(scene.draft().spec().method, std::string("npo"));
    bool said = false;
    for (const auto* label : scene.view.findChildren<QLabel*>())
        said = said || label->text().contains("made elsewhere");
    QVERIFY(said);
}

void SequenceViewTest::oneOfFourChoicesIsSwappedAtATime() {
    SequenceScene scene;
    const auto choose = [&](const QString& label, const QString& id) {
        auto* box = scene.box(label);
        QVERIFY2(box, qPrintable(label));
        box->setCurrentIndex(box->findData(id));
    };
    choose("Method", "npo");
    QVERIFY(scene.box("Arrangement")->itemText(0).contains("Sequential"));
    QVERIFY(scene.box("Gate")->isHidden());
    choose("Arrangement", "experts");
    QVERIFY(!scene.box("Gate")->isHidden());
    QCOMPARE(scene.draft().finalName(), QString("npo-experts"));
    QCOMPARE(scene.draft().checked().serve, std::string("gate"));
    QVERIFY(scene.view.form()->field("beta"));
    // What makes no sense says why, and does not start.
    choose("Serving", "canned");
    QVERIFY(scene.draft().problem().contains("choose none"));
    QVERIFY(!scene.view.startButton()->isEnabled());
    choose("Arrangement", "none");
    QVERIFY(scene.draft().problem().isEmpty());
    QVERIFY(scene.box("Objective")->isHidden());
    QVERIFY(!scene.view.form()->field("lr"));
    // Another method begins as it is; undo brings back what was swapped.
    choose("Method", "gd");
    QCOMPARE(scene.draft().checked().arrangement, std::string("sequential"));
    scene.undo.undo();
    QCOMPARE(scene.draft().checked().arrangement, std::string("none"));
    // A run's settings come back as what was otherwise than its method says.
    RunSpec made;
    made.method = "npo";
    made.arrangement = "experts";
    scene.view.newRun(&(made = checkedRunSpec(made)));
    QCOMPARE(scene.draft().spec().arrangement, std::string("experts"));
    QCOMPARE(scene.draft().spec().serve, std::string(asTheMethod));
}

void SequenceViewTest::theBenchmarkIsTheOpenOne() {
    SequenceScene scene;
    scene.draft().setBenchmark("/somewhere/mlubench");
    QCOMPARE(scene.draft().checked().benchmark, std::string("/somewhere/mlubench"));
    RunSpec made;
    made.method = "ga";
    scene.view.newRun(&made);
    QCOMPARE(scene.draft().checked().benchmark, std::string("/somewhere/mlubench"));
    bool said = false;
    for (const auto* label : scene.view.findChildren<QLabel*>())
        said |= label->isVisible() && label->text().contains("another benchmark");
    QVERIFY(said);
}

void SequenceViewTest::looksRight_data() {
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("dark");
    for (const bool dark : {false, true})
        for (const auto& [name, size] :
             {std::pair("1440x900", QSize(1176, 734)), std::pair("1024x700", QSize(760, 534))})
            QTest::addRow("%s-%s", name, dark ? "dark" : "light") << size << dark;
}

/// LACUNA_SCREENSHOTS=DIR keeps the pictures for the eye.
void SequenceViewTest::looksRight() {
    QFETCH(QSize, size);
    QFETCH(bool, dark);
    QTemporaryDir pictures;
    SequenceScene scene(size, pictures.path());
    Theme::instance().apply(dark ? Theme::Mode::Dark : Theme::Mode::Light);
    auto history = finishedRun("gd", 5);
    history.status = RunStatus::Running;
    for (int i = 0; i < 44; ++i)
        history.steps.append({.stage = 2,
                              .step = i,
                              .loss = 0.8 - 2 * std::exp(-i / 9.0) + 0.1 * std::sin(i * 1.7),
                              .forgetLoss = 3 - 2 * std::exp(-i / 9.0),
                              .retainLoss = 0.4 + 0.1 * std::cos(i * 0.9),
                              .elapsedS = 5 + 0.1 * i});
    scene.workspace.setActivity(scene.workspace.addRun(history), "request B · 42 %", 0.42);
    scene.view.setControls(
        {.run = history.source, .pause = true, .stop = true, .checkpoint = true, .skip = true, .queues = true});
    scene.draft().setMethod("npo");
    scene.draft().setParameter("beta", 0.5);
    scene.draft().setParameter("lora_rank", 999);
    QTest::qWait(300);  // thumbnails are read by workers
    QVERIFY(scene.view.minimumSizeHint().width() <= size.width());
    QVERIFY(scene.view.minimumSizeHint().height() <= size.height());
    if (const auto folder = qEnvironmentVariable("LACUNA_SCREENSHOTS"); !folder.isEmpty()) {
        QDir().mkpath(folder);
        QVERIFY(scene.view.grab().save(QDir(folder).filePath(QString("sequence-%1.png").arg(QTest::currentDataTag()))));
    }
}

LACUNA_TEST(SequenceViewTest)
#include "sequence_view_test.moc"
