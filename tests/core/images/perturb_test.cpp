// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/images/perturb.h"

#include "tests/common/test_registry.h"

#include <QtTest>

#include <numeric>
#include <set>

using namespace lacuna;

namespace {

Picture example() {
    Picture picture{48, 40, {}};
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x)
            for (const int value : {x * 5, y * 6, (x + y) % 7 * 30})
                picture.pixels.push_back(static_cast<std::uint8_t>(value));
    return picture;
}

double mean(const Picture& picture) {
    return std::accumulate(picture.pixels.begin(), picture.pixels.end(), 0.0) /
           static_cast<double>(picture.pixels.size());
}

const PictureChange& change(std::string_view id) {
    for (const auto& one : pictureChanges())
        if (one.id == id)
            return one;
    throw std::out_of_range("no such change");
}

}  // namespace

class PerturbTest : public QObject {
    Q_OBJECT
private slots:
    void everyChangeIsAnotherPictureOfTheSameSize() {
        std::set<std::vector<std::uint8_t>> seen{example().pixels};
        for (const auto& one : pictureChanges()) {
            const auto picture = one.of(example(), 1);
            QVERIFY(picture.width == 48 && picture.height == 40);
            QCOMPARE(picture.pixels.size(), example().pixels.size());
            QVERIFY2(seen.insert(picture.pixels).second, std::string(one.id).c_str());
            QCOMPARE(one.of(example(), 1).pixels, picture.pixels);  // the same each time
        }
    }

    void onlyNoiseLooksAtTheSeed() {
        for (const auto& one : pictureChanges())
            QCOMPARE(one.of(example(), 1).pixels != one.of(example(), 2).pixels, one.id == "noise");
    }

    void aMirroredPictureMirroredIsItself() {
        QCOMPARE(change("flip").of(change("flip").of(example(), 1), 1).pixels, example().pixels);
        QCOMPARE(change("flip").of(example(), 1).pixels[0], std::uint8_t{47 * 5});
    }

    void coloursTurnAndLightStays() {
        const auto turned = change("recolour").of(example(), 1);
        QCOMPARE(turned.pixels[3], example().pixels[5]);
        QCOMPARE(mean(turned), mean(example()));
    }

    void styleIsFourGreys() {
        std::set<std::uint8_t> levels;
        const auto styled = change("style").of(example(), 1);
        for (std::size_t i = 0; i < styled.pixels.size(); i += 3) {
            levels.insert(styled.pixels[i]);
            QVERIFY(styled.pixels[i] == styled.pixels[i + 1] && styled.pixels[i] == styled.pixels[i + 2]);
        }
        for (const auto level : levels)
            QVERIFY(level % 85 == 0);
    }

    void nobodyIsAlwaysTheSameNobody() {
        std::set<std::vector<std::uint8_t>> seen;
        for (int number = 0; number < 9; ++number) {
            const auto picture = pictureOfNobody(16, 16, number, 3);
            QCOMPARE(picture.pixels.size(), std::size_t{16 * 16 * 3});
            QVERIFY(seen.insert(picture.pixels).second);
            QCOMPARE(pictureOfNobody(16, 16, number, 3).pixels, picture.pixels);
        }
    }
};

LACUNA_TEST(PerturbTest)
#include "perturb_test.moc"
