#include "worker/runtime/outcome.hpp"

#include "shared/pg/error.hpp"
#include "worker/context/job_pulse.hpp"
#include "worker/context/snapshot_relay.hpp"
#include "worker/copy/copy_job.hpp"
#include "worker/copy/ledger.hpp"

#include <boost/asio/error.hpp>

#include <gtest/gtest.h>

namespace tropeiro::worker::runtime {
namespace {

template <class E> outcome of(E thrown) { return outcome_of(std::make_exception_ptr(std::move(thrown))); }

pg::error server_says(std::string sqlstate)
{
    return pg::error(pg::server_message{std::move(sqlstate), "words", "", "", "", "", ""}, "db:5432/recife");
}

TEST(outcome, a_job_that_returned_is_done) { EXPECT_EQ(outcome_of(nullptr).kind, outcome::kind_t::done); }

TEST(outcome, a_job_that_was_asked_to_leave_goes_back)
{
    EXPECT_EQ(of(context::stopped()).kind, outcome::kind_t::release);
    const auto cut = boost::system::system_error(boost::asio::error::operation_aborted);
    EXPECT_EQ(of(cut).kind, outcome::kind_t::release);
}

TEST(outcome, a_member_whose_row_is_refused_leaves_its_pass)
{
    const auto gone = of(copy::goes_alone("refused"));
    EXPECT_EQ(gone.kind, outcome::kind_t::release);
    EXPECT_TRUE(gone.alone);
    EXPECT_FALSE(of(context::stopped()).alone);
}

TEST(outcome, a_job_that_was_overtaken_says_nothing)
{
    EXPECT_EQ(of(copy::fenced_off("taken")).kind, outcome::kind_t::lost);
}

TEST(outcome, trouble_that_passes_is_tried_again)
{
    for (const auto* state : {"08006", "40P01", "40001", "57P01", "53300"})
        EXPECT_EQ(of(server_says(state)).kind, outcome::kind_t::retry) << state;
    EXPECT_EQ(of(context::snapshot_lost("gone")).kind, outcome::kind_t::retry);
}

TEST(outcome, trouble_that_stays_is_fatal_and_keeps_its_sqlstate)
{
    for (const auto* state : {"42P01", "23505", "42501", "22P02"}) {
        const auto ended = of(server_says(state));
        EXPECT_EQ(ended.kind, outcome::kind_t::fatal) << state;
        EXPECT_EQ(ended.signature, state);
    }
    EXPECT_EQ(of(failure(error_kind::refused, "no")).kind, outcome::kind_t::fatal);
    EXPECT_EQ(of(std::logic_error("bug")).kind, outcome::kind_t::fatal);
}

TEST(outcome, the_message_names_the_way_out)
{
    EXPECT_EQ(of(failure(error_kind::refused, "table x holds rows", "use --truncate")).message,
              "table x holds rows (use --truncate)");
}

} // namespace
} // namespace tropeiro::worker::runtime
