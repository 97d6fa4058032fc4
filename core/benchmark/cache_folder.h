#pragma once
#include <filesystem>

namespace lacuna {

/// Where drawn pictures and first-stage results are kept: `$LACUNA_CACHE`, else `$XDG_CACHE_HOME/lacuna`, else
/// `~/.cache/lacuna`.
std::filesystem::path cacheFolder();

/// Folder of the embedded benchmark's pictures inside it: present only when complete. Widgets read pictures from here.
std::filesystem::path drawnBenchmarkFolder();

}  // namespace lacuna
