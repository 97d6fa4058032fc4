#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace lacuna {

/// What the first bytes of a picture file say, without decoding.
struct PictureHeader {
    std::int64_t width = 0, height = 0;  ///< 0 when they could not be found
    std::string problem;                 ///< not empty: why it cannot be used, and what to do
};

PictureHeader readPictureHeader(std::string_view bytes);

}  // namespace lacuna
