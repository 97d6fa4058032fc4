// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/thumbnails.h"

#include <QAbstractListModel>
#include <QListView>

#include <vector>

namespace lacuna {

/// One picture of the strip.
struct StripPicture {
    int view = -1;  ///< index into Entity::views; −1 = the user's own file
    QString path;
    QString description;
    bool asked = false;  ///< the chosen question was put to it
    bool operator==(const StripPicture&) const = default;
};

class StripModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void setPictures(std::vector<StripPicture> pictures);
    const StripPicture& picture(int row) const { return m_pictures.at(static_cast<std::size_t>(row)); }
    int rowOf(int view, const QString& path) const;  ///< −1 = not among them
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    std::vector<StripPicture> m_pictures;
};

/// A row or two of small pictures to pick from; a dot marks those that the chosen question was put to.
class ViewStrip : public QListView {
    Q_OBJECT
public:
    explicit ViewStrip(Thumbnails& thumbnails, QWidget* parent = nullptr);

    StripModel& strip() { return *m_strip; }
    void setPictures(std::vector<StripPicture> pictures);
    void choose(int view, const QString& path);
    void setMostRows(int rows);

    int cell() const { return m_cell; }  ///< edge of a picture: as large as fills the row

signals:
    void picked(int view, const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();

    StripModel* m_strip;
    int m_mostRows = 2, m_cell = 40;
    bool m_choosing = false;
};

}  // namespace lacuna
