// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/attacks_tab.h"

#include "app/workbench/workbench.h"
#include "widgets/attacks/attacks_view.h"

namespace lacuna {
namespace {

std::vector<WantedAttacks> waitingAttacks(const EngineBridge& bridge) {
    std::vector<WantedAttacks> all;
    for (const auto& attack : bridge.attacks()) {
        WantedAttacks wanted{attack.folder, attack.stage, {}};
        for (const auto& order : attack.attacks)
            wanted.attacks.push_back(order.attack);
        all.push_back(std::move(wanted));
    }
    return all;
}

}  // namespace

WorkbenchTab attacksTab(Workbench& workbench, QWidget* parent) {
    auto* view = new AttacksView(workbench.workspace(), parent);
    auto& bridge = workbench.bridge();
    auto& results = view->results();
    QObject::connect(&workbench.library(), &RunLibrary::attacksRead, &results, &AttackResults::set);
    QObject::connect(&bridge, &EngineBridge::attacksCame, &results, &AttackResults::append);
    QObject::connect(&bridge, &EngineBridge::attacksChanged, &results,
                     [&bridge, &results] { results.setWaiting(waitingAttacks(bridge)); });
    QObject::connect(view, &AttacksView::attacksWanted, &bridge, [&bridge](const std::vector<WantedAttacks>& wanted) {
        for (const auto& one : wanted) {
            command::Attack attack{one.run, {}, one.stage};
            for (const auto& id : one.attacks)
                attack.attacks.push_back({id});
            bridge.send(attack);
        }
    });
    QObject::connect(view, &AttacksView::stopWanted, &bridge, &EngineBridge::stopAttacks);
    const auto problem = [&workbench, view] { view->setEngineProblem(workbench.engineProblem()); };
    QObject::connect(&workbench, &Workbench::engineProblemChanged, view, problem);
    problem();
    WorkbenchTab tab{"attacks", QObject::tr("Attacks"), view, [view] { view->copy(); }, {}, {}, {}, {}};
    tab.saveFigure = [view] { view->saveFigure(); };
    return tab;
}

}  // namespace lacuna
