#pragma once
#include <QProcess>
#include <QTemporaryDir>

#include <clocale>
#include <string>

namespace lacuna::testing {

/// While it lives, the process writes decimals with a comma, as a workbench on a German desktop does (Qt calls
/// setlocale). The locale is made by localedef, for machines that have none installed.
class GermanLocale {
public:
    GermanLocale() {
        QProcess::execute("localedef",
                          {"--no-archive", "-i", "de_DE", "-f", "UTF-8", m_folder.filePath("de_DE.UTF-8")});
        qputenv("LOCPATH", m_folder.path().toUtf8());
        m_set =
            std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr && std::string(std::localeconv()->decimal_point) == ",";
    }
    ~GermanLocale() {
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

#define SKIP_WITHOUT(german) \
    if (!(german).isSet())   \
    QSKIP("no German locale can be made here: localedef or /usr/share/i18n is missing")
