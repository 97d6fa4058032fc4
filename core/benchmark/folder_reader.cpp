// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/folder_reader.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/unicode.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace lacuna {
namespace {

/// "Is it native (or found globally)?" → "is_it_native": a kind's id made of its first phrasing.
std::string kindFromQuestion(const std::string& question) {
    std::string kind;
    for (const unsigned char c : question.substr(0, question.find('('))) {
        if (c >= 0x80 || std::isalnum(c))
            kind += asciiLower(static_cast<char>(c));
        else if (c != '\'' && !kind.empty() && kind.back() != '_')
            kind += '_';
    }
    while (kind.ends_with('_'))
        kind.pop_back();
    return kind.empty() ? "question" : kind;
}

std::string shownName(std::string id) {
    std::replace(id.begin(), id.end(), '_', ' ');
    return id;
}

/// Texts hold no NUL that matters here: it keeps ("a", "bc") and ("ab", "c") apart.
std::string joined(const std::string& first, const std::string& second) {
    return first + '\0' + second;
}

void mend(std::string& text, const std::string& file, int record, const char* part, Mending& mending) {
    if (mending.asReleased || isAscii(text))
        return;
    auto mended = mendMisreading(text);
    if (mended.found == Misreading::None)
        return;
    mending.found.push_back({file, record, part, text, mended});
    text = std::move(mended.text);
}

/// What is asked of one view and answered alike: becomes an item's question.
struct Group {
    int view = 0;
    int question = -1;  ///< index into Entity::questions once known
    std::string answer;
    std::vector<std::string> phrasings;
};

/// An entity in the making.
struct Draft {
    std::unordered_map<std::string, int> views;           ///< by composed path
    std::unordered_map<std::string, int> knownQuestions;  ///< answer and phrasing → question of the side file
    std::vector<Group> groups;
    std::unordered_map<std::string, int> groupOf;  ///< by view and answer, or view and known question
};

struct DraftItem {
    int entity = 0;
    int group = 0;
};

struct DraftRequest {
    Request request;
    std::vector<DraftItem> forget;
    std::vector<DraftItem> retain;
};

class Reader {
public:
    Reader(const std::filesystem::path& folder, const FolderFiles& files, const SideFile& side, Mending& mending,
           const ProblemSink& problem)
        : m_folder(folder), m_files(files), m_side(side), m_mending(mending), m_problem(problem) {}

    FolderContent read() {
        std::vector<std::vector<PairRecord>> records;
        for (const auto& file : m_files.entities)
            records.push_back(mendedPairs(file.file));
        seedEntities(records);
        for (const auto& files : requestsInOrder())
            readRequest(files);
        for (std::size_t i = 0; i < records.size(); ++i)
            addEntityFile(m_files.entities[i], records[i]);
        makeQuestions();
        for (auto& draft : m_requests) {
            draft.request.forget = finished(draft.forget);
            draft.request.retain = finished(draft.retain);
            m_content.benchmark.requests.push_back(std::move(draft.request));
        }
        count();
        return std::move(m_content);
    }

private:
    std::vector<Entity>& entities() { return m_content.benchmark.entities; }

    std::vector<PairRecord> mendedPairs(const std::string& file) {
        auto pairs = readPairs(m_folder, file, m_problem);
        for (auto& pair : pairs) {
            mend(pair.question, file, pair.number, "question", m_mending);
            mend(pair.answer, file, pair.number, "answer", m_mending);
        }
        return pairs;
    }

    void seedEntities(const std::vector<std::vector<PairRecord>>& records) {
        m_content.benchmark = m_side.benchmark;
        m_content.benchmark.requests.clear();
        std::unordered_set<std::string> known;
        for (const auto& entity : entities())
            known.insert(entity.id);
        std::vector<Entity> added;
        std::unordered_map<std::string, std::string> classes;
        for (std::size_t i = 0; i < m_files.entities.size(); ++i) {
            const auto& id = m_files.entities[i].id;
            if (!records[i].empty())
                if (const auto owner = imageOwner(records[i].front().image))
                    classes[id] = owner->className;
            if (!known.contains(id))
                added.push_back({id, shownName(id), classes[id], {}, {}});
        }
        std::sort(added.begin(), added.end(), [](const Entity& a, const Entity& b) {
            return std::tie(a.className, a.id) < std::tie(b.className, b.id);
        });
        for (auto& entity : entities()) {
            if (entity.name.empty())
                entity.name = shownName(entity.id);
            if (entity.className.empty())
                entity.className = classes[entity.id];
        }
        std::move(added.begin(), added.end(), std::back_inserter(entities()));
        seedDrafts();
    }

    void seedDrafts() {
        std::unordered_set<std::string> filed;
        for (const auto& file : m_files.entities)
            filed.insert(file.id);
        m_drafts.resize(entities().size());
        for (std::size_t e = 0; e < entities().size(); ++e) {
            const auto& entity = entities()[e];
            m_indices[entity.id] = static_cast<int>(e);
            if (!filed.contains(entity.id))
                m_problem(
                    {std::string(sideFileName), -1,
                     fmt::format("names the entity \"{}\", but there is no {}", entity.id, entityFilePath(entity.id))});
            for (std::size_t v = 0; v < entity.views.size(); ++v) {
                m_drafts[e].views[composed(entity.views[v].image)] = static_cast<int>(v);
                m_owners[composed(entity.views[v].image)] = static_cast<int>(e);
            }
            for (std::size_t q = 0; q < entity.questions.size(); ++q)
                for (const auto& phrasing : entity.questions[q].phrasings)
                    m_drafts[e].knownQuestions.emplace(joined(entity.questions[q].answer, phrasing),
                                                       static_cast<int>(q));
        }
    }

    /// Those the side file names first, in its order, then the others as they are sorted.
    std::vector<FolderFiles::RequestFiles> requestsInOrder() const {
        auto files = m_files.requests;
        auto next = files.begin();
        for (const auto& request : m_side.benchmark.requests) {
            const auto found = std::find_if(next, files.end(), [&](const auto& f) { return f.name == request.name; });
            if (found == files.end())
                m_problem({std::string(sideFileName), -1,
                           fmt::format("names the request \"{}\", but Tasks/ has no complete one of that name",
                                       request.name)});
            else
                std::rotate(next, found, found + 1), ++next;
        }
        return files;
    }

    void readRequest(const FolderFiles::RequestFiles& files) {
        DraftRequest draft;
        draft.request.name = files.name;
        FolderReport::RequestCounts counts;
        counts.name = files.name;
        readTask(files.forget, draft.forget, draft.request.forgetEntities, counts.forgetPairs, counts.forgetImages);
        readTask(files.retain, draft.retain, draft.request.retainEntities, counts.retainPairs, counts.retainImages);
        counts.forgetEntities = static_cast<int>(draft.request.forgetEntities.size());
        counts.retainEntities = static_cast<int>(draft.request.retainEntities.size());
        m_content.counts.requests.push_back(counts);
        m_requests.push_back(std::move(draft));
    }

    void readTask(const std::string& file, std::vector<DraftItem>& items, std::vector<int>& taskEntities, int& pairs,
                  int& images) {
        std::unordered_set<std::string> imagesHere;
        std::unordered_set<int> entitiesHere;
        // A phrasing that comes again for the same item opens a second item: no record is lost.
        std::unordered_map<std::string, std::unordered_set<std::string>> asked;
        for (const auto& pair : mendedPairs(file)) {
            const int entity = entityOf(pair, file);
            const int group = entity < 0 ? -1 : addPair(entity, pair, file);
            if (group < 0)
                continue;
            ++pairs;
            imagesHere.insert(composed(pair.image));
            if (entitiesHere.insert(entity).second)
                taskEntities.push_back(entity);
            auto& phrasings = asked[fmt::format("{}/{}", entity, group)];
            if (phrasings.contains(pair.question))
                phrasings.clear();
            if (phrasings.empty())
                items.push_back({entity, group});
            phrasings.insert(pair.question);
        }
        images = static_cast<int>(imagesHere.size());
    }

    int entityOf(const PairRecord& pair, const std::string& file) {
        if (const auto known = m_owners.find(composed(pair.image)); known != m_owners.end())
            return known->second;
        const auto owner = imageOwner(pair.image);
        if (!owner) {
            m_problem({file, pair.number,
                       fmt::format("image \"{}\" names no entity, expected …/<Class>/<Entity>/<picture>", pair.image)});
            return -1;
        }
        const auto found = m_indices.find(composed(owner->entity));
        if (found == m_indices.end()) {
            if (m_strangers.insert(owner->entity).second)  // said once, not for each of its records
                m_problem({file, pair.number,
                           fmt::format("image \"{}\" belongs to \"{}\", but there is no {}", pair.image, owner->entity,
                                       entityFilePath(owner->entity))});
            return -1;
        }
        return found->second;
    }

    /// The group the pair belongs to, or −1 when its view must not be trained on.
    int addPair(int entityIndex, const PairRecord& pair, const std::string& file) {
        auto& entity = entities()[static_cast<std::size_t>(entityIndex)];
        auto& draft = m_drafts[static_cast<std::size_t>(entityIndex)];
        const auto [view, isNew] = draft.views.emplace(composed(pair.image), static_cast<int>(entity.views.size()));
        if (isNew)
            entity.views.push_back({pair.image, false});
        if (entity.views[static_cast<std::size_t>(view->second)].heldOut) {
            m_problem(
                {file, pair.number,
                 fmt::format("image \"{}\" is held out by {}, so no request may hold it", pair.image, sideFileName)});
            return -1;
        }
        const auto known = draft.knownQuestions.find(joined(pair.answer, pair.question));
        const int question = known == draft.knownQuestions.end() ? -1 : known->second;
        const auto key = question < 0 ? joined(fmt::format("{}", view->second), pair.answer)
                                      : joined(fmt::format("{}", view->second), fmt::format("\1{}", question));
        const auto [group, first] = draft.groupOf.emplace(key, static_cast<int>(draft.groups.size()));
        if (first)
            draft.groups.push_back({view->second, question, pair.answer, {}});
        auto& phrasings = draft.groups[static_cast<std::size_t>(group->second)].phrasings;
        if (std::find(phrasings.begin(), phrasings.end(), pair.question) == phrasings.end())
            phrasings.push_back(pair.question);
        return group->second;
    }

    void addEntityFile(const FolderFiles::EntityFile& file, const std::vector<PairRecord>& records) {
        const int entity = m_indices.at(file.id);
        int& pairs = m_content.counts.pairsPerEntity[file.id];
        for (const auto& pair : records) {
            const int owner = entityOf(pair, file.file);
            if (owner < 0)
                continue;
            if (owner != entity) {
                m_problem({file.file, pair.number,
                           fmt::format("image \"{}\" belongs to \"{}\", not to this file's entity", pair.image,
                                       entities()[static_cast<std::size_t>(owner)].id)});
                continue;
            }
            if (addPair(entity, pair, file.file) >= 0)
                ++pairs;
        }
    }

    void makeQuestions() {
        for (std::size_t e = 0; e < m_drafts.size(); ++e) {
            auto& questions = entities()[e].questions;
            for (auto& group : m_drafts[e].groups) {
                if (group.question >= 0)
                    continue;
                const auto same = std::find_if(questions.begin(), questions.end(), [&](const Question& q) {
                    return q.answer == group.answer && q.phrasings == group.phrasings;
                });
                group.question = static_cast<int>(same - questions.begin());
                if (same == questions.end())
                    questions.push_back(
                        {kindFromQuestion(group.phrasings.front()), group.phrasings, group.answer, {}, {}});
            }
        }
    }

    std::vector<Item> finished(const std::vector<DraftItem>& drafts) const {
        std::vector<Item> items;
        items.reserve(drafts.size());
        for (const auto& draft : drafts) {
            const auto& group =
                m_drafts[static_cast<std::size_t>(draft.entity)].groups[static_cast<std::size_t>(draft.group)];
            items.push_back({draft.entity, group.view, group.question});
        }
        return items;
    }

    void count() {
        auto& counts = m_content.counts;
        const auto& benchmark = m_content.benchmark;
        counts.entities = static_cast<int>(m_files.entities.size());
        for (const auto& entity : benchmark.entities) {
            if (!counts.pairsPerEntity.contains(entity.id))
                continue;  // reported: it has no file
            if (entity.className.empty())
                m_problem({entityFilePath(entity.id), -1, "holds no record that says the entity's class"});
            else
                ++counts.entitiesPerClass[entity.className];
        }
        counts.classes = static_cast<int>(counts.entitiesPerClass.size());
        for (const auto& [id, pairs] : counts.pairsPerEntity)
            counts.pairs += pairs;
    }

    const std::filesystem::path& m_folder;
    const FolderFiles& m_files;
    const SideFile& m_side;
    Mending& m_mending;
    const ProblemSink& m_problem;
    FolderContent m_content;
    std::vector<Draft> m_drafts;  // one per entity
    std::vector<DraftRequest> m_requests;
    std::unordered_map<std::string, int> m_indices;  // entity id → index
    std::unordered_map<std::string, int> m_owners;   // picture of the side file, composed → entity
    std::unordered_set<std::string> m_strangers;     // entities without a file that were reported
};

}  // namespace

void mendSideFile(SideFile& side, Mending& mending) {
    const std::string file(sideFileName);
    for (auto* entities : {&side.benchmark.entities, &side.benchmark.bystanders})
        for (auto& entity : *entities) {
            mend(entity.name, file, -1, "name", mending);
            for (auto& question : entity.questions) {
                for (auto& phrasing : question.phrasings)
                    mend(phrasing, file, -1, "question", mending);
                mend(question.answer, file, -1, "answer", mending);
                mend(question.paraphrase, file, -1, "paraphrase", mending);
                for (auto& answer : question.perturbed)
                    mend(answer, file, -1, "perturbed answer", mending);
            }
        }
}

FolderContent readFolder(const std::filesystem::path& folder, const FolderFiles& files, const SideFile& side,
                         Mending& mending, const ProblemSink& problem) {
    return Reader(folder, files, side, mending, problem).read();
}

}  // namespace lacuna
