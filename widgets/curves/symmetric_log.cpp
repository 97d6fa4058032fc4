// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/symmetric_log.h"

#include "widgets/common/quantities.h"

#include <algorithm>
#include <cmath>

namespace lacuna {

double SymmetricLog::to(double value) const {
    return std::copysign(std::log10(1 + std::abs(value) / unit), value);
}

double SymmetricLog::from(double y) const {
    return std::copysign(unit * (std::pow(10, std::abs(y)) - 1), y);
}

SymmetricLog SymmetricLog::upTo(double greatest) {
    constexpr double decades = 3;
    return {greatest > 0 ? std::pow(10, std::ceil(std::log10(greatest)) - decades) : 1};
}

QVector<double> SymmetricLogTicker::createTickVector(double, const QCPRange& range) {
    constexpr int most = 9;
    const double reach = std::max(std::abs(m_scale.from(range.lower)), std::abs(m_scale.from(range.upper)));
    const int powers = std::max(1, static_cast<int>(std::floor(std::log10(reach / m_scale.unit) + 1e-9)));
    const int sides = range.lower < 0 && range.upper > 0 ? 2 : 1;
    const int every = 1 + sides * powers / most;
    QVector<double> ticks;
    for (int power = powers - powers % every; power > 0; power -= every)
        ticks << m_scale.to(-m_scale.unit * std::pow(10, power));
    ticks << 0;
    for (int power = every; power <= powers; power += every)
        ticks << m_scale.to(m_scale.unit * std::pow(10, power));
    return ticks;
}

QString SymmetricLogTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    return numberText(m_scale.from(tick));
}

}  // namespace lacuna
