// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/installation/torch_library.h"

#include "core/installation/installation.h"

#include <cstdlib>
#include <dlfcn.h>
#include <fstream>

namespace fs = std::filesystem;

namespace lacuna {
namespace {

constexpr const char* libraryName = "libtorch_cpu.so";

fs::path libraryIn(const fs::path& folder) {
    std::error_code code;
    for (const auto* below : {"lib", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu", "lib64", ""})
        if (auto file = folder / below / libraryName; fs::exists(file, code))
            return fs::canonical(file, code);
    return {};
}

/// From a wheel's version.py or an archive's build-version; a distribution's prefix has neither.
std::string versionIn(const fs::path& folder) {
    std::string line;
    constexpr std::string_view assigned = "__version__ = '";
    for (std::ifstream file(folder / "version.py"); std::getline(file, line);)
        if (line.starts_with(assigned))
            return line.substr(assigned.size(), line.find('\'', assigned.size()) - assigned.size());
    std::ifstream archive(folder / "build-version");
    return std::getline(archive, line) ? line : std::string();
}

TorchPlace placeAt(std::string what, const fs::path& folder) {
    TorchPlace place{std::move(what), folder, libraryIn(folder)};
    if (place.library.empty())
        return place;
    place.version = versionIn(folder);
    if (place.version.empty())  // named was its lib folder
        place.version = versionIn(folder.parent_path());
    place.serves = place.version.empty() || place.version.starts_with(torchSeries() + ".");
    return place;
}

/// What is wrong with a place, for the list in an error.
std::string problemOf(const TorchPlace& place) {
    if (place.library.empty())
        return fmt::format("{} ({}): there is none", place.what, place.folder.string());
    return fmt::format("{} ({}): is {}, this Lacuna needs {}", place.what, place.folder.string(), place.version,
                       torchSeries());
}

std::string remedy() {
    std::error_code code;
    if (fs::exists(libraryFolder() / "../../../__init__.py", code))  // a wheel's
        return fmt::format("Install it into the same environment: pip install \"torch=={}.*\".", torchSeries());
    return "lacuna-get-torch fetches it (about 530 MB), or name a folder that holds it in LACUNA_TORCH.";
}

[[noreturn]] void refuse(const std::vector<TorchPlace>& places) {
    std::string text = fmt::format("The engine needs libtorch {}, which is not there.", torchSeries());
    for (const auto& place : places)
        if (!place.library.empty() || place.what == "LACUNA_TORCH")
            text += fmt::format(" {}.", problemOf(place));
    throw TorchMissing(text + " " + remedy());
}

fs::path open(const fs::path& library) {
    // As if the program were linked with it: libtorch_cuda is loaded later and finds it, and so do exceptions' types.
    if (!::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL)) {
        const std::string reason = ::dlerror();
        throw TorchMissing(fmt::format("libtorch cannot be loaded: {}. {}", reason, remedy()));
    }
    return library;
}

}  // namespace

std::string torchSeries() {
    return LACUNA_TORCH_SERIES;
}

std::vector<TorchPlace> torchPlaces() {
    if (const char* named = std::getenv("LACUNA_TORCH"); named && *named)
        return {placeAt("LACUNA_TORCH", named)};
    const auto here = libraryFolder();
    std::vector<TorchPlace> places{placeAt("beside Lacuna's libraries", here / "torch")};
    std::error_code code;
    // site-packages/lacuna/native/lib/lacuna
    if (const auto package = here.parent_path().parent_path().parent_path(); fs::exists(package / "__init__.py", code))
        places.push_back(placeAt("the Python environment", package.parent_path() / "torch"));
    if (const auto own = userDataFolder(); !own.empty())
        places.push_back(placeAt("fetched for you", own / "libtorch/torch"));
    places.push_back(placeAt("fetched for this machine", systemDataFolder / "libtorch/torch"));
    return places;
}

fs::path loadTorch() {
    static fs::path loaded;
    if (!loaded.empty())
        return loaded;
    const auto places = torchPlaces();
    for (const auto& place : places)
        if (place.serves)
            return loaded = open(place.library);
    if (places.front().what == "LACUNA_TORCH" || !::dlopen(libraryName, RTLD_NOW | RTLD_GLOBAL))
        refuse(places);
    return loaded = libraryName;  // a distribution's
}

}  // namespace lacuna
