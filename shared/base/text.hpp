// Small text helpers that the standard library lacks. Pure; bytes are UTF-8 and never split inside a rune
// unless said.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::text {

/// The parts between separators, trimmed, empty ones left out: "a, b,,c" -> {a, b, c}.
std::vector<std::string> split_list(std::string_view text, char separator = ',');

/// Every part between separators as it stands, empty ones too.
std::vector<std::string> split(std::string_view text, char separator);

std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string lower(std::string_view ascii);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// "256MB" -> 268435456. Units B, kB, MB, GB, TB in powers of 1024, as PostgreSQL counts; nothing for other text.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// 2147483648 -> "2.0 GB".
std::string human_bytes(std::int64_t bytes);

/// 1234567 -> "1,234,567".
std::string human_count(std::int64_t count);

/// "1 row", "1,200 rows"; `many` where an s at the end would be wrong.
std::string counted(std::int64_t count, std::string_view one, std::string_view many = {});

/// 95.2 s -> "1m35s"; 0.42 s -> "0.4s".
std::string human_duration(std::chrono::duration<double> duration);

/// The candidate within two edits of `word` that is nearest to it, if any: for "did you mean".
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// Number of columns that the text takes on a terminal, one a code point.
std::size_t width(std::string_view utf8);

/// Lower-case hexadecimal of the bytes.
std::string to_hex(std::span<const unsigned char> bytes);

} // namespace tropeiro::text
