// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QProcess>

namespace lacuna {

/// Fetches libtorch by the program lacuna-get-torch, which says what is wrong by itself.
class TorchFetch : public QObject {
    Q_OBJECT
public:
    explicit TorchFetch(QObject* parent = nullptr);
    ~TorchFetch() override;

    bool possible() const;  ///< the program is there: a wheel's Lacuna has none, pip brings torch there
    bool running() const { return m_process.state() != QProcess::NotRunning; }
    void start();
    void stop();  ///< ends with "stopped"
    /// For tests: another program, with what stands before its arguments.
    void useProgram(const QString& program, const QStringList& before = {});

    static QString offer();    ///< size and place, in a sentence
    static QString licence();  ///< of what is fetched

signals:
    void progress(const QString& text);
    void ended(const QString& problem);  ///< empty: libtorch is in its place

private:
    void readProgress();

    QString m_program;
    QStringList m_before;
    QProcess m_process;
    bool m_stopped = false;
};

}  // namespace lacuna
