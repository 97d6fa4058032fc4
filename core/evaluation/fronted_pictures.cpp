// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/fronted_pictures.h"

namespace lacuna {
namespace {

PictureFeatures withFront(const PictureFeatures& pictures, const at::Tensor& front) {
    std::vector<at::Tensor> rows;
    std::vector<std::int64_t> begins{0};
    for (std::int64_t i = 0; i < pictures.size(); ++i) {
        rows.push_back(front.to(pictures.rows().options()));
        rows.push_back(pictures[i]);
        begins.push_back(begins.back() + front.size(0) + pictures.count(i));
    }
    return {at::cat(rows), std::move(begins)};
}

}  // namespace

PictureFeatures fronted(const PictureFeatures& pictures, const std::vector<std::int64_t>& some,
                        const at::Tensor& front) {
    auto plain = withFront(pictures.of(some), front);
    return {plain.rows(), plain.begins(),
            [pictures, some, front](const Adapter& adapter, const std::vector<std::int64_t>& which) {
                std::vector<std::int64_t> own;
                for (const auto one : which)
                    own.push_back(some.at(static_cast<std::size_t>(one)));
                return withFront(pictures.of(own, &adapter), front);
            }};
}

}  // namespace lacuna
