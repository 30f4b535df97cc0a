/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_FTP_DATA_CONNECTION_H
#define CONNTRACK_APP_FTP_DATA_CONNECTION_H

#include "model/app/tcp-endpoint.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/watchdog.h"

#include <functional>
#include <optional>

/**
 * @file
 * One end of an FTP data connection: it is opened, carries a file one way, and ends.
 *
 * Layer: app.
 * Shape: owns its sockets: nothing is called back once it has ended or is gone. Must be destroyed
 * outside of its own callbacks. The order of Open and of Send or Receive does not matter.
 * Errors: End; one timer watches over opening and over every further step.
 * Source: RFC 959 3.2 and 3.3: the sender of the file closes the connection. The sender has ended
 * when the receiver has closed its side too, as vsftpd's lingering close: then all has arrived.
 *
 * A file's bytes are a function of their place in it (FtpContent), so that the receiver knows what
 * must come: a byte that is lost, doubled or changed on the way is seen.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param offset of a byte in a file; every file begins alike
 * @return the byte
 */
inline uint8_t
FtpContent(uint64_t offset)
{
    // Knuth's multiplicative hash of the place in words of four bytes: no short period.
    const uint32_t word = static_cast<uint32_t>(offset >> 2) * 2654435761U;
    return static_cast<uint8_t>(word >> (8 * (offset & 3)));
}

/// An inclusive range of ports to listen at.
struct PortRange
{
    uint16_t first{0}; ///< 0: any free port
    uint16_t last{0};  ///< at least first
};

/// One end of an FTP data connection.
class FtpDataConnection
{
  public:
    /// How it ended.
    enum class End : uint8_t
    {
        Done,     ///< the file was sent and taken, or the sender closed after it
        Refused,  ///< it could not be opened
        TimedOut, ///< it was not opened in time
        Stalled,  ///< no byte moved in time
        Reset,    ///< it broke
    };

    /// What happens on it.
    struct Listener
    {
        std::function<void()> opened;   ///< it is open
        std::function<void(End)> ended; ///< nothing more happens
    };

    /**
     * @param node where
     * @param timeout longest time to open it, and between two bytes
     * @param listener called until the end
     */
    FtpDataConnection(Ptr<Node> node, Time timeout, Listener listener);
    ~FtpDataConnection();
    FtpDataConnection(const FtpDataConnection&) = delete;
    FtpDataConnection& operator=(const FtpDataConnection&) = delete;

    /**
     * Wait for the other end.
     * @param local the address to listen at; its port does not count
     * @param ports which to try, from the first on
     * @param peer whose connection is taken; none: anybody's
     * @return the endpoint listened at; none if no port is free
     */
    std::optional<Endpoint> Listen(const Endpoint& local,
                                   PortRange ports,
                                   const std::optional<Endpoint>& peer);

    /**
     * Begin to connect.
     * @param peer the other end
     */
    void Connect(const Endpoint& peer);

    /// Send a file and close, as soon as it is open. @param size bytes
    void Send(uint64_t size);

    /// Read a file until the sender closes, as soon as it is open.
    void Receive();

    /// The time for opening begins anew: until now the peer had no reason to open it.
    void RestartTimer();

    bool IsOpen() const
    {
        return m_opened.has_value();
    } ///< @return whether it was opened

    bool HasEnded() const
    {
        return m_ended;
    } ///< @return whether it has ended

    uint64_t GetBytes() const
    {
        return m_bytes;
    } ///< @return bytes sent or received

    uint64_t GetWrong() const
    {
        return m_wrong;
    } ///< @return bytes that were changed

    Time GetOpened() const
    {
        return m_opened.value_or(Time(0));
    } ///< @return when; else zero

    Endpoint GetLocal() const
    {
        return m_local;
    } ///< @return its own end; maybe Unspecified

    Endpoint GetPeer() const
    {
        return m_peer;
    } ///< @return its other end; maybe Unspecified

  private:
    enum class Task : uint8_t
    {
        None,
        Send,
        Receive,
    };

    void Adopt(Ptr<Socket> socket);
    void Accept(Ptr<Socket> socket);
    void Opened();
    void Work();
    void Fill();
    void Read();
    void PeerClosed();
    bool HasAllArrived() const;
    void TimedOut();
    void Finish(End end);
    void Release();

    Ptr<Node> m_node;
    Time m_timeout;
    Listener m_listener;
    Ptr<Socket> m_listening;
    Ptr<Socket> m_socket;
    Watchdog m_watchdog; ///< of the next step
    EventId m_refusal;   ///< of a connection that could not even begin
    Task m_task{Task::None};
    uint64_t m_left{0}; ///< bytes still to send
    uint64_t m_bytes{0};
    uint64_t m_wrong{0};
    bool m_sentAll{false};
    bool m_peerClosed{false};
    bool m_ended{false};
    std::optional<Time> m_opened;
    Endpoint m_local;
    Endpoint m_peer;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_FTP_DATA_CONNECTION_H
