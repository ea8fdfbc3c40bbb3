// A name for a text's content: equal texts have equal ones.
#pragma once

#include <string>
#include <string_view>

namespace tropeiro::crypto {

/// 32 hexadecimal digits of the text's XXH3-128. Tells texts of our own apart; no defence against forgery.
std::string fingerprint(std::string_view text);

} // namespace tropeiro::crypto
