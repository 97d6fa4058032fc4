// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/picture_features.h"

#include "core/base/error.h"

#include <algorithm>

namespace lacuna {

PictureFeatures::PictureFeatures(at::Tensor rows, std::vector<std::int64_t> begins, Through through)
    : m_rows(std::move(rows)), m_begins(std::move(begins)), m_through(std::move(through)) {
    if (m_begins.empty() || (m_rows.defined() ? m_rows.size(0) : 0) != m_begins.back())
        throw internalError("The features of pictures end elsewhere than their rows. Please report this.");
}

PictureFeatures::PictureFeatures(const at::Tensor& even) {
    if (!even.defined())
        return;
    m_rows = even.flatten(0, 1);
    for (std::int64_t i = 1; i <= even.size(0); ++i)
        m_begins.push_back(i * even.size(1));
}

std::int64_t PictureFeatures::count(std::int64_t picture) const {
    const auto at = static_cast<std::size_t>(picture);
    return m_begins.at(at + 1) - m_begins.at(at);
}

at::Tensor PictureFeatures::operator[](std::int64_t picture) const {
    return m_rows.narrow(0, m_begins.at(static_cast<std::size_t>(picture)), count(picture));
}

PictureFeatures PictureFeatures::of(const std::vector<std::int64_t>& pictures, const Adapter* adapter) const {
    if (pictures.empty())
        return {};
    if (adapter && adapter->changesPictures()) {
        if (!m_through)
            throw internalError("Pictures were to be seen by a trained tower and are not at hand. Please report this.");
        std::vector<std::int64_t> each, places;
        for (const std::int64_t picture : pictures) {
            const auto found = std::find(each.begin(), each.end(), picture);
            places.push_back(found - each.begin());
            if (found == each.end())
                each.push_back(picture);
        }
        return m_through(*adapter, each).of(places);
    }
    std::vector<std::int64_t> rows, begins{0};
    for (const std::int64_t picture : pictures) {
        for (std::int64_t i = 0; i < count(picture); ++i)
            rows.push_back(m_begins[static_cast<std::size_t>(picture)] + i);
        begins.push_back(static_cast<std::int64_t>(rows.size()));
    }
    return {m_rows.index_select(0, at::tensor(rows, at::kLong).to(m_rows.device())), std::move(begins)};
}

}  // namespace lacuna
