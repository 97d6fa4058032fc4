// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/probes/picture_panel.h"

#include "core/base/picture_format.h"
#include "widgets/common/icons.h"
#include "widgets/common/theme.h"
#include "widgets/probes/picture_view.h"
#include "widgets/probes/view_strip.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace lacuna {
namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

int requestNumber(const Benchmark& benchmark, const QString& name) {
    for (std::size_t i = 0; i < benchmark.requests.size(); ++i)
        if (text(benchmark.requests[i].name) == name)
            return static_cast<int>(i);
    return -1;
}

}  // namespace

PicturePanel::PicturePanel(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_name(new QLabel(this)),
      m_fate(new QLabel(this)),
      m_caption(new QLabel(this)),
      m_picture(new PictureView(this)),
      m_heldOut(new QPushButton(this)),
      m_training(new QPushButton(this)),
      m_ownPage(new QPushButton(this)),
      m_open(new QPushButton(tr("Open picture…"), this)),
      m_strip(new ViewStrip(thumbnails, this)),
      m_pages(new QHBoxLayout),
      m_ownRow(new QHBoxLayout) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* title = new QHBoxLayout;
    title->setSpacing(8);
    title->addWidget(m_name);
    title->addStretch();
    title->addWidget(m_fate);
    column->addLayout(title);
    column->addWidget(m_picture, 100);
    column->addWidget(m_caption);
    m_pages->setSpacing(2);
    for (auto* page : pageButtons()) {
        page->setCheckable(true);
        m_pages->addWidget(page);
    }
    m_pages->addStretch();
    m_pages->addWidget(m_open);
    column->addLayout(m_pages);
    column->addLayout(m_ownRow);
    column->addWidget(m_strip);
    column->addStretch(1);

    m_heldOut->setToolTip(tr("Pictures that no model was trained on: those are asked."));
    m_training->setToolTip(tr("Pictures that models are trained on."));
    m_open->setToolTip(tr("Ask about a picture file of your own (%1). Or drop it here.")
                           .arg(QString::fromStdString(pictureFormatNames())));
    m_caption->setForegroundRole(QPalette::PlaceholderText);
    m_caption->setMinimumWidth(40);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    connect(m_heldOut, &QPushButton::clicked, this, [this] { showPage(Page::HeldOut); });
    connect(m_training, &QPushButton::clicked, this, [this] { showPage(Page::Training); });
    connect(m_ownPage, &QPushButton::clicked, this, [this] { showPage(Page::Own); });
    connect(m_picture, &PictureView::settled, this,
            [this] { m_picture->setMaximumHeight(m_picture->heightFor(width())); });
    connect(m_open, &QPushButton::clicked, this, &PicturePanel::openAsked);
    connect(m_strip, &ViewStrip::picked, this, [this](int view, const QString& path) {
        if (view >= 0)
            emit viewPicked(view);
        else
            emit ownPicked(path);
    });
    connect(&Theme::instance(), &Theme::changed, this, &PicturePanel::dress);
    dress();
}

PicturePanel::Page PicturePanel::pageOf(const Entity& entity, int view) {
    return view >= 0 && !entity.views[static_cast<std::size_t>(view)].heldOut ? Page::Training : Page::HeldOut;
}

QString PicturePanel::describe(int view) const {
    const bool heldOut = m_entity->views[static_cast<std::size_t>(view)].heldOut;
    return tr("view %1 of %2, %3")
        .arg(view + 1)
        .arg(m_entity->views.size())
        .arg(heldOut ? tr("held out") : tr("trained on"));
}

void PicturePanel::show(const Entity* entity, const ProbeChoice& choice, const EntityLog& log, const QStringList& own,
                        const QString& ownImage) {
    const bool moved = entity != m_entity || choice.view != m_choice.view || ownImage != m_ownImage;
    m_entity = entity;
    m_choice = choice;
    m_own = own;
    m_ownImage = ownImage;
    m_askedViews.clear();
    setEnabled(entity);
    if (!entity) {
        m_picture->setPicture({}, {});
        return;
    }
    if (choice.question >= 0)
        for (const auto& probe : log.asked(entity->questions[static_cast<std::size_t>(choice.question)].kind))
            m_askedViews.insert(probe.view);
    const auto name = text(entity->name), id = text(entity->id);
    m_name->setText(name);
    const auto forgotten = m_workspace.forgottenIn(id), retained = m_workspace.retainedIn(id);
    m_fateRequest = forgotten.isEmpty() ? -1 : requestNumber(*m_workspace.benchmark(), forgotten);
    const bool made = m_workspace.requestsMade(m_workspace.shownStage()).contains(forgotten);
    m_fateText = !forgotten.isEmpty()
                     ? (made ? tr("forgotten in request %1") : tr("to be forgotten in request %1")).arg(forgotten)
                 : !retained.isEmpty() ? tr("retained in request %1").arg(retained)
                                       : tr("in no request");
    m_fateShort = !forgotten.isEmpty()  ? (made ? tr("forgotten in %1") : tr("to forget in %1")).arg(forgotten)
                  : !retained.isEmpty() ? tr("retained in %1").arg(retained)
                                        : m_fateText;
    const auto path = !ownImage.isEmpty() ? ownImage
                      : choice.view >= 0
                          ? text(m_workspace.benchmark()->imagePath(entity->views[std::size_t(choice.view)]).string())
                          : QString();
    const auto caption = !ownImage.isEmpty() ? tr("your own: %1").arg(QFileInfo(ownImage).fileName())
                         : choice.view >= 0  ? describe(choice.view)
                                             : tr("no picture");
    m_caption->setText(QString("%1 · %2").arg(text(entity->className), caption));
    m_picture->setPicture(path, tr("%1, %2").arg(name, caption));
    m_picture->setBadge(m_workspace.benchmark()->surrogate && ownImage.isEmpty() ? tr("drawn stand-in, no photo")
                                                                                 : QString());
    if (moved)
        m_page = !ownImage.isEmpty() ? Page::Own : pageOf(*entity, choice.view);
    dress();
    fillStrip();
}

void PicturePanel::showPage(Page page) {
    m_page = page;
    fillStrip();
}

void PicturePanel::fillStrip() {
    if (!m_entity)
        return;
    std::vector<StripPicture> pictures;
    int heldOut = 0, training = 0;
    for (std::size_t i = 0; i < m_entity->views.size(); ++i) {
        const auto& view = m_entity->views[i];
        (view.heldOut ? heldOut : training) += 1;
        if (m_page != (view.heldOut ? Page::HeldOut : Page::Training))
            continue;
        const int index = static_cast<int>(i);
        pictures.push_back({index, text(m_workspace.benchmark()->imagePath(view).string()), describe(index),
                            m_askedViews.contains(index)});
    }
    if (m_page == Page::Own)
        for (const auto& path : m_own)
            pictures.push_back({-1, path, tr("your own: %1").arg(QFileInfo(path).fileName()), false});
    m_counts = {heldOut, training, static_cast<int>(m_own.size())};
    for (std::size_t i = 0; i < pageButtons().size(); ++i)
        pageButtons()[i]->setVisible(m_counts[i] > 0);
    m_heldOut->setChecked(m_page == Page::HeldOut);
    m_training->setChecked(m_page == Page::Training);
    m_ownPage->setChecked(m_page == Page::Own);
    m_strip->setPictures(std::move(pictures));
    m_strip->choose(m_ownImage.isEmpty() ? m_choice.view : -1, m_ownImage);
    placeButtons();
}

/// A page says how many pictures it has where that fits. "Open picture" stands beside the pages, in fewer words where
/// they leave little room; below them where they leave none.
void PicturePanel::placeButtons() {
    const QStringList names{tr("Held out"), tr("Trained"), tr("Own")};
    const auto widthOfPages = [&](bool counted) {
        int all = 0;
        for (std::size_t i = 0; i < pageButtons().size(); ++i) {
            auto* page = pageButtons()[i];
            const auto& name = names[static_cast<qsizetype>(i)];
            page->setText(counted ? QString("%1 %2").arg(name).arg(m_counts[i]) : name);
            all += page->isHidden() ? 0 : page->sizeHint().width() + m_pages->spacing();
        }
        return all;
    };
    int pages = widthOfPages(true);
    if (pages > width())
        pages = widthOfPages(false);
    const auto fits = [&](const QString& words) {
        m_open->setText(words);
        return pages + m_pages->spacing() + m_open->sizeHint().width() <= width();
    };
    const auto whole = tr("Open picture…");
    auto* row = fits(whole) || fits(tr("Open…")) ? m_pages : m_ownRow;
    if (row == m_ownRow)
        m_open->setText(whole);
    if (row->indexOf(m_open) < 0) {
        (row == m_pages ? m_ownRow : m_pages)->removeWidget(m_open);
        row->addWidget(m_open);
    }
}

void PicturePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_picture->setMaximumHeight(m_picture->heightFor(width()));
    m_strip->setMostRows(height() < 300 ? 1 : 2);
    dressFate();
    placeButtons();
}

void PicturePanel::dressFate() {
    const QFontMetrics name(m_name->font()), fate(m_fate->font());
    const int room = width() - name.horizontalAdvance(m_name->text()) - 34;
    m_fate->setText(fate.horizontalAdvance(m_fateText) <= room ? m_fateText : m_fateShort);
    m_fate->setToolTip(m_fateText);
}

void PicturePanel::dress() {
    auto font = titleFont();
    font.setPointSizeF(font.pointSizeF() * 1.2);
    m_name->setFont(font);
    for (auto* label : {m_caption, m_fate})
        label->setFont(captionFont());
    const auto& theme = Theme::instance().palette();
    const bool forgotten = m_fateRequest >= 0;
    m_fate->setStyleSheet(QString("background: %1; color: %2; border-radius: 9px; padding: 2px 9px;")
                              .arg((forgotten ? requestColour(m_fateRequest) : theme.chip).name(),
                                   (forgotten ? QColor(Qt::white) : theme.ink).name()));
    dressFate();
}

}  // namespace lacuna
