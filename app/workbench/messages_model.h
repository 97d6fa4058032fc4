// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAbstractListModel>
#include <QDateTime>

namespace lacuna {

/// What was said while the workbench is open, newest first. The same message again raises its count instead of adding a
/// line, so that a storm of errors stays readable.
class MessagesModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum class Kind { Note, Error };
    enum Role { KindRole = Qt::UserRole, TextRole, DetailRole, CountRole, TimeRole };
    static constexpr int mostMessages = 500;

    using QAbstractListModel::QAbstractListModel;

    void add(Kind kind, const QString& text, const QString& detail = {});
    void clear();
    int errors() const;  ///< told since the last clear, repetitions counted
    QString asText() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

signals:
    void added(Kind kind, const QString& text, int count);

private:
    struct Message {
        Kind kind = Kind::Note;
        QString text, detail;
        int count = 1;
        QDateTime time;
    };
    QList<Message> m_messages;
};

}  // namespace lacuna
