#include "scheduler/cli/json_view.hpp"

namespace tropeiro::scheduler::cli {

const json::value& at(const json::value& object, std::string_view member)
{
    static const json::value nothing;
    const auto* fields = object.if_object();
    if (!fields) return nothing;
    const auto* found = fields->if_contains(member);
    return found ? *found : nothing;
}

std::string text_of(const json::value& value)
{
    if (const auto* text = value.if_string()) return std::string(*text);
    if (value.is_number() || value.is_bool()) return json::serialize(value);
    if (value.is_object() && value.as_object().contains("name")) {
        const auto schema = text_of(value, "schema");
        const auto name = text_of(value, "name");
        return schema.empty() || schema == "public" ? name : schema + "." + name;
    }
    return {};
}

std::string text_of(const json::value& object, std::string_view member)
{
    return text_of(at(object, member));
}

std::int64_t number_of(const json::value& object, std::string_view member)
{
    const auto& value = at(object, member);
    if (const auto* whole = value.if_int64()) return *whole;
    if (const auto* natural = value.if_uint64()) return static_cast<std::int64_t>(*natural);
    if (const auto* real = value.if_double()) return static_cast<std::int64_t>(*real);
    return 0;
}

double real_of(const json::value& object, std::string_view member)
{
    const auto& value = at(object, member);
    if (const auto* real = value.if_double()) return *real;
    return static_cast<double>(number_of(object, member));
}

bool flag_of(const json::value& object, std::string_view member)
{
    const auto* flag = at(object, member).if_bool();
    return flag && *flag;
}

const json::array& list_of(const json::value& object, std::string_view member)
{
    static const json::array none;
    const auto* list = at(object, member).if_array();
    return list ? *list : none;
}

std::vector<std::string> words_of(const json::value& object, std::string_view member)
{
    std::vector<std::string> words;
    for (const auto& word : list_of(object, member))
        words.push_back(text_of(word));
    return words;
}

} // namespace tropeiro::scheduler::cli
