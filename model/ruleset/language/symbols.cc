/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/language/symbols.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// Where two names have one value, nft prints the first.
const std::vector<Symbol> protocols{
    {"ip", 0},
    {"icmp", 1},
    {"igmp", 2},
    {"ggp", 3},
    {"ipencap", 4},
    {"st", 5},
    {"tcp", 6},
    {"egp", 8},
    {"igp", 9},
    {"pup", 12},
    {"udp", 17},
    {"hmp", 20},
    {"xns-idp", 22},
    {"rdp", 27},
    {"iso-tp4", 29},
    {"dccp", 33},
    {"xtp", 36},
    {"ddp", 37},
    {"idpr-cmtp", 38},
    {"ipv6", 41},
    {"ipv6-route", 43},
    {"ipv6-frag", 44},
    {"idrp", 45},
    {"rsvp", 46},
    {"gre", 47},
    {"esp", 50},
    {"ah", 51},
    {"skip", 57},
    {"ipv6-icmp", 58},
    {"ipv6-nonxt", 59},
    {"ipv6-opts", 60},
    {"rspf", 73},
    {"vmtp", 81},
    {"eigrp", 88},
    {"ospf", 89},
    {"ax.25", 93},
    {"ipip", 94},
    {"etherip", 97},
    {"encap", 98},
    {"pim", 103},
    {"ipcomp", 108},
    {"vrrp", 112},
    {"l2tp", 115},
    {"isis", 124},
    {"sctp", 132},
    {"fc", 133},
    {"mobility-header", 135},
    {"udplite", 136},
    {"mpls-in-ip", 137},
    {"manet", 138},
    {"hip", 139},
    {"shim6", 140},
    {"wesp", 141},
    {"rohc", 142},
    {"ethernet", 143},
};

const std::vector<Symbol> ctStates{
    {"invalid", 0x1},
    {"new", 0x8},
    {"established", 0x2},
    {"related", 0x4},
    {"untracked", 0x40},
};

const std::vector<Symbol> ctStatuses{
    {"expected", 0x1},
    {"seen-reply", 0x2},
    {"assured", 0x4},
    {"confirmed", 0x8},
    {"snat", 0x10},
    {"dnat", 0x20},
    {"dying", 0x200},
};

const std::vector<Symbol> directions{
    {"original", 0},
    {"reply", 1},
};

const std::vector<Symbol> families{
    {"ipv4", 2},
    {"ipv6", 10},
};

const std::vector<Symbol> dscps{
    {"cs0", 0x0},   {"cs1", 0x8},   {"cs2", 0x10},  {"cs3", 0x18},  {"cs4", 0x20},
    {"cs5", 0x28},  {"cs6", 0x30},  {"cs7", 0x38},  {"df", 0x0},    {"be", 0x0},
    {"lephb", 0x1}, {"af11", 0xa},  {"af12", 0xc},  {"af13", 0xe},  {"af21", 0x12},
    {"af22", 0x14}, {"af23", 0x16}, {"af31", 0x1a}, {"af32", 0x1c}, {"af33", 0x1e},
    {"af41", 0x22}, {"af42", 0x24}, {"af43", 0x26}, {"va", 0x2c},   {"ef", 0x2e},
};

const std::vector<Symbol> ecns{
    {"not-ect", 0},
    {"ect1", 1},
    {"ect0", 2},
    {"ce", 3},
};

const std::vector<Symbol> icmpTypes{
    {"echo-reply", 0},
    {"destination-unreachable", 3},
    {"source-quench", 4},
    {"redirect", 5},
    {"echo-request", 8},
    {"router-advertisement", 9},
    {"router-solicitation", 10},
    {"time-exceeded", 11},
    {"parameter-problem", 12},
    {"timestamp-request", 13},
    {"timestamp-reply", 14},
    {"info-request", 15},
    {"info-reply", 16},
    {"address-mask-request", 17},
    {"address-mask-reply", 18},
};

const std::vector<Symbol> icmpCodes{
    {"net-unreachable", 0},
    {"host-unreachable", 1},
    {"prot-unreachable", 2},
    {"port-unreachable", 3},
    {"net-prohibited", 9},
    {"host-prohibited", 10},
    {"admin-prohibited", 13},
    {"frag-needed", 4},
};

const std::vector<Symbol> icmpv6Types{
    {"destination-unreachable", 1},  {"packet-too-big", 2},         {"time-exceeded", 3},
    {"parameter-problem", 4},        {"echo-request", 128},         {"echo-reply", 129},
    {"mld-listener-query", 130},     {"mld-listener-report", 131},  {"mld-listener-done", 132},
    {"mld-listener-reduction", 132}, {"nd-router-solicit", 133},    {"nd-router-advert", 134},
    {"nd-neighbor-solicit", 135},    {"nd-neighbor-advert", 136},   {"nd-redirect", 137},
    {"router-renumbering", 138},     {"ind-neighbor-solicit", 141}, {"ind-neighbor-advert", 142},
    {"mld2-listener-report", 143},
};

const std::vector<Symbol> icmpv6Codes{
    {"no-route", 0},
    {"admin-prohibited", 1},
    {"addr-unreachable", 3},
    {"port-unreachable", 4},
    {"policy-fail", 5},
    {"reject-route", 6},
};

const std::vector<Symbol> packetTypes{
    {"host", 0},
    {"unicast", 0},
    {"broadcast", 1},
    {"multicast", 2},
    {"other", 3},
};

const std::vector<Symbol> deviceTypes{
    {"ether", 1},
    {"ppp", 512},
    {"ipip", 768},
    {"ipip6", 769},
    {"loopback", 772},
    {"sit", 776},
    {"ipgre", 778},
};

const std::vector<Symbol> etherTypes{
    {"ip", 0x800},
    {"arp", 0x806},
    {"ip6", 0x86dd},
    {"8021q", 0x8100},
    {"8021ad", 0x88a8},
    {"vlan", 0x8100},
};

const std::vector<Symbol> tcpFlags{
    {"fin", 0x1},
    {"syn", 0x2},
    {"rst", 0x4},
    {"psh", 0x8},
    {"ack", 0x10},
    {"urg", 0x20},
    {"ecn", 0x40},
    {"cwr", 0x80},
};

const std::vector<Symbol> mobilityTypes{
    {"binding-refresh-request", 0},
    {"home-test-init", 1},
    {"careof-test-init", 2},
    {"home-test", 3},
    {"careof-test", 4},
    {"binding-update", 5},
    {"binding-acknowledgement", 6},
    {"binding-error", 7},
    {"fast-binding-update", 8},
    {"fast-binding-acknowledgement", 9},
    {"fast-binding-advertisement", 10},
    {"experimental-mobility-header", 11},
    {"home-agent-switch-message", 12},
};

const std::vector<Symbol> igmpTypes{
    {"membership-query", 17},
    {"membership-report-v1", 18},
    {"membership-report-v2", 22},
    {"membership-report-v3", 34},
    {"leave-group", 23},
};

} // namespace

const std::vector<DataType>&
AllTypes()
{
    using Form = DataType::Form;
    static const std::vector<DataType> types{
        {"integer", Form::Number, 128, nullptr},
        {"boolean", Form::Boolean, 1, nullptr},
        {"mark", Form::Number, 32, nullptr},
        {"inet_service", Form::Number, 16, nullptr},
        {"inet_proto", Form::Number, 8, &protocols},
        {"ipv4_addr", Form::Ipv4, 32, nullptr},
        {"ether_addr", Form::Ether, 48, nullptr},
        {"ipv6_addr", Form::Ipv6, 128, nullptr},
        {"ifname", Form::Name, 128, nullptr},
        {"iface_index", Form::Name, 128, nullptr},
        {"iface_type", Form::Number, 16, &deviceTypes},
        {"ether_type", Form::Number, 16, &etherTypes},
        {"nf_proto", Form::Number, 8, &families},
        {"pkt_type", Form::Number, 8, &packetTypes},
        {"classid", Form::ClassId, 32, nullptr},
        {"string", Form::Text, 128, nullptr},
        {"time", Form::Seconds, 32, nullptr},
        {"ct_state", Form::Flags, 32, &ctStates},
        {"ct_status", Form::Flags, 32, &ctStatuses},
        {"ct_dir", Form::Number, 8, &directions},
        {"tcp_flag", Form::Flags, 8, &tcpFlags},
        {"dscp", Form::Number, 6, &dscps},
        {"ecn", Form::Number, 2, &ecns},
        {"icmp_type", Form::Number, 8, &icmpTypes},
        {"icmp_code", Form::Number, 8, &icmpCodes},
        {"icmpv6_type", Form::Number, 8, &icmpv6Types},
        {"icmpv6_code", Form::Number, 8, &icmpv6Codes},
        {"igmp_type", Form::Number, 8, &igmpTypes},
        {"mh_type", Form::Number, 8, &mobilityTypes},
    };
    return types;
}

const std::vector<Symbol>&
IcmpCodes()
{
    return icmpCodes;
}

const std::vector<Symbol>&
Icmpv6Codes()
{
    return icmpv6Codes;
}

} // namespace conntrack
} // namespace ns3
