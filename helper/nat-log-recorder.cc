/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/nat-log-recorder.h"

#include "model/report/nat-log-text.h"

#include "ns3/callback.h"

#include <stdexcept>

namespace ns3
{
namespace conntrack
{

namespace
{

NatLogKind
KindOf(NatEvent event)
{
    switch (event)
    {
    case NatEvent::SessionCreated:
    case NatEvent::SessionDeleted:
        return NatLogKind::Sessions;
    case NatEvent::MappingCreated:
    case NatEvent::MappingDeleted:
        return NatLogKind::Mappings;
    case NatEvent::BlockAllocated:
    case NatEvent::BlockReleased:
        return NatLogKind::Blocks;
    case NatEvent::PortsExhausted:
    case NatEvent::QuotaExceeded:
        break;
    }
    return NatLogKind::Refusals;
}

void
Open(std::ofstream& file, const std::string& path)
{
    file.open(path);
    if (!file)
    {
        throw std::runtime_error("Cannot write the file '" + path + "'");
    }
}

} // namespace

NatLogRecorder::NatLogRecorder(Ptr<CarrierGradeNat> nat)
    : m_nat(nat)
{
    m_nat->TraceConnectWithoutContext("Log", MakeCallback(&NatLogRecorder::OnRecord, this));
}

NatLogRecorder::~NatLogRecorder()
{
    m_nat->TraceDisconnectWithoutContext("Log", MakeCallback(&NatLogRecorder::OnRecord, this));
}

void
NatLogRecorder::PrintTo(std::ostream& lines)
{
    m_lines = &lines;
}

void
NatLogRecorder::WriteTo(const std::string& folder)
{
    m_folder = folder;
    Open(m_text, folder + "/nat-log.txt");
    Open(m_json, folder + "/nat-log.jsonl");
}

void
NatLogRecorder::OnRecord(const NatRecord& record)
{
    const std::string line = NatLogLine(record) + "\n";
    const std::string json = NatLogJson(record).dump() + "\n";
    NatLogVolume& volume = m_volumes[static_cast<std::size_t>(KindOf(record.event))];
    ++volume.records;
    volume.textBytes += line.size();
    volume.jsonBytes += json.size();
    if (m_lines != nullptr)
    {
        *m_lines << line;
    }
    if (m_text.is_open())
    {
        m_text << line;
        m_json << json;
    }
}

void
NatLogRecorder::Finish()
{
    m_text.flush();
    m_json.flush();
    if (!m_text || !m_json)
    {
        throw std::runtime_error("Cannot write the NAT log in '" + m_folder + "'");
    }
}

} // namespace conntrack
} // namespace ns3
