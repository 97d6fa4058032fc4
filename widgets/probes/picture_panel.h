// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/thumbnails.h"
#include "widgets/probes/answer_sheet.h"

#include <QWidget>

#include <array>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace lacuna {

class PictureView;
class ViewStrip;

/// The entity's name, class and fate, the chosen picture, and all its pictures to pick from: held-out views, training
/// views, the user's own files.
class PicturePanel : public QWidget {
    Q_OBJECT
public:
    PicturePanel(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);

    /// `own` are the user's files for this entity, `ownImage` the chosen one (empty = the chosen view).
    void show(const Entity* entity, const ProbeChoice& choice, const EntityLog& log, const QStringList& own,
              const QString& ownImage);
    PictureView* picture() const { return m_picture; }
    ViewStrip* strip() const { return m_strip; }

signals:
    void viewPicked(int view);
    void ownPicked(const QString& path);
    void openAsked();  ///< a picture file of the user's

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    enum class Page { HeldOut, Training, Own };

    void fillStrip();
    void placeButtons();
    std::array<QPushButton*, 3> pageButtons() const { return {m_heldOut, m_training, m_ownPage}; }
    void showPage(Page page);
    void dress();
    void dressFate();
    QString describe(int view) const;
    static Page pageOf(const Entity& entity, int view);

    Workspace& m_workspace;
    QLabel *m_name, *m_fate, *m_caption;
    PictureView* m_picture;
    QPushButton *m_heldOut, *m_training, *m_ownPage, *m_open;
    ViewStrip* m_strip;
    QHBoxLayout *m_pages, *m_ownRow;
    std::array<int, 3> m_counts{};  ///< pictures of each page
    const Entity* m_entity = nullptr;
    ProbeChoice m_choice;
    std::set<int> m_askedViews;
    QStringList m_own;
    QString m_ownImage, m_fateText, m_fateShort;
    Page m_page = Page::HeldOut;
    int m_fateRequest = -1;
};

}  // namespace lacuna
