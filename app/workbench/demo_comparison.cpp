#include "app/workbench/demo_comparison.h"

#include "core/catalog/methods.h"

namespace lacuna {

std::vector<RunSpec> demoComparison(const std::filesystem::path& runs) {
    std::vector<RunSpec> specs;
    for (const auto& method : methodRows()) {
        RunSpec spec;
        spec.method = method.id;
        spec.name = freeRunName(runs, "demo-" + method.id);
        specs.push_back(spec);
    }
    return specs;
}

std::string freeRunName(const std::filesystem::path& folder, const std::string& base) {
    auto name = base;
    for (int number = 2; std::filesystem::exists(folder / name); ++number)
        name = base + "-" + std::to_string(number);
    return name;
}

}  // namespace lacuna
