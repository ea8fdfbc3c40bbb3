#include "shared/rows/pinned_settings.hpp"

namespace tropeiro::rows {

std::vector<std::pair<std::string, std::string>> pinned_settings()
{
    return {{"client_encoding", "UTF8"},
            {"DateStyle", "ISO, YMD"},
            {"IntervalStyle", "postgres"},
            {"TimeZone", "UTC"},
            {"extra_float_digits", "3"},
            {"bytea_output", "hex"},
            {"standard_conforming_strings", "on"},
            {"statement_timeout", "0"},
            {"idle_in_transaction_session_timeout", "0"}};
}

} // namespace tropeiro::rows
