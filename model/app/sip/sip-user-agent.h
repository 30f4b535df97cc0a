/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_USER_AGENT_H
#define CONNTRACK_APP_SIP_SIP_USER_AGENT_H

#include "model/app/sip/sip-call.h"
#include "model/app/sip/sip-element.h"
#include "model/app/sip/sip-registration.h"

#include "ns3/random-variable-stream.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * A phone: registers, calls and is called, several calls at a time if it may.
 *
 * Layer: app.
 * Shape: when it calls, how long it talks, waits and holds are random variables; what becomes of
 * one call is in sip-call.h. When it is stopped it hangs up and takes its registration back.
 * Errors: NS_FATAL_ERROR at its start for a target or proxy that is none.
 * Source: RFC 3261 8, 9, 11.
 */

namespace ns3
{
namespace conntrack
{

/// A phone.
class SipUserAgent : public SipElement
{
  public:
    /// @return the TypeId, ns3::conntrack::SipUserAgent
    static TypeId GetTypeId();

    SipUserAgent();
    ~SipUserAgent() override;

    /// @return calls that are going on
    std::size_t GetCalls() const;

    /// @return calls that have ended, both ways
    uint32_t GetCallsDone() const;

    /// @return pairs of media ports that are in use
    std::size_t GetMediaPortsInUse() const;

    /// @return whether the registrar knows of it
    bool IsRegistered() const;

    /// Call somebody now, besides the calls of the attributes. @param target a SIP URI
    void Call(const std::string& target);

    /// Hang up all calls.
    void HangUp();

    int64_t AssignStreams(int64_t stream) override;

    /**
     * TracedCallback signature of Call.
     * @param call it has ended
     */
    typedef void (*CallTracedCallback)(const SipCallRecord& call);

  protected:
    void DoDispose() override; ///< ends calls and the registration without a word

  public:
    void SetTransport(int transport); ///< @param transport a SipTransport
    int GetTransport() const;         ///< @return a SipTransport

  private:
    static void AddAttributes(TypeId& tid);
    static void AddTimes(TypeId& tid);
    void StartApplication() override;
    void StopApplication() override;
    void OnRequest(const SipPacket& request, uint64_t server) override;
    void OnCancel(const SipPacket& request, uint64_t server);
    void OnInvite(const SipPacket& request, uint64_t server);
    void Respond(const SipPacket& request, uint64_t server, uint16_t code);
    void NextCall();
    void Place(const SipLocator& target);
    std::shared_ptr<SipCall> MakeCall(const SipCallPlan& plan, const ns3::Address& peer);
    SipCallPlan PlanOutgoing();
    SipCallPlan PlanIncoming();
    void PlanHold(SipCallPlan& plan);
    void CallEnded(const SipCallRecord& call);

    ns3::Address m_proxy;
    SipTransport m_transport{SipTransport::Udp};
    std::string m_user;
    std::string m_domain;
    bool m_register{false};
    Time m_lifetime;
    Time m_registerRetry;
    std::string m_targetText;
    uint32_t m_maxPlaced{0};
    uint32_t m_maxCalls{1};
    uint16_t m_mediaPortMin{0};
    uint16_t m_mediaPortMax{0};
    uint8_t m_payloadType{0};
    bool m_symmetric{false};
    bool m_reliable{false};
    bool m_holdByUpdate{false};
    double m_holdShare{0};
    double m_refusalShare{0};
    uint16_t m_refusalCode{0};
    double m_noAnswerShare{0};
    Ptr<RandomVariableStream> m_interval;
    Ptr<RandomVariableStream> m_holding;
    Ptr<RandomVariableStream> m_answeredHolding;
    Ptr<RandomVariableStream> m_patience;
    Ptr<RandomVariableStream> m_ringTime;
    Ptr<RandomVariableStream> m_answerDelay;
    Ptr<RandomVariableStream> m_holdAfter;
    Ptr<RandomVariableStream> m_holdTime;
    Ptr<UniformRandomVariable> m_choice;
    Ptr<UniformRandomVariable> m_mediaRandom;

    bool m_stopped{false};
    std::vector<SipLocator> m_targets;
    uint32_t m_placed{0}; ///< calls of the attributes
    uint32_t m_nextNumber{0};
    uint32_t m_done{0};
    std::unique_ptr<MediaPorts> m_ports;
    std::unique_ptr<SipIdentity> m_identity;
    std::unique_ptr<SipCallParts> m_parts;
    std::shared_ptr<SipRegistration> m_registration;
    std::map<uint32_t, std::shared_ptr<SipCall>> m_calls; ///< by number
    EventId m_nextCall;

    TracedCallback<const SipCallRecord&> m_callTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_USER_AGENT_H
