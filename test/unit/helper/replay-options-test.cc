/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "examples/conntrack-replay/options.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace
{

struct WrongRow
{
    std::string name;
    std::vector<std::string> arguments;
    std::string sentence;
};

class WrongCommand : public ::testing::TestWithParam<WrongRow>
{
};

TEST_P(WrongCommand, IsASentence)
{
    try
    {
        ParseCommand(GetParam().arguments);
        FAIL() << "accepted";
    }
    catch (const UsageError& error)
    {
        EXPECT_EQ(error.what(), GetParam().sentence);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    WrongCommand,
    ::testing::Values(
        WrongRow{"Nothing", {}, "--case=DIR or --pcap=FILE must be given; --help says more"},
        WrongRow{"Both", {"--case=a", "--pcap=b"}, "--case and --pcap exclude each other"},
        WrongRow{"Unknown",
                 {"--pcap=b", "--pacp=c"},
                 "there is no option --pacp; --help lists them"},
        WrongRow{"NoOption", {"b.pcap"}, "\"b.pcap\" is no option; --help lists them"},
        WrongRow{"NoValue", {"--pcap"}, "--pcap wants a value: --pcap=..."},
        WrongRow{"EmptyValue", {"--pcap="}, "--pcap wants a value: --pcap=..."},
        WrongRow{"Twice", {"--pcap=a", "--pcap=b"}, "--pcap is given twice"},
        WrongRow{"RulesetOfACase", {"--case=a", "--ruleset=b"}, "--ruleset goes with --pcap only"},
        WrongRow{"DumpWithValue", {"--pcap=a", "--dump=1"}, "--dump takes no value"},
        WrongRow{"SysctlWithoutValue",
                 {"--pcap=a", "--sysctl=nf_conntrack_tcp_loose"},
                 "--sysctl wants NAME=VALUE, not \"nf_conntrack_tcp_loose\""}),
    [](const auto& info) { return info.param.name; });

TEST(Command, Case)
{
    const ReplayCommand command =
        ParseCommand({"--case=a", "--out=b", "--profile=v5.10", "--timers=exact", "--dump"});
    EXPECT_EQ(command.kind, ReplayCommand::Kind::Case);
    EXPECT_EQ(command.folder, "a");
    EXPECT_EQ(command.options.out, "b");
    EXPECT_EQ(command.options.profile, "v5.10");
    EXPECT_EQ(command.options.timers, "exact");
    EXPECT_EQ(command.options.dump, EndDump::Proc);
}

TEST(Command, Capture)
{
    const ReplayCommand command = ParseCommand(
        {"--pcap=a=b.pcap", "--ruleset=r", "--iif=x", "--oif=y", "--sysctl=n=1", "--sysctl=m=2"});
    EXPECT_EQ(command.kind, ReplayCommand::Kind::Capture);
    EXPECT_EQ(command.capture.capture, "a=b.pcap");
    EXPECT_EQ(command.capture.ruleset, "r");
    EXPECT_EQ(command.capture.input, "x");
    EXPECT_EQ(command.capture.output, "y");
    EXPECT_EQ(command.options.sysctls, (NamedSettings{{"n", "1"}, {"m", "2"}}));
}

TEST(Command, HelpWinsOverWhatFollows)
{
    EXPECT_EQ(ParseCommand({"--help", "nonsense"}).kind, ReplayCommand::Kind::Help);
}

} // namespace
} // namespace conntrack
} // namespace ns3
