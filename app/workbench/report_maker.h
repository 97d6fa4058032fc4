// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QProcess>
#include <QStringList>

namespace lacuna {

/// Has the command line program write a report, so that the window stays free: `lacuna report RUN… --out FILE`.
class ReportMaker final : public QObject {
    Q_OBJECT
public:
    explicit ReportMaker(QObject* parent = nullptr);
    ~ReportMaker() override;

    /// The program: beside this one, else the one that a shell would find; empty = there is none.
    static QString program();
    bool busy() const { return m_process.state() != QProcess::NotRunning; }
    void make(const QStringList& runs, const QString& file);

signals:
    void made(const QString& file);
    void failed(const QString& text);

private:
    QProcess m_process;
    QString m_file;
};

}  // namespace lacuna
