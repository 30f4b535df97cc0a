#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""How long must a firewall remember a silent control connection? doc/tutorial.rst explains it."""

import math

import matplotlib
import ns3conntrack as nc
from ns3conntrack import figures
from ns3conntrack.campaign import Campaign, mean_interval

SECONDS = 120  # a file's time on the radio, on average
SIZES = f"ns3::ExponentialRandomVariable[Mean={SECONDS * 8000}]"  # 64 kbit/s


def scenario(seed: int, memory: float) -> dict[str, float]:
    """Ten files through a firewall that forgets what is silent for memory (seconds)."""
    with nc.simulation(run=seed):  # runs of one seed are independent
        nc.set_default("ns3::TcpSocket::SegmentSize", 1400)
        station, router, archive = nc.nodes(3)
        radio = nc.Link.point_to_point(station, router, DataRate="64kbps", Delay="250ms")
        radio.assign("10.1.0.0/24")
        nc.Link.point_to_point(router, archive, DataRate="10Mbps").assign("10.2.0.0/24")
        nc.populate_routes()

        rules = nc.StatefulFirewall(inside="eth1", outside="eth2", helpers=[("ftp", "tcp", 21)])
        nc.Conntrack(router, ruleset=rules, TcpTimeoutEstablished=memory)

        nc.FtpServer(archive)
        client = nc.FtpClient(station, "10.2.0.2", Sessions=10, StoreShare=1, FileSize=SIZES)
        transfers: list[nc.FtpTransfer] = []
        client.trace("Transfer", transfers.append)
        nc.run(until=86400)

        arrived = sum(each.bytes == each.wanted for each in transfers)
        completed = sum(each.outcome == "Completed" for each in transfers)
        return {"arrived": arrived / len(transfers), "completed": completed / len(transfers)}


if __name__ == "__main__":
    print(scenario(seed=1, memory=120))

    grid = {"memory": [30, 60, 120, 240, 480]}
    campaign = Campaign(scenario, grid, seeds=10, folder="results/silent-control")
    table = campaign.run()
    shares = mean_interval(table, "completed", by="memory")
    shares[["low", "high"]] = shares[["low", "high"]].clip(0, 1)  # they are shares
    shares["expected"] = [1 - math.exp(-memory / SECONDS) for memory in shares["memory"]]
    print(shares.round(2).to_string(index=False))

    matplotlib.use("Agg")  # no window
    figures.use_style()
    axis = shares.plot(x="memory", y=["mean", "expected"], label=["simulated", "expected"])
    axis.fill_between(shares["memory"], shares["low"], shares["high"], alpha=0.2)
    axis.set_xlabel("memory of the firewall in seconds")
    axis.set_ylabel("share of transfers that completed")
    axis.get_figure().savefig("results/silent-control.png")
