#pragma once
#include "core/catalog/verdicts.h"

#include <QColor>
#include <QFont>
#include <QObject>
#include <QString>

namespace lacuna {

/// The colours of WORKBENCH.md. One object per application; widgets repaint on `changed`.
struct Palette {
    QColor ground, panel, line, ink, soft, accent;
    QColor stageTint;  ///< behind the chosen stage in plots
    bool dark = false;
};

class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };

    static Theme& instance();
    void apply(Mode mode);  ///< palette, style sheet and fonts of the QApplication
    Mode mode() const { return m_mode; }
    const Palette& palette() const { return m_palette; }

signals:
    void changed();

private:
    Mode m_mode = Mode::Light;
    Palette m_palette;
};

/// The method's colour in every view; "base" = ink; grey for an unknown one.
QColor methodColour(const QString& method);
QString methodName(const QString& method);  ///< "GA", …
QString methodMark(const QString& method);  ///< "■", …
QColor verdictColour(Verdict verdict);      ///< knows blue, refuses green, wrong amber, leaks violet, gibberish red
/// Badge colour of the n-th request.
QColor requestColour(int request);
QFont bodyFont();
QFont titleFont();
QFont captionFont();

}  // namespace lacuna
