#include "shared/http/router.hpp"

#include "shared/base/text.hpp"

#include <boost/url/decode_view.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <optional>

namespace tropeiro::http {
namespace {

using parameters = std::map<std::string, std::string>;

// "/v1/{id}" -> {"v1", "{id}"}; a slash at the end makes no difference.
std::vector<std::string> segments(std::string_view path)
{
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    return path.empty() ? std::vector<std::string>{} : text::split(path, '/');
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

bool is_rest(std::string_view segment) { return is_parameter(segment) && segment.ends_with("*}"); }

// Nothing when the percent signs make no sense.
std::optional<std::string> decoded(std::string_view segment)
{
    const auto view = boost::urls::make_pct_string_view(segment);
    if (!view) return std::nullopt;
    std::string out;
    for (const char c : boost::urls::decode_view(*view))
        out += c;
    return out;
}

// How well the path fits the pattern: nothing when it does not, else one '1' a literal and one '0' a
// parameter, compared from the left, so that "/v1/rollouts/latest" beats "/v1/rollouts/{id}".
std::optional<std::string> fit(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
                               parameters& found)
{
    std::string score;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::string_view want = pattern[i];
        if (is_rest(want)) {
            const std::vector<std::string> rest(
                path.begin() + static_cast<std::ptrdiff_t>(std::min(i, path.size())), path.end());
            const auto value = decoded(text::join(rest, "/"));
            if (!value) return std::nullopt;
            found[std::string(want.substr(1, want.size() - 3))] = *value;
            return score;
        }
        if (i >= path.size()) return std::nullopt;
        const auto value = decoded(path[i]);
        if (!value || (!is_parameter(want) && *value != want)) return std::nullopt;
        if (is_parameter(want)) found[std::string(want.substr(1, want.size() - 2))] = *value;
        score += is_parameter(want) ? '1' : '2';
    }
    return pattern.size() == path.size() ? std::optional(score) : std::nullopt;
}

} // namespace

router::router(std::vector<route> routes) { add(std::move(routes)); }

void router::add(std::vector<route> routes)
{
    for (auto& one : routes)
        routes_.push_back(std::move(one));
}

match router::find(std::string_view method, std::string_view path) const
{
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    const auto parts = segments(path);
    match best;
    std::string best_score;
    for (const auto& candidate : routes_) {
        parameters found;
        const auto score = fit(segments(candidate.pattern), parts, found);
        if (!score) continue;
        if (candidate.method != wanted) {
            best.allowed.push_back(candidate.method);
            continue;
        }
        if (best.found != nullptr && *score <= best_score) continue;
        best.found = &candidate;
        best.parameters = std::move(found);
        best_score = *score;
    }
    return best;
}

} // namespace tropeiro::http
