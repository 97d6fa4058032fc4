// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/workbench_style.h"

#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLineEdit>
#include <QTabBar>
#include <QToolButton>

namespace lacuna {
namespace {

const Palette& theme() {
    return Theme::instance().palette();
}

bool isMain(const QWidget* widget) {
    return widget && widget->property("main").toBool();
}

constexpr int controlHeight = 28;
constexpr int comboIconGap = 4, comboTextMargin = 1;  // as Qt draws them

}  // namespace

WorkbenchStyle::WorkbenchStyle() : QProxyStyle("Fusion") {}

int WorkbenchStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
        case PM_ToolBarItemSpacing:
            return 8;
        case PM_ToolBarFrameWidth:
        case PM_ToolBarItemMargin:
        case PM_ToolBarHandleExtent:
            return 0;
        case PM_SmallIconSize:
        case PM_ToolBarIconSize:
        case PM_ButtonIconSize:
            return 16;
        case PM_SplitterWidth:
        case PM_DockWidgetSeparatorExtent:
            return 1;
        case PM_TabBarTabHSpace:
            return 32;
        case PM_TabBarTabVSpace:
            return 14;
        case PM_TabBarBaseOverlap:
            return 1;
        case PM_TabBarTabShiftVertical:
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
            return 0;
        case PM_ScrollBarExtent:
            return 11;
        case PM_MenuBarItemSpacing:
            return 2;
        case PM_MenuBarPanelWidth:
            return 0;
        case PM_MenuPanelWidth:
            return 1;
        case PM_MenuBarHMargin:
            return 2;
        case PM_MenuHMargin:
        case PM_MenuVMargin:
            return 4;
        case PM_ScrollView_ScrollBarSpacing:
            return 0;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int WorkbenchStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                              QStyleHintReturn* result) const {
    switch (hint) {
        case SH_EtchDisabledText:
        case SH_UnderlineShortcut:
        case SH_DialogButtonBox_ButtonsHaveIcons:
        case SH_ItemView_ActivateItemOnSingleClick:
        case SH_ScrollView_FrameOnlyAroundContents:
            return 0;
        case SH_ScrollBar_LeftClickAbsolutePosition:
            return 1;
        case SH_ToolTip_WakeUpDelay:
            return 450;
        default:
            return QProxyStyle::styleHint(hint, option, widget, result);
    }
}

QSize WorkbenchStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                       const QWidget* widget) const {
    auto wanted = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
        case CT_PushButton:
            wanted = {qMax(size.width() + 22, controlHeight), qMax(wanted.height(), controlHeight)};
            break;
        case CT_ToolButton:
            if (const auto* button = qobject_cast<const QToolButton*>(widget); button && !button->autoRaise()) {
                const bool text = button->toolButtonStyle() != Qt::ToolButtonIconOnly && !button->text().isEmpty();
                wanted = {text ? size.width() + 16 : controlHeight + 2, qMax(wanted.height(), controlHeight)};
            }
            break;
        case CT_ComboBox:
        case CT_LineEdit:
        case CT_SpinBox:
            wanted.setHeight(qMax(wanted.height(), controlHeight));
            break;
        case CT_MenuBarItem:
            wanted = {size.width() + 16, qMax(size.height() + 6, 24)};
            break;
        case CT_MenuItem:
            wanted.setHeight(qMax(wanted.height(), 24));
            break;
        default:
            break;
    }
    return wanted;
}

QRect WorkbenchStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                                     const QWidget* widget) const {
    if (control == CC_ScrollBar) {  // no buttons at the ends: they only cost height
        const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (bar && (part == SC_ScrollBarAddLine || part == SC_ScrollBarSubLine))
            return {};
        if (bar && part == SC_ScrollBarGroove)
            return bar->rect;
        if (bar && part == SC_ScrollBarSlider) {
            const bool vertical = bar->orientation == Qt::Vertical;
            const int length = vertical ? bar->rect.height() : bar->rect.width();
            const qint64 range = qint64(bar->maximum) - bar->minimum;
            const int handle =
                range <= 0
                    ? length
                    : qBound(qMin(28, length), int(qint64(length) * bar->pageStep / (range + bar->pageStep)), length);
            const int start = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - handle,
                                                      bar->upsideDown);
            return vertical ? QRect(bar->rect.x(), bar->rect.y() + start, bar->rect.width(), handle)
                            : QRect(bar->rect.x() + start, bar->rect.y(), handle, bar->rect.height());
        }
    }
    return QProxyStyle::subControlRect(control, option, part, widget);
}

void WorkbenchStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                   const QWidget* widget) const {
    switch (element) {
        case PE_PanelButtonCommand:
            paintButton(*painter, *option, isMain(widget));
            return;
        case PE_PanelButtonTool: {
            const bool calm = option->state & State_AutoRaise &&
                              !(option->state & (State_MouseOver | State_Sunken | State_On | State_HasFocus));
            if (!calm)
                paintButton(*painter, *option, isMain(widget));
            return;
        }
        case PE_FrameButtonTool:
        case PE_FrameStatusBarItem:
        case PE_PanelStatusBar:
        case PE_FrameDefaultButton:
            return;
        case PE_PanelLineEdit:
            if (const auto* line = qstyleoption_cast<const QStyleOptionFrame*>(option); line && line->lineWidth > 0)
                paintField(*painter, *option);
            return;
        case PE_FrameLineEdit:
            return;
        case PE_Frame:
        case PE_FrameMenu:
            paintBox(*painter, option->rect, {}, theme().line, 0);
            return;
        case PE_PanelMenu:
            painter->fillRect(option->rect, theme().panel);
            return;
        case PE_PanelTipLabel:
            paintBox(*painter, option->rect, theme().panel, theme().line, 0);
            return;
        case PE_FrameFocusRect:
            paintBox(*painter, option->rect, {}, theme().accent, 3);
            return;
        case PE_FrameTabBarBase: {
            painter->setPen(theme().line);
            painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
            return;
        }
        case PE_FrameTabWidget:
            return;
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck:
            paintCheck(*painter, *option, false);
            return;
        case PE_IndicatorRadioButton:
            paintCheck(*painter, *option, true);
            return;
        case PE_IndicatorArrowDown:
        case PE_IndicatorArrowUp:
        case PE_IndicatorArrowLeft:
        case PE_IndicatorArrowRight: {
            const auto type = element == PE_IndicatorArrowDown   ? Qt::DownArrow
                              : element == PE_IndicatorArrowUp   ? Qt::UpArrow
                              : element == PE_IndicatorArrowLeft ? Qt::LeftArrow
                                                                 : Qt::RightArrow;
            paintArrow(*painter, option->rect, type, isMain(widget) ? QColor(Qt::white) : theme().soft);
            return;
        }
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void WorkbenchStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                                 const QWidget* widget) const {
    switch (element) {
        case CE_TabBarTabShape:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option))
                paintTab(*painter, *tab);
            return;
        case CE_TabBarTabLabel:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option))
                paintTabText(*painter, *tab);
            return;
        case CE_MenuBarItem:
            if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option))
                paintMenuBarItem(*painter, *item);
            return;
        case CE_MenuBarEmptyArea:
            painter->fillRect(option->rect, theme().ground);
            return;
        case CE_ToolBar: {
            painter->fillRect(option->rect, theme().panel);
            painter->setPen(theme().line);
            painter->drawLine(option->rect.topLeft(), option->rect.topRight());
            painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
            return;
        }
        case CE_Splitter:
            painter->fillRect(option->rect, theme().line);
            return;
        case CE_ComboBoxLabel:
            if (const auto* box = qstyleoption_cast<const QStyleOptionComboBox*>(option)) {
                auto shown = *box;
                const int icon = box->currentIcon.isNull() ? 0 : box->iconSize.width() + comboIconGap;
                const auto field = subControlRect(CC_ComboBox, box, SC_ComboBoxEditField, widget);
                shown.currentText = box->fontMetrics.elidedText(box->currentText, Qt::ElideRight,
                                                                field.width() - icon - 2 * comboTextMargin);
                QProxyStyle::drawControl(element, &shown, painter, widget);
                return;
            }
            break;
        case CE_ProgressBar:
            if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option))
                paintProgress(*painter, *bar);
            return;
        case CE_HeaderSection:
            if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option))
                paintHeaderSection(*painter, *header);
            return;
        case CE_HeaderEmptyArea:
            painter->fillRect(option->rect, theme().panel);
            return;
        case CE_PushButtonLabel:
        case CE_ToolButtonLabel:
            if (isMain(widget) && option->state & State_Enabled) {
                auto copy = QStyleOptionToolButton();
                if (const auto* tool = qstyleoption_cast<const QStyleOptionToolButton*>(option)) {
                    copy = *tool;
                    copy.palette.setColor(QPalette::ButtonText, Qt::white);
                    QProxyStyle::drawControl(element, &copy, painter, widget);
                } else if (const auto* push = qstyleoption_cast<const QStyleOptionButton*>(option)) {
                    auto button = *push;
                    button.palette.setColor(QPalette::ButtonText, Qt::white);
                    QProxyStyle::drawControl(element, &button, painter, widget);
                }
                return;
            }
            break;
        default:
            break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void WorkbenchStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                        const QWidget* widget) const {
    if (control == CC_ScrollBar) {
        if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option))
            paintScrollBar(*painter, *bar, subControlRect(control, option, SC_ScrollBarSlider, widget));
        return;
    }
    if (control == CC_ComboBox) {
        if (const auto* box = qstyleoption_cast<const QStyleOptionComboBox*>(option)) {
            if (box->editable)
                paintField(*painter, *option);
            else
                paintButton(*painter, *option, false);
            paintArrow(*painter, QRectF(option->rect.right() - 20, option->rect.top(), 14, option->rect.height()),
                       Qt::DownArrow, theme().soft);
        }
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

void WorkbenchStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QTabBar*>(widget) || qobject_cast<QAbstractButton*>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

}  // namespace lacuna
