// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/runs/run_records.h"

#include <QString>

#include <utility>

namespace lacuna {

/// "38 s", "4 min", "1 h 20 min".
QString durationText(double seconds);
/// "512 MB", "1.1 GB".
QString memoryText(double mib);
/// "2.4 steps/s", "3.1 s per step".
QString speedText(double stepsPerS);
/// As many significant digits, with a minus sign (not a hyphen), in the user's locale.
QString numberText(double value, int digits = 3);
/// Ends of an axis: with as many digits as it takes to tell them apart.
std::pair<QString, QString> endTexts(double least, double greatest);
/// Over the last twenty steps of the request in work; 0 = not known yet.
double recentStepsPerS(const StepColumns& steps);

}  // namespace lacuna
