// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/catalog/verdicts.h"

#include <QColor>
#include <QFont>
#include <QObject>
#include <QSize>
#include <QString>

class QWidget;

namespace lacuna {

/// The colours of WORKBENCH.md. One object per application; widgets repaint on `changed`.
struct Palette {
    QColor ground, panel, line, ink, soft, accent;
    QColor stageTint;  ///< behind the chosen stage in plots
    QColor selected;   ///< ground of a selected row
    QColor chip;       ///< ground of a small count or key, and of a cell not yet measured
    QColor inset;      ///< ground of a quotation, e.g. the truth
    QColor filled;     ///< ground of the one main button; its text is white
    QColor error;      ///< text of an error
    bool dark = false;
};

class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };

    static Theme& instance();
    /// Palette, style and fonts of the QApplication. `System` follows the desktop's palette as it is now: call again
    /// when the desktop changes (QEvent::ThemeChange).
    void apply(Mode mode);
    Mode mode() const { return m_mode; }
    /// All text, 1 = as designed; for large rooms and tired eyes. Kept within 1 and 1.5; 0 = as the window's size asks.
    void setTextScale(double scale);
    double chosenTextScale() const { return m_chosenScale; }
    /// What a window of that size asks for: from half as large again as the usual one on, text grows a little.
    void setWindowSize(const QSize& size);
    double textScale() const { return m_chosenScale > 0 ? m_chosenScale : m_roomScale; }
    const Palette& palette() const { return m_palette; }

signals:
    void changed();

private:
    Theme();

    Mode m_mode = Mode::Light;
    double m_chosenScale = 0, m_roomScale = 1;
    Palette m_palette;
};

/// The method's colour in every view; "base" = ink; grey for an unknown one. In the dark theme a colour too near the
/// panel is lifted until a line of it can be seen (3 : 1).
QColor methodColour(const QString& method);
QString methodName(const QString& method);  ///< "GA", …
QString methodMark(const QString& method);  ///< "■", …
QString verdictName(Verdict verdict);       ///< "knows"
QString verdictSign(Verdict verdict);       ///< "✓"
QColor verdictColour(Verdict verdict);      ///< knows blue, refuses green, wrong amber, leaks violet, gibberish red
/// Badge colour of the n-th request (from 0).
QColor requestColour(int request);
/// The nearest shade of `colour` that text can wear on a panel of the present theme (4.5 : 1).
QColor readable(const QColor& colour);
/// WCAG contrast of two opaque colours, 1 … 21.
double contrast(const QColor& a, const QColor& b);

/// Gives the widget that font, now and whenever theme or size of text change.
void keepFont(QWidget* widget, QFont (*font)());

QFont bodyFont();
QFont titleFont();
QFont captionFont();

}  // namespace lacuna
