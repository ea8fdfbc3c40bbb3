// A city whose tables were copied: the same rows on both sides, made by the same statements, and the ledger that the copy
// would have left.
#pragma once

#include "shared/rows/read_back.hpp"
#include "tests/integration/worker/provision/fixture.hpp"
#include "worker/check/check_job.hpp"
#include "worker/copy/ledger.hpp"

#include <map>

namespace tropeiro::worker::check {

/// A line of tropeiro.data_check.
struct found_line {
    std::string verdict;
    std::int64_t expected = 0, found = 0, missing = 0, differing = 0, doubled = 0, extra = 0, repaired = 0;
    std::string examples;
    std::string note;
};

struct copied_city : provision::small_site {
    std::vector<model::copy_item> items;

    static model::copy_item item(std::string name, std::vector<std::string> columns)
    {
        model::copy_item made;
        made.table = {"public", std::move(name)};
        made.columns = std::move(columns);
        return made;
    }

    /// `schema` on both sides; `rows` in the source, then in the target as the copy of `what`.
    task<> copy_tables(std::string schema, std::string rows, std::vector<model::copy_item> what)
    {
        co_await prepare();
        items = std::move(what);
        auto from = co_await pg::connection::open(source);
        co_await from.execute(schema);
        co_await from.execute(rows);
        auto to = co_await enter();
        co_await to.execute(schema);
        const copy::claim who{model::rollout_id(1), 1, 1};
        for (const auto& one : items)
            co_await copy::acquire(to, one, who, model::existing_rows::refuse);
        co_await to.execute(rows);
        for (const auto& one : items) {
            copy::part_state state;
            state.receipt = co_await rows::read_back(to, one);
            state.rows = state.receipt.rows();
            state.done = true;
            co_await copy::checkpoint(to, one, who, state);
        }
    }

    task<> in_source(std::string sql)
    {
        auto from = co_await pg::connection::open(source);
        co_await from.execute(sql);
    }

    task<> in_city(std::string sql)
    {
        auto to = co_await enter();
        co_await to.execute(sql);
    }

    task<std::string> ask_city(std::string sql)
    {
        auto to = co_await enter();
        const auto answer = co_await to.query(sql);
        co_return answer.one().get<std::string>(0);
    }

    /// Runs the check as a worker would; what it recorded, by table.
    task<std::map<std::string, found_line>> check(model::job_kind kind, bool repair = false)
    {
        model::check_spec spec{items, repair};
        auto control_connection = co_await pg::connection::open(control);
        const auto made =
            co_await control_connection.query("INSERT INTO tropeiro.job (rollout_id, city, kind, label, "
                                              "lane, spec) VALUES (1, 'recife', 'check', 'check', "
                                              "'t:x', '{}') RETURNING id");
        next_job = made.one().get<std::int64_t>(0);
        const auto work = job(kind, model::to_json(spec));
        if (kind == model::job_kind::check_receipts)
            co_await check_receipts(work);
        else
            co_await check_source(work);
        const auto lines = co_await control_connection.query(
            "SELECT * FROM tropeiro.data_check WHERE job_id = $1", work.job);
        std::map<std::string, found_line> found;
        for (const auto row : lines)
            found[row.get<std::string>("table_name")] = read(row);
        co_return found;
    }

    static found_line read(const pg::row& row)
    {
        return {row.get<std::string>("verdict"),    row.get<std::int64_t>("expected"),
                row.get<std::int64_t>("found"),     row.get<std::int64_t>("missing"),
                row.get<std::int64_t>("differing"), row.get<std::int64_t>("doubled"),
                row.get<std::int64_t>("extra"),     row.get<std::int64_t>("repaired"),
                row.get<std::string>("examples"),   row.get<std::string>("note")};
    }
};

constexpr auto people_schema = R"sql(
    CREATE TABLE people (id integer PRIMARY KEY, city_id integer, name text, born date, weight float8, photo bytea,
                         twice integer GENERATED ALWAYS AS (id * 2) STORED))sql";
constexpr auto people_rows = R"sql(
    INSERT INTO people (id, city_id, name, born, weight, photo)
    SELECT n, 7, 'José "o ' || n || E'º"\\,\n', date '1970-01-01' + n, n / 3.0, decode(md5(n::text), 'hex')
      FROM generate_series(1, 5000) AS n)sql";

template <class... Items>
std::vector<model::copy_item> of(Items... items)
{
    return {std::move(items)...};
}

inline model::copy_item notes() { return copied_city::item("notes", {"body"}); }

inline model::copy_item people()
{
    auto item = copied_city::item("people", {"id", "city_id", "name", "born", "weight", "photo"});
    item.filter = {model::row_filter::kind_t::equals, "city_id", "7"};
    item.expected_rows = 5000;
    return item;
}

} // namespace tropeiro::worker::check
