// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/thumbnails.h"
#include "widgets/probes/answer_sheet.h"

#include <QHash>
#include <QWidget>

#include <functional>

class QLabel;
class QScrollArea;
class QSplitter;

namespace lacuna {

class AnswersModel;
class AnswersTable;
class GateCard;
class OverviewModel;
class OverviewTable;
class PicturePanel;
class QuestionBar;
class RibbonLegend;
class WeightBar;
class ViewRefresh;

/// What the models still know about one entity: its pictures and questions, the answers of every shown run side by side
/// at the timeline's stage, the ribbon of all stages, the gate's decision, and questions of one's own.
class EntityView : public QWidget {
    Q_OBJECT
public:
    EntityView(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);

    OwnAnswers& ownAnswers() { return *m_own; }
    const AnswerSheet& sheet() const;
    void copy();  ///< the chosen answer, or all of them as text
    /// A picture file of the user's, to ask about; one that cannot be used is refused in words.
    void addPicture(const QString& path);
    /// Says what is wrong with a picture file, as the engine would; empty = nothing.
    void setPictureCheck(std::function<QString(const QString&)> check) { m_pictureCheck = std::move(check); }
    void askOwn(const QString& question);  ///< of every shown run, at this stage
    void askAll();                         ///< the shown question, of every model that has not answered it
    void refreshNow();                     ///< what is otherwise done once per turn of the event loop, and while shown

    QuestionBar* questionBar() const { return m_bar; }
    PicturePanel* pictures() const { return m_pictures; }
    AnswersTable* answers() const { return m_table; }
    OverviewTable* overview() const { return m_overviewTable; }
    GateCard* gate() const { return m_gate; }
    WeightBar* weight() const { return m_weight; }
    QString emptyText() const;  ///< what is said where there is nothing to see; empty = there is

signals:
    /// See WeightBar.
    void measureWanted(int run, const lacuna::ParameterValues& values);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// What a log was gathered from: it is gathered again when one of these has changed.
    struct Source {
        const Entity* entity = nullptr;
        std::vector<std::pair<int, std::size_t>> runs;  ///< id, answers
        bool operator==(const Source&) const = default;
    };

    void buildLeft();
    void buildRight();
    void connectParts();
    void schedule();
    void gather();
    void fill();
    void showGate();
    void showLegend();
    void bringTogether(bool low);
    void fitRoom();
    void showEmptyState(const Entity* entity);
    void holdChoice();
    void choosePicture();
    void askChanged();
    void goTo(int run, int stage, int question, int probe);
    SheetTopic topic() const;
    QString entityId() const;
    QString shownKey() const;  ///< of the chosen own picture in m_showsIt
    bool showsIt() const;
    QStringList ownPictures() const;

    Workspace& m_workspace;
    OwnAnswers* m_own;
    QSplitter* m_split;
    PicturePanel* m_pictures;
    GateCard* m_gate;
    QuestionBar* m_bar;
    WeightBar* m_weight;
    AnswersModel* m_model;
    AnswersTable* m_table;
    OverviewModel* m_overview;
    OverviewTable* m_overviewTable;
    QWidget* m_overviewTitle;
    QLabel *m_overviewName, *m_overviewSize, *m_hint, *m_nothing, *m_noRuns;
    QWidget* m_legendRow;
    RibbonLegend* m_legend;
    QScrollArea* m_scroll;
    ViewRefresh* m_refresh;
    const Entity* m_entity = nullptr;
    Source m_source;
    EntityLog m_log;
    QHash<QString, QStringList> m_ownPictures;  ///< by entity
    QString m_ownImage, m_ownQuestion;
    QHash<QString, bool> m_showsIt;  ///< by entity and picture, where the user said so
    std::function<QString(const QString&)> m_pictureCheck;
    bool m_splitMoved = false;
};

}  // namespace lacuna
