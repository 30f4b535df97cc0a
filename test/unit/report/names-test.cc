/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/names.h"

#include <gtest/gtest.h>

// First and last of each enumeration: a name too many or too few would move the last.

namespace ns3
{
namespace conntrack
{
namespace
{

TEST(ReasonNames, AreThoseOfTheEnumerations)
{
    EXPECT_STREQ(NameOf(EndReason::Expired), "Expired");
    EXPECT_STREQ(NameOf(EndReason::EarlyDrop), "EarlyDrop");
    EXPECT_STREQ(NameOf(EndReason::Disposed), "Disposed");
    EXPECT_STREQ(NameOf(ExpectationEnd::Used), "Used");
    EXPECT_STREQ(NameOf(ExpectationEnd::MasterGone), "MasterGone");
    EXPECT_STREQ(NameOf(ExpectationEnd::Deleted), "Deleted");
    EXPECT_STREQ(NameOf(DropReason::Rule), "Rule");
    EXPECT_STREQ(NameOf(DropReason::FragmentLimit), "FragmentLimit");
}

} // namespace
} // namespace conntrack
} // namespace ns3
