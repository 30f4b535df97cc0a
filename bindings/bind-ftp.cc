/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/installing.h"
#include "bindings/ip-text.h"
#include "bindings/port-book.h"
#include "bindings/records.h"
#include "bindings/seconds.h"
#include "bindings/traces.h"
#include "model/app/ftp-client.h"
#include "model/app/ftp-records.h"
#include "model/app/ftp-server.h"

#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

py::dict
ToRow(const FtpTransfer& transfer)
{
    return py::dict(py::arg("session") = transfer.session,
                    py::arg("operation") = ToString(transfer.operation),
                    py::arg("mode") = ToString(transfer.mode),
                    py::arg("outcome") = ToString(transfer.outcome),
                    py::arg("wanted") = transfer.wanted,
                    py::arg("bytes") = transfer.bytes,
                    py::arg("wrong") = transfer.wrong,
                    py::arg("local") = ToPair(transfer.local),
                    py::arg("peer") = ToPair(transfer.peer),
                    py::arg("begin") = ToSeconds(transfer.begin),
                    py::arg("opened") = SecondsOrNone(transfer.opened),
                    py::arg("end") = ToSeconds(transfer.end));
}

py::dict
ToRow(const FtpSession& session)
{
    return py::dict(py::arg("session") = session.number,
                    py::arg("outcome") = ToString(session.end),
                    py::arg("peer") = ToPair(session.peer),
                    py::arg("completed") = session.completed,
                    py::arg("failed") = session.failed,
                    py::arg("begin") = ToSeconds(session.begin),
                    py::arg("end") = ToSeconds(session.finish));
}

py::dict
ToRow(const FtpLine& line)
{
    return py::dict(py::arg("session") = line.session,
                    py::arg("sent") = line.sent,
                    py::arg("text") = ToStr(line.text),
                    py::arg("time") = ToSeconds(line.time));
}

void
BindRecords(py::module_& module)
{
    BindRecord<FtpTransfer>(
        module,
        "FtpTransfer",
        "A transfer that has ended.",
        &ToRow,
        {{"session", "Its session's number at this application, from 0."},
         {"operation", "'Retrieve', 'Store' or 'List'."},
         {"mode", "'Active', 'Passive', 'ExtendedActive' or 'ExtendedPassive'."},
         {"outcome",
          "'Completed', 'Damaged', 'CommandRefused', 'DataRefused', 'DataTimedOut', 'Stalled', "
          "'Reset' or 'ControlLost'."},
         {"wanted", "Bytes that were to move."},
         {"bytes", "Bytes of the file that this end sent or received."},
         {"wrong", "Received bytes that are not the file's."},
         {"local", "This end of the data connection, (address, port); None: there was none."},
         {"peer", "Its other end; None: there was none."},
         {"begin", "When its first command was sent or came; seconds."},
         {"opened", "When the data connection was open; seconds. None: it never was."},
         {"end", "When its last reply came or was sent; seconds."}});
    BindRecord<FtpSession>(module,
                           "FtpSession",
                           "A session that has ended.",
                           &ToRow,
                           {{"session", "Its number at this application, from 0."},
                            {"outcome",
                             "'Quit', 'Refused', 'ConnectFailed', 'TimedOut', 'ConnectionLost', "
                             "'Violation' or 'Stopped'."},
                            {"peer", "The control connection's other end, (address, port)."},
                            {"completed", "Transfers that completed."},
                            {"failed", "Transfers that did not."},
                            {"begin", "When the client connected, the server accepted; seconds."},
                            {"end", "When it ended; seconds."}});
    BindRecord<FtpLine>(module,
                        "FtpLine",
                        "A line on a control connection.",
                        &ToRow,
                        {{"session", "Its session's number at this application, from 0."},
                         {"sent", "Whether this end sent it."},
                         {"text", "The line, without its end."},
                         {"time", "When it was sent, or read; seconds."}});
    for (const std::string end : {"Client", "Server"})
    {
        const std::string signature = "ns3::conntrack::Ftp" + end + "::";
        AddTrace<const FtpTransfer&>(signature + "TransferTracedCallback",
                                     [](Object&, const FtpTransfer& record) { return record; });
        AddTrace<const FtpSession&>(signature + "SessionTracedCallback",
                                    [](Object&, const FtpSession& record) { return record; });
        AddTrace<const FtpLine&>(signature + "ControlTracedCallback",
                                 [](Object&, const FtpLine& record) { return record; });
    }
}

Held<FtpServer>
InstallServer(Node& node,
              uint16_t port,
              const py::object& start,
              const py::object& stop,
              const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    CheckStack(node, Family::Unspecified);
    const TypeId tid = FtpServer::GetTypeId();
    auto settings = MakeSettings(tid, attributes);
    settings.push_back(MakeSetting(tid, "Port", py::int_(port)));
    const auto first = ValueOf<UintegerValue>(tid, settings, "PassivePortMin");
    const auto last = ValueOf<UintegerValue>(tid, settings, "PassivePortMax");
    if ((first == 0) != (last == 0) || first > last)
    {
        throw py::value_error("FtpServer: PassivePortMin " + std::to_string(first) +
                              " and PassivePortMax " + std::to_string(last) +
                              " are no range of ports");
    }
    const Lifetime lifetime = ToLifetime(start, stop);
    PortBook::Get().Take(node, protocol::TCP, port, "FtpServer");
    const auto server = Install<FtpServer>(node, lifetime, settings);
    server->AssignStreams(Session::Get().TakeStreams(1));
    return Held<FtpServer>(server);
}

Held<FtpClient>
InstallClient(Node& node,
              const std::string& server,
              uint16_t port,
              const py::object& start,
              const py::object& stop,
              const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    const IpAddress address = ToServer(server, port);
    CheckStack(node, address.family);
    const TypeId tid = FtpClient::GetTypeId();
    if (attributes.contains("Remote"))
    {
        throw py::attribute_error("FtpClient attribute 'Remote' is given as server and port");
    }
    auto settings = MakeSettings(tid, attributes);
    if (ValueOf<DoubleValue>(tid, settings, "StoreShare") +
            ValueOf<DoubleValue>(tid, settings, "ListShare") >
        1)
    {
        throw py::value_error("FtpClient: StoreShare and ListShare together are more than 1");
    }
    settings.push_back({"Remote", Create<AddressValue>(address.ToSocketAddress(port))});
    const auto client = Install<FtpClient>(node, ToLifetime(start, stop), settings);
    // 10: more than its random variables.
    client->AssignStreams(Session::Get().TakeStreams(10));
    return Held<FtpClient>(client);
}

} // namespace

void
BindFtp(py::module_& module)
{
    BindRecords(module);
    ObjectClass<FtpServer, Application> server(
        module,
        "FtpServer",
        "An FTP server, for IPv4 and IPv6.\n\nTrace sources: Transfer, Session, Control; "
        "attributes() tells its attributes.");
    server
        .def(py::init(&InstallServer),
             py::arg("node"),
             py::arg("port") = 21,
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             "start, stop: seconds from now on; stop None: never. Further keyword arguments are "
             "attributes.")
        .def_property_readonly("sessions",
                               &Get<&FtpServer::GetSessions, FtpServer>,
                               "How many sessions are going on.");
    FixAttributes(server, {"Port", "PassivePortMin", "PassivePortMax"});
    ObjectClass<FtpClient, Application> client(
        module,
        "FtpClient",
        "An FTP client: one session after another.\n\nAttributes: Mode ('Active', 'Passive', "
        "'ExtendedActive', 'ExtendedPassive'), Sessions,\nTransfers, FileSize, Pause, ...; "
        "attributes() tells all. Numbers, sizes and pauses are random\nvariables: a number, or a "
        "text such as 'ns3::UniformRandomVariable[Min=1|Max=2]'.\nTrace sources: Transfer, "
        "Session, Control.");
    client
        .def(py::init(&InstallClient),
             py::arg("node"),
             py::arg("server"),
             py::arg("port") = 21,
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             "server: an IP address; port: of its control connections. start, stop: seconds from "
             "now on;\nstop None: never. Further keyword arguments are attributes.")
        .def_property_readonly("sessions_done",
                               &Get<&FtpClient::GetSessionsDone, FtpClient>,
                               "How many sessions have ended.");
    FixAttributes(client, {"Remote", "StoreShare", "ListShare"});
}

} // namespace python
} // namespace conntrack
} // namespace ns3
