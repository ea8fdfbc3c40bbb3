#include "shared/tenancy/publication.hpp"

#include "shared/pg/quote.hpp"
#include "shared/tenancy/sql_text.hpp"

#include <fmt/format.h>

#include <optional>

namespace tropeiro::tenancy {
namespace {

/// The column as it stands, NULL included.
task<std::optional<std::string>> db_url_of(pg::connection& control, const cities_table& cities,
                                           std::string slug)
{
    const auto sql = fmt::format("SELECT db_url::text FROM {} WHERE slug = $1", pg::qualified(cities.name()));
    const auto answer = co_await control.query(sql, slug);
    if (answer.empty()) co_return std::nullopt;
    co_return answer.front().get<std::optional<std::string>>(0);
}

} // namespace

task<> remember_before(pg::connection& control, cities_table cities, publication what)
{
    std::optional<std::string> before;
    std::optional<std::string> published;
    if (cities.exists() && cities.has_db_url() && !what.db_url.empty()) {
        before = co_await db_url_of(control, cities, what.slug);
        published = what.db_url;
    }
    co_await control.query(sql::publication_write, what.rollout, what.tenant, what.database, what.modules,
                           before, published);
}

task<bool> take_back(pg::connection& control, cities_table cities, model::rollout_id rollout,
                     model::tenant_id tenant, std::string slug)
{
    const auto kept = co_await control.query("SELECT db_url_before, db_url FROM tropeiro.publication "
                                             "WHERE rollout_id = $1 AND tenant_id = $2::uuid",
                                             rollout, tenant);
    if (kept.empty()) co_return false;
    co_await control.query(sql::publication_placements, rollout, tenant);
    co_await control.query(sql::publication_registry, rollout, tenant);
    const auto before = kept.front().get<std::optional<std::string>>("db_url_before");
    const auto published = kept.front().get<std::optional<std::string>>("db_url");
    if (published && cities.exists() && cities.has_db_url()) {
        const auto sql = fmt::format("UPDATE {} SET db_url = $3 WHERE slug = $1 AND db_url = $2",
                                     pg::qualified(cities.name()));
        co_await control.query(sql, slug, *published, before);
    }
    co_return true;
}

} // namespace tropeiro::tenancy
