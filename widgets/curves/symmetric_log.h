// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <qcustomplot.h>

namespace lacuna {

/// A logarithmic scale with room for 0 and below: y = sign(v) · log10(1 + |v| / unit). Within ± unit it is about
/// linear. Source: Webber 2013, "A bi-symmetric log transformation for wide-range data", Meas. Sci. Technol. 24,
/// 027001.
struct SymmetricLog {
    double unit = 1;
    double to(double value) const;
    double from(double y) const;

    /// For values as large as `greatest` (in amount): three decades are logarithmic.
    static SymmetricLog upTo(double greatest);
};

/// Ticks of such an axis: 0 and powers of ten on both sides, as many as have room.
class SymmetricLogTicker : public QCPAxisTicker {
public:
    explicit SymmetricLogTicker(const SymmetricLog& scale) : m_scale(scale) {}

protected:
    QVector<double> createTickVector(double tickStep, const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;
    int getSubTickCount(double) override { return 0; }

private:
    SymmetricLog m_scale;
};

}  // namespace lacuna
