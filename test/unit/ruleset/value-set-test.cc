/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/value-set.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

SetElement
Single(Value value, Nanos deadline = 0)
{
    SetElement element;
    element.low = {value};
    element.high = {value};
    element.deadline = deadline;
    return element;
}

SetElement
Range(Value low, Value high)
{
    SetElement element;
    element.low = {low};
    element.high = {high};
    return element;
}

bool
Holds(ValueSet& set, Value value, Nanos now = 0)
{
    return set.Find(&value, now) != nullptr;
}

ValueSet::Setup
Intervals()
{
    ValueSet::Setup setup;
    setup.isInterval = true;
    return setup;
}

TEST(ValueSet, Empty)
{
    ValueSet set({});
    EXPECT_FALSE(Holds(set, 0));
    EXPECT_EQ(set.FindCatchAll(0), nullptr);
    ValueSet intervals(Intervals());
    EXPECT_EQ(intervals.Finish(), InsertResult::Ok);
    EXPECT_FALSE(Holds(intervals, 0));
}

TEST(ValueSet, ManySingleValues)
{
    ValueSet set({});
    for (Value value = 0; value < 1000; ++value)
    {
        ASSERT_EQ(set.Insert(Single(value << 64 | value * 7)), InsertResult::Ok);
    }
    for (Value value = 0; value < 1000; ++value)
    {
        EXPECT_TRUE(Holds(set, value << 64 | value * 7));
        EXPECT_FALSE(Holds(set, value << 64 | (value * 7 + 1)));
    }
}

TEST(ValueSet, TwiceTheSame)
{
    ValueSet set({});
    EXPECT_EQ(set.Insert(Single(5)), InsertResult::Ok);
    EXPECT_EQ(set.Insert(Single(5)), InsertResult::Exists);
    EXPECT_EQ(set.InsertCatchAll({}), InsertResult::Ok);
    EXPECT_EQ(set.InsertCatchAll({}), InsertResult::Exists);
}

TEST(ValueSet, Maximum)
{
    ValueSet::Setup setup;
    setup.maximum = 1;
    ValueSet set(setup);
    EXPECT_EQ(set.Insert(Single(5)), InsertResult::Ok);
    EXPECT_EQ(set.Insert(Single(6)), InsertResult::Full);
}

TEST(ValueSet, EndsOfRanges)
{
    ValueSet set(Intervals());
    set.Insert(Range(20, 30));
    set.Insert(Range(0, 9));
    set.Insert(Range(31, ~Value{0}));
    ASSERT_EQ(set.Finish(), InsertResult::Ok);
    EXPECT_TRUE(Holds(set, 0));
    EXPECT_TRUE(Holds(set, 9));
    EXPECT_FALSE(Holds(set, 10));
    EXPECT_FALSE(Holds(set, 19));
    EXPECT_TRUE(Holds(set, 20));
    EXPECT_TRUE(Holds(set, 30));
    EXPECT_TRUE(Holds(set, ~Value{0}));
}

TEST(ValueSet, RangesWithACommonValue)
{
    ValueSet set(Intervals());
    set.Insert(Range(0, 9));
    set.Insert(Range(9, 12));
    EXPECT_EQ(set.Finish(), InsertResult::Overlaps);
}

TEST(ValueSet, RangesOfTwoFields)
{
    ValueSet::Setup setup = Intervals();
    setup.fields = 2;
    ValueSet set(setup);
    SetElement element;
    element.low = {10, 1};
    element.high = {20, 1};
    set.Insert(element);
    ASSERT_EQ(set.Finish(), InsertResult::Ok);
    const Value inside[] = {15, 1};
    const Value outside[] = {15, 2};
    EXPECT_NE(set.Find(inside, 0), nullptr);
    EXPECT_EQ(set.Find(outside, 0), nullptr);
}

TEST(ValueSet, Deadline)
{
    ValueSet set({});
    set.Insert(Single(5, 100));
    EXPECT_TRUE(Holds(set, 5, 99));
    EXPECT_FALSE(Holds(set, 5, 100));
}

TEST(ValueSet, AddFindsWhatIsThere)
{
    ValueSet::Setup setup;
    setup.timeout = 10;
    ValueSet set(setup);
    const Value key = 5;
    SetElement* added = set.Add(&key, 0, 0);
    ASSERT_NE(added, nullptr);
    EXPECT_EQ(added->deadline, 10);
    EXPECT_EQ(set.Add(&key, 5, 0), added);
    EXPECT_EQ(added->deadline, 10);
}

TEST(ValueSet, AddOwnTimeout)
{
    ValueSet set({});
    const Value key = 5;
    EXPECT_EQ(set.Add(&key, 100, 7)->deadline, 107);
    const Value other = 6;
    EXPECT_EQ(set.Add(&other, 100, 0)->deadline, 0);
}

TEST(ValueSet, ExpiredMakesRoom)
{
    ValueSet::Setup setup;
    setup.maximum = 2;
    ValueSet set(setup);
    const Value keys[] = {1, 2, 3};
    ASSERT_NE(set.Add(&keys[0], 0, 10), nullptr);
    ASSERT_NE(set.Add(&keys[1], 0, 20), nullptr);
    EXPECT_EQ(set.Add(&keys[2], 9, 10), nullptr);
    EXPECT_NE(set.Add(&keys[2], 10, 10), nullptr);
    EXPECT_FALSE(Holds(set, 1, 10));
    EXPECT_TRUE(Holds(set, 2, 10));
}

TEST(ValueSet, ExpiredKeyComesBack)
{
    ValueSet set({});
    const Value key = 5;
    set.Add(&key, 0, 10);
    SetElement* again = set.Add(&key, 10, 10);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->deadline, 20);
    EXPECT_EQ(set.GetElements().size(), 1U);
}

TEST(ValueSet, Remove)
{
    ValueSet set({});
    const Value key = 5;
    set.Add(&key, 0, 0);
    set.Remove(&key, 0);
    EXPECT_FALSE(Holds(set, 5));
    set.Remove(&key, 0);
    EXPECT_NE(set.Add(&key, 0, 0), nullptr);
    EXPECT_TRUE(Holds(set, 5));
}

TEST(ValueSet, GrowsWhileOthersGo)
{
    ValueSet set({});
    for (Value key = 0; key < 10000; ++key)
    {
        ASSERT_NE(set.Add(&key, static_cast<Nanos>(key), 10), nullptr);
    }
    EXPECT_LT(set.GetElements().size(), 100U);
    EXPECT_TRUE(Holds(set, 9995, 10000));
    EXPECT_FALSE(Holds(set, 9980, 10000));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
