#include "shared/pg/rows.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>

namespace tropeiro::pg {
namespace {

int as_int(std::size_t column) { return static_cast<int>(column); }

template <class T>
T read_number(std::string_view text, std::string_view column, std::string_view wanted)
{
    T value{};
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size()) bad_field(column, text, wanted);
    return value;
}

// {a,"b \"c\"",NULL}: one dimension, as array_out writes it.
std::vector<std::string> read_array(std::string_view text, std::string_view column)
{
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') bad_field(column, text, "an array");
    std::vector<std::string> items;
    std::size_t at = 1;
    const std::size_t end = text.size() - 1;
    while (at < end) {
        std::string item;
        const bool quoted = text[at] == '"';
        if (quoted) ++at;
        while (at < end && (quoted ? text[at] != '"' : text[at] != ',')) {
            if (text[at] == '\\') ++at;
            if (!quoted && text[at] == '{') bad_field(column, text, "an array of one dimension");
            if (at < end) item += text[at++];
        }
        if (!quoted && item == "NULL") bad_field(column, text, "an array without NULL");
        items.push_back(std::move(item));
        at += quoted ? 2 : 1; // the closing quote and the comma
    }
    return items;
}

} // namespace

void bad_field(std::string_view column, std::string_view text, std::string_view wanted)
{
    constexpr std::size_t shown = 40;
    throw failure(error_kind::failed, fmt::format("column {} is not {}: '{}'{}", column, wanted,
                                                  text.substr(0, shown), text.size() > shown ? "..." : ""));
}

void result_deleter::operator()(pg_result* r) const { PQclear(r); }

bool row::is_null(std::size_t column) const
{
    if (column >= columns())
        throw failure(error_kind::failed,
                      fmt::format("the result has {} columns, not {}", columns(), column + 1));
    return PQgetisnull(result_, number_, as_int(column)) != 0;
}

std::string_view row::text(std::size_t column) const
{
    if (is_null(column)) return {};
    return {PQgetvalue(result_, number_, as_int(column)),
            static_cast<std::size_t>(PQgetlength(result_, number_, as_int(column)))};
}

std::size_t row::columns() const { return static_cast<std::size_t>(PQnfields(result_)); }

std::string_view row::column_name(std::size_t column) const { return PQfname(result_, as_int(column)); }

std::size_t row::index_of(std::string_view column) const
{
    // Not PQfnumber: that folds upper case unless the name is quoted.
    for (std::size_t i = 0; i < columns(); ++i)
        if (column_name(i) == column) return i;
    std::string there;
    for (std::size_t i = 0; i < columns(); ++i)
        there += fmt::format("{}{}", i ? ", " : "", column_name(i));
    throw failure(error_kind::failed, fmt::format("the result has no column {}, only {}", column, there));
}

void row::require_value(std::size_t column) const
{
    if (is_null(column))
        throw failure(error_kind::failed,
                      fmt::format("column {} is NULL, a value was expected", column_name(column)));
}

std::size_t rows::size() const { return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0; }

row rows::operator[](std::size_t i) const
{
    if (i >= size())
        throw failure(error_kind::failed, fmt::format("the result has {} rows, not {}", size(), i + 1));
    return row(result_.get(), static_cast<int>(i));
}

row rows::one() const
{
    if (size() != 1)
        throw failure(error_kind::failed, fmt::format("one row was expected, there are {}", size()));
    return (*this)[0];
}

std::int64_t rows::affected() const
{
    if (!result_) return 0;
    const std::string_view text = PQcmdTuples(result_.get());
    return text.empty() ? 0 : read_number<std::int64_t>(text, "(rows affected)", "a number");
}

std::string_view rows::command() const { return result_ ? PQcmdStatus(result_.get()) : ""; }

bool field_reader<bool>::read(std::string_view text, std::string_view column)
{
    if (text == "t") return true;
    if (text != "f") bad_field(column, text, "a boolean");
    return false;
}

// clang-format off
std::int16_t  field_reader<std::int16_t>::read(std::string_view text, std::string_view column)  { return read_number<std::int16_t>(text, column, "a 16-bit number"); }
std::int32_t  field_reader<std::int32_t>::read(std::string_view text, std::string_view column)  { return read_number<std::int32_t>(text, column, "a 32-bit number"); }
std::int64_t  field_reader<std::int64_t>::read(std::string_view text, std::string_view column)  { return read_number<std::int64_t>(text, column, "a 64-bit number"); }
long long     field_reader<long long>::read(std::string_view text, std::string_view column)     { return read_number<long long>(text, column, "a 64-bit number"); }
std::uint32_t field_reader<std::uint32_t>::read(std::string_view text, std::string_view column) { return read_number<std::uint32_t>(text, column, "an unsigned 32-bit number"); }
std::uint64_t field_reader<std::uint64_t>::read(std::string_view text, std::string_view column) { return read_number<std::uint64_t>(text, column, "an unsigned 64-bit number"); }
double        field_reader<double>::read(std::string_view text, std::string_view column)        { return read_number<double>(text, column, "a number"); }
// clang-format on

std::vector<std::string> field_reader<std::vector<std::string>>::read(std::string_view text,
                                                                      std::string_view column)
{
    return read_array(text, column);
}

std::vector<std::int64_t> field_reader<std::vector<std::int64_t>>::read(std::string_view text,
                                                                        std::string_view column)
{
    std::vector<std::int64_t> numbers;
    for (const auto& item : read_array(text, column))
        numbers.push_back(read_number<std::int64_t>(item, column, "an array of numbers"));
    return numbers;
}

} // namespace tropeiro::pg
