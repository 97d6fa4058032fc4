#include "widgets/common/workbench_style.h"

namespace lacuna {

WorkbenchStyle::WorkbenchStyle() : QProxyStyle("Fusion") {}

}  // namespace lacuna
