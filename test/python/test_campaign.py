# SPDX-License-Identifier: GPL-2.0-only
"""Campaigns: tables, journals, failures, kills, executors."""

import concurrent.futures
import contextlib
import functools
import importlib
import importlib.util
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from package_case import PackageTest

if importlib.util.find_spec("pandas") is None:
    raise unittest.SkipTest("there is no pandas")

import campaign_scenarios as scenarios  # noqa: E402
import run_campaign  # noqa: E402

import ns3conntrack  # noqa: E402
from ns3conntrack.campaign import Campaign, mean_interval  # noqa: E402

HERE = pathlib.Path(__file__).parent


def text(table):
    return table.to_csv(index=False)


class CampaignTest(PackageTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "results"
        # Workers import the scenarios, and the package, wherever they run.
        before = os.environ.get("PYTHONPATH", "")
        package = pathlib.Path(ns3conntrack.__file__).resolve().parent.parent
        os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), str(package), before])
        self.addCleanup(os.environ.__setitem__, "PYTHONPATH", before)

    def campaign(self, scenario, grid, seeds=1, folder=None):
        return Campaign(scenario, grid, seeds, folder=folder or self.folder)


class Tables(CampaignTest):
    def test_a_row_a_point_and_seed_in_the_order_of_the_grid(self):
        campaign = self.campaign(scenarios.echo, {"packets": [3, 1], "interval": [2, 1]}, seeds=2)
        self.assertEqual(len(campaign), 8)
        table = campaign.run(workers=2)
        self.assertEqual(list(table.columns), ["packets", "interval", "seed", "events", "times"])
        self.assertEqual(list(table["packets"]), [3] * 4 + [1] * 4)
        self.assertEqual(list(table["interval"]), [2, 2, 1, 1] * 2)
        self.assertEqual(list(table["seed"]), [1, 2] * 4)
        self.assertGreater(table["times"].nunique(), 3)

    def test_numbers_of_numpy(self):
        import numpy

        campaign = self.campaign(scenarios.slow, {"number": numpy.arange(2)}, numpy.int64(2))
        self.assertEqual(list(campaign.run(workers=1)["product"]), [0, 0, 1, 2])
        same = self.campaign(scenarios.slow, {"number": [0, 1]}, numpy.array([1, 2]))
        self.assertEqual(len(same.table()), 4)

    def test_the_same_in_this_process(self):
        campaign = self.campaign(scenarios.echo, {"packets": [1, 2]}, seeds=[5, 3])
        table = campaign.run(workers=2)
        rows = [
            {"packets": packets, "seed": seed, **scenarios.echo(seed=seed, packets=packets)}
            for packets in (1, 2)
            for seed in (5, 3)
        ]
        self.assertEqual(table.to_dict("records"), rows)

    def test_points_of_a_list_and_several_rows(self):
        table = self.campaign(scenarios.rows, [{"number": 2}, {"number": 0}, {"number": 1}]).run()
        self.assertEqual(list(table["number"]), [2, 2, 1])
        self.assertEqual(list(table["row"]), [0, 1, 0])

    def test_a_simulation_left_over_is_cleared_away(self):
        table = self.campaign(scenarios.leaves_a_simulation, {"number": [2, 3, 4]}).run(workers=1)
        self.assertEqual(list(table["id"]), [1, 2, 3])

    def test_a_scenario_of_a_script_or_notebook(self):
        def scenario(seed, number):
            return {"sum": number + seed}

        table = self.campaign(scenario, {"number": [1, 2]}, seeds=2).run(workers=1)
        self.assertEqual(list(table["sum"]), [2, 3, 3, 4])

    def test_nothing_is_run_by_asking(self):
        campaign = self.campaign(scenarios.slow, {"number": [1]})
        self.assertEqual(len(campaign.table()), 0)
        self.assertFalse(self.folder.exists())
        self.assertEqual(list(campaign.table().columns), ["number", "seed"])
        self.assertIn("slow: 1 points, 1 seeds", repr(campaign))

    def test_mean_interval(self):
        table = self.campaign(scenarios.slow, {"number": [2, 3]}, seeds=3).run(workers=1)
        means = mean_interval(table, "product", by="number")
        self.assertEqual(list(means["mean"]), [4.0, 6.0])
        self.assertEqual(list(means["count"]), [3, 3])
        # Student's 97.5% quantile at 2 degrees of freedom: 4.302653 (any table of it).
        self.assertAlmostEqual(means["high"][0] - 4, 4.302653 * 2 / 3**0.5, places=5)
        self.refuse(KeyError, "no column 'loss'", mean_interval, table, "loss", by="number")
        self.refuse(ValueError, "not 95", mean_interval, table, "product", "number", 95)
        alone = mean_interval(table[table["seed"] == 1], "product", by=["number"])
        self.assertTrue(alone["low"].isna().all())


class Refusals(CampaignTest):
    def test_grids(self):
        for kind, sentence, grid in [
            (ValueError, "the grid has no points", []),
            (ValueError, "'number' has no values", {"number": []}),
            (TypeError, "'number' must be a list of values, not 'abc'", {"number": "abc"}),
            (TypeError, "'number' must be a list of values, not 3", {"number": 3}),
            (ValueError, 'the point {"number": 1} twice', [{"number": 1}, {"number": 1}]),
            (TypeError, "'number' is <object", {"number": [object()]}),
            (TypeError, "'number' is (1, 2)", {"number": [(1, 2)]}),
            (TypeError, "cannot take seed and", {"size": [1]}),
            (TypeError, "give seeds=... instead", {"number": [1], "seed": [1]}),
        ]:
            with self.subTest(grid=grid):
                self.refuse(kind, sentence, self.campaign, scenarios.slow, grid)

    def test_seeds(self):
        for sentence, seeds in [
            ("has no seeds", 0),
            ("has no seeds", []),
            ("a seed twice", [1, 1]),
            ("not 0", [0]),
            ("not 1.5", [1.5]),
            ("not True", [True]),
        ]:
            with self.subTest(seeds=seeds):
                self.refuse(
                    ValueError, sentence, self.campaign, scenarios.slow, {"number": [1]}, seeds
                )

    def test_a_folder_of_another_scenario(self):
        self.campaign(scenarios.slow, {"number": [1]}).run(workers=1)
        other = self.campaign(scenarios.rows, {"number": [1]})
        for call in (other.run, other.table, other.failures):
            self.refuse(RuntimeError, "has results of 'slow', not of 'rows'", call)

    def test_a_folder_of_the_scenario_before_it_was_changed(self):
        source = self.folder.parent / "changing.py"
        sys.path.insert(0, str(source.parent))
        self.addCleanup(sys.path.remove, str(source.parent))
        source.write_text("def scenario(seed, number):\n    return {'sum': seed + number}\n")
        changing = importlib.import_module("changing")
        self.addCleanup(sys.modules.pop, "changing")
        before = self.campaign(changing.scenario, {"number": [1]})
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            self.assertEqual(list(before.run(executor)["sum"]), [2])
            source.write_text("def scenario(seed, number):\n    return {'sum': seed - number}\n")
            after = self.campaign(importlib.reload(changing).scenario, {"number": [1]})
            for call in (after.run, after.table, after.failures):
                self.refuse(
                    RuntimeError,
                    "before its source text, or a value bound in it, was changed",
                    call,
                )
            # A comment beside the function changes nothing.
            source.write_text(
                "# Sums.\n\n\ndef scenario(seed, number):\n    return {'sum': seed + number}\n"
            )
            same = self.campaign(importlib.reload(changing).scenario, {"number": [1]})
            self.assertEqual(list(same.table()["sum"]), [2])

    def test_what_is_bound_is_part_of_the_scenario(self):
        partial = functools.partial
        rows = [
            (scenarios.adding(1), scenarios.adding(1), scenarios.adding(10)),
            (partial(scenarios.plus, amount=1), partial(scenarios.plus, amount=1), None),
            (scenarios.adding(scenarios.echo), scenarios.adding(scenarios.echo), None),
        ]
        for number, (one, same, other) in enumerate(rows):
            folder = self.folder / str(number)
            grid = {"number": [1, 2]}
            self.campaign(one, grid, folder=folder).run(concurrent.futures.ThreadPoolExecutor(1))
            self.campaign(same, grid, folder=folder).table()
            changed = other or partial(scenarios.plus, amount=2)
            self.refuse(
                RuntimeError, "remove this one", Campaign(changed, grid, folder=folder).table
            )
        refused = [
            (scenarios.Scenario(), "a scenario is a function"),
            (scenarios.Scenario().__call__, "a scenario is a function"),
            (scenarios.adding(object()), "uses 'amount' from around it"),
            (partial(scenarios.plus, amount=object()), "uses 'amount' from around it"),
        ]
        for scenario, sentence in refused:
            with self.subTest(sentence):
                self.refuse(TypeError, sentence, self.campaign, scenario, {"number": [1]})

    def test_damaged_and_busy_folders(self):
        campaign = self.campaign(scenarios.slow, {"number": [1, 2]})
        campaign.run(workers=1)
        journal = self.folder / "results.jsonl"
        with open(journal, "rb+") as file:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
            self.refuse(RuntimeError, "another campaign is using", campaign.run)
            self.assertEqual(len(campaign.table()), 2)  # looking on is allowed
        whole = journal.read_bytes()
        journal.write_bytes(whole + b"nonsense\n")
        for call in (campaign.run, campaign.table):
            self.refuse(RuntimeError, "results.jsonl:3 is no result", call)
        for text in ("nonsense", "[]", "{}"):
            (self.folder / "campaign.json").write_text(text)
            for call in (campaign.run, campaign.table):
                self.refuse(RuntimeError, "is no campaign's", call)


class Failures(CampaignTest):
    def test_points_that_fail_lose_nothing_else(self):
        campaign = self.campaign(scenarios.odd_fails, {"number": [0, 1, 2, 3]}, seeds=2)
        table = campaign.run(workers=2)
        self.assertEqual(list(table["number"]), [0, 0, 2, 2])
        failures = campaign.failures()
        self.assertEqual(list(failures["number"]), [1, 1, 3, 3])
        self.assertEqual(list(failures["seed"]), [1, 2, 1, 2])
        self.assertEqual(failures["error"][2], "ValueError: 3 is odd")
        self.assertIn("odd_fails", failures["traceback"][0])

    def test_results_that_are_no_rows(self):
        grid = {"what": ["list", "object", "parameter", "text", "nothing"]}
        campaign = self.campaign(scenarios.returns, grid)
        self.assertEqual(len(campaign.run(workers=1)), 0)
        errors = list(campaign.failures()["error"])
        for sentence, error in zip(
            [
                "not one of 1",
                "'value' is <object",
                "'what', which is a parameter's",
                "not 'a'",
                "not None",
            ],
            errors,
        ):
            self.assertIn(sentence, error)
        self.assertEqual(len(errors), 5)

    def test_a_process_that_dies_takes_its_point_alone(self):
        campaign = self.campaign(scenarios.dies, {"number": list(range(8))})
        table = campaign.run(workers=2)
        self.assertEqual(list(table["number_again"]), [0, 1, 2, 4, 5, 6, 7])
        self.assertEqual(list(campaign.failures()["number"]), [3])
        self.assertIn("died", campaign.failures()["error"][0])

    def test_what_failed_is_tried_again(self):
        marker = str(self.folder.parent / "marker")
        campaign = self.campaign(scenarios.dies_once, {"number": [1], "marker": [marker]})
        self.assertEqual(len(campaign.run(workers=1)), 1)  # alone it did not die again
        self.assertEqual(len(campaign.failures()), 0)

    def test_a_script_that_workers_cannot_read_again(self):
        script = self.folder.parent / "script.py"
        script.write_text(
            "from ns3conntrack.campaign import Campaign\n"
            "import campaign_scenarios as scenarios\n"
            f"Campaign(scenarios.slow, {{'number': [1, 2]}}, folder={str(self.folder)!r}).run()\n"
        )
        done = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False
        )
        self.assertIn("must be called under if __name__ == '__main__'", done.stderr)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual((self.folder / "results.jsonl").read_bytes(), b"")

    def test_an_executor_that_breaks(self):
        campaign = self.campaign(scenarios.dies, {"number": [1, 2, 3, 4, 5, 6]})
        with concurrent.futures.ProcessPoolExecutor(1) as pool:
            self.refuse(RuntimeError, "the executor broke", campaign.run, pool, workers=1)
        self.assertEqual(list(campaign.table()["number"]), [1, 2])

    def test_an_executor_that_blames_the_innocent(self):
        """As Dask does: what a worker had been given when it died counts as having killed it."""
        campaign = self.campaign(scenarios.slow, {"number": [1, 2, 3, 4]})
        table = campaign.run(Blaming(guilty=3), workers=4)
        self.assertEqual(list(table["number"]), [1, 2, 4])
        self.assertEqual(list(campaign.failures()["number"]), [3])
        self.assertIn("it killed its worker", campaign.failures()["error"][0])


class Blaming(concurrent.futures.Executor):
    """Blames one run each time, and another one together with it, once."""

    def __init__(self, guilty):
        self.guilty = guilty
        self.blamed = set()

    def submit(self, call, packed, point, seed):
        future = concurrent.futures.Future()
        number = point["number"]
        if number == self.guilty or (number == 2 and number not in self.blamed):
            self.blamed.add(number)
            future.set_exception(RuntimeError("it killed its worker"))
        else:
            future.set_result(call(packed, point, seed))
        return future


class Resuming(CampaignTest):
    def undisturbed(self):
        return text(run_campaign.campaign(self.folder.parent / "undisturbed").run(workers=2))

    def test_killed_in_the_middle(self):
        """The whole process group, by SIGKILL, more than once."""
        kills = 0
        journal = self.folder / "results.jsonl"
        for wanted in (40, 110):
            process = subprocess.Popen(
                [sys.executable, str(HERE / "run_campaign.py"), str(self.folder)],
                start_new_session=True,
            )
            deadline = time.monotonic() + 120
            while process.poll() is None and time.monotonic() < deadline:
                if journal.exists() and journal.read_bytes().count(b"\n") >= wanted:
                    os.killpg(process.pid, signal.SIGKILL)
                    kills += 1
                    break
                time.sleep(0.01)
            process.wait(60)
        self.assertEqual(kills, 2)
        with open(journal, "ab") as file:
            file.write(b'{"key": "half a li')  # as a kill in the middle of a write would
        campaign = run_campaign.campaign(self.folder)
        finished = len(campaign.table())
        self.assertTrue(110 <= finished < 200, finished)
        table = campaign.run(workers=2)
        self.assertEqual(len(table), 200)
        self.assertEqual(text(table), self.undisturbed())
        self.assertEqual(journal.read_bytes().count(b"\n"), 200)  # nothing was run twice

    def test_workers_end_with_the_campaign(self):
        """Its own process alone is killed, which can tell nobody."""
        process = subprocess.Popen(
            [sys.executable, str(HERE / "run_campaign.py"), str(self.folder)],
            start_new_session=True,
        )
        journal = self.folder / "results.jsonl"
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if journal.exists() and journal.read_bytes().count(b"\n") >= 5:
                break
            time.sleep(0.01)
        process.kill()
        process.wait(60)
        while time.monotonic() < deadline and group_has_members(process.pid):
            time.sleep(0.1)
        self.assertFalse(group_has_members(process.pid))

    def test_more_points_and_seeds(self):
        self.campaign(scenarios.slow, {"number": [1, 2]}, seeds=2).run(workers=1)
        table = self.campaign(scenarios.slow, {"number": [0, 1, 2]}, seeds=3).run(workers=1)
        self.assertEqual(list(table["product"]), [0, 0, 0, 1, 2, 3, 2, 4, 6])
        fewer = self.campaign(scenarios.slow, {"number": [2]}, seeds=[3]).table()
        self.assertEqual(list(fewer["product"]), [6])


class Executors(CampaignTest):
    GRID = {"packets": [1, 2, 3], "interval": [1, 2.5]}

    def table(self, folder, *arguments, **keywords):
        campaign = self.campaign(scenarios.echo, self.GRID, 2, self.folder.parent / folder)
        table = text(campaign.run(*arguments, **keywords))
        self.assertEqual(len(campaign.failures()), 0, campaign.failures().to_dict("records"))
        return table

    def test_a_pool_a_thread_and_a_cluster_give_the_same(self):
        expected = self.table("pool", workers=2)
        self.assertEqual(expected.count("\n"), 13)
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            self.assertEqual(self.table("thread", executor), expected)
        if importlib.util.find_spec("distributed") is None:
            self.skipTest("there is no python3-distributed")
        with cluster(self.folder.parent) as client:
            self.assertEqual(self.table("cluster", client.get_executor()), expected)
            workers = client.scheduler_info()["workers"]
            self.assertEqual(len(workers), 2)


def group_has_members(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@contextlib.contextmanager
def cluster(folder):
    """A Dask scheduler and two workers, each a process, as on a cluster."""
    import distributed

    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    scheduler = ["distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    worker = ["distributed.cli.dask_worker", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    commands = [[*scheduler, "--scheduler-file", file, "--host", "127.0.0.1"]]
    commands += [[*worker, "--scheduler-file", file]] * 2
    with contextlib.ExitStack() as stack:
        for command in commands:
            words = [sys.executable, "-m", *map(str, command)]
            process = stack.enter_context(subprocess.Popen(words, **quiet))
            stack.callback(process.kill)
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        with distributed.Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(2, timeout=60)
            yield client


if __name__ == "__main__":
    unittest.main()
