#include "scheduler/api/record_json.hpp"

#include <algorithm>

namespace tropeiro::scheduler::api {
namespace {

namespace json = boost::json;

json::value or_null(const std::optional<std::string>& text)
{
    return text ? json::value(*text) : json::value();
}

json::array array_of(const std::vector<std::string>& words)
{
    return json::array(words.begin(), words.end());
}

json::value parsed_or_text(const std::string& text)
{
    boost::system::error_code status;
    auto value = json::parse(text, status);
    return status ? json::value(text) : std::move(value);
}

} // namespace

json::value to_json(const model::tenant& tenant)
{
    json::object out;
    out["id"] = tenant.id.value;
    out["slug"] = tenant.slug;
    out["name"] = tenant.name;
    out["active"] = tenant.active;
    out["modules"] = array_of(tenant.modules);
    out["database"] = tenant.database;
    out["db_url"] = tenant.db_url;
    return out;
}

json::value to_json(const model::module& module, const std::vector<model::tenant>& tenants)
{
    json::array tables;
    for (const auto& table : module.tables)
        tables.emplace_back(model::to_string(table));
    json::array enabled;
    for (const auto& tenant : tenants)
        if (std::find(tenant.modules.begin(), tenant.modules.end(), module.name) != tenant.modules.end())
            enabled.emplace_back(tenant.slug);
    json::object out;
    out["name"] = module.name;
    out["description"] = module.description;
    out["tables"] = std::move(tables);
    out["enabled"] = std::move(enabled);
    return out;
}

json::value to_json(const model::job_counts& jobs)
{
    json::object out;
    out["wait"] = jobs.wait;
    out["running"] = jobs.running;
    out["done"] = jobs.done;
    out["dead"] = jobs.dead;
    out["cancelled"] = jobs.cancelled;
    out["blocked"] = jobs.blocked;
    out["total"] = jobs.total();
    return out;
}

json::value to_json(const store::rollout_record& rollout)
{
    json::object out;
    out["id"] = rollout.id.value;
    out["title"] = rollout.title;
    out["asked"] = model::to_string(rollout.asked);
    out["state"] = model::to_string(rollout.state);
    out["is_check"] = rollout.is_check;
    out["jobs"] = to_json(rollout.jobs);
    out["options"] = rollout.options;
    out["summary"] = rollout.summary;
    out["needs_snapshot"] = rollout.needs_snapshot;
    out["max_failed"] = rollout.max_failed ? json::value(*rollout.max_failed) : json::value();
    out["paused_why"] = or_null(rollout.paused_why);
    out["wave"] = rollout.wave;
    out["waves"] = rollout.waves;
    out["created_at"] = rollout.created_at;
    out["finished_at"] = or_null(rollout.finished_at);
    return out;
}

json::value to_json(const store::job_record& job)
{
    json::object out;
    out["id"] = job.id.value;
    out["rollout"] = job.rollout.value;
    out["tenant"] = job.city;
    out["tenant_id"] = job.tenant;
    out["kind"] = model::to_string(job.kind);
    out["label"] = job.label;
    out["lane"] = job.lane;
    out["score"] = job.score;
    out["state"] = model::to_string(job.state);
    out["claim_seq"] = job.claim_seq;
    out["owner"] = or_null(job.owner);
    out["attempts"] = job.attempts;
    out["error"] = or_null(job.error);
    out["rows"] = job.rows;
    out["bytes"] = job.bytes;
    out["expected_rows"] = job.expected_rows;
    out["expected_bytes"] = job.expected_bytes;
    out["depends_on"] = json::array(job.depends_on.begin(), job.depends_on.end());
    out["started_at"] = or_null(job.started_at);
    out["finished_at"] = or_null(job.finished_at);
    return out;
}

json::value to_json(const store::city_progress& city)
{
    json::array errors;
    for (const auto& e : city.errors) {
        json::object one;
        one["job"] = e.job.value;
        one["label"] = e.label;
        one["error"] = e.error;
        one["state"] = model::to_string(e.state);
        errors.push_back(std::move(one));
    }
    json::object out;
    out["slug"] = city.city;
    out["tenant_id"] = city.tenant;
    out["state"] = city.state;
    out["wave"] = city.wave;
    out["phase"] = city.phase;
    out["rows"] = city.rows;
    out["bytes"] = city.bytes;
    out["expected_rows"] = city.expected_rows;
    out["expected_bytes"] = city.expected_bytes;
    out["jobs_done"] = city.jobs.done;
    out["jobs_total"] = city.jobs.total();
    out["jobs"] = to_json(city.jobs);
    out["errors"] = std::move(errors);
    return out;
}

json::value to_json(const store::city_outcome& city)
{
    json::object out;
    out["slug"] = city.city;
    out["tenant_id"] = city.tenant;
    out["status"] = city.status;
    out["tables"] = city.tables;
    out["rows"] = city.rows;
    out["bytes"] = city.bytes;
    out["seconds"] = city.seconds;
    out["receipts"] = city.receipts;
    out["verified"] = city.verified;
    out["error"] = or_null(city.error);
    return out;
}

json::value to_json(const store::table_check& check)
{
    json::object out;
    out["city"] = check.city;
    out["database"] = check.database;
    out["table"] = model::to_string(check.table);
    out["method"] = check.method;
    out["verdict"] = check.verdict;
    out["expected"] = check.expected;
    out["found"] = check.found;
    out["missing"] = check.missing;
    out["differing"] = check.differing;
    out["doubled"] = check.doubled;
    out["extra"] = check.extra;
    out["repaired"] = check.repaired;
    out["examples"] = check.examples;
    out["note"] = check.note;
    return out;
}

json::value to_json(const std::vector<store::quarantined_table>& tables)
{
    json::array out;
    for (const auto& one : tables) {
        json::object table;
        table["slug"] = one.city;
        table["table"] = model::to_string(one.table);
        table["rows"] = one.rows;
        table["error"] = one.error;
        out.push_back(std::move(table));
    }
    return out;
}

json::value to_json(const std::vector<store::shown_moment>& moments)
{
    json::array out;
    for (const auto& one : moments) {
        json::object moment;
        moment["epoch"] = one.epoch;
        moment["taken_at"] = one.taken_at;
        moment["ended_reason"] = one.ended_reason;
        moment["tables"] = one.tables;
        moment["mixed_cities"] = one.mixed_cities;
        out.push_back(std::move(moment));
    }
    return out;
}

json::value to_json(const queue::worker_view& worker)
{
    json::object out;
    out["name"] = worker.name;
    out["info"] = parsed_or_text(worker.info);
    out["last_beat_seconds"] = std::chrono::duration<double>(worker.last_beat).count();
    out["draining"] = worker.drain;
    return out;
}

json::value summary_of(const plan::plan& what)
{
    std::int64_t tables = 0;
    std::int64_t parts = 0;
    std::int64_t keys_left_out = 0;
    for (const auto& tenant : what.tenants) {
        tables += static_cast<std::int64_t>(tenant.tables.size());
        for (const auto& table : tenant.tables)
            parts += table.complete ? 0 : table.parts;
        for (const auto& key : tenant.foreign_keys)
            keys_left_out += key.kept ? 0 : 1;
    }
    json::object out;
    out["title"] = what.title;
    out["source_server"] = what.source_server;
    out["target_server"] = what.target_server;
    out["tenants"] = what.tenants.size();
    out["tables"] = tables;
    out["parts"] = parts;
    out["waves"] = what.waves();
    out["jobs"] = what.jobs.size();
    out["rows"] = what.rows();
    out["bytes"] = what.bytes();
    out["keys_left_out"] = keys_left_out;
    json::array findings;
    for (const auto& one : what.findings) {
        json::object line;
        line["severity"] = one.severity == plan::finding::severity_t::warns ? "warns" : "notes";
        if (one.severity == plan::finding::severity_t::blocks) line["severity"] = "blocks";
        line["tenant"] = one.tenant;
        line["what"] = one.what;
        line["hint"] = one.hint;
        findings.push_back(std::move(line));
    }
    out["findings"] = std::move(findings);
    return out;
}

} // namespace tropeiro::scheduler::api
