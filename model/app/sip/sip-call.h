/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_CALL_H
#define CONNTRACK_APP_SIP_SIP_CALL_H

#include "model/app/rtp/rtp-session.h"
#include "model/app/sip/sip-dialog.h"
#include "model/app/sip/sip-identity.h"
#include "model/app/sip/sip-offer.h"
#include "model/app/sip/sip-records.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * A call at one of its ends: rings, answers, is put on hold, hangs up.
 *
 * Layer: app.
 * Shape: in a shared_ptr, since transactions that outlive it call it back; lives until its `ended`
 * call, and must be destroyed after that, outside of it.
 * Source: RFC 3261 13 (set up), 14 (re-INVITE), 15 (BYE), 9 (CANCEL); RFC 3311 (UPDATE); RFC
 * 3264 8.4 (hold: the stream is offered sendonly, and this end goes on sending); RFC 3262 (PRACK,
 * for the 180; descriptions stay in INVITE, 2xx and ACK). Differs: a re-INVITE without an offer is
 * refused with 488; the first INVITE may have none (RFC 3261 13.2.1), then the 2xx offers.
 */

namespace ns3
{
namespace conntrack
{

/// What a phone understands.
constexpr const char* SIP_ALLOWED = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK";

/// RFC 3262 8.1: the option of provisional responses that are acknowledged.
constexpr const char* SIP_RELIABLE = "100rel";

/// @param list of Supported or Require @param option a name @return whether it is in there
bool NamesSipOption(std::string_view list, std::string_view option);

/// What an end of a call will do; times of zero: never.
struct SipCallPlan
{
    Time patience;       ///< caller: rings so long, then cancels; callee: then says 480
    bool answers{true};  ///< callee
    Time answerDelay;    ///< callee: from the INVITE to the answer; zero: at once
    uint16_t refusal{0}; ///< callee: the response in place of an answer; 0: none
    Time holding;        ///< from the answer until this end hangs up
    Time holdAfter;      ///< from the answer until this end puts the other on hold
    Time holdTime;       ///< how long
};

/// What the calls of a user agent share; outlives them.
struct SipCallParts
{
    SipIdentity& identity;
    MediaPorts& ports;
    RtpSettings rtp;
    Ptr<UniformRandomVariable> random;
    bool reliable{false};     ///< provisional responses are acknowledged, if the other end agrees
    bool holdByUpdate{false}; ///< in place of a re-INVITE
};

/// A call at one of its ends.
class SipCall : public std::enable_shared_from_this<SipCall>
{
  public:
    /// Where its records go.
    struct Listener
    {
        std::function<void(const SipCallRecord&)> ended; ///< last call: it may go now
        std::function<void(SipLimit)> limit;
    };

    /// @param parts that it uses @param number of the call @param plan what this end will do
    /// @param listener called until the end
    SipCall(SipCallParts& parts, uint32_t number, const SipCallPlan& plan, Listener listener);
    ~SipCall();
    SipCall(const SipCall&) = delete;
    SipCall& operator=(const SipCall&) = delete;

    /// Call. @param target whom
    void Begin(const SipLocator& target);

    /// Be called. @param invite that came @param server its transaction
    void Ring(const SipPacket& invite, uint64_t server);

    /// The caller has cancelled. @return whether that was in time
    bool TakeCancel();

    /// @param request of its dialog; an ACK, too @param server its transaction; 0: ACK
    void TakeRequest(const SipPacket& request, uint64_t server);

    /// Hang up, cancel or refuse: whatever ends it.
    void HangUp();

    /// @param request that came @return whether it is of this call's dialog
    bool Holds(const SipPacket& request) const
    {
        return m_dialog && m_dialog->Holds(request);
    }

    /// @return the INVITE's server transaction, while it rings; else 0
    uint64_t GetRingingServer() const
    {
        return m_state == State::Ringing ? m_server : 0;
    }

    /// @return the record, as far as it goes
    const SipCallRecord& GetRecord() const
    {
        return m_record;
    }

  private:
    enum class State
    {
        New,
        Calling, ///< the INVITE was sent
        Ringing, ///< the INVITE came
        Talking, ///< it was answered
        Ending,  ///< the BYE was sent
        Over,
    };

    using Step = void (SipCall::*)();

    void After(Time delay, Step step);
    void GiveUp();
    bool OpenMedia(const SipPeer& peer);
    void ApplyMedia();
    std::string NextDescription(const SdpDescription* offer);

    // The caller.
    void OnInviteResponse(const SipPacket& response);
    void OnInviteFailed(SipFailure failure);
    void TakeAnswer(const SipPacket& response);
    void RefuseFork(const SipPacket& response);

    // The callee.
    void Answer();
    void Respond(const SipPacket& request, uint64_t server, uint16_t code);
    void SendAnswer(const SipPacket& request, uint64_t server, const SipMediaOffer& offer);
    void ResendAnswer();
    void TakeAck(const SipPacket& ack);
    void TakeLateAnswer(const SipPacket& ack);

    // Provisional responses that are acknowledged.
    struct EarlyDialog
    {
        SipDialog dialog;
        uint64_t acknowledged; ///< RSeq of the newest response that got a PRACK
    };

    void RingReliably();
    void ResendRinging();
    void TakePrack(const SipPacket& request, uint64_t server);
    void TakeReliable(const SipPacket& response);
    EarlyDialog* FindEarly(const SipPacket& response);

    // Both.
    void Talk();
    void Acknowledge(uint32_t invite);
    void TakeOffer(const SipPacket& request, uint64_t server);
    void BeginHold();
    void EndHold();
    void Reinvite(SdpDirection direction);
    void OnReinviteResponse(const SipPacket& response, SdpDirection direction);
    void SendBye();
    void End(SipFate fate);
    SipFate Judge(const RtpReport& media) const;
    SipTransactions& Transactions() const;

    SipCallParts& m_parts;
    SipCallPlan m_plan;
    Listener m_listener;
    SipCallRecord m_record;
    State m_state{State::New};
    std::vector<EventId> m_events;

    SipPacket m_invite;   ///< the first
    uint64_t m_client{0}; ///< its transaction, at the caller
    uint64_t m_server{0}; ///< its transaction, at the callee
    std::string m_tag;    ///< this end's
    bool m_provisional{false};
    bool m_cancelling{false};
    bool m_hangsUp{false};              ///< once no answer waits for its ACK
    SipFate m_fate{SipFate::Completed}; ///< what it is to be once the BYE was answered

    std::optional<SipDialog> m_dialog;
    std::unique_ptr<RtpSession> m_media;
    HostAddress m_local; ///< of media
    SipMediaOffer m_theirs;
    SdpDirection m_ours{SdpDirection::SendReceive};
    uint64_t m_version{0}; ///< of one's own description
    bool m_reinviting{false};

    std::vector<EarlyDialog> m_early; ///< of the caller, by what rang

    /// A 180 that waits for its PRACK.
    struct Ringing
    {
        SipPacket response;
        Nanos interval{0};
        Nanos end{0};
    };

    Ringing m_ringing;
    EventId m_resendRinging; ///< runs while it waits

    // An answer that waits for its ACK.
    bool m_offersLate{false}; ///< it is an offer, and the ACK has the answer
    SipPacket m_answer;
    uint64_t m_answerServer{0}; ///< 0: none waits
    Nanos m_answerInterval{0};
    Nanos m_answerEnd{0};
    EventId m_resend;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_CALL_H
