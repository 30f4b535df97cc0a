/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_DISTURBER_H
#define CONNTRACK_TEST_SYSTEM_DISTURBER_H

#include "ns3/error-model.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"

/**
 * @file
 * Loses, doubles and delays what a point-to-point device receives.
 *
 * Layer: test.
 * Shape: the device's receive error model, which hands copies to the device later.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// Loses, doubles and delays what a point-to-point device receives.
class Disturber : public ErrorModel
{
  public:
    /// @return the TypeId, ns3::conntrack::test::Disturber
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::conntrack::test::Disturber").SetParent<ErrorModel>();
        return tid;
    }

    /// @param device whose @param stream random stream
    Disturber(Ptr<NetDevice> device, int64_t stream)
        : m_device(DynamicCast<PointToPointNetDevice>(device)),
          m_random(CreateObject<UniformRandomVariable>())
    {
        m_random->SetStream(stream);
    }

    bool down{false};      ///< the link
    double part{0.05};     ///< how many packets are lost, doubled, delayed: each
    uint32_t lost{0};      ///< packets
    uint32_t doubled{0};   ///< packets
    uint32_t reordered{0}; ///< packets that came later, after others

  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        const double drawn = m_random->GetValue();
        if (down || drawn < part)
        {
            ++lost;
            return true;
        }
        if (drawn < 2 * part)
        {
            ++doubled;
            Again(packet);
            return false;
        }
        if (drawn < 3 * part)
        {
            ++reordered;
            Again(packet);
            return true;
        }
        return false;
    }

    void Again(Ptr<Packet> packet)
    {
        Simulator::Schedule(Seconds(m_random->GetValue(0, 2)),
                            &PointToPointNetDevice::Receive,
                            m_device,
                            packet->Copy());
    }

    void DoReset() override
    {
    }

    void DoDispose() override
    {
        m_device = nullptr;
        ErrorModel::DoDispose();
    }

    Ptr<PointToPointNetDevice> m_device;
    Ptr<UniformRandomVariable> m_random;
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_DISTURBER_H
