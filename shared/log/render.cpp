#include "shared/log/render.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <array>
#include <cmath>

namespace tropeiro::log {
namespace {

constexpr std::array<std::string_view, 6> level_names{"trace", "debug", "info", "warn", "error", "off"};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// One line stays one line, whatever stands in it: a name with a newline cannot forge a second entry.
std::string escaped(std::string_view text, bool quotes)
{
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\r')
            out += "\\r";
        else if (is_control(c))
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else if (quotes && (c == '"' || c == '\\'))
            out += {'\\', c};
        else
            out += c;
    }
    return out;
}

std::string quoted_if_needed(std::string_view text)
{
    bool plain = !text.empty();
    for (const char c : text)
        plain = plain && !is_control(c) && c != ' ' && c != '"' && c != '=' && c != '\\';
    return plain ? std::string(text) : '"' + escaped(text, true) + '"';
}

// The length of the UTF-8 sequence at the front, 0 when there is none (RFC 3629, table 3-7 of Unicode).
std::size_t sequence_length(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return static_cast<unsigned char>(i < text.size() ? text[i] : '\0');
    };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const auto lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) > 0x9F;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool out_of_range = (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
        return follows(1) && follows(2) && follows(3) && !out_of_range ? 4 : 0;
    }
    return 0;
}

std::string json_text(std::string_view text)
{
    boost::json::string valid;
    while (!text.empty()) {
        const auto length = sequence_length(text);
        valid.append(length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length));
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return boost::json::serialize(valid);
}

struct as_text {
    std::string operator()(const std::string& text) const { return quoted_if_needed(text); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(double number) const { return fmt::format("{:.6g}", number); }
    std::string operator()(auto number) const { return std::to_string(number); }
};

struct as_json {
    std::string operator()(const std::string& text) const { return json_text(text); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(double number) const
    {
        return std::isfinite(number) ? fmt::format("{:.6g}", number) : "null";
    }
    std::string operator()(auto number) const { return std::to_string(number); }
};

} // namespace

std::string_view to_string(level at) { return level_names.at(static_cast<std::size_t>(at)); }

std::optional<level> level_from(std::string_view name)
{
    for (std::size_t i = 0; i < level_names.size(); ++i)
        if (level_names[i] == name) return static_cast<level>(i);
    return std::nullopt;
}

std::optional<style> style_from(std::string_view name)
{
    if (name == "text") return style::text;
    if (name == "json") return style::json;
    return std::nullopt;
}

std::string render_text(std::string_view message, std::span<const field_view> with)
{
    auto line = escaped(message, false);
    for (const auto& [key, content] : with)
        line += fmt::format(" {}={}", escaped(key, false), std::visit(as_text{}, content->get()));
    return line;
}

std::string render_json(std::string_view timestamp, level at, std::string_view message,
                        std::span<const field_view> with)
{
    auto line = fmt::format(R"({{"ts":{},"level":"{}","msg":{})", json_text(timestamp), to_string(at),
                            json_text(message));
    for (const auto& [key, content] : with) {
        const bool taken = key == "ts" || key == "level" || key == "msg";
        const auto name = taken ? std::string(key) + "_" : std::string(key);
        line += fmt::format(",{}:{}", json_text(name), std::visit(as_json{}, content->get()));
    }
    return line + "}";
}

} // namespace tropeiro::log
