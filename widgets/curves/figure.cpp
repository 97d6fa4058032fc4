// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curves/figure.h"

#include "core/base/error.h"
#include "widgets/common/theme.h"
#include "widgets/common/toast.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QDate>
#include <QFileDialog>
#include <QFileInfo>
#include <QImage>
#include <QMimeData>
#include <QPdfWriter>
#include <QSaveFile>
#include <QStringList>
#include <QSvgGenerator>
#include <qcustomplot.h>

#include <cmath>

namespace lacuna {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("lacuna::Figure", text);
}

constexpr int kMargin = 14;
constexpr int kDotsPerInch = 96;

QString sheetTitle(const FigureSheet& sheet) {
    QStringList titles;
    for (const auto* figure : sheet.figures)
        titles << figure->figureTitle();
    return titles.join(QStringLiteral(" · "));
}

/// "Fictions-127 · embedded model · order CABD · seed 42 · 2026-11-29".
QString sourceOf(const FigureSheet& sheet) {
    return tr("%1 · %2").arg(sheet.figures.front()->figureSource(), QDate::currentDate().toString(Qt::ISODate));
}

void drawOne(QCPPainter& painter, Figure& figure, const QSize& size, bool plain) {
    const auto& palette = Theme::instance().palette();
    const int width = size.width() - 2 * kMargin;
    painter.save();
    painter.translate(kMargin, kMargin);
    painter.setFont(titleFont());
    painter.setPen(palette.ink);
    painter.drawText(QRectF(0, 0, width, 18), Qt::AlignLeft | Qt::AlignVCenter, figure.figureTitle());
    painter.setFont(captionFont());
    painter.setPen(palette.soft);
    const auto caption = figure.figureCaption();
    const int flags = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;
    const int height = painter.fontMetrics().boundingRect(QRect(0, 0, width, 200), flags, caption).height();
    painter.drawText(QRect(0, 20, width, height), flags, caption);
    const int head = 20 + height + 8;
    painter.translate(0, head);
    const auto restore = plain ? figure.makePlain() : std::function<void()>();
    figure.drawFigure(painter, QSize(width, size.height() - 2 * kMargin - head));
    if (restore)
        restore();
    painter.restore();
}

void drawSheet(QCPPainter& painter, const FigureSheet& sheet) {
    painter.fillRect(QRect(QPoint(0, 0), sheet.size()), Theme::instance().palette().panel);
    for (std::size_t i = 0; i < sheet.figures.size(); ++i) {
        const int row = static_cast<int>(i) / sheet.columns, column = static_cast<int>(i) % sheet.columns;
        painter.save();
        painter.translate(column * sheet.each.width(), row * sheet.each.height());
        drawOne(painter, *sheet.figures[i], sheet.each, sheet.plain);
        painter.restore();
    }
}

/// Vector and raster alike: no cached pixmaps of labels, no hairlines that vanish in print.
void drawOn(QPaintDevice& device, const FigureSheet& sheet, QCPPainter::PainterModes modes) {
    QCPPainter painter(&device);
    painter.setModes(modes | QCPPainter::pmNoCaching | QCPPainter::pmNonCosmetic);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    drawSheet(painter, sheet);
}

QImage imageOf(const FigureSheet& sheet, double scale) {
    QImage image(sheet.size() * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    drawOn(image, sheet, QCPPainter::pmDefault);
    const int dotsPerMeter = static_cast<int>(std::lround(kDotsPerInch * scale / 0.0254));
    image.setDotsPerMeterX(dotsPerMeter);
    image.setDotsPerMeterY(dotsPerMeter);
    image.setText(QStringLiteral("Title"), sheetTitle(sheet));
    image.setText(QStringLiteral("Description"), sourceOf(sheet));
    image.setText(QStringLiteral("Software"), QStringLiteral("Lacuna " LACUNA_VERSION));
    return image;
}

QByteArray svgOf(const FigureSheet& sheet) {
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(sheet.size());
    generator.setViewBox(QRect(QPoint(0, 0), sheet.size()));
    generator.setResolution(kDotsPerInch);
    generator.setTitle(sheetTitle(sheet));
    generator.setDescription(sourceOf(sheet) + QStringLiteral(" · Lacuna " LACUNA_VERSION));
    drawOn(generator, sheet, QCPPainter::pmVectorized);
    // Where the font is missing, a browser would fall back to a serif.
    const auto family = QFontInfo(bodyFont()).family().toUtf8();
    auto svg = buffer.data();
    return svg.replace("font-family=\"" + family + "\"",
                       "font-family=\"" + family + ", Helvetica, Arial, sans-serif\"");
}

QByteArray pdfOf(const FigureSheet& sheet) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(sheetTitle(sheet) + QStringLiteral(" · ") + sourceOf(sheet));
    writer.setCreator(QStringLiteral("Lacuna " LACUNA_VERSION));
    writer.setPageMargins(QMarginsF());
    writer.setPageSize(
        QPageSize(QSizeF(sheet.size()) * 72 / kDotsPerInch, QPageSize::Point, QString(), QPageSize::ExactMatch));
    writer.setResolution(kDotsPerInch);
    drawOn(writer, sheet, QCPPainter::pmVectorized);
    return buffer.data();
}

QByteArray pngOf(const FigureSheet& sheet) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    imageOf(sheet, 2).save(&buffer, "PNG");
    return buffer.data();
}

QByteArray bytesOf(const FigureSheet& sheet, const QString& suffix) {
    if (suffix == QStringLiteral("png"))
        return pngOf(sheet);
    if (suffix == QStringLiteral("svg"))
        return svgOf(sheet);
    if (suffix == QStringLiteral("pdf"))
        return pdfOf(sheet);
    if (suffix == QStringLiteral("csv"))
        return sheet.csv().toUtf8();
    throw inputError("A figure cannot be saved as \".{}\". Take .png, .svg, .pdf or .csv.", suffix.toStdString());
}

}  // namespace

namespace {
bool onScreen = false;
}

bool asOnScreen() {
    return onScreen;
}

void setAsOnScreen(bool on) {
    onScreen = on;
}

QSize FigureSheet::size() const {
    const int count = static_cast<int>(figures.size());
    const int rows = (count + columns - 1) / columns;
    return {each.width() * std::min(count, columns), each.height() * rows};
}

QString FigureSheet::csv() const {
    if (figures.size() == 1)
        return figures.front()->csv();
    QStringList parts;
    for (const auto* figure : figures)
        parts << QStringLiteral("# ") + figure->figureTitle() + QStringLiteral("\r\n") + figure->csv();
    return parts.join(QStringLiteral("\r\n"));
}

void saveFigure(const FigureSheet& sheet, const QString& path) {
    const auto bytes = bytesOf(sheet, QFileInfo(path).suffix().toLower());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        throw resourceError("{} could not be written: {}. Choose another folder or free some space.",
                            path.toStdString(), file.errorString().toStdString());
}

void copyFigure(const FigureSheet& sheet) {
    auto* data = new QMimeData;
    data->setImageData(imageOf(sheet, 2));
    data->setText(sheet.csv());
    QApplication::clipboard()->setMimeData(data);
}

QString saveFigureAs(const FigureSheet& sheet, QWidget* parent) {
    static QString folder;  // the one chosen last
    const auto stem = sheet.figures.size() == 1 ? sheet.figures.front()->fileStem() : QStringLiteral("curves");
    QString filter;
    auto path = QFileDialog::getSaveFileName(parent, tr("Save figure"),
                                             (folder.isEmpty() ? QString() : folder + '/') + stem + ".png",
                                             tr("PNG picture (*.png);;SVG drawing (*.svg);;PDF document (*.pdf);;"
                                                "CSV, the numbers (*.csv)"),
                                             &filter);
    if (path.isEmpty())
        return {};
    if (QFileInfo(path).suffix().isEmpty())
        path += filter.mid(filter.indexOf(QStringLiteral("*.")) + 1, 4);
    folder = QFileInfo(path).path();
    try {
        saveFigure(sheet, path);
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    Toast::showSaved(parent, path);
    return {};
}

QString csvLine(const QStringList& fields) {
    QStringList quoted;
    for (auto field : fields) {
        if (field.contains(',') || field.contains('"') || field.contains('\n') || field.contains('\r'))
            field = '"' + field.replace('"', QStringLiteral("\"\"")) + '"';
        quoted << field;
    }
    return quoted.join(',') + QStringLiteral("\r\n");
}

QString csvNumber(double value) {
    return std::isnan(value) ? QString() : QString::number(value, 'g', QLocale::FloatingPointShortest);
}

}  // namespace lacuna
