// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/welcome_view.h"

#include "core/catalog/methods.h"
#include "widgets/common/icons.h"
#include "widgets/common/method_mark.h"
#include "widgets/common/scroll_hint.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"
#include "widgets/common/thumbnails.h"
#include "widgets/common/workspace.h"

#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace lacuna {
namespace {

constexpr int pictureEdge = 84, textWidth = 660, previewWidth = 380;

std::vector<const MethodRow*> methodsOfDemo() {
    std::vector<const MethodRow*> rows;
    for (const auto& row : methodRows())
        if (row.inDemo)
            rows.push_back(&row);
    return rows;
}

/// The six methods with their marks: what the demo compares.
class MethodRowsView : public QWidget {
public:
    using QWidget::QWidget;
    QSize sizeHint() const override { return {560, static_cast<int>(methodsOfDemo().size()) * rowHeight}; }
    QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        double y = 0;
        for (const auto* row : methodsOfDemo()) {
            const auto id = QString::fromStdString(row->id);
            drawMethodMark(painter, {7, y + rowHeight / 2.0}, 10, methodMark(id), methodColour(id));
            auto font = bodyFont();
            font.setWeight(QFont::DemiBold);
            painter.setFont(font);
            painter.setPen(Theme::instance().palette().ink);
            painter.drawText(QRectF(24, y, 60, rowHeight), Qt::AlignVCenter, methodName(id));
            painter.setFont(captionFont());
            painter.setPen(Theme::instance().palette().soft);
            const auto text = QString::fromStdString(row->summary);
            painter.drawText(QRectF(86, y, width() - 86, rowHeight), Qt::AlignVCenter,
                             painter.fontMetrics().elidedText(text, Qt::ElideRight, width() - 90));
            y += rowHeight;
        }
    }

private:
    static constexpr int rowHeight = 24;
};

/// The ground of the first question.
class InsetBox : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const auto& theme = Theme::instance().palette();
        paintBox(painter, rect(), theme.inset, theme.line);
    }
};

}  // namespace

WelcomeView::WelcomeView(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_thumbnails(thumbnails),
      m_first(new InsetBox(this)),
      m_picture(new QLabel(m_first)),
      m_question(new QLabel(m_first)),
      m_ask(new QPushButton(tr("Ask the original model"), m_first)),
      m_demo(new QPushButton(tr("Run the demo comparison"), this)),
      m_preview(new QLabel(this)),
      m_title(new QLabel(tr("What does a model still know after it was told to forget?"), this)),
      m_text(new QLabel(
          tr("Six methods forget the same four requests, one after the other, on a small model that comes "
             "with Lacuna: 127 invented creatures, planets, buildings, people and films. Everything is "
             "computed here, live: about three minutes on two processor cores, and the curves grow from the first on."),
          this)),
      m_steps(new QLabel(
          tr("Watch the curves grow as each request is forgotten, double-click a picture on the left to read what each "
             "method answers about it, and step through the stages with ← and →."),
          this)),
      m_other(new QLabel(tr("New to this? <a href=\"lesson\">Take the first lesson</a>, six minutes. Or <a "
                            "href=\"new\">put together a run of "
                            "your own</a>. Or drop a run folder or a run.h5 on this "
                            "window, or <a href=\"open\">open one</a>."),
                         this)),
      m_problem(new QLabel(this)) {
    auto* words = new QWidget;
    words->setAutoFillBackground(true);
    words->setBackgroundRole(QPalette::Base);
    auto* column = new QVBoxLayout(words);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addStretch(2);
    column->addWidget(m_title);
    column->addSpacing(12);
    auto* first = new QHBoxLayout(m_first);
    first->setContentsMargins(12, 10, 12, 10);
    first->setSpacing(12);
    auto* asking = new QVBoxLayout;
    asking->setSpacing(8);
    asking->addStretch();
    asking->addWidget(m_question);
    asking->addWidget(m_ask, 0, Qt::AlignLeft);
    asking->addStretch();
    m_picture->setFixedSize(pictureEdge, pictureEdge);
    first->addWidget(m_picture);
    first->addLayout(asking, 1);
    column->addWidget(m_first);
    column->addSpacing(14);
    column->addWidget(m_text);
    column->addSpacing(18);
    column->addWidget(new MethodRowsView(this));
    column->addSpacing(18);
    auto* buttons = new QHBoxLayout;
    m_demo->setProperty("main", true);
    m_demo->setIcon(icon("play", Qt::white));
    m_demo->setMinimumHeight(34);
    buttons->addWidget(m_demo);
    buttons->addStretch();
    column->addLayout(buttons);
    column->addWidget(m_problem);
    column->addSpacing(18);
    column->addWidget(m_steps);
    column->addSpacing(6);
    column->addWidget(m_other);
    column->addStretch(3);
    for (auto* label : {m_title, m_text, m_steps, m_other, m_problem, m_question})
        label->setWordWrap(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(32, 16, 32, 16);
    row->addStretch(1);
    auto* area = new QScrollArea;  // of a low window
    area->setWidget(words);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setBackgroundRole(QPalette::Base);
    area->setMaximumWidth(textWidth);
    new ScrollHint(area);
    row->addWidget(area, 100);
    row->addSpacing(24);
    row->addWidget(m_preview, 0, Qt::AlignVCenter);
    row->addStretch(1);
    m_preview->setToolTip(tr("What such a comparison came to: forgetting after each of the four requests"));
    m_preview->setAccessibleName(m_preview->toolTip());
    connect(m_ask, &QPushButton::clicked, this, &WelcomeView::askAsked);
    connect(&m_workspace, &Workspace::benchmarkChanged, this, &WelcomeView::showEntity);
    connect(&m_workspace, &Workspace::selectionChanged, this, &WelcomeView::showEntity);
    connect(&m_thumbnails, &Thumbnails::ready, this, &WelcomeView::showEntity);
    m_problem->hide();
    connect(m_demo, &QPushButton::clicked, this, &WelcomeView::demoAsked);
    connect(m_other, &QLabel::linkActivated, this, [this](const QString& link) {
        if (link == "lesson")
            emit lessonAsked();
        else if (link == "new")
            emit newRunAsked();
        else
            emit openAsked();
    });
    connect(&Theme::instance(), &Theme::changed, this, &WelcomeView::dress);
    dress();
}

void WelcomeView::showEntity() {
    const auto* entity = m_workspace.entity(m_workspace.selection().entity);
    const bool can = entity && !entity->views.empty() && !entity->questions.empty();
    m_first->setVisible(can);
    if (!can || !isVisible())
        return;
    const auto path = m_workspace.benchmark()->imagePath(entity->views.front()).string();
    const double ratio = devicePixelRatioF();
    auto picture = m_thumbnails.picture(QString::fromStdString(path), qCeil(pictureEdge * ratio));
    if (picture.state == Thumbnails::State::Ready) {
        picture.pixmap.setDevicePixelRatio(ratio);
        m_picture->setPixmap(picture.pixmap);
    } else {
        m_picture->clear();
    }
    m_question->setText(tr("“%1”").arg(QString::fromStdString(entity->questions.front().phrasings.front())));
    m_picture->setAccessibleName(QString::fromStdString(entity->name));
}

void WelcomeView::dress() {
    auto font = titleFont();
    font.setPointSizeF(font.pointSizeF() * 1.45);
    m_title->setFont(font);
    m_problem->setFont(captionFont());
    for (auto* label : {m_text, m_steps, m_other})
        label->setForegroundRole(label == m_text ? QPalette::WindowText : QPalette::PlaceholderText);
    auto palette = m_problem->palette();
    palette.setColor(QPalette::WindowText, Theme::instance().palette().error);
    m_problem->setPalette(palette);
}

void WelcomeView::setProblem(const QString& problem) {
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_demo->setEnabled(problem.isEmpty());
    m_ask->setEnabled(problem.isEmpty());
}

void WelcomeView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool room = width() >= textWidth + previewWidth + 110;
    if (room && m_preview->pixmap().isNull()) {
        QPixmap picture(QStringLiteral(":/demo.png"));
        const double ratio = devicePixelRatioF();
        picture = picture.scaledToWidth(qCeil(previewWidth * ratio), Qt::SmoothTransformation);
        picture.setDevicePixelRatio(ratio);
        m_preview->setPixmap(picture);
    }
    m_preview->setVisible(room);
}

void WelcomeView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showEntity();
}

void WelcomeView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& theme = Theme::instance().palette();
    painter.fillRect(rect(), theme.panel);
}

}  // namespace lacuna
