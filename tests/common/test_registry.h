// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace lacuna::testing {

using TestMap = std::map<std::string, std::function<std::unique_ptr<QObject>()>>;

/// Every test class of the binary by the stem of its file, e.g. "run_log_test".
inline TestMap& registeredTests() {
    static TestMap tests;
    return tests;
}

inline std::string fileStem(std::string path) {
    path = path.substr(path.find_last_of('/') + 1);
    return path.substr(0, path.find('.'));
}

}  // namespace lacuna::testing

/// Stands once in each *_test.cpp, after the class, before `#include "x_test.moc"`.
#define LACUNA_TEST(Class)                                                             \
    static const bool registered##Class = [] {                                         \
        lacuna::testing::registeredTests()[lacuna::testing::fileStem(__FILE__)] = [] { \
            return std::unique_ptr<QObject>(new Class);                                \
        };                                                                             \
        return true;                                                                   \
    }();
