/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/tftp-message.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A datagram and whether it is a request.
struct KindRow
{
    const char* label;
    std::string datagram;
    bool isRequest;
};

class TftpMessages : public ::testing::TestWithParam<KindRow>
{
};

TEST_P(TftpMessages, Kind)
{
    const std::string& text = GetParam().datagram;
    const ByteView view{reinterpret_cast<const uint8_t*>(text.data()), text.size()};
    EXPECT_EQ(IsTftpRequest(view), GetParam().isRequest);
}

/// @param opcode the second byte of a datagram @param rest what follows @return the datagram
std::string
Datagram(char opcode, const std::string& rest = {})
{
    return std::string{'\0', opcode} + rest;
}

const KindRow ROWS[] = {
    {"ReadRequest", Datagram(1, std::string("file\0octet\0", 11)), true},
    {"WriteRequest", Datagram(2, std::string("file\0netascii\0", 14)), true},
    {"RequestWithoutAName", Datagram(1), true},
    {"RequestOfNonsense", Datagram(2, "\xff"), true},
    {"RequestWithoutAZero", Datagram(1, "file"), true},
    {"Empty", "", false},
    {"OneByte", std::string(1, '\1'), false},
    {"ZeroAlone", std::string(1, '\0'), false},
    {"OpcodeZero", Datagram(0), false},
    {"Data", Datagram(3, std::string("\0\1x", 3)), false},
    {"Acknowledgement", Datagram(4, std::string("\0\1", 2)), false},
    {"Error", Datagram(5, std::string("\0\1no\0", 5)), false},
    {"OptionAcknowledgement", Datagram(6, std::string("blksize\0001428\0", 13)), false},
    {"LittleEndian", std::string("\1\0file\0", 7), false},
    {"HighByteSet", std::string("\1\1file\0", 7), false},
};

INSTANTIATE_TEST_SUITE_P(All, TftpMessages, ::testing::ValuesIn(ROWS), [](const auto& row) {
    return row.param.label;
});

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
