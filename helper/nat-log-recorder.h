/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_NAT_LOG_RECORDER_H
#define CONNTRACK_HELPER_NAT_LOG_RECORDER_H

#include "model/nat/carrier/carrier-grade-nat.h"

#include "ns3/ptr.h"

#include <array>
#include <fstream>
#include <ostream>
#include <string>

/**
 * @file
 * The log of a carrier's NAT, written as it comes, and how long it would be by kind.
 *
 * Layer: helper.
 * Shape: nothing is kept but counts.
 * Errors: std::runtime_error if a file cannot be written.
 */

namespace ns3
{
namespace conntrack
{

/// What a log is of: an operator has one of the first three.
enum class NatLogKind : uint8_t
{
    Sessions, ///< each connection
    Mappings, ///< each mapping
    Blocks,   ///< each port block
    Refusals, ///< connections for which there was no port
    Count,
};

/// How long a log is.
struct NatLogVolume
{
    uint64_t records{0};   ///< what was logged
    uint64_t textBytes{0}; ///< as lines
    uint64_t jsonBytes{0}; ///< as lines of JSON
};

/// The log of a carrier's NAT.
class NatLogRecorder
{
  public:
    /// @param nat whose log, from now on
    explicit NatLogRecorder(Ptr<CarrierGradeNat> nat);
    ~NatLogRecorder();
    NatLogRecorder(const NatLogRecorder&) = delete;
    NatLogRecorder& operator=(const NatLogRecorder&) = delete;

    /// @param lines gets a line a record; it must not go before this
    void PrintTo(std::ostream& lines);

    /// @param folder an existing one, gets nat-log.txt and nat-log.jsonl
    void WriteTo(const std::string& folder);

    /// @param kind of records @return how many there were, and how long
    const NatLogVolume& GetVolume(NatLogKind kind) const
    {
        return m_volumes[static_cast<std::size_t>(kind)];
    }

    /// Flush the files. @throws std::runtime_error if not everything could be written
    void Finish();

  private:
    void OnRecord(const NatRecord& record);

    Ptr<CarrierGradeNat> m_nat;
    std::array<NatLogVolume, static_cast<std::size_t>(NatLogKind::Count)> m_volumes;
    std::ostream* m_lines{nullptr};
    std::string m_folder;
    std::ofstream m_text;
    std::ofstream m_json;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_NAT_LOG_RECORDER_H
