// How a log line looks; pure. Text: `message key=value key="two words"`. JSON: one object with ts, level, msg
// and the fields beside them; a field called like one of those three gets a trailing underscore.
#pragma once

#include "shared/log/log.hpp"

#include <span>

namespace tropeiro::log {

struct field_view {
    std::string_view key;
    const value* content;
};

std::string_view to_string(level at);
std::string render_text(std::string_view message, std::span<const field_view> with);

/// `timestamp` as it shall stand there. Bytes that are not UTF-8 become U+FFFD, so the line is always JSON.
std::string render_json(std::string_view timestamp, level at, std::string_view message,
                        std::span<const field_view> with);

} // namespace tropeiro::log
