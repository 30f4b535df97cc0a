/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/language/header-fields.h"

namespace ns3
{
namespace conntrack
{

const std::vector<HeaderKind>&
HeaderKinds()
{
    static const std::vector<HeaderKind> kinds{
        {"ether", FieldId::Link, Family::Unspecified, -1},
        {"ip", FieldId::Network, Family::Ipv4, -1},
        {"ip6", FieldId::Network, Family::Ipv6, -1},
        {"icmp", FieldId::Transport, Family::Ipv4, protocol::ICMP},
        {"icmpv6", FieldId::Transport, Family::Ipv6, protocol::ICMPV6},
        {"igmp", FieldId::Transport, Family::Unspecified, 2},
        {"tcp", FieldId::Transport, Family::Unspecified, protocol::TCP},
        {"udp", FieldId::Transport, Family::Unspecified, protocol::UDP},
        {"udplite", FieldId::Transport, Family::Unspecified, protocol::UDPLITE},
        {"sctp", FieldId::Transport, Family::Unspecified, protocol::SCTP},
        {"dccp", FieldId::Transport, Family::Unspecified, protocol::DCCP},
        {"esp", FieldId::Transport, Family::Unspecified, 50},
        {"th", FieldId::Transport, Family::Unspecified, -1},
    };
    return kinds;
}

const std::vector<HeaderField>&
HeaderFields()
{
    static const std::vector<HeaderField> fields{
        {"ether", "daddr", 0, 48, "ether_addr"},
        {"ether", "saddr", 48, 48, "ether_addr"},
        {"ether", "type", 96, 16, "ether_type"},
        {"ip", "version", 0, 4, "integer"},
        {"ip", "hdrlength", 4, 4, "integer"},
        {"ip", "dscp", 8, 6, "dscp"},
        {"ip", "ecn", 14, 2, "ecn"},
        {"ip", "length", 16, 16, "integer"},
        {"ip", "id", 32, 16, "integer"},
        {"ip", "frag-off", 48, 16, "integer"},
        {"ip", "ttl", 64, 8, "integer"},
        {"ip", "protocol", 72, 8, "inet_proto"},
        {"ip", "checksum", 80, 16, "integer"},
        {"ip", "saddr", 96, 32, "ipv4_addr"},
        {"ip", "daddr", 128, 32, "ipv4_addr"},
        {"ip6", "version", 0, 4, "integer"},
        {"ip6", "dscp", 4, 6, "dscp"},
        {"ip6", "ecn", 10, 2, "ecn"},
        {"ip6", "flowlabel", 12, 20, "integer"},
        {"ip6", "length", 32, 16, "integer"},
        {"ip6", "nexthdr", 48, 8, "inet_proto"},
        {"ip6", "hoplimit", 56, 8, "integer"},
        {"ip6", "saddr", 64, 128, "ipv6_addr"},
        {"ip6", "daddr", 192, 128, "ipv6_addr"},
        {"tcp", "sport", 0, 16, "inet_service"},
        {"tcp", "dport", 16, 16, "inet_service"},
        {"tcp", "sequence", 32, 32, "integer"},
        {"tcp", "ackseq", 64, 32, "integer"},
        {"tcp", "doff", 96, 4, "integer"},
        {"tcp", "reserved", 100, 4, "integer"},
        {"tcp", "flags", 104, 8, "tcp_flag"},
        {"tcp", "window", 112, 16, "integer"},
        {"tcp", "checksum", 128, 16, "integer"},
        {"tcp", "urgptr", 144, 16, "integer"},
        {"udp", "sport", 0, 16, "inet_service"},
        {"udp", "dport", 16, 16, "inet_service"},
        {"udp", "length", 32, 16, "integer"},
        {"udp", "checksum", 48, 16, "integer"},
        {"udplite", "sport", 0, 16, "inet_service"},
        {"udplite", "dport", 16, 16, "inet_service"},
        {"udplite", "csumcov", 32, 16, "integer"},
        {"udplite", "checksum", 48, 16, "integer"},
        {"sctp", "sport", 0, 16, "inet_service"},
        {"sctp", "dport", 16, 16, "inet_service"},
        {"sctp", "vtag", 32, 32, "integer"},
        {"sctp", "checksum", 64, 32, "integer"},
        {"dccp", "sport", 0, 16, "inet_service"},
        {"dccp", "dport", 16, 16, "inet_service"},
        {"esp", "spi", 0, 32, "integer"},
        {"esp", "sequence", 32, 32, "integer"},
        {"igmp", "type", 0, 8, "igmp_type"},
        {"igmp", "mrt", 8, 8, "integer"},
        {"igmp", "checksum", 16, 16, "integer"},
        {"igmp", "group", 32, 32, "ipv4_addr"},
        {"icmp", "type", 0, 8, "icmp_type"},
        {"icmp", "code", 8, 8, "icmp_code"},
        {"icmp", "checksum", 16, 16, "integer"},
        {"icmp", "id", 32, 16, "integer"},
        {"icmp", "sequence", 48, 16, "integer"},
        {"icmp", "gateway", 32, 32, "integer"},
        {"icmp", "mtu", 48, 16, "integer"},
        {"icmpv6", "type", 0, 8, "icmpv6_type"},
        {"icmpv6", "code", 8, 8, "icmpv6_code"},
        {"icmpv6", "checksum", 16, 16, "integer"},
        {"icmpv6", "parameter-problem", 32, 32, "integer"},
        {"icmpv6", "mtu", 32, 32, "integer"},
        {"icmpv6", "id", 32, 16, "integer"},
        {"icmpv6", "sequence", 48, 16, "integer"},
        {"icmpv6", "max-delay", 32, 16, "integer"},
        {"th", "sport", 0, 16, "inet_service"},
        {"th", "dport", 16, 16, "inet_service"},
    };
    return fields;
}

const std::vector<MessageTypes>&
MessageFields()
{
    static const std::vector<MessageTypes> fields{
        {"icmp", "id", {0, 8}},
        {"icmp", "sequence", {0, 8}},
        {"icmp", "gateway", {5}},
        {"icmp", "mtu", {3}},
        {"icmpv6", "id", {128, 129}},
        {"icmpv6", "sequence", {128, 129}},
        {"icmpv6", "mtu", {2}},
        {"icmpv6", "parameter-problem", {4}},
        {"icmpv6", "max-delay", {130}},
    };
    return fields;
}

const std::vector<KeyedField>&
MetaKeys()
{
    static const std::vector<KeyedField> keys{
        {"length", FieldId::Length, 32, "integer"},
        {"nfproto", FieldId::NfProto, 8, "nf_proto"},
        {"l4proto", FieldId::L4Protocol, 8, "inet_proto"},
        {"protocol", FieldId::EtherType, 16, "ether_type"},
        {"priority", FieldId::Priority, 32, "classid"},
        {"mark", FieldId::Mark, 32, "mark"},
        {"iif", FieldId::InputName, 128, "iface_index"},
        {"oif", FieldId::OutputName, 128, "iface_index"},
        {"iifname", FieldId::InputName, 128, "ifname"},
        {"oifname", FieldId::OutputName, 128, "ifname"},
        {"iiftype", FieldId::InputType, 16, "iface_type"},
        {"oiftype", FieldId::OutputType, 16, "iface_type"},
        {"pkttype", FieldId::PacketType, 8, "pkt_type"},
    };
    return keys;
}

const std::vector<KeyedField>&
CtKeys()
{
    static const std::vector<KeyedField> keys{
        {"state", FieldId::CtState, 32, "ct_state"},
        {"status", FieldId::CtStatus, 32, "ct_status"},
        {"direction", FieldId::CtDirection, 8, "ct_dir"},
        {"mark", FieldId::CtMark, 32, "mark"},
        {"expiration", FieldId::CtExpiration, 32, "time"},
        {"helper", FieldId::CtHelper, 128, "string"},
        {"l3proto", FieldId::CtFamily, 8, "nf_proto"},
        {"protocol", FieldId::CtProtocol, 8, "inet_proto"},
        {"zone", FieldId::CtZone, 16, "integer"},
        {"id", FieldId::CtId, 32, "integer"},
        {"bytes", FieldId::CtBytes, 64, "integer"},
        {"packets", FieldId::CtPackets, 64, "integer"},
        {"avgpkt", FieldId::CtAverage, 64, "integer"},
        {"saddr", FieldId::CtSource, 0, ""},
        {"daddr", FieldId::CtDestination, 0, ""},
        {"ip saddr", FieldId::CtSource, 32, "ipv4_addr"},
        {"ip daddr", FieldId::CtDestination, 32, "ipv4_addr"},
        {"ip6 saddr", FieldId::CtSource, 128, "ipv6_addr"},
        {"ip6 daddr", FieldId::CtDestination, 128, "ipv6_addr"},
        {"proto-src", FieldId::CtSourcePort, 16, "inet_service"},
        {"proto-dst", FieldId::CtDestinationPort, 16, "inet_service"},
    };
    return keys;
}

const std::vector<OptionField>&
ExtHeaderFields()
{
    static const std::vector<OptionField> fields{
        {"hbh", 0, "nexthdr", 0, 8, "inet_proto"},
        {"hbh", 0, "hdrlength", 8, 8, "integer"},
        {"rt", 43, "nexthdr", 0, 8, "inet_proto"},
        {"rt", 43, "hdrlength", 8, 8, "integer"},
        {"rt", 43, "type", 16, 8, "integer"},
        {"rt", 43, "seg-left", 24, 8, "integer"},
        {"frag", 44, "nexthdr", 0, 8, "inet_proto"},
        {"frag", 44, "reserved", 8, 8, "integer"},
        {"frag", 44, "frag-off", 16, 13, "integer"},
        {"frag", 44, "reserved2", 29, 2, "integer"},
        {"frag", 44, "more-fragments", 31, 1, "integer"},
        {"frag", 44, "id", 32, 32, "integer"},
        {"dst", 60, "nexthdr", 0, 8, "inet_proto"},
        {"dst", 60, "hdrlength", 8, 8, "integer"},
        {"mh", 135, "nexthdr", 0, 8, "inet_proto"},
        {"mh", 135, "hdrlength", 8, 8, "integer"},
        {"mh", 135, "type", 16, 8, "mh_type"},
        {"mh", 135, "reserved", 24, 8, "integer"},
        {"mh", 135, "checksum", 32, 16, "integer"},
    };
    return fields;
}

const std::vector<OptionField>&
IpOptionFields()
{
    static const std::vector<OptionField> fields{
        {"lsrr", 131, "type", 0, 8, "integer"},
        {"lsrr", 131, "length", 8, 8, "integer"},
        {"lsrr", 131, "ptr", 16, 8, "integer"},
        {"lsrr", 131, "addr", 24, 32, "ipv4_addr"},
        {"rr", 7, "type", 0, 8, "integer"},
        {"rr", 7, "length", 8, 8, "integer"},
        {"rr", 7, "ptr", 16, 8, "integer"},
        {"rr", 7, "addr", 24, 32, "ipv4_addr"},
        {"ssrr", 137, "type", 0, 8, "integer"},
        {"ssrr", 137, "length", 8, 8, "integer"},
        {"ssrr", 137, "ptr", 16, 8, "integer"},
        {"ssrr", 137, "addr", 24, 32, "ipv4_addr"},
        {"ra", 148, "type", 0, 8, "integer"},
        {"ra", 148, "length", 8, 8, "integer"},
        {"ra", 148, "value", 16, 16, "integer"},
    };
    return fields;
}

const std::vector<OptionField>&
TcpOptionFields()
{
    static const std::vector<OptionField> fields{
        {"eol", 0, "kind", 0, 8, "integer"},          {"nop", 1, "kind", 0, 8, "integer"},
        {"maxseg", 2, "kind", 0, 8, "integer"},       {"maxseg", 2, "length", 8, 8, "integer"},
        {"maxseg", 2, "size", 16, 16, "integer"},     {"window", 3, "kind", 0, 8, "integer"},
        {"window", 3, "length", 8, 8, "integer"},     {"window", 3, "count", 16, 8, "integer"},
        {"sack-perm", 4, "kind", 0, 8, "integer"},    {"sack-perm", 4, "length", 8, 8, "integer"},
        {"sack", 5, "kind", 0, 8, "integer"},         {"sack", 5, "length", 8, 8, "integer"},
        {"sack", 5, "left", 16, 32, "integer"},       {"sack", 5, "right", 48, 32, "integer"},
        {"sack0", 5, "left", 16, 32, "integer"},      {"sack0", 5, "right", 48, 32, "integer"},
        {"sack1", 5, "left", 80, 32, "integer"},      {"sack1", 5, "right", 112, 32, "integer"},
        {"sack2", 5, "left", 144, 32, "integer"},     {"sack2", 5, "right", 176, 32, "integer"},
        {"sack3", 5, "left", 208, 32, "integer"},     {"sack3", 5, "right", 240, 32, "integer"},
        {"timestamp", 8, "kind", 0, 8, "integer"},    {"timestamp", 8, "length", 8, 8, "integer"},
        {"timestamp", 8, "tsval", 16, 32, "integer"}, {"timestamp", 8, "tsecr", 48, 32, "integer"},
        {"md5sig", 19, "kind", 0, 8, "integer"},      {"mptcp", 30, "kind", 0, 8, "integer"},
        {"fastopen", 34, "kind", 0, 8, "integer"},
    };
    return fields;
}

} // namespace conntrack
} // namespace ns3
