#include "scheduler/plan/passes.hpp"

#include "scheduler/plan/table_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace tropeiro::scheduler::plan {
namespace {

constexpr std::int64_t other_connections = 20; // the server's own, and people

using indices = std::vector<std::size_t>;

constexpr std::size_t sampled_tenants = 8;
/// Tenants of a pass wait for each other; what they save must be worth it.
constexpr double worth_waiting = 0.8;

constexpr std::int64_t most_parts = 256; // of one group: each part is a job of each of its tenants

indices tenants_of(const pass_question& q, std::size_t table)
{
    indices tenants;
    for (std::size_t i = 0; i < q.copies[table].size(); ++i)
        if (q.copies[table][i]) tenants.push_back(i);
    return tenants;
}

bool has_rows_of_tenants(const source_table& table)
{
    return table.holds_rows() && table.rows.filter.kind == model::row_filter::kind_t::equals;
}

/// Why a table that has rows of tenants cannot be read for several at once; empty: it can.
std::string why_alone(const source_table& table)
{
    if (!table.by_ctid) return "it cannot be read in the order of its places";
    if (!tells_tenants_apart(table.filter_type))
        return fmt::format("equal values of {}, which is {}, may be written differently",
                           table.rows.filter.column, table.filter_type);
    return {};
}

bool wanted_by_several(const pass_question& q, std::size_t table)
{
    return q.most > 1 && has_rows_of_tenants(q.source.tables[table]) && tenants_of(q, table).size() > 1;
}

/// As even as they can be.
std::vector<indices> groups_of(const indices& tenants, std::size_t most)
{
    const auto count = (tenants.size() + most - 1) / most;
    std::vector<indices> groups;
    for (std::size_t i = 0; i < count; ++i)
        groups.emplace_back(tenants.begin() + static_cast<std::ptrdiff_t>(tenants.size() * i / count),
                            tenants.begin() + static_cast<std::ptrdiff_t>(tenants.size() * (i + 1) / count));
    return groups;
}

/// Of the tenants of one wave each: another one begins when they are done.
std::vector<indices> groups_in_waves(const pass_question& q, const indices& tenants)
{
    if (q.waves.empty()) return groups_of(tenants, q.most);
    std::map<int, indices> by_wave;
    for (const auto tenant : tenants)
        by_wave[q.waves[tenant]].push_back(tenant);
    std::vector<indices> groups;
    for (const auto& [wave, members] : by_wave)
        for (auto& group : groups_of(members, q.most))
            groups.push_back(std::move(group));
    return groups;
}

class choosing {
  public:
    using readings = std::map<std::pair<std::size_t, model::table_name>, shared_reading>;

    choosing(const pass_question& q, readings& out) : q_(q), out_(out) {}

    /// Whether the table is read in passes, and why.
    std::pair<bool, std::string> decide(std::size_t table) const
    {
        const auto& filter = q_.source.tables[table].rows.filter;
        const auto& column = filter.column;
        if (!filter.path.empty())
            return {true, "through " + path_text(filter.path, column) + otherwise_text(filter)};
        const auto cost = q_.costs.find(table);
        if (cost == q_.costs.end()) return {true, fmt::format("no index leads with {}", column)};
        const auto tenants = tenants_of(q_, table);
        const auto groups = groups_in_waves(q_, tenants);
        const auto together = cost->second.together * static_cast<double>(groups.size());
        const auto alone = cost->second.alone * static_cast<double>(tenants.size());
        const auto part = together / std::max(alone, 1.0);
        const auto compared = fmt::format("one reading costs {:.0f} % of one for each", 100 * part);
        if (part <= worth_waiting) return {true, compared};
        return {false, fmt::format("through the index on {}; {}", column, compared)};
    }

    void share(std::size_t table)
    {
        for (const auto& group : groups_in_waves(q_, tenants_of(q_, table)))
            share_with(table, group);
    }

    /// Small tables of the same tenants go together, up to a size.
    void number_small_ones()
    {
        for (const auto& [group, tables] : small_) {
            indices together;
            double score = 0;
            const auto enough =
                static_cast<double>(q_.small_table_bytes); // of all: another worker wants some too
            for (const auto table : tables) {
                const auto cost = cost_for(table, group);
                if (!together.empty() && (score + cost > enough || together.size() == most_small_together)) {
                    put_together(together, group, score);
                    together.clear();
                    score = 0;
                }
                together.push_back(table);
                score += cost;
            }
            put_together(together, group, score);
        }
    }

  private:
    rows_estimate estimate(std::size_t table, std::size_t tenant) const
    {
        const auto& t = q_.source.tables[table];
        auto filter = t.rows.filter;
        filter.value = q_.values[tenant];
        return estimate_rows(filter, t.table, t.has_statistics ? &t.statistics : nullptr);
    }

    double share_of(std::size_t table, const indices& group) const
    {
        double share = 0;
        for (const auto tenant : group)
            share += estimate(table, tenant).share;
        return std::min(1.0, share);
    }

    /// Bytes to send; the price of a row next to them is small.
    double cost_for(std::size_t table, const indices& group) const
    {
        return static_cast<double>(q_.source.tables[table].table.total_bytes) * share_of(table, group);
    }

    void share_with(std::size_t table, const indices& group)
    {
        const auto& t = q_.source.tables[table];
        part_question parts{t.table.heap_bytes,     t.table.total_bytes,
                            share_of(table, group), false,
                            q_.part_bytes,          q_.source.catalog.server.block_size};
        parts.most = most_parts;
        shared_reading reading;
        reading.ranges = split(parts);
        reading.tenants = group.size();
        reading.score = cost_for(table, group);
        reading.small =
            reading.ranges.size() == 1 &&
            reading.score <= static_cast<double>(q_.small_table_bytes) * static_cast<double>(group.size());
        if (reading.small) {
            small_[group].push_back(table);
        } else {
            reading.pass = next_;
            next_ += static_cast<std::int64_t>(reading.ranges.size());
        }
        for (const auto tenant : group)
            out_.insert_or_assign({tenant, t.selected.name}, reading);
    }

    void put_together(const indices& tables, const indices& group, double score)
    {
        for (const auto table : tables)
            for (const auto tenant : group) {
                auto& reading = out_.at({tenant, q_.source.tables[table].selected.name});
                reading.pass = next_;
                reading.score = score;
            }
        ++next_;
    }

    const pass_question& q_;
    readings& out_;
    std::map<indices, indices> small_; // tenants of a group -> small tables
    std::int64_t next_ = 1;            // pass number
};

} // namespace

pass_choice::pass_choice(const pass_question& from)
{
    choosing work(from, readings_);
    for (std::size_t table = 0; table < from.source.tables.size(); ++table) {
        if (!wanted_by_several(from, table)) continue;
        auto& reason = reasons_[from.source.tables[table].selected.name];
        reason = why_alone(from.source.tables[table]);
        if (!reason.empty()) continue;
        bool shared = false;
        std::tie(shared, reason) = work.decide(table);
        if (shared) work.share(table);
    }
    work.number_small_ones();
}

const shared_reading* pass_choice::find(std::size_t tenant, const model::table_name& table) const
{
    const auto at = readings_.find({tenant, table});
    return at == readings_.end() ? nullptr : &at->second;
}

std::size_t pass_choice::largest() const
{
    std::size_t most = 0;
    for (const auto& [of, reading] : readings_)
        most = std::max(most, reading.tenants);
    return most;
}

std::string pass_choice::reason(const model::table_name& table) const
{
    const auto at = reasons_.find(table);
    return at == reasons_.end() ? std::string() : at->second;
}

bool values_fit(const pass_question& question)
{
    const auto& tables = question.source.tables;
    return std::all_of(tables.begin(), tables.end(), [&](const auto& t) {
        return t.rows.filter.kind != model::row_filter::kind_t::equals ||
               std::all_of(question.values.begin(), question.values.end(),
                           [&](const auto& value) { return fits(value, t.filter_type); });
    });
}

bool readable_together(const source_table& table)
{
    return has_rows_of_tenants(table) && why_alone(table).empty();
}

bool tells_tenants_apart(const std::string& type)
{
    for (const auto* known : {"uuid", "smallint", "integer", "bigint", "text"})
        if (type == known) return true;
    return type.starts_with("character varying");
}

std::vector<std::size_t> undecided_tables(const pass_question& question)
{
    indices tables;
    for (std::size_t i = 0; i < question.source.tables.size(); ++i) {
        const auto& table = question.source.tables[i];
        if (table.indexed && readable_together(table) && wanted_by_several(question, i)) tables.push_back(i);
    }
    return tables;
}

read_question ask_costs(const pass_question& question, std::size_t table)
{
    const auto& t = question.source.tables[table];
    const auto tenants = tenants_of(question, table);
    read_question ask{t.selected.name, t.rows.filter.column, {}, {}};
    const auto groups = groups_in_waves(question, tenants);
    const auto largest = std::ranges::max_element(groups, {}, &indices::size);
    for (const auto tenant : *largest)
        ask.together.push_back(question.values[tenant]);
    const auto sample = std::min(sampled_tenants, tenants.size());
    for (std::size_t i = 0; i < sample; ++i)
        ask.alone.push_back(question.values[tenants[tenants.size() * i / sample]]);
    return ask;
}

std::size_t most_in_pass(std::int64_t wanted, std::int64_t max_connections)
{
    const auto room = std::max<std::int64_t>(1, (max_connections - other_connections) / 4);
    return static_cast<std::size_t>(std::clamp<std::int64_t>(wanted, 1, room));
}

std::int64_t passes_at_once(std::size_t tenants, std::int64_t max_connections, bool with_the_source)
{
    const auto each = std::max<std::int64_t>(1, static_cast<std::int64_t>(tenants));
    const auto room = (max_connections - other_connections) / (with_the_source ? 2 : 1);
    return std::max<std::int64_t>(1, room / each);
}

} // namespace tropeiro::scheduler::plan
