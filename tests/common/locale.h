// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QProcess>
#include <QTemporaryDir>

#include <clocale>
#include <string>

namespace lacuna::testing {

/// Sets the process's locale while it lives, as a workbench on a desktop of that language does (Qt calls setlocale):
/// "de_DE" writes decimals with a comma, "tr_TR" has no small I among its bytes. The locale is made by localedef, for
/// machines that have none installed.
class Locale {
public:
    explicit Locale(const QString& name) {
        QProcess::execute("localedef", {"--no-archive", "-i", name, "-f", "UTF-8", m_folder.filePath(name + ".UTF-8")});
        qputenv("LOCPATH", m_folder.path().toUtf8());
        m_set = std::setlocale(LC_ALL, (name + ".UTF-8").toUtf8().constData()) != nullptr;
    }
    ~Locale() {
        std::setlocale(LC_ALL, "C");
        qunsetenv("LOCPATH");
    }
    /// False where localedef, or what it makes locales of, is not installed.
    bool isSet() const { return m_set; }

private:
    QTemporaryDir m_folder;
    bool m_set = false;
};

}  // namespace lacuna::testing

#define SKIP_WITHOUT(locale) \
    if (!(locale).isSet())   \
    QSKIP("the locale cannot be made here: localedef or /usr/share/i18n/locales is missing")
