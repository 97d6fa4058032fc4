#pragma once
#include <QProxyStyle>

namespace lacuna {

/// Fusion made calm: flat panels, hairlines, round corners of 4 px, one accent colour. Reads Theme::palette().
/// A QPushButton or QToolButton with the dynamic property "main" = true is the one filled button of its place.
class WorkbenchStyle : public QProxyStyle {
    Q_OBJECT
public:
    WorkbenchStyle();
};

}  // namespace lacuna
