/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_RTP_RTP_SESSION_H
#define CONNTRACK_APP_RTP_RTP_SESSION_H

#include "model/app/rtp/media-ports.h"
#include "model/app/rtp/rtp-receiver.h"
#include "model/app/tcp-endpoint.h"

#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"
#include "ns3/socket.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

/**
 * @file
 * One end of a stream of audio: a source and a sink of RTP, with RTCP beside it.
 *
 * Layer: app.
 * Shape: has two sockets, and a pair of a MediaPorts, from Open until it goes. Sends from the time
 * a remote end is set, while it may. Units: bytes of payload; samples of the clock; simulated time.
 * Source: RFC 3550 5 and 6; RFC 3551 4.5.14 and table 4: G.711 has 8000 samples of a byte a second,
 * and a packet 20 ms of it.
 */

namespace ns3
{
namespace conntrack
{

/// What a stream is like; G.711 as it is.
struct RtpSettings
{
    Time interval{MilliSeconds(20)}; ///< between two packets
    uint32_t payload{160};           ///< bytes a packet
    uint8_t payloadType{0};          ///< PCMU
    uint32_t samples{8000};          ///< a second
    Time reportInterval{Seconds(5)}; ///< RFC 3550 6.2: the least
    bool symmetric{false};           ///< send to where packets come from, whatever SDP says
};

/// What became of a stream, at one end.
struct RtpReport
{
    Endpoint local;              ///< address 0: any
    Endpoint remote;             ///< Family::Unspecified: none was told
    uint64_t sent{0};            ///< packets of RTP
    uint64_t received{0};        ///< packets of RTP
    int64_t lost{0};             ///< of those that the other end numbered
    uint64_t outOfOrder{0};      ///< came behind a later one
    uint64_t elsewhere{0};       ///< came from another endpoint than `remote`
    uint64_t wrong{0};           ///< datagrams that are no RTP or RTCP
    Time jitter;                 ///< RFC 3550's, of the last source
    uint64_t reportsSent{0};     ///< packets of RTCP
    uint64_t reportsReceived{0}; ///< packets of RTCP
    std::optional<bool> heard;   ///< whether the other end's last RTCP says that packets came
    Time roundTrip;              ///< by RTCP, the last; zero: not known
    Time firstArrival;           ///< of RTP
    Time lastArrival;            ///< of RTP
};

/// One end of a stream of audio.
class RtpSession
{
  public:
    /**
     * @param node where
     * @param family of its sockets
     * @param ports one of its pairs is taken, and returned when the session goes; outlives it
     * @param settings of the stream
     * @param random of numbers and of the reports' times; outlives it
     * @return the session; null: no pair of ports is free
     */
    static std::unique_ptr<RtpSession> Open(Ptr<Node> node,
                                            Family family,
                                            MediaPorts& ports,
                                            const RtpSettings& settings,
                                            Ptr<UniformRandomVariable> random);
    ~RtpSession();
    RtpSession(const RtpSession&) = delete;
    RtpSession& operator=(const RtpSession&) = delete;

    /// @return the port of RTP; RTCP has the next
    uint16_t GetPort() const
    {
        return m_port;
    }

    /// @param remote where packets of RTP go
    void SetRemote(const Endpoint& remote);

    /// @param type of payload, which both ends agreed on
    void SetPayloadType(uint8_t type)
    {
        m_settings.payloadType = type;
    }

    /// @param sends whether packets are sent, once a remote end is known
    void SetSending(bool sends);

    /// Say goodbye (RTCP BYE), and send nothing more.
    void Finish();

    /// @return what became of it until now
    RtpReport GetReport() const;

  private:
    RtpSession(Ptr<Node> node,
               MediaPorts& ports,
               uint16_t port,
               const RtpSettings& settings,
               Ptr<UniformRandomVariable> random);

    bool Bind(Ptr<Node> node, Family family);
    void SendPacket();
    void SendReport(bool goodbye);
    void ScheduleReport(double share);
    void ReadRtp(Ptr<Socket> socket);
    void ReadRtcp(Ptr<Socket> socket);
    void TakeReport(const RtcpPacket& packet);
    uint32_t Random32();

    MediaPorts& m_ports;
    uint16_t m_port;
    RtpSettings m_settings;
    Ptr<UniformRandomVariable> m_random;
    std::string m_name; ///< CNAME
    Ptr<Socket> m_rtp;
    Ptr<Socket> m_rtcp;
    RtpReport m_report;
    std::optional<RtpReceiver> m_receiver; ///< of the present source
    uint32_t m_theirSource{0};
    uint32_t m_source; ///< one's own SSRC
    uint16_t m_sequence;
    uint32_t m_timestamp;
    bool m_marker{true}; ///< of the next packet
    bool m_sends{false};
    bool m_finished{false};
    uint64_t m_sentBefore{0}; ///< at the last report
    uint32_t m_lastReport{0}; ///< middle of the NTP time in theirs
    Time m_lastReportCame;
    EventId m_nextPacket;
    EventId m_nextReport;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_RTP_RTP_SESSION_H
