// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QSize>
#include <QString>
#include <QStringList>

#include <functional>
#include <utility>
#include <vector>

class QCPPainter;
class QWidget;

namespace lacuna {

/// A plot that can be saved and copied: as a picture of any size and as the numbers it shows.
class Figure {
public:
    virtual ~Figure() = default;
    virtual QString figureTitle() const = 0;
    virtual QString figureCaption() const = 0;
    virtual QString fileStem() const = 0;  ///< "forgetting"
    /// Draws everything below title and caption into (0, 0, size). Works without ever being shown.
    virtual void drawFigure(QCPPainter& painter, const QSize& size) = 0;
    /// Takes away what belongs to the screen alone (chosen run, cell and stage) until the returned function is called.
    virtual std::function<void()> makePlain() = 0;
    /// What it was drawn from, for those who find the file: benchmark, models, orders.
    virtual QString figureSource() const = 0;
    /// Long form with a header line, RFC 4180, "." as decimal sign, numbers that read back exactly.
    virtual QString csv() const = 0;
};

/// Takes the choice from lines, of which `selected` gives the flag, until the returned function is called.
template <typename Lines, typename Selected>
std::function<void()> withoutSelection(Lines& lines, Selected selected) {
    std::vector<bool> before;
    for (auto& line : lines)
        before.push_back(std::exchange(selected(line), false));
    return [&lines, selected, before] {
        for (std::size_t i = 0; i < lines.size(); ++i)
            selected(lines[i]) = before[i];
    };
}

/// Whether figures are saved and copied with what is chosen on the screen; plain unless the user asks for it.
bool asOnScreen();
void setAsOnScreen(bool on);

/// One or several figures on one page, row by row, each with its title and caption.
struct FigureSheet {
    std::vector<Figure*> figures;
    int columns = 1;
    QSize each{640, 420};  ///< logical pixels (96 to the inch) of one figure with its title
    bool plain = !asOnScreen();
    QSize size() const;
    QString csv() const;
};

/// Writes the sheet as what the suffix says: .png (twice the pixels), .svg, .pdf or .csv; a picture names its source
/// and the date inside. A file is there whole or not at all. Throws InputError for another suffix, ResourceError when
/// it cannot be written.
void saveFigure(const FigureSheet& sheet, const QString& path);

/// Picture and CSV text to the clipboard; a program that is pasted into takes what it understands.
void copyFigure(const FigureSheet& sheet);

/// Asks where to, then saves. Returns what went wrong as a sentence, empty when nothing did or nothing was chosen.
QString saveFigureAs(const FigureSheet& sheet, QWidget* parent);

/// Fields joined to one CSV line, quoted where they must be.
QString csvLine(const QStringList& fields);

/// Shortest text that reads back as the same number; empty for NaN.
QString csvNumber(double value);

}  // namespace lacuna
