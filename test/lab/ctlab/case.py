"""The registry of cases."""
import importlib
import os
import pkgutil
import sys

CASES = {}


class Case:
    def __init__(
        self,
        name,
        func,
        split,
        about,
        tags,
        net,
        sysctl,
        module,
        rules,
        mtu,
        host_sysctl,
        klog,
        replay,
        args,
    ):
        self.name, self.func, self.split, self.about = name, func, split, about
        self.tags, self.net, self.sysctl, self.module = tags, net, sysctl, module
        self.rules, self.args = rules, args
        self.mtu, self.host_sysctl, self.klog, self.replay = mtu, host_sysctl, klog, replay


# Address plans: (client IPv4, server IPv4, client IPv6, server IPv6) prefixes.
NETS = {
    "a": ("10.1.0.", "10.2.0.", "fd00:1::", "fd00:2::"),
    "b": ("192.168.7.", "203.0.113.", "fd07:7::", "fd07:113::"),
    "c": ("172.16.30.", "198.51.100.", "fd30:30::", "fd30:100::"),
    "d": ("10.99.8.", "192.0.2.", "fd12:3456::", "fd12:f00d::"),
}


def case(
    name,
    split,
    about,
    tags=(),
    net="a",
    sysctl=None,
    module=None,
    rules="",
    mtu=None,
    host_sysctl=None,
    klog=None,
    replay="packets",
    **args
):
    """Register a case.  One function may be decorated several times with other arguments.

    split   'dev' or 'holdout'
    about   one line, what happens
    net     address plan (a key of NETS)
    sysctl  net.netfilter.* values set in the router's namespace, without that prefix
    module  {"nf_conntrack_sip/sip_direct_media": "0"} set while the case runs, then restored
    rules   nftables ruleset (a string, or a function of the topology)
    mtu     {"srv": 1000}: MTU of a router interface (and of the end's)
    host_sysctl  net.netfilter.* values set host-wide while the case runs, then restored
    klog    keep the kernel log lines of the run that match this regular expression in case.json ("klog"); host-wide nf_log_all_netns=1 meanwhile
    replay  'packets', 'local', 'actions' or 'random': what a model needs, see README
    """

    def register(func):
        if name in CASES:
            raise ValueError("duplicate case " + name)
        CASES[name] = Case(
            name,
            func,
            split,
            about,
            tuple(tags),
            net,
            dict(sysctl or {}),
            dict(module or {}),
            rules,
            dict(mtu or {}),
            dict(host_sysctl or {}),
            klog,
            replay,
            args,
        )
        return func

    return register


def load_all(extra=()):
    """Import package 'cases', and the packages in the extra folders; returns all cases."""
    packages = ["cases"]
    for folder in extra:
        sys.path.insert(0, os.path.dirname(os.path.abspath(folder)))
        packages.append(os.path.basename(os.path.abspath(folder)))
    for name in packages:
        package = importlib.import_module(name)
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            importlib.import_module(name + "." + info.name)
    return CASES
