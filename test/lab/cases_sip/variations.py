"""The scripts of cases/sip.py with other parameters."""
from cases import sip
from cases_sip.common import FW, FW_TCP, SPLIT, masq
from ctlab.case import case
from ctlab.rules import firewall, masquerade

NO_SIGNALLING = {"nf_conntrack_sip/sip_direct_signalling": "0"}
NO_MEDIA = {"nf_conntrack_sip/sip_direct_media": "0"}

for name, about, function, options in (
    ("call-short", "short header names", sip.call, dict(short=True, media=[("audio", 40000)], answer=[("audio", 42000)])),
    ("call-callee", "address in the media line, the callee hangs up, media from the callee first", sip.call, dict(level=True, callee_bye=True, net="c", media=[("audio", 40000), ("video", 40010)], answer=[("audio", 42000), ("video", 42010)])),
    ("call-video6", "audio, video and fax over IPv6", sip.call, dict(v=6, net="b", cport=25060, media=[("audio", 40000), ("video", 40010), ("image", 40020)], answer=[("audio", 42000), ("video", 42010), ("image", 42020)])),
    ("call-odd", "odd ports", sip.call, dict(media=[("audio", 40001)], answer=[("audio", 42003)])),
    ("ending-183", "183 with a description, 200 without", sip.ending, dict(end="183")),
    ("ending-486-6", "486 over IPv6, two media", sip.ending, dict(end="486", v=6, media=(("audio", 40100), ("video", 40200)))),
    ("ending-cancel6", "CANCEL over IPv6", sip.ending, dict(end="CANCEL", v=6, net="d")),
    ("reinvite-same", "INVITE again with the same port", sip.reinvite, dict(first=40000, second=40000, net="d")),
    ("register6", "REGISTER over IPv6, expires in the contact", sip.register, dict(expires=4, v=6, in_contact=True)),
    ("register-none", "REGISTER without a time", sip.register, dict(expires=None)),
    ("register-port", "contact of another port", sip.register, dict(expires=4, contact_port=5066, net="b")),
    ("register-indirect-rejected", "sip_direct_signalling=0, 401 first", sip.register, dict(expires=3, reject=True, module=NO_SIGNALLING)),
    ("media-indirect", "sip_direct_media=0: the answer names another host", sip.media_elsewhere, dict(module=NO_MEDIA)),
    ("tcp-two", "two messages in a segment, one over two segments", sip.over_tcp, dict(two=True, rules=FW_TCP)),
    ("nat-call-two", "two phones with one media port through masquerading", sip.nat_call, dict(port=40000, hosts=(10,), rules=masq, net="b")),
    ("nat-call-high", "phones at a high port", sip.nat_call, dict(port=41000, cport=15060, rules=masq, net="d")),
    ("nat-register-two", "one phone, then another, through masquerading", sip.nat_register, dict(hosts=(10,), rules=masq, net="b")),
):  # fmt: skip
    options = dict({"rules": FW}, **options)
    case("sip-x-%s" % name, SPLIT, about, **options)(function)


@case(
    "sip-x-nat-same-port",
    SPLIT,
    "two phones of one port behind one address: the second's port is drawn; both call",
    rules=lambda lab: firewall(["sip"], nat=masquerade()),
    replay="random",
)
def same_port(lab):
    sip.nat_register(lab, hosts=(10, 11))
