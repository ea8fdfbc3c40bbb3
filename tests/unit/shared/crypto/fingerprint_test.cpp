#include "shared/crypto/fingerprint.hpp"

#include <gtest/gtest.h>

namespace tropeiro::crypto {
namespace {

TEST(fingerprint, is_the_published_hash_of_the_text)
{
    EXPECT_EQ(fingerprint(""),
              "99aa06d3014798d86001c324468d497f"); // XXH3-128 of nothing, by the specification
    EXPECT_NE(fingerprint("CREATE TABLE a ()"), fingerprint("CREATE TABLE b ()"));
}

} // namespace
} // namespace tropeiro::crypto
