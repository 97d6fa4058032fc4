// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/missing_pictures.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "tests/common/test_registry.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace lacuna;
namespace fs = std::filesystem;

class MissingPicturesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_place;
    Benchmark m_whole;

    /// `name`-0.png, `name`-1.png, `name`-2.png; the last is held out.
    static Entity entity(const std::string& name) {
        Entity made{name, name, "Plants", {}, {}};
        for (int view = 0; view < 3; ++view)
            made.views.push_back({"pictures/" + name + "-" + std::to_string(view) + ".png", view == 2});
        made.questions = {{"identity", {"Who is it?"}, name, "", {}}, {"place", {"Where is it?"}, "There", "", {}}};
        return made;
    }
    static std::vector<Item> items(int entity) { return {{entity, 0, 0}, {entity, 1, 0}, {entity, 1, 1}}; }
    void drop(const std::string& picture) const { fs::remove(m_whole.folder / "pictures" / picture); }

private slots:
    void init() {
        m_place = std::make_unique<QTemporaryDir>();
        m_whole = {};
        m_whole.title = "made";
        m_whole.folder = m_place->path().toStdString();
        for (const char* name : {"oak", "elm", "fir"})
            m_whole.entities.push_back(entity(name));
        m_whole.bystanders = {entity("ash")};
        m_whole.requests = {{"A", {0}, {1, 2}, items(0), items(2)}, {"B", {1, 2}, {0}, items(1), items(0)}};
        m_whole.requests[1].forget.push_back({2, 0, 1});
        m_whole.hash = contentHash(m_whole);
        fs::create_directories(m_whole.folder / "pictures");
        for (const auto& picture : picturePaths(m_whole))
            writeFileAtomically(m_whole.folder / picture, "pixels");
    }

    void nothingChangesWhereAllAreThere() { QVERIFY(withoutMissingPictures(m_whole) == m_whole); }

    void whatAsksAboutAMissingViewIsLeftOut() {
        drop("elm-0.png");
        fs::resize_file(m_whole.folder / "pictures/fir-1.png", 0);
        fs::remove(m_whole.folder / "pictures/ash-2.png");
        fs::create_directory(m_whole.folder / "pictures/ash-2.png");
        const auto left = withoutMissingPictures(m_whole);
        QCOMPARE(left.leftOut, 3);
        QCOMPARE(left.entities.size(), std::size_t{3});
        QCOMPARE(left.entities[1].views.size(), std::size_t{2});
        QCOMPARE(left.entities[1].views[0].image, std::string("pictures/elm-1.png"));
        QVERIFY(left.entities[1].views[1].heldOut);
        QCOMPARE(left.bystanders[0].views.size(), std::size_t{2});
        QVERIFY(left.requests[0].forget == items(0));
        QVERIFY((left.requests[0].retain == std::vector<Item>{{2, 0, 0}}));
        QVERIFY((left.requests[1].forget == std::vector<Item>{{1, 0, 0}, {1, 0, 1}, {2, 0, 1}}));
        QVERIFY(left.hash != m_whole.hash);
        QCOMPARE(left.hash, contentHash(left));
    }

    void anEntityWithoutAPictureIsInNoRequest() {
        for (const char* picture : {"elm-0.png", "elm-1.png", "elm-2.png"})
            drop(picture);
        const auto left = withoutMissingPictures(m_whole);
        QCOMPARE(left.entities.size(), std::size_t{2});
        QCOMPARE(left.entities[1].name, std::string("fir"));
        QVERIFY((left.requests[0].retainEntities == std::vector<int>{1}));
        QVERIFY(left.requests[0].retain == items(1));
        QVERIFY((left.requests[1].forgetEntities == std::vector<int>{1}));
        QVERIFY((left.requests[1].forget == std::vector<Item>{{1, 0, 1}}));
    }

    void aRequestThatWouldBeEmptyIsNamed() {
        drop("oak-0.png");
        drop("oak-1.png");  // the held-out view alone is asked nothing in a request
        try {
            withoutMissingPictures(m_whole);
            QFAIL("nothing was left to forget");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Input);
            const QString said = error.what();
            QVERIFY2(said.contains("2 pictures are missing") && said.contains("request A has nothing to forget"),
                     error.what());
        }
    }
};

LACUNA_TEST(MissingPicturesTest)
#include "missing_pictures_test.moc"
