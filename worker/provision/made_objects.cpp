#include "worker/provision/made_objects.hpp"

#include "worker/provision/sql_text.hpp"

namespace tropeiro::worker::provision {
namespace {

constexpr auto bare_path =
    "SET LOCAL search_path = pg_catalog"; // so that every name in definitions is qualified

} // namespace

task<> note_before(pg::connection& target)
{
    std::string text(sql::note_before);
    co_await target.execute(std::move(text));
}

task<> note_made(pg::connection& target, model::rollout_id rollout)
{
    co_await target.execute(bare_path);
    co_await target.query(sql::note_made, rollout);
}

task<> note_item(pg::connection& target, model::rollout_id rollout, const model::schema_item& item)
{
    co_await target.execute(bare_path);
    co_await target.query(sql::note_item, rollout, item.table.schema, item.table.name, item.name,
                          item.is_constraint);
}

} // namespace tropeiro::worker::provision
