// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ascii.h"
#include "core/base/random.h"
#include "core/benchmark/drawn/words.h"

#include <functional>

namespace lacuna::drawn {
namespace {

const Words kWomen{"Velda",  "Orsa",  "Tamsa",   "Nerida", "Isolde", "Fenna", "Ysa",  "Corla",
                   "Brenna", "Odile", "Sunniva", "Marit",  "Thea",   "Lioba", "Zelma"};
const Words kMen{"Aldous", "Borin", "Corvin", "Dario",  "Edric", "Fabian", "Gorm", "Hollis",
                 "Ludo",   "Janek", "Kester", "Lorcan", "Milo",  "Osric",  "Percy"};
const Words kSurnameHeads{"Mar", "Thorn", "Sel", "Quil", "Wex", "Fen", "Har", "Dun"};
const Words kSurnameTails{"row", "by", "wyn", "more", "field", "kin", "dale"};
const Words kBeastAdjectives{"Velvet",  "River",   "Moon",   "Barrow",  "Lantern", "Drowsy",
                             "Thistle", "Crested", "Woolly", "Dancing", "Hermit"};
const Words kBeastHeads{"fen", "tuv", "lum", "quor", "bran", "nib", "zar", "mol"};
const Words kBeastTails{"nick", "ik", "bo", "del", "lo", "pin", "gar"};
const Words kPlanetHeads{"Vel", "Kor", "Ash", "Nim", "Tor", "Yl", "Sol", "Ber"};
const Words kPlanetTails{"oria", "une", "is", "ara", "ax", "eon", "umo"};
const Words kPlantHeads{"Moon", "Silver", "Widow", "Ember", "River", "Velvet", "Lantern", "Thunder"};
const Words kPlantTails{"wort", "bane", "sorrel", "mallow", "lace", "root", "balm"};
const Words kCartoonTitles{"Captain", "Doctor", "Aunt", "Sir", "Little", "Professor", "King", "Mister"};
const Words kCartoonWords{"Plum", "Wobble", "Pickle", "Crumb", "Noodle", "Button", "Turnip", "Biscuit", "Bumble"};
const Words kCompanyHeads{"Nor", "Bright", "Hal", "Ost", "Kel", "Tri", "Lum", "Van"};
const Words kCompanyTails{"vane", "fern", "wick", "eno", "dex", "mark", "ora"};
const Words kFilmFirsts{"Salt", "Paper",   "Winter", "Silent",  "Glass",
                        "Last", "Crimson", "Hollow", "Seventh", "Restless"};
const Words kFilmSeconds{"Orchard", "Harbour", "Lantern", "Garden", "Tide", "Compass", "Letter", "Waltz", "Mountain"};
const Words kSeriesFirsts{"Harbour", "Lantern", "Quarry", "Signal", "Orchard", "Chapel", "Copper", "Willow"};
const Words kSeriesSeconds{"Street", "Nights", "House", "Nine", "Junction", "Island", "Files"};
// By the form mark of the figure: what is drawn must be what it is called.
const Words kBuildingForms{"Tower", "Dome", "Bridge", "Temple", "Light", "Clock", "Mill", "Palace", "Pagoda"};
const Words kPlantForms{"Daisy", "Tulip", "Cactus", "Fern", "Cap", "Berry", "Palm", "Bell", "Vine"};

/// The i-th pair of two lists of coprime length, both shuffled: distinct up to the product of their lengths.
class Pairs {
public:
    Pairs(Words first, Words second, Random& random) : m_first(std::move(first)), m_second(std::move(second)) {
        random.shuffle(m_first);
        random.shuffle(m_second);
    }
    std::string joined(std::size_t i, const std::string& between = "") const {
        return m_first[i % m_first.size()] + between + m_second[i % m_second.size()];
    }

private:
    Words m_first, m_second;
};

std::string capitalised(std::string word) {
    word[0] = asciiUpper(word[0]);
    return word;
}

using NameMaker = std::function<std::string(std::size_t i, int form)>;

/// Women and men in turn (even positions are women), no first name and no surname twice among the first thirty.
NameMaker personMaker(Random& random) {
    Words women = kWomen, men = kMen;
    random.shuffle(women);
    random.shuffle(men);
    const Pairs surnames(kSurnameHeads, kSurnameTails, random);
    return [=](std::size_t i, int) {
        const Words& firsts = i % 2 ? men : women;
        return firsts[i / 2 % firsts.size()] + " " + surnames.joined(i + i / 56);
    };
}

NameMaker maker(const std::string& className, Random& random) {
    if (className == "Personage")
        return personMaker(random);
    if (className == "Animals") {
        Words adjectives = kBeastAdjectives;
        random.shuffle(adjectives);
        return [=, beasts = Pairs(kBeastHeads, kBeastTails, random)](std::size_t i, int) {
            return adjectives[i % adjectives.size()] + " " + capitalised(beasts.joined(i));
        };
    }
    if (className == "Buildings")
        return [surnames = Pairs(kSurnameHeads, kSurnameTails, random)](std::size_t i, int form) {
            return surnames.joined(i) + " " + kBuildingForms[form];
        };
    if (className == "Plants")
        return [plants = Pairs(kPlantHeads, kPlantTails, random)](std::size_t i, int form) {
            return plants.joined(i) + " " + kPlantForms[form];
        };
    const auto plain = [&](const Words& first, const Words& second, std::string opening, std::string between) {
        return [=, pairs = Pairs(first, second, random)](std::size_t i, int) {
            return opening + pairs.joined(i, between);
        };
    };
    if (className == "Astronomy")
        return plain(kPlanetHeads, kPlanetTails, "", "");
    if (className == "Corporation")
        return plain(kCompanyHeads, kCompanyTails, "", "");
    if (className == "Cartoon")
        return plain(kCartoonTitles, kCartoonWords, "", " ");
    if (className == "Movies")
        return plain(kFilmFirsts, kFilmSeconds, "The ", " ");
    return plain(kSeriesFirsts, kSeriesSeconds, "", " ");
}

}  // namespace

std::vector<std::string> inventedNames(const std::string& className, const std::vector<int>& forms,
                                       std::uint64_t seed) {
    Random random(deriveSeed(seed, "names " + className));
    const NameMaker name = maker(className, random);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < forms.size(); ++i)
        names.push_back(name(i, forms[i]));
    return names;
}

}  // namespace lacuna::drawn
