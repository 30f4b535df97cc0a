/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_RAW_HEADER_H
#define CONNTRACK_STACK_RAW_HEADER_H

#include "model/wire/bytes.h"

#include "ns3/header.h"

/**
 * @file
 * Bytes to be put in front of an ns-3 packet.
 *
 * Layer: stack.  Shape: a view; the bytes outlive it.
 */

namespace ns3
{
namespace conntrack
{

/// Bytes to be put in front of an ns-3 packet, whatever protocols' headers they are.
class RawHeader : public Header
{
  public:
    RawHeader() = default;

    /// @param bytes to be put there
    explicit RawHeader(ByteView bytes)
        : m_bytes(bytes)
    {
    }

    /// @return the TypeId, ns3::conntrack::RawHeader
    static TypeId GetTypeId();

    // Header
    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    /// Skips as many bytes as it has. @param start where they are @return their number
    uint32_t Deserialize(Buffer::Iterator start) override;
    void Print(std::ostream& stream) const override;

  private:
    ByteView m_bytes;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_RAW_HEADER_H
