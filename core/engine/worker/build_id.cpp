#include "core/engine/engine.h"

#include <lacuna_build_id.h>

const char* lacunaEngineBuild() {
    return LACUNA_BUILD_ID;
}
