/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_EXAMPLES_CONNTRACK_REPLAY_OPTIONS_H
#define CONNTRACK_EXAMPLES_CONNTRACK_REPLAY_OPTIONS_H

#include "helper/replay-capture-run.h"
#include "helper/replay-options.h"

#include <stdexcept>
#include <string>
#include <vector>

/**
 * @file
 * The command line of conntrack-replay.
 *
 * Strict, unlike ns-3's CommandLine, which prints a page for a wrong option: here it is a sentence.
 */

namespace ns3
{
namespace conntrack
{

/// A wrong command line; what() is one sentence for the user.
class UsageError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// What the command line asks for.
struct ReplayCommand
{
    /// What is to be done.
    enum class Kind : uint8_t
    {
        Help,
        Case,
        Capture,
    };

    Kind kind{Kind::Help};
    std::string folder;    ///< of the case
    CaptureSetup capture;  ///< for a capture
    ReplayOptions options; ///< without streams
};

/**
 * @param arguments those of main, without the program's name
 * @return what they ask for
 * @throws UsageError
 */
ReplayCommand ParseCommand(const std::vector<std::string>& arguments);

/// @return the page that --help prints
std::string HelpText();

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_EXAMPLES_CONNTRACK_REPLAY_OPTIONS_H
