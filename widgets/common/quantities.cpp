// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/quantities.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace lacuna {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("lacuna::Quantities", text);
}

}  // namespace

QString durationText(double seconds) {
    const auto whole = std::llround(seconds);
    if (whole < 100)
        return tr("%1 s").arg(whole);
    const auto minutes = std::llround(seconds / 60);
    if (minutes < 60)
        return tr("%1 min").arg(minutes);
    return tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
}

QString memoryText(double mib) {
    return mib < 1000 ? tr("%1 MB").arg(std::lround(mib)) : tr("%1 GB").arg(mib / 1024, 0, 'f', 1);
}

QString speedText(double stepsPerS) {
    return stepsPerS >= 1 ? tr("%1 steps/s").arg(stepsPerS, 0, 'f', stepsPerS < 10 ? 1 : 0)
                          : tr("%1 s per step").arg(1 / stepsPerS, 0, 'f', 1);
}

QString numberText(double value, int digits) {
    const QLocale locale;
    return locale.toString(value, 'g', digits).replace(locale.negativeSign(), QStringLiteral("−"));
}

std::pair<QString, QString> endTexts(double least, double greatest) {
    int digits = 3;
    while (digits < 17 && least < greatest && numberText(least, digits) == numberText(greatest, digits))
        ++digits;
    return {numberText(least, digits), numberText(greatest, digits)};
}

double recentStepsPerS(const StepColumns& steps) {
    if (steps.empty())
        return 0;
    constexpr std::size_t window = 20;
    const auto last = steps.size() - 1;
    auto first = last;
    while (first > 0 && last - first < window && steps.stage[first - 1] == steps.stage[last])
        --first;
    const double passed = steps.elapsedS[last] - steps.elapsedS[first];
    return passed > 0 ? static_cast<double>(steps.step[last] - steps.step[first]) / passed : 0;
}

}  // namespace lacuna
