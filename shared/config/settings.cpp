#include "shared/config/settings.hpp"

#include "shared/base/text.hpp"
#include "shared/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

namespace tropeiro::config {
namespace {

using kind_t = raw_value::kind_t;
using fault = std::optional<value_fault>;

fault wrong(std::string text, std::optional<std::size_t> item = std::nullopt)
{
    return value_fault{std::move(text), item};
}

fault put_text(std::string& out, const raw_value& in)
{
    if (in.kind != kind_t::text) return wrong("must be a string");
    out = in.text;
    return std::nullopt;
}

fault put_names(std::vector<std::string>& out, const raw_value& in)
{
    if (in.kind != kind_t::text && in.kind != kind_t::list) return wrong("must be a list of strings");
    out = in.kind == kind_t::list ? in.items : text::split_list(in.text);
    if (out.empty()) return wrong("must not be empty");
    return std::nullopt;
}

fault put_count(std::int64_t& out, const raw_value& in, std::int64_t least,
                std::int64_t most = std::numeric_limits<std::int64_t>::max())
{
    std::int64_t number = 0;
    const auto* end = in.text.data() + in.text.size();
    const auto [stop, status] = std::from_chars(in.text.data(), end, number);
    const bool is_number = in.kind == kind_t::text || in.kind == kind_t::number;
    if (!is_number || in.text.empty() || stop != end || status != std::errc{})
        return wrong("must be a whole number");
    if (number < least) return wrong(fmt::format("must be at least {}", least));
    if (number > most) return wrong(fmt::format("must be at most {}", most));
    out = number;
    return std::nullopt;
}

fault put_bytes(std::int64_t& out, const raw_value& in)
{
    const bool may_be = in.kind == kind_t::text || in.kind == kind_t::number;
    const auto bytes = may_be ? text::parse_bytes(in.text) : std::nullopt;
    if (!bytes) return wrong("must be a size like \"256MB\" (units B, kB, MB, GB, TB)");
    if (*bytes < 1) return wrong("must be at least 1 byte");
    out = *bytes;
    return std::nullopt;
}

fault put_table(model::table_name& out, const raw_value& in)
{
    if (in.kind != kind_t::text) return wrong("must be a string");
    const auto table = model::parse_table_name(in.text);
    if (!table) return wrong(fmt::format("{}; {}", table.error().message, table.error().hint));
    out = *table;
    return std::nullopt;
}

fault put_tables(std::vector<model::table_name>& out, const raw_value& in)
{
    if (in.kind != kind_t::text && in.kind != kind_t::list) return wrong("must be a list of strings");
    const auto names = in.kind == kind_t::list ? in.items : text::split_list(in.text);
    out.clear();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto table = model::parse_table_name(names[i]);
        if (!table) return wrong(fmt::format("{}; {}", table.error().message, table.error().hint), i);
        out.push_back(*table);
    }
    return std::nullopt;
}

/// A setting with one choice so far: it may be written down, and changes nothing.
fault check_published(const raw_value& in)
{
    if (in.kind == kind_t::text && in.text == "full")
        return wrong("\"full\" is not available yet; write \"address\": without credentials");
    if (in.kind != kind_t::text || in.text != "address")
        return wrong("must be \"address\" (without credentials)");
    return std::nullopt;
}

fault check_placement(const raw_value& in)
{
    if (in.kind == kind_t::text && in.text == "schema")
        return wrong("\"schema\" is not available yet; write \"database\": one database per tenant");
    if (in.kind != kind_t::text || in.text != "database") return wrong("must be \"database\"");
    return std::nullopt;
}

fault refuse_schema(const raw_value&)
{
    return wrong("tenants as schemas are not available yet; leave it out: each tenant gets a database");
}

setting make(std::string name, std::function<fault(workspace&, const raw_value&)> put)
{
    return setting{std::move(name), std::move(put)};
}

std::vector<setting> make_settings()
{
    using w = workspace&;
    using v = const raw_value&;
    return {
        make("control.url_env", [](w to, v in) { return put_names(to.control.url_env, in); }),
        make("control.cities", [](w to, v in) { return put_table(to.control.cities, in); }),
        make("control.tables", [](w to, v in) { return put_tables(to.control.tables, in); }),
        make("source.url_env", [](w to, v in) { return put_names(to.source.url_env, in); }),
        make("source.tenant_column", [](w to, v in) { return put_text(to.source.tenant_column, in); }),
        make("source.legacy_slug", [](w to, v in) { return put_text(to.source.legacy_slug, in); }),
        make("target.admin_url_env", [](w to, v in) { return put_names(to.target.admin_url_env, in); }),
        make("target.database", [](w to, v in) { return put_text(to.target.database, in); }),
        make("target.placement", [](w, v in) { return check_placement(in); }),
        make("target.schema", [](w, v in) { return refuse_schema(in); }),
        make("publish.db_url", [](w, v in) { return check_published(in); }),
        make("redis.url_env", [](w to, v in) { return put_names(to.redis.url_env, in); }),
        make("copy.batch_rows", [](w to, v in) { return put_count(to.copy.batch_rows, in, 1); }),
        make("copy.part_bytes", [](w to, v in) { return put_bytes(to.copy.part_bytes, in); }),
        make("copy.small_table_bytes", [](w to, v in) { return put_bytes(to.copy.small_table_bytes, in); }),
        make("copy.pass_tenants", [](w to, v in) { return put_count(to.copy.pass_tenants, in, 1, 64); }),
        make("copy.most_bad_rows", [](w to, v in) { return put_count(to.copy.most_bad_rows, in, 1); }),
        make("limits.default", [](w to, v in) { return put_count(to.limits.per_server, in, 1); }),
        make("limits.tries", [](w to, v in) { return put_count(to.limits.tries, in, 1); }),
        make("server.url", [](w to, v in) { return put_text(to.server.url, in); }),
        make("server.listen", [](w to, v in) { return put_text(to.server.listen, in); }),
        make("server.token_env", [](w to, v in) { return put_text(to.server.token_env, in); }),
    };
}

// "t:HOST:PORT" or "s:HOST:PORT": a target's or a source's server.
bool is_resource(std::string_view name)
{
    if (!name.starts_with("t:") && !name.starts_with("s:")) return false;
    const auto colon = name.rfind(':');
    const auto port = name.substr(colon + 1);
    return colon > 2 && !port.empty() && port.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string pattern_fault(std::string_view pattern)
{
    const auto rest = text::replace_all(std::string(pattern), "{slug}", "");
    if (rest.size() == pattern.size())
        return "must contain {slug}, else all tenants would share one database";
    if (rest.find_first_of("{}") != std::string::npos) return "knows no other placeholder than {slug}";
    return {};
}

std::string listen_fault(std::string_view address)
{
    const auto colon = address.rfind(':');
    int port = -1;
    if (colon != std::string_view::npos && colon > 0) {
        const auto digits = address.substr(colon + 1);
        const auto [stop, status] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (status != std::errc{} || stop != digits.data() + digits.size()) port = -1;
    }
    return port < 0 || port > 65535 ? "must be ADDRESS:PORT, as in \"127.0.0.1:7077\"" : "";
}

} // namespace

std::string setting::variable() const
{
    std::string out = "TROPEIRO_";
    for (const char c : name)
        out += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

const std::vector<setting>& settings()
{
    static const auto table = make_settings();
    return table;
}

std::vector<std::string> setting_names()
{
    std::vector<std::string> names;
    for (const auto& s : settings())
        names.push_back(s.name);
    return names;
}

std::optional<setting> find_setting(std::string_view name)
{
    const auto& table = settings();
    const auto at =
        std::find_if(table.begin(), table.end(), [&](const setting& s) { return s.name == name; });
    if (at != table.end()) return *at;
    constexpr std::string_view limits = "limits.";
    if (!name.starts_with(limits) || !is_resource(name.substr(limits.size()))) return std::nullopt;
    const std::string resource(name.substr(limits.size()));
    return make(std::string(name), [resource](workspace& to, const raw_value& in) {
        return put_count(to.limits.resources[resource], in, 0);
    });
}

std::vector<std::pair<std::string, std::string>> faults_of(const workspace& made)
{
    std::vector<std::pair<std::string, std::string>> faults;
    const auto check = [&](std::string name, std::string text) {
        if (!text.empty()) faults.emplace_back(std::move(name), std::move(text));
    };
    const auto filled = [](const std::string& text) { return text.empty() ? "must not be empty" : ""; };
    const auto& url = made.server.url;
    check("source.tenant_column", filled(made.source.tenant_column));
    check("target.database", pattern_fault(made.target.database));
    check("server.url", url.empty() || url.starts_with("http://") ? "" : "must begin with http://");
    check("server.listen", listen_fault(made.server.listen));
    check("server.token_env", filled(made.server.token_env));
    return faults;
}

} // namespace tropeiro::config
