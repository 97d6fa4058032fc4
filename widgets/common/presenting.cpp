// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/presenting.h"

#include "widgets/common/theme.h"

#include <utility>

namespace lacuna {
namespace {

constexpr double presentedText = 1.5, presentedLines = 1.8;

struct Presenting {
    bool on = false;
    double chosenText = 0;  ///< before
};

Presenting& state() {
    static Presenting state;
    return state;
}

QFont larger(QFont font, double by, QFont::Weight weight) {
    font.setPointSizeF(font.pointSizeF() * by);
    font.setWeight(weight);
    return font;
}

}  // namespace

void setPresenting(bool on) {
    if (std::exchange(state().on, on) == on)
        return;
    auto& theme = Theme::instance();
    if (on)
        state().chosenText = theme.chosenTextScale();
    theme.setTextScale(on ? presentedText : state().chosenText);
}

bool presenting() {
    return state().on;
}

double lineScale() {
    return state().on ? presentedLines : 1;
}

QFont readingFont() {
    return larger(bodyFont(), 14 / 12.5, QFont::Normal);
}

QFont headingFont() {
    return larger(bodyFont(), 18 / 12.5, QFont::DemiBold);
}

}  // namespace lacuna
