/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_REPLAY_FRAMES_H
#define CONNTRACK_HELPER_REPLAY_FRAMES_H

#include "helper/replay-case.h"
#include "model/wire/link-frame.h"

#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * The frames that entered a recorded router, in the order in which it took them.
 *
 * Layer: helper.
 * Shape: all of a case's frames in memory; the largest has a few megabytes.
 * Units: nanoseconds since the case's start.
 * Errors: CaptureError for a capture that cannot be used; damage is told to a stream.
 */

namespace ns3
{
namespace conntrack
{

/// A recorded frame, with its own bytes.
struct RecordedFrame
{
    Nanos time{0};                      ///< when it was taken
    std::size_t port{0};                ///< index of the case's ports
    MacAddress source{};                ///< Ethernet address of who sent it
    MacAddress destination{};           ///< Ethernet address of whom it was sent to
    Family family{Family::Unspecified}; ///< of its packet
    std::vector<uint8_t> packet;        ///< from the IP header on
    bool isOwn{false};                  ///< sent by a program on the recorded router

    /// @return its parts; a view of the packet here
    LinkFrame View() const;
};

/**
 * Frames nearer to each other than this may have been taken in another order than they came: a
 * kernel with several processors stamps a frame before it handles it.
 */
constexpr Nanos RACE = 20000;

/**
 * Put frames that raced each other into the order in which they left the recorded router again.
 * Frames that did not leave unchanged, or lie further apart, keep their places; so do all times.
 * @param entering frames by time
 * @param leaving frames of the same recording that left, by time
 */
void OrderRaces(std::vector<RecordedFrame>& entering, const std::vector<RecordedFrame>& leaving);

/**
 * @param recorded the case
 * @param errors gets a sentence for each damaged capture; none: they are lost
 * @return the frames that entered its router, and in a case whose input is "local" also the UDP
 *         datagrams over IPv4 that left it with an address of its own, by time
 * @throws CaptureError for a capture that cannot be used at all
 */
std::vector<RecordedFrame> ReadEntering(const ReplayCase& recorded, std::ostream* errors);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_REPLAY_FRAMES_H
