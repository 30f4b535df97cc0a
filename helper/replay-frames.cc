/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-frames.h"

#include "helper/capture-reader.h"
#include "model/wire/packet-view.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr std::size_t UDP_HEADER = 8; // RFC 768

/// What a router that only forwards leaves as it is: all but hop limit and IPv4's checksum.
std::vector<uint8_t>
Lasting(const RecordedFrame& frame)
{
    std::vector<uint8_t> bytes = frame.packet;
    if (frame.family == Family::Ipv4 && bytes.size() >= 20)
    {
        bytes[8] = bytes[10] = bytes[11] = 0;
    }
    else if (frame.family == Family::Ipv6 && bytes.size() >= 40)
    {
        bytes[7] = 0;
    }
    return bytes;
}

/// Where a packet left: by which port and as the how many-th there.
using Departure = std::pair<std::size_t, std::size_t>;

/// Departures of packets that left exactly once; a repeated packet tells nothing about order.
std::map<std::vector<uint8_t>, std::optional<Departure>>
FindDepartures(const std::vector<RecordedFrame>& leaving)
{
    std::map<std::vector<uint8_t>, std::optional<Departure>> departures;
    for (std::size_t i = 0; i < leaving.size(); ++i)
    {
        const auto [entry, isNew] =
            departures.emplace(Lasting(leaving[i]), Departure{leaving[i].port, i});
        if (!isNew)
        {
            entry->second.reset();
        }
    }
    return departures;
}

void
Exchange(RecordedFrame& first, RecordedFrame& second)
{
    std::swap(first, second);
    std::swap(first.time, second.time);
}

/// The frames of a port, told apart by who sent them.
void
ReadPort(const ReplayCase& recorded,
         std::size_t port,
         std::vector<RecordedFrame>& entering,
         std::vector<RecordedFrame>& leaving,
         std::ostream* errors)
{
    const ReplayPort& description = recorded.ports[port];
    CaptureReader reader(recorded.folder + "/" + description.capture);
    while (const auto captured = reader.Next())
    {
        const LinkFrame& link = captured->frame;
        RecordedFrame frame;
        frame.time = std::max<Nanos>(captured->time - recorded.epochAtStart, 0);
        frame.port = port;
        frame.source = link.source;
        frame.destination = link.destination;
        frame.family = link.family;
        frame.packet.assign(link.packet.data, link.packet.data + link.packet.size);
        (link.source == description.address ? leaving : entering).push_back(std::move(frame));
    }
    if (errors && !reader.GetDamage().empty())
    {
        *errors << reader.GetDamage() << "\n";
    }
}

bool
IsOwnDatagram(const RecordedFrame& frame, const ReplayCase& recorded)
{
    const auto view = PacketView::Parse({frame.packet.data(), frame.packet.size()});
    if (!view || view->GetFamily() != Family::Ipv4 || view->Protocol() != protocol::UDP ||
        view->Transport().size < UDP_HEADER)
    {
        return false;
    }
    const std::string begin = ToString(view->Source(), Family::Ipv4) + "/";
    return std::any_of(recorded.ports.begin(), recorded.ports.end(), [&](const ReplayPort& port) {
        return port.ipv4.rfind(begin, 0) == 0;
    });
}

void
SortByTime(std::vector<RecordedFrame>& frames)
{
    std::stable_sort(
        frames.begin(),
        frames.end(),
        [](const RecordedFrame& a, const RecordedFrame& b) { return a.time < b.time; });
}

} // namespace

LinkFrame
RecordedFrame::View() const
{
    LinkFrame frame;
    frame.packet = {packet.data(), packet.size()};
    frame.family = family;
    frame.source = source;
    frame.destination = destination;
    return frame;
}

void
OrderRaces(std::vector<RecordedFrame>& entering, const std::vector<RecordedFrame>& leaving)
{
    const auto departures = FindDepartures(leaving);
    std::vector<std::optional<Departure>> departure;
    for (const RecordedFrame& frame : entering)
    {
        const auto found = departures.find(Lasting(frame));
        departure.push_back(found == departures.end() ? std::nullopt : found->second);
    }
    // Insertion sort: a frame moves forward past neighbors that it overtook.
    for (std::size_t i = 1; i < entering.size(); ++i)
    {
        const Nanos came = entering[i].time;
        for (std::size_t k = i; k > 0; --k)
        {
            const auto& before = departure[k - 1];
            const auto& after = departure[k];
            if (!before || !after || before->first != after->first ||
                before->second < after->second || came - entering[k - 1].time > RACE)
            {
                break;
            }
            Exchange(entering[k - 1], entering[k]);
            std::swap(departure[k - 1], departure[k]);
        }
    }
}

std::vector<RecordedFrame>
ReadEntering(const ReplayCase& recorded, std::ostream* errors)
{
    std::vector<RecordedFrame> entering;
    std::vector<RecordedFrame> leaving;
    for (std::size_t port = 0; port < recorded.ports.size(); ++port)
    {
        ReadPort(recorded, port, entering, leaving, errors);
    }
    if (recorded.input == "local")
    {
        for (RecordedFrame& frame : leaving)
        {
            frame.isOwn = IsOwnDatagram(frame, recorded);
        }
        std::copy_if(leaving.begin(),
                     leaving.end(),
                     std::back_inserter(entering),
                     [](const RecordedFrame& frame) { return frame.isOwn; });
    }
    SortByTime(entering);
    SortByTime(leaving);
    OrderRaces(entering, leaving);
    return entering;
}

} // namespace conntrack
} // namespace ns3
