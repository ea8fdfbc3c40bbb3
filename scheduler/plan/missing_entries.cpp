// What of the closure has to be made: against an empty database nearly all, against one that was provisioned
// before only what it lacks.
#include "scheduler/plan/schema_work.hpp"

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

class comparing {
  public:
    comparing(const source_facts& source, const target_state& target) : source_(source), target_(target) {}

    std::vector<int> run()
    {
        const auto& entries = source_.archive.entries;
        for (const auto& entry : entries)
            if (in_closure(entry) && knows(entry) && lacks(entry)) make_.insert(entry.id);
        // Those that are no objects of their own go with the ones that they are about. Shell types come
        // before theirs.
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
            if (in_closure(*entry) && !knows(*entry) && belongs_to_made(*entry)) make_.insert(entry->id);
        std::vector<int> ordered;
        for (const auto& entry : entries)
            if (make_.count(entry.id) > 0) ordered.push_back(entry.id);
        return ordered;
    }

  private:
    bool in_closure(const toc_entry& e) const
    {
        return source_.closure.entries.count(e.id) > 0 && !made_after_rows(e);
    }

    bool knows(const toc_entry& e) const
    {
        return e.is("ROW SECURITY") || source_.archive.names.count(e.object) > 0;
    }

    bool lacks(const toc_entry& e) const
    {
        if (e.is("ROW SECURITY")) {
            const auto* here = source_.catalog.find(e.object.object_id);
            const auto* there = here == nullptr ? nullptr : target_.catalog.find(here->name);
            return there == nullptr || !there->row_security;
        }
        const auto& name = source_.archive.names.at(e.object);
        if (name.type == "schema" && name.identity == "public") return false; // every database has it
        return !target_.has(name);
    }

    bool belongs_to_made(const toc_entry& e) const
    {
        if (e.words.starts_with("- SCHEMA public ")) return !target_.exists;
        const auto made = [&](int id) { return make_.count(id) > 0; };
        if (e.is("SHELL TYPE"))
            return std::any_of(
                source_.archive.entries.begin(), source_.archive.entries.end(), [&](const toc_entry& other) {
                    return made(other.id) && std::find(other.depends_on.begin(), other.depends_on.end(),
                                                       e.id) != other.depends_on.end();
                });
        // The first dependency is the object itself: a partition before its parent, a sequence before its
        // table.
        return !e.depends_on.empty() && made(e.depends_on.front());
    }

    const source_facts& source_;
    const target_state& target_;
    std::set<int> make_;
};

} // namespace

std::vector<int> missing_entries(const source_facts& source, const target_state& target)
{
    return comparing(source, target).run();
}

} // namespace tropeiro::scheduler::plan
