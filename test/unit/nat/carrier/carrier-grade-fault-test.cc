/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/carrier/carrier-grade-nat.h"

#include "ns3/object-factory.h"
#include "ns3/string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// Attributes, and what is wrong with them; empty: nothing.
struct FaultRow
{
    const char* name;
    std::vector<std::pair<std::string, std::string>> attributes;
    const char* fault;
};

/// @param row a row @param out gets its name
void
PrintTo(const FaultRow& row, std::ostream* out)
{
    *out << row.name;
}

class CarrierGradeFault : public ::testing::TestWithParam<FaultRow>
{
};

TEST_P(CarrierGradeFault, IsOneSentence)
{
    ObjectFactory factory("ns3::conntrack::CarrierGradeNat");
    for (const auto& [name, value] : GetParam().attributes)
    {
        factory.Set(name, StringValue(value));
    }
    EXPECT_EQ(factory.Create<CarrierGradeNat>()->FindFault(), GetParam().fault);
}

const std::vector<FaultRow> ROWS{
    {"Defaults", {}, ""},
    {"Pool", {{"OutsidePool", "203.0.113.0/28"}, {"InsideNetwork", "100.64.0.0/10"}}, ""},
    {"Dynamic", {{"BlockAllocation", "Dynamic"}, {"BlockSize", "64512"}}, ""},
    {"Deterministic",
     {{"BlockAllocation", "Deterministic"},
      {"OutsidePool", "203.0.113.0/28"},
      {"InsideNetwork", "100.64.0.0/16"}},
     ""},
    {"Linux", {{"Mapping", "Linux"}, {"Filtering", "AddressAndPortDependent"}}, ""},
    {"Overloading",
     {{"Mapping", "AddressAndPortDependent"},
      {"Filtering", "AddressAndPortDependent"},
      {"PortAssignment", "Overloading"}},
     ""},
    {"BadInside",
     {{"InsideNetwork", "10.0.0/8"}},
     "CarrierGradeNat attribute InsideNetwork: '10.0.0/8' is no IPv4 network (10.0.0.0/8), range "
     "(10.0.0.1-10.0.0.9) or address"},
    {"BadPool",
     {{"OutsidePool", "fd00::1"}},
     "CarrierGradeNat attribute OutsidePool: 'fd00::1' is no IPv4 network (10.0.0.0/8), range "
     "(10.0.0.1-10.0.0.9) or address"},
    {"HugePool",
     {{"OutsidePool", "10.0.0.0/8"}},
     "CarrierGradeNat attribute OutsidePool: '10.0.0.0/8' has more than 65536 addresses"},
    {"PoolInside",
     {{"InsideNetwork", "10.0.0.0/8"}, {"OutsidePool", "10.9.0.0/24"}},
     "CarrierGradeNat attribute OutsidePool: '10.9.0.0/24' and InsideNetwork '10.0.0.0/8' have "
     "addresses in common"},
    {"Ports",
     {{"FirstPort", "5000"}, {"LastPort", "4999"}},
     "CarrierGradeNat attribute LastPort: 4999 is below FirstPort, 5000"},
    {"NoBlockSize",
     {{"BlockAllocation", "Dynamic"}},
     "CarrierGradeNat attribute BlockSize: dynamic blocks have 1 to 64512 ports, not 0"},
    {"BlockSize",
     {{"BlockAllocation", "Dynamic"}, {"BlockSize", "64513"}},
     "CarrierGradeNat attribute BlockSize: dynamic blocks have 1 to 64512 ports, not 64513"},
    {"NoNetworks",
     {{"BlockAllocation", "Deterministic"}, {"OutsidePool", "203.0.113.0/28"}},
     "CarrierGradeNat: BlockAllocation Deterministic needs InsideNetwork and OutsidePool"},
    {"SmallPool",
     {{"BlockAllocation", "Deterministic"},
      {"OutsidePool", "203.0.113.0/32"},
      {"InsideNetwork", "100.64.0.0/15"}},
     "CarrierGradeNat attribute OutsidePool: '203.0.113.0/32' has too few ports for the "
     "subscribers of '100.64.0.0/15'"},
    {"LinuxBlocks",
     {{"Mapping", "Linux"}, {"BlockAllocation", "Dynamic"}, {"BlockSize", "512"}},
     "CarrierGradeNat: Mapping Linux knows neither blocks nor a limit of mappings"},
    {"LinuxFilter",
     {{"Mapping", "Linux"}},
     "CarrierGradeNat: Mapping Linux needs Filtering AddressAndPortDependent"},
    {"OpenOverloading",
     {{"PortAssignment", "Overloading"}},
     "CarrierGradeNat: PortAssignment Overloading needs Mapping and Filtering "
     "AddressAndPortDependent"},
};

INSTANTIATE_TEST_SUITE_P(Rows, CarrierGradeFault, ::testing::ValuesIn(ROWS), [](const auto& info) {
    return info.param.name;
});

TEST(CarrierGradeNat, EachPresetIsRight)
{
    for (const NatPreset& preset : NatPresets())
    {
        auto nat = CreateObject<CarrierGradeNat>();
        nat->SetPreset(preset.name);
        EXPECT_EQ(nat->FindFault(), "") << preset.name;
    }
    EXPECT_EQ(FindNatPreset("open cone"), nullptr);
}

TEST(CarrierGradeNat, IsOfOneRouter)
{
    auto nat = CreateObject<CarrierGradeNat>();
    nat->Begin();
    EXPECT_EQ(nat->FindFault(), "CarrierGradeNat: it is another router's already");
}

TEST(CarrierGradeNatDeathTest, UnknownPreset)
{
    auto nat = CreateObject<CarrierGradeNat>();
    EXPECT_DEATH(nat->SetPreset("open cone"), "there is no preset 'open cone', only linux, full");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
