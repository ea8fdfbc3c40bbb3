// Reading answers of the interface: a missing or oddly typed member is its neutral value, since a display
// must not fail on an answer of another version. Pure.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::scheduler::cli {

namespace json = boost::json;

/// The member, or a null when there is none.
const json::value& at(const json::value& object, std::string_view member);

/// As text: strings as they are, numbers and booleans written out, null and others empty. A table's name may
/// stand as {"schema","name"}: it becomes `schools` or `ops.schools`.
std::string text_of(const json::value& value);
std::string text_of(const json::value& object, std::string_view member);

std::int64_t number_of(const json::value& object, std::string_view member);
double real_of(const json::value& object, std::string_view member);
bool flag_of(const json::value& object, std::string_view member);

/// The member's elements; none when it is no array.
const json::array& list_of(const json::value& object, std::string_view member);
std::vector<std::string> words_of(const json::value& object, std::string_view member);

} // namespace tropeiro::scheduler::cli
