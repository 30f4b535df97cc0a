/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_FTP_RECORDS_H
#define CONNTRACK_APP_FTP_RECORDS_H

#include "ns3/address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <string>

/**
 * @file
 * What FTP clients and servers tell of their sessions: the arguments of their trace sources.
 *
 * Layer: app.
 * Shape: values; a copy may be kept.
 * Units: bytes of files (without TCP's headers); simulated time.
 */

namespace ns3
{
namespace conntrack
{

/// How the two ends find each other for a data connection.
enum class FtpMode : uint8_t
{
    Active,          ///< PORT: the server connects to the client; EPRT with IPv6
    Passive,         ///< PASV: the client connects to the server; EPSV with IPv6
    ExtendedActive,  ///< EPRT in both families
    ExtendedPassive, ///< EPSV in both families
};

/// What a transfer carries.
enum class FtpOperation : uint8_t
{
    Retrieve, ///< a file to the client, RETR
    Store,    ///< a file to the server, STOR
    List,     ///< a listing to the client, LIST or NLST
};

/// How a transfer ended.
enum class FtpOutcome : uint8_t
{
    Completed,      ///< every byte arrived, as it was
    Damaged,        ///< the connection ended well, with bytes missing or changed
    CommandRefused, ///< the server refused a command of it (reply 4xx or 5xx)
    DataRefused,    ///< the data connection was refused or could not be opened
    DataTimedOut,   ///< the data connection was not opened in time
    Stalled,        ///< no byte moved for DataTimeout
    Reset,          ///< the data connection broke
    ControlLost,    ///< the control connection ended, or a reply did not come in time
};

/// How a session ended.
enum class FtpSessionEnd : uint8_t
{
    Quit,           ///< with QUIT and its reply
    Refused,        ///< the server refused the login or the session
    ConnectFailed,  ///< the control connection could not be opened
    TimedOut,       ///< a reply, or at the server a command, did not come in time
    ConnectionLost, ///< the control connection ended without QUIT
    Violation,      ///< the peer sent what FTP does not allow
    Stopped,        ///< the application was stopped
};

/// A transfer that has ended.
struct FtpTransfer
{
    uint32_t session{0}; ///< its session's number at this application, from 0
    FtpOperation operation{FtpOperation::Retrieve}; ///< RETR, STOR or LIST
    FtpMode mode{FtpMode::Passive};              ///< by the command used: with IPv6 an extended one
    FtpOutcome outcome{FtpOutcome::ControlLost}; ///< how it ended
    uint64_t wanted{0}; ///< bytes that were to move; at a receiving server what came
    uint64_t bytes{0};  ///< bytes of the file that this end sent or received
    uint64_t wrong{0};  ///< received bytes that are not the file's
    ns3::Address local; ///< this end of the data connection; invalid: there was none
    ns3::Address peer;  ///< its other end; invalid: there was none
    Time begin;         ///< client: the first command of it; server: RETR, STOR or LIST came
    Time opened;        ///< the data connection was open; zero: it never was
    Time end;           ///< client: data and last reply came; server: the last reply was sent
};

/// A session that has ended.
struct FtpSession
{
    uint32_t number{0};                        ///< at this application, from 0
    FtpSessionEnd end{FtpSessionEnd::Stopped}; ///< how it ended
    ns3::Address peer;                         ///< the control connection's other end
    uint32_t completed{0};                     ///< transfers that completed
    uint32_t failed{0};                        ///< transfers that did not
    Time begin;                                ///< client: it connects; server: it accepted
    Time finish;                               ///< when it ended
};

/// A line on a control connection.
struct FtpLine
{
    uint32_t session{0}; ///< its session's number at this application, from 0
    bool sent{false};    ///< by this end
    std::string text;    ///< without line end
    Time time;           ///< when it was sent, or read
};

/// @param value one of them @return its name, as in the enumeration
const char* ToString(FtpMode value);
/// @param value one of them @return its name, as in the enumeration
const char* ToString(FtpOperation value);
/// @param value one of them @return its name, as in the enumeration
const char* ToString(FtpOutcome value);
/// @param value one of them @return its name, as in the enumeration
const char* ToString(FtpSessionEnd value);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_FTP_RECORDS_H
