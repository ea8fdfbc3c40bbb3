#include "worker/copy/row_router.hpp"

namespace tropeiro::worker::copy {

row_router::row_router(model::copy_format format, bool with_place, const std::vector<std::string>& keys,
                       rows::key_field where)
    : slicer_(format, with_place, keys.empty() ? rows::key_field() : where)
{
    for (const auto& key : keys)
        targets_.emplace(key, targets_.size());
    if (targets_.size() != keys.size())
        throw failure(error_kind::failed, "two tenants of one pass have the same key",
                      "plan them apart: only one database can take a row");
}

std::size_t row_router::target_of(const rows::row_slice& row)
{
    if (row.key && *row.key == last_key_ && !last_key_.empty()) return last_target_;
    const auto found = row.key ? targets_.find(*row.key) : targets_.end();
    if (found == targets_.end())
        throw failure(error_kind::failed, "the source sent a row of a tenant that was not asked for",
                      "nothing of it was written; report this, with the type of the tenant column");
    last_key_ = found->first; // the map's own copy: the message is gone by the next row
    last_target_ = found->second;
    return last_target_;
}

} // namespace tropeiro::worker::copy
