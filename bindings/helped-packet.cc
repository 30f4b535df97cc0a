/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/helped-packet.h"

#include "bindings/ip-text.h"
#include "model/report/names.h"

#include <exception>
#include <stdexcept>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace
{

/// The bytes behind the transport header; all of a protocol whose header nobody here knows.
ByteView
DataOf(const TrackedPacket& packet)
{
    switch (packet.view.Protocol())
    {
    case protocol::TCP:
    case protocol::UDP:
    case protocol::UDPLITE:
        return PayloadOf(packet);
    default:
        return packet.view.Transport();
    }
}

} // namespace

HelpedPacket::HelpedPacket(HelperContext& context,
                           const HelperRegistry& registry,
                           std::size_t classes)
    : m_context(&context),
      m_registry(registry),
      m_classes(classes)
{
}

void
HelpedPacket::End()
{
    m_context = nullptr;
}

HelperContext&
HelpedPacket::Context() const
{
    if (m_context == nullptr)
    {
        throw std::runtime_error("The packet has gone: a helper has it only while it is called");
    }
    return *m_context;
}

std::string
HelpedPacket::GetPayload() const
{
    return std::string(DataOf(Context().packet).AsText());
}

std::optional<uint32_t>
HelpedPacket::GetSequence() const
{
    const PacketView& view = Context().packet.view;
    const ByteView head = view.TransportHead();
    if (view.Protocol() != protocol::TCP || head.size < 8)
    {
        return std::nullopt;
    }
    return ReadU32(head.data + 4);
}

const TrackedPacket&
HelpedPacket::GetPacket() const
{
    return Context().packet;
}

ConnectionSnapshot
HelpedPacket::GetConnection() const
{
    const TrackedPacket& packet = Context().packet;
    return Copy(*packet.connection, packet.now);
}

std::vector<ExpectationSnapshot>
HelpedPacket::GetExpectations() const
{
    const TrackedPacket& packet = Context().packet;
    std::vector<ExpectationSnapshot> copies;
    for (const Expectation& expectation : packet.connection->help->expectations)
    {
        copies.push_back(Copy(expectation, packet.now));
    }
    return copies;
}

void
HelpedPacket::Drop(const std::string& why) const
{
    Context().Drop(why);
}

Address
HelpedPacket::ParseAddress(const std::string& text) const
{
    const Family family = Context().packet.connection->Original().family;
    const auto address = ParseIp(text);
    if (!address || address->family != family)
    {
        throw std::invalid_argument("'" + text + "' is no " + std::string(NameOf(family)) +
                                    " address, as the connection's are");
    }
    return address->bytes;
}

Expectation&
HelpedPacket::Make(const Wish& wish) const
{
    const HelperContext& context = Context();
    Connection& connection = *context.packet.connection;
    const Tuple& original = connection.Original();
    if (wish.classNumber >= m_classes)
    {
        throw std::invalid_argument("The helper has no class " + std::to_string(wish.classNumber) +
                                    ", it has " + std::to_string(m_classes));
    }
    ExpectationTable::Endpoints endpoints;
    endpoints.classNumber = wish.classNumber;
    endpoints.family = original.family;
    endpoints.protocol = wish.protocol.value_or(original.protocol);
    endpoints.destination = ParseAddress(wish.destination);
    endpoints.destinationPort = wish.destinationPort;
    endpoints.sourcePort = wish.sourcePort;
    if (wish.source)
    {
        endpoints.source = ParseAddress(*wish.source);
    }
    const ExpectFunction* function = nullptr;
    if (wish.expectFunction)
    {
        function = m_registry.FindExpectFunction(*wish.expectFunction);
        if (function == nullptr)
        {
            throw std::invalid_argument("There is no expectfn '" + *wish.expectFunction + "'");
        }
    }
    Ptr<ProtocolHelper> helper;
    if (wish.helper)
    {
        helper = m_registry.FindByName(*wish.helper, original.family, endpoints.protocol);
        if (!helper)
        {
            throw std::invalid_argument("There is no helper '" + *wish.helper +
                                        "' for such a connection");
        }
    }
    Expectation& expectation = *context.expectations.Allocate(connection);
    ExpectationTable::Fill(expectation, endpoints);
    expectation.flags = wish.flags;
    expectation.function = function;
    expectation.helper = PeekPointer(helper);
    // What nat-follow-master goes by.
    expectation.direction = Opposite(context.packet.direction);
    expectation.savedPort = wish.destinationPort;
    return expectation;
}

std::optional<ExpectationSnapshot>
HelpedPacket::Expect(const Wish& wish) const
{
    const HelperContext& context = Context();
    Expectation& expectation = Make(wish);
    std::optional<ExpectationSnapshot> copy;
    if (context.expectations.Expect(expectation, context.packet.now) == ExpectResult::Ok)
    {
        copy = Copy(expectation, context.packet.now);
    }
    context.expectations.Put(expectation);
    return copy;
}

std::optional<ExpectationSnapshot>
HelpedPacket::Announce(const Wish& wish,
                       std::size_t position,
                       std::size_t length,
                       const Render& render) const
{
    HelperContext& context = Context();
    const std::size_t size = DataOf(context.packet).size;
    if (position > size || length > size - position)
    {
        throw std::invalid_argument("The payload of " + std::to_string(size) +
                                    " bytes has no text of " + std::to_string(length) + " at " +
                                    std::to_string(position));
    }
    if (context.nat == nullptr)
    {
        return Expect(wish);
    }
    Expectation& expectation = Make(wish);
    // The sender is seen under another address than it knows of itself.
    const TrackedPacket& packet = context.packet;
    if (expectation.tuple.destination == packet.connection->tuples[Index(packet.direction)].source)
    {
        expectation.tuple.destination =
            packet.connection->tuples[Index(Opposite(packet.direction))].destination;
    }
    const Family family = expectation.tuple.family;
    const std::string before(DataOf(packet).From(position).First(length).AsText());
    std::exception_ptr failure;
    const auto print = [&](const Address& address, uint16_t port) {
        try
        {
            return render(ToString(address, family), port);
        }
        catch (...)
        {
            failure = std::current_exception();
            return before; // the packet passes as it was
        }
    };
    std::optional<ExpectationSnapshot> copy;
    if (context.nat->Announce(context, {expectation, {position, length, print}}) ==
        HelperVerdict::Accept)
    {
        copy = Copy(expectation, context.packet.now);
    }
    context.expectations.Put(expectation);
    if (failure)
    {
        std::rethrow_exception(failure);
    }
    return copy;
}

bool
HelpedPacket::Withdraw(uint32_t id) const
{
    const HelperContext& context = Context();
    for (Expectation& expectation : context.packet.connection->help->expectations)
    {
        if (expectation.id == id)
        {
            return context.expectations.Withdraw(expectation, context.packet.now);
        }
    }
    return false;
}

} // namespace python
} // namespace conntrack
} // namespace ns3
