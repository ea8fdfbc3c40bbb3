#include "scheduler/api/connection_check.hpp"
#include "scheduler/api/planning.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<model::tenant> known()
{
    std::vector<model::tenant> out;
    for (const auto* slug : {"afogados", "olinda", "recife"}) {
        model::tenant one;
        one.slug = slug;
        out.push_back(one);
    }
    out[1].active = false;
    return out;
}

std::vector<std::string> slugs(const std::vector<model::tenant>& tenants)
{
    std::vector<std::string> out;
    for (const auto& one : tenants)
        out.push_back(one.slug);
    return out;
}

plan::plan_request for_tenants(std::vector<std::string> names)
{
    plan::plan_request request;
    request.tenants = std::move(names);
    return request;
}

} // namespace

TEST(tenants_of, all_means_the_active_ones_but_the_city_of_the_legacy_rows)
{
    EXPECT_THAT(slugs(tenants_of(for_tenants({"all"}), known(), "afogados")), ElementsAre("recife"));
    EXPECT_THAT(slugs(tenants_of(for_tenants({"all"}), known(), "")), ElementsAre("afogados", "recife"));
}

TEST(tenants_of, names_keep_their_order_and_count_once)
{
    EXPECT_THAT(slugs(tenants_of(for_tenants({"recife", "olinda", "recife"}), known(), "")),
                ElementsAre("recife", "olinda"));
}

TEST(tenants_of, several_unknown_cities_are_named_at_once)
{
    try {
        static_cast<void>(tenants_of(for_tenants({"recifi", "olinda", "natal"}), known(), ""));
        FAIL() << "unknown cities were taken";
    } catch (const failure& e) {
        EXPECT_STREQ(e.what(), "Cities not found in cities table: recifi, natal");
    }
}

TEST(tenants_of, an_unknown_city_is_said_in_the_words_of_the_guide)
{
    try {
        static_cast<void>(tenants_of(for_tenants({"recifi"}), known(), ""));
        FAIL() << "an unknown city was taken";
    } catch (const failure& e) {
        EXPECT_EQ(e.kind(), error_kind::not_found);
        EXPECT_THAT(e.what(), HasSubstr("City not found in cities table"));
        EXPECT_EQ(e.hint(), "did you mean recife?");
    }
}

TEST(refuse_when_blocked, names_every_blocking_finding_and_no_other)
{
    plan::plan what;
    plan::finding note;
    note.what = "a note";
    plan::finding first;
    first.severity = plan::finding::severity_t::blocks;
    first.tenant = "recife";
    first.what = "no rule";
    first.hint = "add one";
    auto second = first;
    second.tenant = "olinda";
    what.findings = {note, first, second};
    try {
        refuse_when_blocked(what);
        FAIL() << "a blocked plan passed";
    } catch (const failure& e) {
        EXPECT_EQ(e.kind(), error_kind::refused);
        EXPECT_THAT(e.what(), HasSubstr("- recife: no rule\n- olinda: no rule"));
        EXPECT_THAT(e.what(), testing::Not(HasSubstr("a note")));
        EXPECT_EQ(e.hint(), "add one");
    }
    what.findings = {note};
    EXPECT_NO_THROW(refuse_when_blocked(what));
}

TEST(connection_check, says_which_privilege_will_be_missing)
{
    granted plain;
    EXPECT_THAT(warnings_for(connection_role::target_admin, plain), ElementsAre(HasSubstr("CREATEDB")));
    EXPECT_THAT(warnings_for(connection_role::source, plain), ElementsAre(HasSubstr("BYPASSRLS")));
    EXPECT_THAT(warnings_for(connection_role::control, plain), ElementsAre(HasSubstr("GRANT CREATE")));
    EXPECT_THAT(warnings_for(connection_role::tenant, plain), IsEmpty());
    granted super;
    super.superuser = true;
    super.pooled = true;
    EXPECT_THAT(warnings_for(connection_role::source, super),
                ElementsAre(HasSubstr("transaction-mode pooler")));
}

} // namespace tropeiro::scheduler::api
