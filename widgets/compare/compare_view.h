// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/common/thumbnails.h"
#include "widgets/compare/shares_plot.h"

#include <QWidget>

class QBoxLayout;
class QComboBox;
class QLabel;
class QListWidget;
class QMenu;
class QPushButton;
class QStackedWidget;

namespace lacuna {

class AgreementGrid;
class AnswerReader;
class CompareModel;
class CompareTableView;
class EntityPlane;
class ViewRefresh;
class WordSheet;

/// The Compare tab: the shown runs against measures at the timeline's stage, what became of their answers stage by
/// stage, and entity by entity one model against another.
class CompareView : public QWidget {
    Q_OBJECT
public:
    CompareView(Workspace& workspace, Thumbnails& thumbnails, QWidget* parent = nullptr);

    CompareModel* model() const { return m_model; }
    CompareTableView* table() const { return m_table; }
    SharesPlot* shares() const { return m_shares; }
    EntityPlane* plane() const { return m_plane; }
    QListWidget* behind() const { return m_behind; }  ///< entities of the piece that was clicked
    QString behindText() const;
    AnswerReader* reader() const { return m_reader; }
    QPushButton* readButton() const { return m_read; }  ///< beside the entities: some of their answers, one by one
    WordSheet* sheet() const { return m_sheet; }
    AgreementGrid* agreement() const { return m_agreement; }
    QPushButton* agreementButton() const { return m_agrees; }
    QString message() const;
    void tell(const QString& what, bool isProblem);  ///< in place; empty = nothing any more

    enum class CopyAs { Markdown, Latex, Csv };
    void copyTable(CopyAs as);
    void copy();                              ///< the table as text, and the page as a picture
    void showPublished(const QString& file);  ///< beside ours; empty = none. What is wrong with it is said in place
    void setColumns(const std::vector<std::string>& ids);
    QString kept() const;  ///< columns, file of published figures and whether agreement is shown, for the session
    void bringBack(const QString& kept);
    void refreshNow();

signals:
    void reportWanted();
    void entitiesPicked(const QStringList& entities);  ///< by a line drawn round them
    void entityWanted();                               ///< the chosen entity is to be seen

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildBar();
    QWidget* buildShares();
    QWidget* buildPlane();
    QWidget* buildBehind();
    QWidget* buildSheet();
    QWidget* buildAgreement();
    void connectParts();
    void refresh();
    void fillColumns();
    void fillPublished();
    void publish();
    void fillSides();
    void showSides();
    void showBehind(const SharePiece& piece);
    void readBehind();
    void nameSheet();
    void showAgreement();
    void showPictures(const QString& path);
    void closeBehind();

    Workspace& m_workspace;
    Thumbnails& m_thumbnails;
    CompareModel* m_model;
    CompareTableView* m_table;
    SharesPlot* m_shares;
    EntityPlane* m_plane;
    QPushButton *m_columns, *m_fold, *m_published, *m_agrees, *m_copy, *m_report;
    QLabel *m_message, *m_behindTitle, *m_nothing;
    QComboBox *m_across, *m_up;
    QStackedWidget* m_right;
    QListWidget* m_behind;
    QPushButton* m_read;
    AnswerReader* m_reader;
    WordSheet* m_sheet;
    QLabel *m_sheetTitle, *m_sheetHelp;
    AgreementGrid* m_agreement;
    QLabel* m_agreementHelp;
    std::uint64_t m_sample = 0;  ///< seed of the next draw
    QWidget* m_page;
    QBoxLayout* m_below;  ///< what stands below the table
    ViewRefresh *m_refresh, *m_sheetRefresh;
    QString m_publishedFile, m_publishedModel;
    std::vector<RunHistory> m_allPublished;
};

}  // namespace lacuna
