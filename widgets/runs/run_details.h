// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/workspace.h"

#include <QDialog>

#include <utility>
#include <vector>

class QLineEdit;
class QPlainTextEdit;

namespace lacuna {

/// Everything that decided a run, and what came of it, as lines of a name and a value.
std::vector<std::pair<QString, QString>> runDetails(const Workspace& workspace, int run);

/// "epochs, lr, seed": the settings in which two runs differ; "nothing but its name" where they do not.
QString differences(const RunSpec& run, const RunSpec& other);

/// A run in full, with the notes and tags that people keep with it. Tells what was written when it closes.
class RunDetails : public QDialog {
    Q_OBJECT
public:
    RunDetails(const Workspace& workspace, int run, QWidget* parent = nullptr);
    QString asText() const;  ///< for the clipboard: a line each, a tab between name and value
    QPlainTextEdit* notesField() const { return m_notes; }
    QLineEdit* tagsField() const { return m_tags; }

signals:
    void written(const std::filesystem::path& source, const QString& notes, const QStringList& tags);

protected:
    void done(int result) override;

private:
    std::filesystem::path m_source;
    std::vector<std::pair<QString, QString>> m_lines;
    QPlainTextEdit* m_notes;
    QLineEdit* m_tags;
    QString m_notesBefore, m_tagsBefore;
};

}  // namespace lacuna
