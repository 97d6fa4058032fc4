// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/architecture/include_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace lacuna::testing {
namespace {

/// Rooms and their floors. A room includes rooms on lower floors only; rooms that share a floor do not know each other.
const std::map<std::string, double> floors{
    {"core/base", 1},
    {"core/catalog", 2},
    {"core/installation", 2},
    {"core/images", 2},
    {"core/remote", 2},
    {"core/text", 2},
    {"core/tensors", 2},
    {"core/models", 3},
    {"core/models/llava", 3.5},  // a model family: what is common to all of them lies below it
    {"core/benchmark", 3},
    {"core/benchmark/drawn", 3.5},  // a room inside a room: it draws what core/benchmark describes
    {"core/runs", 3},
    {"core/runs/tables", 2.5},  // the columns and HDF5 under the run log
    {"core/runs/reader", 3.5},  // the child process that opens foreign files
    {"core/lessons", 3.5},      // tours: what they may name, and what they say of runs
    {"core/training", 4},
    {"widgets/common", 4},
    {"widgets/runs", 4.5},
    {"widgets/entities", 4.5},
    {"widgets/sequence", 4.5},
    {"widgets/curves", 4.5},
    {"widgets/probes", 4.5},
    {"widgets/compare", 4.5},
    {"widgets/map", 4.5},
    {"widgets/attacks", 4.5},
    {"widgets/lesson", 4.5},
    {"core/evaluation", 5},
    {"core/unlearning", 6},
    {"core/unlearning/methods", 5.5},  // objectives: losses, which know no trainer and no run
    {"core/unlearning/gates", 5.5},    // who answers a picture: no run, no trainer
    {"core/attacks", 7},
    {"core/engine", 8},
    {"core/engine/worker", 8.5},  // behind the interface: what computes
    {"app/doctor", 8.7},
    {"app/launcher", 9},
    {"app/cli", 9},
    {"app/workbench", 9},
};

/// All that a widget may know of core.
const std::set<std::string> widgetsMaySee{"core/base", "core/catalog", "core/benchmark", "core/runs"};

/// Who may know a model's family: what opens a checkpoint and what shows one. All else takes models as they come.
const std::set<std::string> familiesAreSeenBy{"core/training", "core/engine/worker", "app/cli"};

struct Library {
    const char* name;
    std::regex header;
};

const Library qt{"Qt", std::regex("^(Q[A-Z].*|Qt[A-Z][A-Za-z]*/.*|qcustomplot\\.h)$")};
const Library torch{"torch", std::regex("^(ATen|torch|c10|caffe2)/.*$|^torch/.*$")};
const Library opencv{"OpenCV", std::regex("^opencv2/.*$")};
const Library hdf5{"HDF5", std::regex("^(hdf5(_hl)?\\.h|hdf5/.*|H5[A-Za-z]*\\.h)$")};

struct Include {
    int line = 0;
    std::string path;
    bool quoted = false;
};

std::vector<Include> includesOf(const std::string& text) {
    static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<Include> includes;
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number)
        if (std::smatch match; line.find("include") != std::string::npos && std::regex_search(line, match, pattern))
            includes.push_back({number, match[2], match[1] == "\""});
    return includes;
}

bool startsWith(const std::string& text, const char* prefix) {
    return text.rfind(prefix, 0) == 0;
}

std::string roomOf(const std::string& file) {
    return fs::path(file).parent_path().generic_string();
}

class Inspector {
public:
    explicit Inspector(const SourceTree& tree) : m_tree(tree) {
        for (const auto& [file, text] : tree)
            m_includes[file] = includesOf(text);
    }

    std::vector<std::string> inspect() {
        for (const auto& [file, includes] : m_includes) {
            if (!startsWith(file, "tests/") && !floors.contains(roomOf(file)))
                broken(file, 1, fmt::format("the room {} stands on no floor", roomOf(file)));
            for (const auto& include : includes)
                inspectInclude(file, include);
        }
        for (const auto& [file, includes] : m_includes)
            inspectReach(file);
        findCircles();
        return m_broken;
    }

private:
    void broken(const std::string& file, int line, const std::string& what) {
        m_broken.push_back(fmt::format("{}:{}: {}", file, line, what));
    }

    /// The file of this tree that an include means, seen from `file`; nothing for libraries.
    std::optional<std::string> resolved(const std::string& file, const Include& include) const {
        const auto beside = (fs::path(roomOf(file)) / include.path).lexically_normal().generic_string();
        if (include.quoted && m_tree.contains(beside))
            return beside;
        const auto below = fs::path(include.path).lexically_normal().generic_string();
        if (m_tree.contains(below))
            return below;
        return std::nullopt;
    }

    void inspectInclude(const std::string& file, const Include& include) {
        const auto path = fs::path(include.path).lexically_normal().generic_string();
        if (path == "torch/torch.h" || path == "torch/extension.h" || path == "torch/all.h")
            broken(file, include.line, fmt::format("includes {}: half a minute of compile time, use ATen", path));
        if (startsWith(file, "tests/"))
            return;
        const auto wall = [&](const Library& library) {
            if (std::regex_match(path, library.header))
                broken(file, include.line, fmt::format("includes {}: {} is behind a wall here", path, library.name));
        };
        if (startsWith(file, "core/"))
            wall(qt);
        if (!startsWith(file, "core/runs/"))
            wall(hdf5);
        const auto target = resolved(file, include);
        if (target)
            inspectArrow(file, include, *target);
        else if (include.quoted && !path.ends_with(".moc") && path != "qcustomplot.h")
            broken(file, include.line, fmt::format("includes \"{}\", which is not in the tree", include.path));
    }

    void inspectArrow(const std::string& file, const Include& include, const std::string& target) {
        const auto from = roomOf(file);
        const auto to = roomOf(target);
        if (from == to)
            return;
        const auto low = floors.find(to);
        const auto high = floors.find(from);
        if (low == floors.end() || high == floors.end()) {
            if (startsWith(target, "tests/"))
                broken(file, include.line, fmt::format("includes {}: a test", target));
            return;  // said of the room itself
        }
        if (startsWith(from, "core/") && startsWith(to, "widgets/"))
            broken(file, include.line, fmt::format("includes {}: core does not know widgets", target));
        else if (low->second > high->second)
            broken(file, include.line, fmt::format("includes {}: an arrow upward from {}", target, from));
        else if (low->second == high->second)
            broken(file, include.line, fmt::format("includes {}: an arrow sideways from {}", target, from));
        else if (startsWith(to, "core/models/") && !familiesAreSeenBy.contains(from))
            broken(file, include.line, fmt::format("includes {}: {} knows no model family", target, from));
        else if (startsWith(from, "widgets/") && startsWith(to, "core/") && !widgetsMaySee.contains(to))
            broken(file, include.line, fmt::format("includes {}: widgets do not know {}", target, to));
    }

    /// Libraries that must not even be reached through other headers.
    void inspectReach(const std::string& file) {
        const auto room = roomOf(file);
        const bool header = file.ends_with(".h");
        if (startsWith(file, "widgets/") || room == "app/workbench")
            mustNotReach(file, {&torch, &opencv, &hdf5});  // it links none of them: the first paint is fast
        else if (header && (room == "core/catalog" || room == "core/runs" || room == "core/engine" ||
                            room == "core/benchmark" || file == "core/benchmark/drawn/drawn_benchmark.h"))
            mustNotReach(file, {&torch, &opencv});
    }

    void mustNotReach(const std::string& start, const std::vector<const Library*>& libraries) {
        std::set<std::string> seen{start};
        const auto visit = [&](const auto& self, const std::string& file, int firstLine) -> void {
            for (const auto& include : m_includes.at(file)) {
                const int line = file == start ? include.line : firstLine;
                for (const auto* library : libraries)
                    if (std::regex_match(include.path, library->header))
                        broken(start, line,
                               fmt::format("reaches {} ({}) through {}:{}", include.path, library->name, file,
                                           include.line));
                if (const auto target = resolved(file, include); target && seen.insert(*target).second)
                    self(self, *target, line);
            }
        };
        visit(visit, start, 0);
    }

    void findCircles() {
        std::map<std::string, int> state;  // 1 = on the way, 2 = done
        const auto visit = [&](const auto& self, const std::string& file) -> void {
            state[file] = 1;
            for (const auto& include : m_includes.at(file)) {
                const auto target = resolved(file, include);
                if (!target || state[*target] == 2)
                    continue;
                if (state[*target] == 1)
                    broken(file, include.line, fmt::format("includes {}: closes a circle", *target));
                else
                    self(self, *target);
            }
            state[file] = 2;
        };
        for (const auto& [file, includes] : m_includes)
            if (state[file] == 0)
                visit(visit, file);
    }

    const SourceTree& m_tree;
    std::map<std::string, std::vector<Include>> m_includes;
    std::vector<std::string> m_broken;
};

}  // namespace

SourceTree readSourceTree(const fs::path& root) {
    SourceTree tree;
    for (const char* part : {"core", "widgets", "app", "tests"}) {
        if (!fs::exists(root / part))
            continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / part)) {
            const auto extension = entry.path().extension();
            if (!entry.is_regular_file() || (extension != ".h" && extension != ".cpp"))
                continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            tree[entry.path().lexically_relative(root).generic_string()] = {std::istreambuf_iterator<char>(stream), {}};
        }
    }
    return tree;
}

std::vector<std::string> brokenRules(const SourceTree& tree) {
    return Inspector(tree).inspect();
}

}  // namespace lacuna::testing
