// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/messages_model.h"

#include "widgets/common/icons.h"
#include "widgets/common/theme.h"

#include <algorithm>

namespace lacuna {

void MessagesModel::add(Kind kind, const QString& text, const QString& detail) {
    const auto same = std::find_if(m_messages.begin(), m_messages.end(),
                                   [&](const auto& old) { return old.kind == kind && old.text == text; });
    const int row = same == m_messages.end() ? -1 : static_cast<int>(same - m_messages.begin());
    if (row < 0) {
        beginInsertRows({}, 0, 0);
        m_messages.prepend({kind, text, detail, 1, QDateTime::currentDateTime()});
        endInsertRows();
        if (m_messages.size() > mostMessages) {
            beginRemoveRows({}, mostMessages, mostMessages);
            m_messages.removeLast();
            endRemoveRows();
        }
    } else {
        if (row > 0) {
            beginMoveRows({}, row, row, {}, 0);
            m_messages.move(row, 0);
            endMoveRows();
        }
        ++m_messages[0].count;
        m_messages[0].time = QDateTime::currentDateTime();
        m_messages[0].detail = detail;
        emit dataChanged(index(0), index(0));
    }
    emit added(kind, text, m_messages[0].count);
}

void MessagesModel::clear() {
    beginResetModel();
    m_messages.clear();
    endResetModel();
}

int MessagesModel::errors() const {
    int all = 0;
    for (const auto& message : m_messages)
        all += message.kind == Kind::Error ? message.count : 0;
    return all;
}

QString MessagesModel::asText() const {
    QStringList lines;
    for (auto message = m_messages.crbegin(); message != m_messages.crend(); ++message) {
        auto line = message->time.toString(Qt::ISODate) + ' ' + message->text;
        if (message->count > 1)
            line += QString(" (×%1)").arg(message->count);
        if (!message->detail.isEmpty())
            line += "\n    " + message->detail;
        lines << line;
    }
    return lines.join('\n');
}

int MessagesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_messages.size());
}

QVariant MessagesModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& message = m_messages[index.row()];
    switch (role) {
        case Qt::DisplayRole: {
            const auto count = message.count > 1 ? QString("  (×%1)").arg(message.count) : QString();
            return message.time.toString("hh:mm:ss") + "   " + message.text + count;
        }
        case Qt::DecorationRole:
            return message.kind == Kind::Error ? icon("error", Theme::instance().palette().error)
                                               : icon("note", Theme::instance().palette().soft);
        case Qt::ToolTipRole:
            return message.detail.isEmpty() ? message.text : message.text + "\n\n" + message.detail;
        case KindRole:
            return static_cast<int>(message.kind);
        case TextRole:
            return message.text;
        case DetailRole:
            return message.detail;
        case CountRole:
            return message.count;
        case TimeRole:
            return message.time;
        default:
            return {};
    }
}

}  // namespace lacuna
