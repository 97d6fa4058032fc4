#include "core/base/build_id.h"

#include <lacuna_build_id.h>

const char* lacunaPlainBuild() {
    return LACUNA_BUILD_ID;
}
