#include "core/evaluation/answer_cache.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/sha256.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace lacuna {
namespace {

using Json = nlohmann::json;
constexpr std::size_t hashLength = 64;

Json toJson(const AnswerRow& row) {
    Json nearest = Json::array(), tokens = Json::array();
    for (const auto& near : row.nearest)
        nearest.push_back({near.entity, near.score});
    for (const auto& mark : row.tokens)
        tokens.push_back({mark.token, mark.logProbability});
    return {row.stage,         row.task,       row.split == Split::Forget,
            row.entity,        row.question,   row.kind,
            row.phrasing,      row.view,       row.image,
            row.answer,        row.truth,      std::string(verdictRow(row.verdict).id),
            row.exact,         row.score,      row.rougeL,
            row.probability,   row.gateChoice, row.gateScore,
            row.gateThreshold, nearest,        tokens};
}

AnswerRow rowFrom(const Json& json) {
    AnswerRow row;
    std::size_t at = 0;
    const auto next = [&](auto& field) { json.at(at++).get_to(field); };
    bool forget = false;
    std::string verdict;
    next(row.stage), next(row.task), next(forget), next(row.entity), next(row.question), next(row.kind);
    next(row.phrasing), next(row.view), next(row.image), next(row.answer), next(row.truth), next(verdict);
    next(row.exact), next(row.score), next(row.rougeL), next(row.probability);
    next(row.gateChoice), next(row.gateScore), next(row.gateThreshold);
    row.split = forget ? Split::Forget : Split::Retain;
    row.verdict = verdictFromId(verdict).value();
    for (const auto& near : json.at(at++))
        row.nearest.push_back({near.at(0), near.at(1)});
    for (const auto& mark : json.at(at++))
        row.tokens.push_back({mark.at(0), mark.at(1)});
    return row;
}

}  // namespace

AnswerCache::AnswerCache(const std::filesystem::path& folder, const std::string& key)
    : m_path(folder / "stage0" / (sha256("answers 1\n" + key).substr(0, 32) + ".answers")) {}

std::optional<std::vector<AnswerRow>> AnswerCache::read() const {
    std::error_code none;
    if (!std::filesystem::is_regular_file(m_path, none))
        return std::nullopt;
    try {
        const auto bytes = readFile(m_path);
        const std::string_view all(bytes);
        if (all.size() < hashLength || sha256(all.substr(hashLength)) != all.substr(0, hashLength))
            return std::nullopt;
        std::vector<AnswerRow> rows;
        for (const auto& json : Json::from_cbor(all.substr(hashLength)))
            rows.push_back(rowFrom(json));
        return rows;
    } catch (const Error&) {  // unreadable: as if it were not there
    } catch (const Json::exception&) {
    } catch (const std::bad_optional_access&) {
    }
    return std::nullopt;
}

void AnswerCache::write(const std::vector<AnswerRow>& rows) const {
    Json all = Json::array();
    for (const auto& row : rows)
        all.push_back(toJson(row));
    std::string bytes;
    Json::to_cbor(all, bytes);
    std::error_code failed;
    std::filesystem::create_directories(m_path.parent_path(), failed);
    if (failed)
        throw resourceError("{} cannot be made: {}.", m_path.parent_path().string(), failed.message());
    writeFileAtomically(m_path, sha256(bytes) + bytes);
}

}  // namespace lacuna
