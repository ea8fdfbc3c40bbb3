// Specifications to and from JSON, through Boost.Describe: the members' names are the JSON keys.
#include "shared/model/job.hpp"

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::model {

BOOST_DESCRIBE_ENUM(copy_format, binary, text)
BOOST_DESCRIBE_ENUM(existing_rows, refuse, truncate, merge)
BOOST_DESCRIBE_ENUM(bad_rows, fail, quarantine)
BOOST_DESCRIBE_ENUM(item_step, whole, takes_index, validates)
BOOST_DESCRIBE_ENUM(row_filter::kind_t, all, legacy, equals)
BOOST_DESCRIBE_STRUCT(table_name, (), (schema, name))
BOOST_DESCRIBE_STRUCT(path_hop, (), (to, from_columns, to_columns, partitioned))
BOOST_DESCRIBE_STRUCT(other_way, (), (path, column, upwards))
BOOST_DESCRIBE_STRUCT(row_filter, (), (kind, column, value, path, otherwise))
BOOST_DESCRIBE_STRUCT(block_range, (), (first_block, end_block))
BOOST_DESCRIBE_STRUCT(copy_item, (),
                      (table, columns, format, filter, number, parts, blocks, by_ctid, expected_rows,
                       expected_bytes))
BOOST_DESCRIBE_STRUCT(create_database_spec, (), (encoding, collate, ctype, template_name, script))
BOOST_DESCRIBE_STRUCT(script_spec, (), (script, truncate))
BOOST_DESCRIBE_STRUCT(copy_spec, (), (items, batch_rows, on_existing, on_bad_row, most_bad_rows))
BOOST_DESCRIBE_STRUCT(schema_item, (), (table, name, is_constraint, statement, then, step))
BOOST_DESCRIBE_STRUCT(indexes_spec, (), (items))
BOOST_DESCRIBE_STRUCT(foreign_keys_spec, (), (items))
BOOST_DESCRIBE_STRUCT(sequences_spec, (), (sequences))
BOOST_DESCRIBE_STRUCT(after_rows_spec, (), (indexes, foreign_keys, sequences, script))
BOOST_DESCRIBE_STRUCT(verify_spec, (), (tables))
BOOST_DESCRIBE_STRUCT(check_spec, (), (tables, repair))
BOOST_DESCRIBE_STRUCT(published_module, (), (name, tables))
BOOST_DESCRIBE_STRUCT(publish_spec, (), (modules, db_url))

/// `otherwise` may be missing: versions that knew one way alone did not write it, and checks read what they wrote.
static row_filter tag_invoke(boost::json::value_to_tag<row_filter> /*wanted*/, const boost::json::value& json)
{
    const auto& members = json.as_object();
    const auto* ways = members.if_contains("otherwise");
    if (members.size() != (ways == nullptr ? 4U : 5U)) // a newer version's filter may select other rows
        throw boost::system::system_error(make_error_code(boost::json::error::size_mismatch));
    row_filter filter;
    filter.kind = boost::json::value_to<row_filter::kind_t>(members.at("kind"));
    filter.column = boost::json::value_to<std::string>(members.at("column"));
    filter.value = boost::json::value_to<std::string>(members.at("value"));
    filter.path = boost::json::value_to<std::vector<path_hop>>(members.at("path"));
    if (ways != nullptr) filter.otherwise = boost::json::value_to<std::vector<other_way>>(*ways);
    return filter;
}

namespace {

template <class Spec>
Spec read(const boost::json::value& json)
{
    auto spec = boost::json::try_value_to<Spec>(json);
    if (spec) return std::move(*spec);
    throw failure(
        error_kind::failed,
        fmt::format("a job's specification in tropeiro.job.spec cannot be read: {}", spec.error().message()),
        "it was written by another version of tropeiro; plan the rollout again");
}

} // namespace

boost::json::value to_json(const create_database_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const script_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const copy_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const indexes_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const foreign_keys_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const sequences_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const after_rows_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const verify_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const check_spec& spec) { return boost::json::value_from(spec); }
boost::json::value to_json(const publish_spec& spec) { return boost::json::value_from(spec); }

#define TROPEIRO_SPEC(type)                                                                                  \
    template <>                                                                                              \
    type spec_from_json<type>(const boost::json::value& json)                                                \
    {                                                                                                        \
        return read<type>(json);                                                                             \
    }
TROPEIRO_SPEC(create_database_spec)
TROPEIRO_SPEC(script_spec)
TROPEIRO_SPEC(copy_spec)
TROPEIRO_SPEC(indexes_spec)
TROPEIRO_SPEC(foreign_keys_spec)
TROPEIRO_SPEC(sequences_spec)
TROPEIRO_SPEC(after_rows_spec)
TROPEIRO_SPEC(verify_spec)
TROPEIRO_SPEC(check_spec)
TROPEIRO_SPEC(copy_item)
TROPEIRO_SPEC(publish_spec)
#undef TROPEIRO_SPEC

} // namespace tropeiro::model
