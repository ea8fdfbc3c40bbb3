// House rules of the scripts, read from the embedded texts.
#include "shared/queue/lua_text.hpp"
#include "shared/queue/transitions.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace tropeiro;

namespace {

std::vector<const redis::script*> all_scripts()
{
    const auto& t = queue::all_transitions();
    return {&t.enqueue, &t.seal, &t.adopt, &t.claim,   &t.join,  &t.beat,    &t.complete, &t.more,  &t.fail,
            &t.release, &t.bump, &t.reap,  &t.control, &t.sweep, &t.redo,    &t.setcap,   &t.drain, &t.gate,
            &t.meta,    &t.look, &t.why,   &t.counts,  &t.ages,  &t.workers, &t.limits,   &t.gone};
}

std::string body_of(const redis::script& script) { return script.text().substr(queue::prelude().size()); }

} // namespace

TEST(queue_lua, only_the_prelude_makes_key_names)
{
    for (const auto* script : all_scripts()) {
        const auto body = body_of(*script);
        EXPECT_EQ(body.find("P .."), std::string::npos) << script->name();
        EXPECT_EQ(body.find("KEYS["), std::string::npos) << script->name();
    }
}

TEST(queue_lua, every_script_says_what_it_takes_and_returns)
{
    for (const auto* script : all_scripts()) {
        const auto body = body_of(*script);
        EXPECT_NE(body.find("-- KEYS  prefix"), std::string::npos) << script->name();
        EXPECT_NE(body.find("-- Returns"), std::string::npos) << script->name();
        const bool uses_arguments = body.find("ARGV[") != std::string::npos;
        EXPECT_EQ(uses_arguments, body.find("-- ARGV") != std::string::npos) << script->name();
    }
}

TEST(queue_lua, no_two_scripts_are_the_same)
{
    std::set<std::string> digests;
    for (const auto* script : all_scripts())
        digests.insert(script->sha1());
    EXPECT_EQ(digests.size(), all_scripts().size());
}
