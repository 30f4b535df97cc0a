# SPDX-License-Identifier: GPL-2.0-only
"""A campaign of 200 runs that test_campaign.py kills: run_campaign.py FOLDER."""

import sys

import campaign_scenarios
from ns3conntrack.campaign import Campaign


def campaign(folder):
    """Forty points, five seeds."""
    return Campaign(campaign_scenarios.slow, {"number": list(range(40))}, seeds=5, folder=folder)


if __name__ == "__main__":
    campaign(sys.argv[1]).run(workers=2)
