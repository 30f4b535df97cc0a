/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_WORLD_ROW_H
#define CONNTRACK_TEST_SYSTEM_WORLD_ROW_H

#include "test/system/simulation-fixture.h"

#include <array>
#include <ostream>

/**
 * @file
 * Both families, with and without checksums, as rows of a test.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A family, and whether the simulation computes checksums.
struct WorldRow
{
    const char* label;
    Ip version;
    bool checksums;
};

constexpr std::array<WorldRow, 4> WORLDS{{
    {"Ipv4", Ip::V4, true},
    {"Ipv6", Ip::V6, true},
    {"Ipv4WithoutChecksums", Ip::V4, false},
    {"Ipv6WithoutChecksums", Ip::V6, false},
}};

/// @param row a row @param out gets its label
inline void
PrintTo(const WorldRow& row, std::ostream* out)
{
    *out << row.label;
}

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_WORLD_ROW_H
