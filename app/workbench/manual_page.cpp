// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/manual_page.h"

#include "core/installation/environment.h"

#include <QStringList>

#include <cstdio>

namespace lacuna {
namespace {

/// Text that roff takes as it stands.
QString roff(QString text) {
    text.replace('\\', "\\e").replace('-', "\\-");
    return text.startsWith('.') || text.startsWith('\'') ? "\\&" + text : text;
}

void line(const QString& text) {
    std::printf("%s\n", qPrintable(text));
}

void printOption(const QCommandLineOption& row) {
    QStringList names;
    for (const auto& name : row.names())
        names << QString("\\fB%1%2\\fR").arg(name.size() == 1 ? "\\-" : "\\-\\-", roff(name));
    line(".TP");
    line(names.join(", ") + (row.valueName().isEmpty() ? QString() : " \\fI" + roff(row.valueName()) + "\\fR"));
    line(roff(row.description()) +
         (row.defaultValues().isEmpty() ? QString() : QString(" [default: %1]").arg(roff(row.defaultValues()[0]))));
}

}  // namespace

void printManualPage(const QString& description, const QList<QCommandLineOption>& rows) {
    line(".TH LACUNA\\-WORKBENCH 1 \"\" \"Lacuna " LACUNA_VERSION "\" \"User Commands\"");
    line(".SH NAME\nlacuna\\-workbench \\- watch lifelong unlearning happen, and compare what is left");
    line(".SH SYNOPSIS\n\\fBlacuna\\-workbench\\fR [\\fIOPTION\\fR...] [\\fIRUN\\fR...]");
    line(".SH DESCRIPTION\n" + roff(description));
    line("\\fIRUN\\fR is a run folder, a run.h5 file or a folder of runs to open.\n.SH OPTIONS");
    for (const auto& row : rows)
        if (!row.flags().testFlag(QCommandLineOption::HiddenFromHelp))
            printOption(row);
    line(".SH EXIT STATUS\n0 done, 2 input to mend (also where no window can be shown).\n.SH ENVIRONMENT");
    for (const auto& row : environmentRows)
        line(QString(".TP\n\\fB%1\\fR\n%2").arg(row.name, roff(row.help)));
    line(".SH SEE ALSO\n\\fBlacuna\\fR(1), \\fBlacuna\\-get\\-torch\\fR(1)");
}

}  // namespace lacuna
