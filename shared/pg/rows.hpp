// The answer to one statement: owns the PGresult; rows and fields are views into it.
#pragma once

#include "shared/base/error.hpp"
#include "shared/base/strong_id.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

struct pg_result;

namespace tropeiro::pg {

/// Frees a PGresult.
struct result_deleter {
    void operator()(pg_result* r) const;
};
using result_ptr = std::unique_ptr<pg_result, result_deleter>;

/// Reads the text form of a value; throws `failure` naming the column when it does not fit T.
/// Specialised for bool, int16..int64, uint32, uint64, double, string, string_view, optional, vector<string>,
/// vector<int64>, strong_id.
template <class T>
struct field_reader;

/// One row. Valid as long as its `rows`.
class row {
  public:
    row(const pg_result* from, int number) : result_(from), number_(number) {}

    template <class T>
    T get(std::string_view column) const
    {
        return get<T>(index_of(column));
    }
    template <class T>
    T get(std::size_t column) const;

    bool is_null(std::size_t column) const;
    bool is_null(std::string_view column) const { return is_null(index_of(column)); }

    /// The text of a field; empty for NULL.
    std::string_view text(std::size_t column) const;
    std::size_t columns() const;
    std::string_view column_name(std::size_t column) const;
    /// Throws `failure` that lists the columns there are.
    std::size_t index_of(std::string_view column) const;

  private:
    void require_value(std::size_t column) const;

    const pg_result* result_;
    int number_;
};

class rows {
  public:
    rows() = default;
    explicit rows(result_ptr result) : result_(std::move(result)) {}

    std::size_t size() const;
    bool empty() const { return size() == 0; }
    row operator[](std::size_t i) const;
    row front() const { return (*this)[0]; }

    /// The only row; throws `failure` unless there is exactly one.
    row one() const;

    /// Rows that INSERT, UPDATE, DELETE, COPY or SELECT touched.
    std::int64_t affected() const;
    /// "INSERT 0 1", "COMMIT", ...
    std::string_view command() const;

    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = row;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = row;

        iterator(const rows* from, std::size_t at) : from_(from), at_(at) {}
        row operator*() const { return (*from_)[at_]; }
        iterator& operator++()
        {
            ++at_;
            return *this;
        }
        iterator operator++(int) { return {from_, at_++}; }
        friend bool operator==(const iterator&, const iterator&) = default;

      private:
        const rows* from_;
        std::size_t at_;
    };
    iterator begin() const { return {this, 0}; }
    iterator end() const { return {this, size()}; }

  private:
    result_ptr result_;
};

[[noreturn]] void bad_field(std::string_view column, std::string_view text, std::string_view wanted);

// clang-format off
template <> struct field_reader<bool>             { static bool read(std::string_view text, std::string_view column); };
template <> struct field_reader<std::int16_t>     { static std::int16_t read(std::string_view text, std::string_view column); };
template <> struct field_reader<std::int32_t>     { static std::int32_t read(std::string_view text, std::string_view column); };
template <> struct field_reader<std::int64_t>     { static std::int64_t read(std::string_view text, std::string_view column); };
template <> struct field_reader<long long>        { static long long read(std::string_view text, std::string_view column); };
template <> struct field_reader<std::uint32_t>    { static std::uint32_t read(std::string_view text, std::string_view column); };
template <> struct field_reader<std::uint64_t>    { static std::uint64_t read(std::string_view text, std::string_view column); };
template <> struct field_reader<double>           { static double read(std::string_view text, std::string_view column); };
template <> struct field_reader<std::string>      { static std::string read(std::string_view text, std::string_view) { return std::string(text); } };
template <> struct field_reader<std::string_view> { static std::string_view read(std::string_view text, std::string_view) { return text; } };
template <> struct field_reader<std::vector<std::string>>  { static std::vector<std::string> read(std::string_view text, std::string_view column); };
template <> struct field_reader<std::vector<std::int64_t>> { static std::vector<std::int64_t> read(std::string_view text, std::string_view column); };
// clang-format on

template <class Tag, class Value>
struct field_reader<strong_id<Tag, Value>> {
    static strong_id<Tag, Value> read(std::string_view text, std::string_view column)
    {
        return strong_id<Tag, Value>(field_reader<Value>::read(text, column));
    }
};

template <class T>
struct is_optional : std::false_type {
};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {
};

template <class T>
T row::get(std::size_t column) const
{
    if constexpr (is_optional<T>::value) {
        if (is_null(column)) return std::nullopt;
        return field_reader<typename T::value_type>::read(text(column), column_name(column));
    } else {
        require_value(column);
        return field_reader<T>::read(text(column), column_name(column));
    }
}

} // namespace tropeiro::pg
