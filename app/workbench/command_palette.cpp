// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/command_palette.h"

#include "widgets/common/search_text.h"
#include "widgets/common/style_painting.h"
#include "widgets/common/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace lacuna {
namespace {

constexpr int mostShown = 60;
int rowHeight() {
    return std::max(28, QFontMetrics(bodyFont()).height() + 12);
}

enum Role { EntryRole = Qt::UserRole, HintRole, WhyNotRole };

class PaletteDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, rowHeight()}; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto& theme = Theme::instance().palette();
        painter->save();
        const QRect row = option.rect;
        const bool chosen = option.state & QStyle::State_Selected;
        if (chosen)
            paintBox(*painter, row, theme.selected, {}, 4);
        qvariant_cast<QIcon>(index.data(Qt::DecorationRole))
            .paint(painter, row.left() + 8, row.center().y() - 7, 16, 16);
        painter->setFont(captionFont());
        painter->setPen(theme.soft);
        const auto hint = index.data(HintRole).toString();
        const int hintWidth = painter->fontMetrics().horizontalAdvance(hint);
        painter->drawText(row.adjusted(0, 0, -10, 0), Qt::AlignRight | Qt::AlignVCenter, hint);
        painter->setFont(bodyFont());
        painter->setPen(index.data(WhyNotRole).toString().isEmpty() ? theme.ink : theme.soft);
        const QRect text = row.adjusted(34, 0, -24 - hintWidth, 0);
        painter->drawText(text, Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        painter->restore();
    }
};

}  // namespace

namespace {

/// Japanese and Chinese letters stand for themselves.
bool startsWord(const QString& text, qsizetype at) {
    const auto script = text[at].script();
    return at == 0 || !text[at - 1].isLetterOrNumber() || script == QChar::Script_Han ||
           script == QChar::Script_Hiragana || script == QChar::Script_Katakana;
}

/// Finds a query's letters in a text.
class Matcher {
public:
    Matcher(const QString& query, const QString& text)
        : m_query(query), m_text(text), m_known(static_cast<std::size_t>((query.size() + 1) * (text.size() + 1)), -1) {}

    /// The best score from letter `next` on, where the one before it was found at `last`; 0 = it is not found. A letter
    /// stands at the start of a word or later in the word that the one before it was found in.
    int best(qsizetype next, qsizetype last) {
        if (next == m_query.size())
            return 1;
        auto& known = m_known[static_cast<std::size_t>(next * (m_text.size() + 1) + last + 1)];
        if (known >= 0)
            return known;
        const bool newWord = next == 0 || m_query[next] == ' ';
        const auto letter = m_query[next] == ' ' ? next + 1 : next;
        int found = 0;
        bool inWord = !newWord;
        for (auto at = last + 1; at < m_text.size(); ++at) {
            const bool start = startsWord(m_text, at);
            inWord = inWord && !start && m_text[at].isLetterOrNumber();
            if (m_text[at] != m_query[letter] || (!start && !inWord))
                continue;
            if (const int rest = best(letter + 1, at))
                found = std::max(found, rest + 1 + (at == last + 1 ? 6 : 0) + (start ? 5 : 0));
        }
        known = found;
        return found;
    }

private:
    const QString &m_query, &m_text;
    std::vector<int> m_known;
};

}  // namespace

int paletteScore(const QString& typed, const QString& title) {
    constexpr qsizetype mostLetters = 40;  // of a wish: more than anything here is called
    const auto query = searchText(typed).simplified().left(mostLetters), text = searchText(title);
    int score = Matcher(query, text).best(0, -1);
    if (score > 0 && text.contains(query))
        score += 20;
    if (score > 0 && text.startsWith(query))
        score += 20;
    return score;
}

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window), m_line(new QLineEdit(this)), m_list(new QListView(this)), m_model(new QStandardItemModel(this)) {
    setAccessibleName(tr("Find anything"));
    m_line->setPlaceholderText(tr("Find an action, a run, an entity, a stage, a metric…"));
    m_line->setAccessibleName(tr("Find anything"));
    m_line->setTextMargins(6, 0, 6, 0);
    m_line->installEventFilter(this);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("What was found"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(m_line);
    layout->addWidget(m_list);
    connect(m_line, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListView::clicked, this, &CommandPalette::choose);
    hide();
}

void CommandPalette::open(std::vector<PaletteEntry> entries) {
    m_entries = std::move(entries);
    m_line->clear();
    filter();
    place();
    show();
    raise();
    m_line->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::place() {
    const auto* window = parentWidget();
    const int width = std::min(520, window->width() - 32);
    const int rows = std::clamp(m_model->rowCount(), 1, 12);
    const int height = std::min(window->height() - 80, 8 + m_line->sizeHint().height() + 6 + rows * rowHeight() + 10);
    setGeometry((window->width() - width) / 2, 64, width, height);
}

void CommandPalette::filter() {
    const auto query = m_line->text().trimmed();
    std::vector<std::pair<int, std::size_t>> found;
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        if (const int score = paletteScore(query, m_entries[i].title))
            found.emplace_back(score, i);
    if (!query.isEmpty())
        std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    m_model->clear();
    for (std::size_t i = 0; i < found.size() && i < mostShown; ++i) {
        const auto& entry = m_entries[found[i].second];
        auto* item = new QStandardItem(entry.icon, entry.title);
        item->setData(static_cast<int>(found[i].second), EntryRole);
        item->setData(entry.whyNot.isEmpty() ? entry.hint : entry.whyNot, HintRole);
        item->setData(entry.whyNot, WhyNotRole);
        m_model->appendRow(item);
    }
    if (found.empty()) {
        auto* nothing = new QStandardItem(tr("Nothing is called “%1”").arg(query));
        nothing->setEnabled(false);
        m_model->appendRow(nothing);
    } else {
        m_list->setCurrentIndex(m_model->index(0, 0));
    }
    place();
}

void CommandPalette::choose() {
    const auto index = m_list->currentIndex();
    const auto entry = index.data(EntryRole);
    if (!index.data(WhyNotRole).toString().isEmpty())
        return;  // it says why
    hide();
    parentWidget()->setFocus();
    if (entry.isValid())
        m_entries[entry.toUInt()].act();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut) {
        hide();
    } else if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const int row = m_list->currentIndex().row();
        const auto go = [this](int to) {
            m_list->setCurrentIndex(m_model->index(std::clamp(to, 0, m_model->rowCount() - 1), 0));
            return true;
        };
        switch (key->key()) {
            case Qt::Key_Down:
                return go(row + 1);
            case Qt::Key_Up:
                return go(row - 1);
            case Qt::Key_PageDown:
                return go(row + 10);
            case Qt::Key_PageUp:
                return go(row - 10);
            case Qt::Key_Return:
            case Qt::Key_Enter:
                choose();
                return true;
            case Qt::Key_Escape:
                hide();
                parentWidget()->setFocus();
                return true;
            default:
                break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void CommandPalette::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& theme = Theme::instance().palette();
    paintBox(painter, rect(), theme.panel, mixed(theme.line, theme.ink, 0.25), 6);
}

}  // namespace lacuna
