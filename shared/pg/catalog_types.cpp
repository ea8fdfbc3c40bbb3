#include "shared/pg/catalog_types.hpp"

namespace tropeiro::pg {

void catalog::sort()
{
    by_name_.clear();
    by_oid_.clear();
    index_by_oid_.clear();
    columns_by_table_.clear();
    for (std::size_t i = 0; i < tables.size(); ++i) {
        by_name_[tables[i].name] = i;
        by_oid_[tables[i].id] = i;
    }
    for (std::size_t i = 0; i < indexes.size(); ++i)
        index_by_oid_[indexes[i].id] = i;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto [at, fresh] = columns_by_table_.try_emplace(columns[i].table, i, i);
        at->second.second = i + 1;
    }
}

const catalog_table* catalog::find(const model::table_name& name) const
{
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : &tables[at->second];
}

const catalog_table* catalog::find(oid table) const
{
    const auto at = by_oid_.find(table);
    return at == by_oid_.end() ? nullptr : &tables[at->second];
}

const catalog_index* catalog::find_index(oid index) const
{
    const auto at = index_by_oid_.find(index);
    return at == index_by_oid_.end() ? nullptr : &indexes[at->second];
}

std::vector<catalog_column> catalog::columns_of(oid table) const
{
    const auto at = columns_by_table_.find(table);
    if (at == columns_by_table_.end()) return {};
    const auto from = columns.begin();
    return {from + static_cast<std::ptrdiff_t>(at->second.first),
            from + static_cast<std::ptrdiff_t>(at->second.second)};
}

} // namespace tropeiro::pg
