// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/welcome_view.h"

#include "core/catalog/methods.h"
#include "widgets/common/icons.h"
#include "widgets/common/method_mark.h"
#include "widgets/common/theme.h"

#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace lacuna {
namespace {

/// The six methods with their marks: what the demo compares.
class MethodRowsView : public QWidget {
public:
    using QWidget::QWidget;
    QSize sizeHint() const override { return {560, static_cast<int>(methodRows().size()) * rowHeight}; }
    QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        double y = 0;
        for (const auto& row : methodRows()) {
            const auto id = QString::fromStdString(row.id);
            drawMethodMark(painter, {7, y + rowHeight / 2.0}, 10, methodMark(id), methodColour(id));
            auto font = bodyFont();
            font.setWeight(QFont::DemiBold);
            painter.setFont(font);
            painter.setPen(Theme::instance().palette().ink);
            painter.drawText(QRectF(24, y, 60, rowHeight), Qt::AlignVCenter, methodName(id));
            painter.setFont(captionFont());
            painter.setPen(Theme::instance().palette().soft);
            const auto text = QString::fromStdString(row.summary);
            painter.drawText(QRectF(86, y, width() - 86, rowHeight), Qt::AlignVCenter,
                             painter.fontMetrics().elidedText(text, Qt::ElideRight, width() - 90));
            y += rowHeight;
        }
    }

private:
    static constexpr int rowHeight = 24;
};

}  // namespace

WelcomeView::WelcomeView(QWidget* parent)
    : QWidget(parent),
      m_demo(new QPushButton(tr("Run the demo comparison"), this)),
      m_title(new QLabel(tr("What does a model still know after it was told to forget?"), this)),
      m_text(
          new QLabel(tr("Six methods forget the same four requests, one after the other, on a small model that comes "
                        "with Lacuna: 127 invented creatures, planets, buildings, people and films. Everything is "
                        "computed here, live, in a few minutes on two processor cores."),
                     this)),
      m_steps(new QLabel(
          tr("Watch the curves grow as each request is forgotten, double-click a picture on the left to read what each "
             "method answers about it, and step through the stages with ← and →."),
          this)),
      m_other(new QLabel(
          tr("Or <a href=\"new\">put together a run of your own</a>. Or drop a run folder or a run.h5 on this "
             "window, or <a href=\"open\">open one</a>."),
          this)),
      m_problem(new QLabel(this)) {
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    column->addStretch(2);
    column->addWidget(m_title);
    column->addSpacing(10);
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
    for (auto* label : {m_title, m_text, m_steps, m_other, m_problem})
        label->setWordWrap(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(32, 16, 32, 16);
    row->addStretch(1);
    row->addLayout(column, 100);
    row->addStretch(1);
    for (auto* label : {m_title, m_text, m_steps, m_other, m_problem})
        label->setMaximumWidth(600);
    m_problem->hide();
    connect(m_demo, &QPushButton::clicked, this, &WelcomeView::demoAsked);
    connect(m_other, &QLabel::linkActivated, this, [this](const QString& link) {
        if (link == "new")
            emit newRunAsked();
        else
            emit openAsked();
    });
    connect(&Theme::instance(), &Theme::changed, this, &WelcomeView::dress);
    dress();
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
}

void WelcomeView::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), Theme::instance().palette().panel);
}

}  // namespace lacuna
