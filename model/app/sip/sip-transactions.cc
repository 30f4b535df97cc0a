/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-transactions.h"

#include "model/app/sip/sip-dialog.h"
#include "model/wire/sip-fields.h"

#include "ns3/simulator.h"

#include <vector>

namespace ns3
{
namespace conntrack
{

namespace
{

/// RFC 3261 8.1.1.7: a branch that begins so is unique.
constexpr std::string_view MAGIC = "z9hG4bK";
constexpr uint16_t DEFAULT_PORT = 5060; // RFC 3261 19.1.2

Nanos
Now()
{
    return Simulator::Now().GetNanoSeconds();
}

SipKind
KindOf(std::string_view method)
{
    return method == "INVITE" ? SipKind::Invite : SipKind::Other;
}

const char*
NameOf(SipTransport transport)
{
    return transport == SipTransport::Tcp ? "TCP" : "UDP";
}

std::string
ClientKey(std::string_view branch, std::string_view method)
{
    return std::string(branch) + "|" + std::string(method);
}

/// RFC 3261 17.2.3; without the magic, what RFC 2543 looks at.
std::string
ServerKey(const SipPacket& request, const SipHop& hop, std::string_view method)
{
    const std::string_view branch = hop.parameters.Find("branch").value_or("");
    const std::string key = hop.host + ":" + std::to_string(hop.port) + "|" + std::string(method);
    if (branch.substr(0, MAGIC.size()) == MAGIC)
    {
        return std::string(branch) + "|" + key;
    }
    const auto sequence = ParseSipCSeq(request.Get("CSeq"));
    const auto from = ParseSipParty(request.Get("From"));
    const std::string_view tag =
        from ? from->parameters.Find("tag").value_or("") : std::string_view();
    return std::string(request.Get("Call-ID")) + "|" +
           std::to_string(sequence ? sequence->number : 0) + "|" + std::string(tag) + "|" + key;
}

/// RFC 3261 18.2.1 and RFC 3581 4: write down where it came from.
void
MarkHop(SipPacket& request, SipHop& hop, const SipPeer& peer)
{
    const bool wantsPort = hop.parameters.Has("rport");
    const auto named = ReadHostAddress(hop.host);
    if (wantsPort || !named || *named != HostOf(peer.endpoint))
    {
        hop.parameters.Set("received", PrintHostAddress(HostOf(peer.endpoint)));
    }
    if (wantsPort)
    {
        hop.parameters.Set("rport", std::to_string(peer.endpoint.port));
    }
    request.Set("Via", PrintSipHop(hop));
}

/// RFC 3261 18.2.2 and RFC 3581 4: where responses go.
SipPeer
ResponsePeer(const SipHop& hop, const SipPeer& peer)
{
    SipPeer back = peer;
    if (peer.transport == SipTransport::Udp && !hop.parameters.Has("rport"))
    {
        back.endpoint.port = hop.port == 0 ? DEFAULT_PORT : hop.port;
    }
    return back;
}

} // namespace

SipTransactions::SipTransactions(Ptr<Node> node,
                                 const SipElementSettings& settings,
                                 Listener listener)
    : m_node(node),
      m_settings(settings),
      m_listener(std::move(listener)),
      m_timer([this](uint64_t number) { Due(number); }),
      m_sockets(node,
                settings.port,
                settings.maxConnections,
                {[this](SipPacket&& message, const SipPeer& peer) {
                     OnMessage(std::move(message), peer);
                 },
                 [this](const SipPeer& peer) { OnBroken(peer); },
                 [this](SipLimit limit, const SipPeer& peer) { m_listener.limit(limit, peer); }})
{
}

SipTransactions::~SipTransactions() = default;

std::string
SipTransactions::NewBranch()
{
    // Unique among the nodes of a simulation, and the same in each run.
    return std::string(MAGIC) + std::to_string(m_node->GetId()) + "p" +
           std::to_string(m_settings.port) + "n" + std::to_string(++m_branches);
}

bool
SipTransactions::AddVia(SipPacket& request, const SipPeer& peer, const std::string& branch)
{
    const auto local = m_sockets.LocalTowards(peer);
    if (!local)
    {
        return false;
    }
    SipHop hop;
    hop.transport = NameOf(peer.transport);
    hop.host = PrintHostAddress(HostOf(*local));
    hop.port = local->port;
    hop.parameters.Set("branch", branch);
    if (peer.transport == SipTransport::Udp)
    {
        hop.parameters.Set("rport", std::nullopt);
    }
    request.Prepend("Via", PrintSipHop(hop));
    return true;
}

bool
SipTransactions::Transmit(const SipPacket& message, const SipPeer& peer, bool again)
{
    m_listener.seen({message, peer, true, again});
    return m_sockets.Send(PrintSip(message), peer);
}

uint64_t
SipTransactions::Send(SipPacket request, const SipPeer& peer, ClientListener listener)
{
    const uint64_t number = m_next++;
    const std::string branch = NewBranch();
    const bool full = GetTransactions() >= m_settings.maxTransactions;
    const bool sent = !full && AddVia(request, peer, branch) && Transmit(request, peer, false);
    if (full)
    {
        m_listener.limit(SipLimit::Transactions, peer);
    }
    Client client{
        SipClientTransaction(KindOf(request.method), peer.transport, m_settings.timers, Now()),
        std::move(request),
        peer,
        "",
        std::make_shared<ClientListener>(std::move(listener)),
        !sent};
    client.key = ClientKey(branch, client.request.method);
    m_timer.Set(number, sent ? client.machine.Deadline() : Now());
    m_clientKeys.emplace(client.key, number);
    m_clients.emplace(number, std::move(client));
    return number;
}

void
SipTransactions::SendOnce(SipPacket request, const SipPeer& peer)
{
    if (AddVia(request, peer, NewBranch()))
    {
        Transmit(request, peer, false);
    }
}

void
SipTransactions::Cancel(uint64_t invite)
{
    const auto found = m_clients.find(invite);
    if (found == m_clients.end() || found->second.machine.State() > SipState::Proceeding)
    {
        return;
    }
    // RFC 3261 9.1: the branch is the INVITE's, so it is no Send.
    Client& cancelled = found->second;
    cancelled.machine.OnCancelled(Now());
    m_timer.Set(invite, cancelled.machine.Deadline());
    SipPacket cancel = SipFollowUp(cancelled.request, "CANCEL");
    const auto hop = ParseSipHop(cancel.Get("Via"));
    Client client{
        SipClientTransaction(SipKind::Other, cancelled.peer.transport, m_settings.timers, Now()),
        std::move(cancel),
        cancelled.peer,
        "",
        std::make_shared<ClientListener>(),
        false};
    client.key = ClientKey(hop ? hop->parameters.Find("branch").value_or("") : "", "CANCEL");
    if (m_clientKeys.count(client.key) == 0)
    {
        const uint64_t number = m_next++;
        client.unsent = !Transmit(client.request, client.peer, false);
        m_timer.Set(number, client.unsent ? Now() : client.machine.Deadline());
        m_clientKeys.emplace(client.key, number);
        m_clients.emplace(number, std::move(client));
    }
}

void
SipTransactions::Respond(uint64_t server, const SipPacket& response)
{
    const auto found = m_servers.find(server);
    if (found == m_servers.end())
    {
        return;
    }
    Server& transaction = found->second;
    const bool again = transaction.machine.State() == SipState::Accepted;
    transaction.machine.OnSent(response.code, Now());
    transaction.last = response;
    m_timer.Set(server, transaction.machine.Deadline());
    Transmit(response, transaction.peer, again);
}

uint64_t
SipTransactions::FindCancelled(const SipPacket& cancel) const
{
    const auto hop = ParseSipHop(cancel.Get("Via"));
    const auto found =
        hop ? m_serverKeys.find(ServerKey(cancel, *hop, "INVITE")) : m_serverKeys.end();
    return found == m_serverKeys.end() ? 0 : found->second;
}

std::optional<SipPeer>
SipTransactions::PeerOf(uint64_t server) const
{
    const auto found = m_servers.find(server);
    return found == m_servers.end() ? std::nullopt : std::optional(found->second.peer);
}

void
SipTransactions::OnMessage(SipPacket message, const SipPeer& peer)
{
    m_listener.seen({message, peer, false, false});
    if (!message.IsRequest())
    {
        OnResponse(message);
    }
    else
    {
        OnRequest(message, peer);
    }
}

void
SipTransactions::OnResponse(const SipPacket& response)
{
    const auto hop = ParseSipHop(response.Get("Via"));
    const auto sequence = ParseSipCSeq(response.Get("CSeq"));
    if (!hop || !sequence)
    {
        return;
    }
    const auto key =
        m_clientKeys.find(ClientKey(hop->parameters.Find("branch").value_or(""), sequence->method));
    if (key == m_clientKeys.end())
    {
        return; // RFC 6026 8.7: nobody waits for it
    }
    const uint64_t number = key->second;
    Client& client = m_clients.at(number);
    const SipStep step = client.machine.OnResponse(response.code, Now());
    m_timer.Set(number, client.machine.Deadline());
    if (step.acknowledge)
    {
        Acknowledge(client, response);
    }
    if (step.deliver && client.listener->response)
    {
        const auto listener = client.listener; // the transaction may be gone when it returns
        listener->response(response);
    }
}

void
SipTransactions::Acknowledge(const Client& client, const SipPacket& response)
{
    SipPacket ack = SipFollowUp(client.request, "ACK"); // RFC 3261 17.1.1.3
    ack.Set("To", std::string(response.Get("To")));
    Transmit(ack, client.peer, false);
}

void
SipTransactions::OnRequest(SipPacket& request, const SipPeer& peer)
{
    auto hop = ParseSipHop(request.Get("Via"));
    if (!hop)
    {
        m_listener.limit(SipLimit::Malformed, peer);
        return;
    }
    if (request.method == "ACK")
    {
        OnAck(request);
        return;
    }
    const std::string key = ServerKey(request, *hop, request.method);
    const auto known = m_serverKeys.find(key);
    if (known != m_serverKeys.end())
    {
        const Server& server = m_servers.at(known->second);
        if (server.machine.OnRequest().resend)
        {
            Transmit(server.last, server.peer, true);
        }
        return;
    }
    MarkHop(request, *hop, peer);
    const SipPeer back = ResponsePeer(*hop, peer);
    if (GetTransactions() >= m_settings.maxTransactions)
    {
        m_listener.limit(SipLimit::Transactions, peer);
        Transmit(SipResponseTo(request, 503), back, false);
        return;
    }
    const uint64_t number = m_next++;
    m_servers.emplace(
        number,
        Server{SipServerTransaction(KindOf(request.method), peer.transport, m_settings.timers),
               back,
               key,
               {}});
    m_serverKeys.emplace(key, number);
    m_listener.request(request, number);
}

void
SipTransactions::OnAck(const SipPacket& ack)
{
    const uint64_t number = FindCancelled(ack); // found as CANCEL's is: by the INVITE's branch
    const auto found = m_servers.find(number);
    if (found != m_servers.end() && found->second.machine.State() != SipState::Accepted)
    {
        found->second.machine.OnAck(Now());
        m_timer.Set(number, found->second.machine.Deadline());
        return;
    }
    m_listener.request(ack, 0);
}

void
SipTransactions::OnBroken(const SipPeer& peer)
{
    // RFC 3261 17.1.4: what waits for a response on it gets none.
    for (auto& [number, client] : m_clients)
    {
        if (client.peer.transport == SipTransport::Tcp &&
            InWords(client.peer.endpoint) == InWords(peer.endpoint) &&
            client.machine.State() <= SipState::Proceeding)
        {
            client.unsent = true;
            m_timer.Set(number, Now());
        }
    }
}

void
SipTransactions::Due(uint64_t number)
{
    if (const auto client = m_clients.find(number); client != m_clients.end())
    {
        DueClient(number, client->second);
    }
    else if (const auto server = m_servers.find(number); server != m_servers.end())
    {
        DueServer(number, server->second);
    }
}

void
SipTransactions::DueClient(uint64_t number, Client& client)
{
    const SipStep step = client.machine.OnTime(Now());
    if (step.resend && !client.unsent)
    {
        Transmit(client.request, client.peer, true);
    }
    if (!client.unsent && client.machine.State() != SipState::Terminated)
    {
        m_timer.Set(number, client.machine.Deadline());
        return;
    }
    const auto listener = client.listener;
    const bool failed = client.unsent || step.timedOut;
    const SipFailure failure = client.unsent ? SipFailure::Transport : SipFailure::TimedOut;
    m_clientKeys.erase(client.key);
    m_clients.erase(number);
    if (failed && listener->failed)
    {
        listener->failed(failure);
    }
}

void
SipTransactions::DueServer(uint64_t number, Server& server)
{
    const SipStep step = server.machine.OnTime(Now());
    if (step.resend)
    {
        Transmit(server.last, server.peer, true);
    }
    if (server.machine.State() != SipState::Terminated)
    {
        m_timer.Set(number, server.machine.Deadline());
        return;
    }
    m_serverKeys.erase(server.key);
    m_servers.erase(number);
    if (step.timedOut)
    {
        m_listener.unacknowledged(number);
    }
}

} // namespace conntrack
} // namespace ns3
