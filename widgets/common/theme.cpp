// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include "core/catalog/methods.h"
#include "widgets/common/workbench_style.h"

#include <QApplication>
#include <QPalette>
#include <QWidget>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace lacuna {
namespace {

QColor colour(QRgb rgb) {
    return QColor::fromRgb(rgb);
}

Palette lightPalette() {
    return {.ground = colour(0xF3F4F6),
            .panel = colour(0xFFFFFF),
            .line = colour(0xD9DCE1),
            .ink = colour(0x1D2430),
            .soft = colour(0x5D6673),
            .accent = colour(0x1F6FBF),
            .stageTint = colour(0xE5F0FB),
            .selected = colour(0xDCEBFA),
            .chip = colour(0xECEEF2),
            .inset = colour(0xF6F7F9),
            .filled = colour(0x1F6FBF),
            .error = colour(0xB3261E),
            .dark = false};
}

Palette darkPalette() {
    return {.ground = colour(0x1E2126),
            .panel = colour(0x262A30),
            .line = colour(0x383D45),
            .ink = colour(0xE6E8EB),
            .soft = colour(0x9AA2AD),
            .accent = colour(0x4C9AE8),
            .stageTint = colour(0x2B3A4B),
            .selected = colour(0x2A4159),
            .chip = colour(0x343A43),
            .inset = colour(0x15181C),
            .filled = colour(0x2A75BF),
            .error = colour(0xFF8A80),
            .dark = true};
}

/// Qt 6.4 cannot be asked for the desktop's colour scheme, but its palette tells.
bool desktopIsDark() {
    QApplication::setPalette(QPalette());
    const auto palette = QApplication::palette();
    return palette.color(QPalette::WindowText).lightnessF() > palette.color(QPalette::Window).lightnessF();
}

QPalette widgetPalette(const Palette& from) {
    QPalette to;
    const auto faint = from.dark ? colour(0x6C7480) : colour(0x959DA9);
    to.setColor(QPalette::Window, from.ground);
    to.setColor(QPalette::Base, from.panel);
    to.setColor(QPalette::AlternateBase, from.inset);
    to.setColor(QPalette::Button, from.panel);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        to.setColor(role, from.ink);
        if (role != QPalette::ToolTipText)
            to.setColor(QPalette::Disabled, role, faint);
    }
    to.setColor(QPalette::BrightText, from.error);
    to.setColor(QPalette::PlaceholderText, from.soft);
    to.setColor(QPalette::ToolTipBase, from.panel);
    to.setColor(QPalette::Highlight, from.selected);
    to.setColor(QPalette::HighlightedText, from.ink);
    to.setColor(QPalette::Link, from.accent);
    to.setColor(QPalette::LinkVisited, from.accent);
    to.setColor(QPalette::Light, from.panel);
    to.setColor(QPalette::Midlight, from.chip);
    to.setColor(QPalette::Mid, from.line);
    to.setColor(QPalette::Dark, from.line);
    to.setColor(QPalette::Shadow, from.dark ? colour(0x101215) : colour(0xB6BCC6));
    return to;
}

double luminance(const QColor& c) {
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

/// The same hue, as much lighter or darker as the contrast with the panel asks.
QColor withContrast(const QColor& from, double wanted) {
    const auto& theme = Theme::instance().palette();
    const QColor goal = theme.dark ? Qt::white : Qt::black;
    for (int percent = 0; percent < 100; percent += 2) {
        const float share = static_cast<float>(percent) / 100;
        const auto mixed = QColor::fromRgbF(from.redF() + (goal.redF() - from.redF()) * share,
                                            from.greenF() + (goal.greenF() - from.greenF()) * share,
                                            from.blueF() + (goal.blueF() - from.blueF()) * share);
        if (contrast(mixed, theme.panel) >= wanted)
            return mixed;
    }
    return goal;
}

const MethodRow* findMethod(const QString& method) {
    const auto& rows = methodRows();
    const auto row =
        std::find_if(rows.begin(), rows.end(), [id = method.toStdString()](const auto& r) { return r.id == id; });
    return row == rows.end() ? nullptr : &*row;
}

QFont font(double pixels, QFont::Weight weight) {
    auto font = QApplication::font();
    auto families = font.families();
    if (families.value(0) != "Inter")
        families.prepend("Inter");
    font.setFamilies(families);
    // In points of a 96 dpi screen, so that a desktop's font scaling still counts.
    font.setPointSizeF(pixels * Theme::instance().textScale() * 72 / 96);
    font.setWeight(weight);
    return font;
}

}  // namespace

Theme::Theme() : m_palette(lightPalette()) {}

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

void Theme::apply(Mode mode) {
    m_mode = mode;
    m_palette = mode == Mode::Dark || (mode == Mode::System && desktopIsDark()) ? darkPalette() : lightPalette();
    if (!qobject_cast<WorkbenchStyle*>(QApplication::style()))
        QApplication::setStyle(new WorkbenchStyle);
    QApplication::setPalette(widgetPalette(m_palette));
    QApplication::setFont(bodyFont());
    emit changed();
}

void Theme::setTextScale(double scale) {
    m_chosenScale = scale > 0 ? std::clamp(scale, 1.0, 1.5) : 0;
    apply(m_mode);
}

void Theme::setWindowSize(const QSize& size) {
    constexpr double usualWidth = 1440, usualHeight = 900;
    const double room = std::min(size.width() / usualWidth, size.height() / usualHeight);
    const double scale = room < 1.3 ? 1 : room < 1.5 ? 1.1 : 1.2;  // in steps: while it is resized text stays
    if (std::exchange(m_roomScale, scale) != scale && m_chosenScale == 0)
        apply(m_mode);
}

QColor methodColour(const QString& method) {
    if (method == "base")
        return Theme::instance().palette().ink;
    const auto* row = findMethod(method);
    const QColor own = row ? QColor(QString::fromStdString(row->colour)) : colour(0x8A8F98);
    return Theme::instance().palette().dark ? withContrast(own, 3) : own;
}

QString methodName(const QString& method) {
    const auto* row = findMethod(method);
    return row ? QString::fromStdString(row->name) : method;
}

QString methodMark(const QString& method) {
    const auto* row = findMethod(method);
    return row ? QString::fromStdString(row->mark) : QStringLiteral("●");
}

QString verdictName(Verdict verdict) {
    const auto id = verdictRow(verdict).id;
    return QString::fromUtf8(id.data(), static_cast<qsizetype>(id.size()));
}

QString verdictSign(Verdict verdict) {
    const auto sign = verdictRow(verdict).sign;
    return QString::fromUtf8(sign.data(), static_cast<qsizetype>(sign.size()));
}

QColor verdictColour(Verdict verdict) {
    const bool dark = Theme::instance().palette().dark;
    switch (verdict) {
        case Verdict::Knows:
            return colour(dark ? 0x35679B : 0x2F6FB3);
        case Verdict::Refuses:
            return colour(dark ? 0x3D775B : 0x2E7D55);
        case Verdict::Wrong:
            return colour(dark ? 0x946A2C : 0xA66A12);
        case Verdict::Leaks:
            return colour(dark ? 0x7F62AC : 0x7B57B2);
        case Verdict::Gibberish:
            return colour(dark ? 0x8A4038 : 0xB23B31);
    }
    return {};
}

QColor requestColour(int request) {
    static constexpr std::array<QRgb, 8> colours{0x08805C, 0x7A4FA8, 0xB5521B, 0x1F6FBF,
                                                 0xA8326B, 0x6A6F1E, 0x0F7C8A, 0x8B4A3A};
    return colour(colours[static_cast<std::size_t>(std::max(0, request)) % colours.size()]);
}

QColor readable(const QColor& colour) {
    return withContrast(colour, 4.5);
}

double contrast(const QColor& a, const QColor& b) {
    const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
    return (light + 0.05) / (dark + 0.05);
}

void keepFont(QWidget* widget, QFont (*font)()) {
    widget->setFont(font());
    QObject::connect(&Theme::instance(), &Theme::changed, widget, [widget, font] { widget->setFont(font()); });
}

QFont bodyFont() {
    return font(12.5, QFont::Normal);
}

QFont titleFont() {
    return font(13, QFont::DemiBold);
}

QFont captionFont() {
    return font(11, QFont::Normal);
}

}  // namespace lacuna
