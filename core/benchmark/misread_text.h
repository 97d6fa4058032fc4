// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <string_view>

namespace lacuna {

/// What a text shows of having been UTF-8 that was read as GBK, once or more often ("Pok鑼卪on" was "Pokémon").
enum class Misreading {
    None,
    Mended,    ///< the way back is certain
    Doubtful,  ///< there is a way back, but it may be Chinese that is meant ("Tom猫")
    Lost,      ///< bytes were replaced when it was read ("鈥?", U+FFFD): there is no way back
};

struct MendedText {
    std::string text;  ///< as it was before it was misread; where nothing is certain, as given
    Misreading found = Misreading::None;
    std::string doubtful;  ///< of a doubtful text what it may have been
};

/// Judges each stretch of letters beyond ASCII by itself. It is certain only where (a) it touches a Latin letter, as
/// accents, apostrophes and dashes of a misread text in Latin script do, (b) all of it goes back to valid UTF-8 that
/// holds beyond ASCII nothing but Latin letters and typographic punctuation, and (c) it was misread twice, or swallowed
/// an ASCII letter, or stands between two. Chinese meets (b) by chance (猫 goes back to "è"), but not (a) and (c) with
/// it. Throws ResourceError where the C library has no table for GBK.
MendedText mendMisreading(std::string_view text);

}  // namespace lacuna
