// Finds the tenant of each row of a pass that serves several at once. Pure: bytes in, views into the same
// bytes and the number of a target out.
#pragma once

#include "shared/rows/row_slicer.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tropeiro::worker::copy {

struct routed_row {
    rows::row_slice row;
    std::size_t target = 0; // position in the router's keys; meaningless unless row.is_row
};

class row_router {
  public:
    /// `keys`: the tenants' keys as the stream writes them, one for each target, and `where` it has them. None: every
    /// row is target 0's.
    row_router(model::copy_format format, bool with_place, const std::vector<std::string>& keys,
               rows::key_field where);

    /// Throws `failure` for bytes that are no COPY stream, and for a row of a tenant that nobody asked for.
    routed_row route(std::string_view message)
    {
        routed_row routed{slicer_.slice(message), 0};
        if (!targets_.empty() && routed.row.is_row) routed.target = target_of(routed.row);
        return routed;
    }

  private:
    struct key_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
    };

    std::size_t target_of(const rows::row_slice& row);

    rows::row_slicer slicer_;
    std::unordered_map<std::string, std::size_t, key_hash, std::equal_to<>> targets_;
    std::string_view last_key_; // of the last row: neighbours often have the same
    std::size_t last_target_ = 0;
};

} // namespace tropeiro::worker::copy
