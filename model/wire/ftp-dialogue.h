/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_WIRE_FTP_DIALOGUE_H
#define CONNTRACK_WIRE_FTP_DIALOGUE_H

#include "model/flow/tuple.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/**
 * @file
 * What the ends of an FTP control connection say: commands, replies, and the endpoints in them.
 *
 * Layer: wire.
 * Shape: pure functions of one line, which comes without its line end. Printing and reading are
 * inverses.
 * Units and byte order: addresses in network order, ports in host order.
 * Errors: none (std::nullopt) for what the RFCs do not allow; content never asserts.
 * Source: RFC 959 4 and 5.3, RFC 1123 4.1.2.6 (where in 227 the numbers are), RFC 2428.
 *
 * Endpoints read here as the RFCs say. A protocol helper reads them as Linux does, which takes
 * more and less: that is ftp-message.h.
 */

namespace ns3
{
namespace conntrack
{

/// A command line, "RETR file": verb and argument.
struct FtpCommand
{
    std::string verb;     ///< in capitals: RFC 959 5.3 lets the case of letters not matter
    std::string argument; ///< behind the first blank; may be empty
};

/**
 * @param line a line of the client
 * @return its parts; none if it does not begin with a word of 3 or 4 letters, or holds control
 *         characters
 */
std::optional<FtpCommand> ParseFtpCommand(std::string_view line);

/// A line of a reply, "226 Closing data connection": RFC 959 4.2.
struct FtpReply
{
    uint16_t code{0};      ///< 100 to 599
    bool continues{false}; ///< "226-": more lines follow
    std::string_view text; ///< within the line that was read
};

/**
 * @param line a line of the server
 * @return its parts; none for a line that has no code: it lies within a reply of several lines
 */
std::optional<FtpReply> ParseFtpReply(std::string_view line);

/// An endpoint in a command or reply.
struct FtpHostPort
{
    Address address; ///< not used with 229
    Family family{Family::Ipv4};
    uint16_t port{0}; ///< host order, never 0 when read

    friend bool operator==(const FtpHostPort& a, const FtpHostPort& b)
    {
        return a.address == b.address && a.family == b.family && a.port == b.port;
    }
};

/**
 * @param endpoint of IPv4
 * @return the argument of PORT, "10,1,0,10,195,81"
 */
std::string PrintPort(const FtpHostPort& endpoint);

/**
 * @param argument of PORT
 * @return the endpoint; none unless it is six numbers of at most 255, and a port but 0
 */
std::optional<FtpHostPort> ParsePort(std::string_view argument);

/**
 * @param endpoint of either family
 * @return the argument of EPRT, "|2|fd00::1|50001|"
 */
std::string PrintEprt(const FtpHostPort& endpoint);

/**
 * @param argument of EPRT
 * @return the endpoint; none unless it is as RFC 2428 2 has it
 */
std::optional<FtpHostPort> ParseEprt(std::string_view argument);

/**
 * @param endpoint of IPv4
 * @return the text of reply 227
 */
std::string PrintPasv(const FtpHostPort& endpoint);

/**
 * @param text of reply 227
 * @return the endpoint, its numbers beginning at the first digit; none as with ParsePort
 */
std::optional<FtpHostPort> ParsePasv(std::string_view text);

/**
 * @param port host order
 * @return the text of reply 229
 */
std::string PrintEpsv(uint16_t port);

/**
 * @param text of reply 229
 * @return the port; none unless "(|||port|)" is in it
 */
std::optional<uint16_t> ParseEpsv(std::string_view text);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_WIRE_FTP_DIALOGUE_H
