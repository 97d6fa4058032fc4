// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/pdf_page.h"

#include "core/base/error.h"

#include <QPageLayout>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgRenderer>
#include <QTextDocument>
#include <QUrl>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int dotsPerInch = 300;
constexpr double margin = 56;                           ///< in points
constexpr double wide = 720, high = 720 * 730.0 / 483;  ///< of A4 within its margins, in the pixels of a browser

/// Takes every <svg>…</svg> out and leaves an <img> that stands for it.
QString withPictures(const QString& html, QTextDocument& document) {
    QString page;
    qsizetype at = 0;
    int number = 0;
    for (;;) {
        const auto begin = html.indexOf(QLatin1String("<svg"), at);
        const auto end = begin < 0 ? -1 : html.indexOf(QLatin1String("</svg>"), begin);
        if (end < 0)
            break;
        auto one = html.mid(begin, end + 6 - begin);
        if (!one.contains(QLatin1String("xmlns=")))  // a page needs none, a picture of its own does
            one.insert(4, QStringLiteral(" xmlns=\"http://www.w3.org/2000/svg\""));
        QSvgRenderer svg(one.toUtf8());
        page += html.mid(at, begin - at);
        at = end + 6;
        if (!svg.isValid())
            continue;
        const auto own = svg.defaultSize();
        const double shrink = std::min(1.0, wide / std::max(1, own.width()));
        const QSizeF shown = QSizeF(own) * shrink;
        constexpr double sharper = 3;
        QImage picture((shown * sharper).toSize(), QImage::Format_ARGB32_Premultiplied);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        svg.render(&painter);
        painter.end();
        const auto name = QStringLiteral("picture:%1").arg(number++);
        document.addResource(QTextDocument::ImageResource, QUrl(name), picture);
        page += QStringLiteral("<img src=\"%1\" width=\"%2\" height=\"%3\">")
                    .arg(name)
                    .arg(shown.width(), 0, 'f', 0)
                    .arg(shown.height(), 0, 'f', 0);
    }
    page += html.mid(at);
    // A figure is no block to QTextDocument: its caption would stand beside it.
    return page.replace(QLatin1String("<figure>"), QLatin1String("<p>"))
        .replace(QLatin1String("<figcaption>"), QLatin1String("<br><span class=\"soft\">"))
        .replace(QLatin1String("</figcaption></figure>"), QLatin1String("</span></p>"));
}

}  // namespace

void writePdfOf(const std::string& html, const QString& file) {
    QSaveFile saved(file);
    if (!saved.open(QIODevice::WriteOnly))
        throw resourceError("{}: {}. Choose a folder that can be written to.", file.toStdString(),
                            saved.errorString().toStdString());
    {
        QPdfWriter writer(&saved);
        writer.setResolution(dotsPerInch);
        writer.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Portrait,
                                         QMarginsF(margin, margin, margin, margin), QPageLayout::Point));
        writer.setTitle(QStringLiteral("Unlearning report"));
        writer.setCreator(QStringLiteral("Lacuna"));
        QTextDocument document;
        document.setPageSize({wide, high});
        document.setDocumentMargin(0);
        QFont font(QStringLiteral("Inter"));
        font.setPixelSize(14);
        document.setDefaultFont(font);
        document.setHtml(withPictures(QString::fromStdString(html), document));
        QFont captionOfPage(font.family());
        captionOfPage.setPointSizeF(7);
        QPainter painter(&writer);
        const double scale = writer.width() / wide;
        for (int page = 0; page < document.pageCount(); ++page) {
            if (page > 0)
                writer.newPage();
            painter.save();
            painter.scale(scale, scale);
            painter.translate(0, -page * high);
            document.drawContents(&painter, QRectF(0, page * high, wide, high));
            painter.restore();
            painter.setFont(captionOfPage);
            painter.drawText(QRectF(0, writer.height() + 60, writer.width(), 60), Qt::AlignRight | Qt::AlignTop,
                             QStringLiteral("%1 / %2").arg(page + 1).arg(document.pageCount()));
        }
    }
    if (!saved.commit())
        throw resourceError("{}: {}. Free some space, or choose another folder.", file.toStdString(),
                            saved.errorString().toStdString());
}

}  // namespace lacuna
