# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./waf install: what is installed works without the tree."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from package_case import PackageTest, nc

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(nc.__file__).resolve().parents[2]
CAPTURE = TOP / "test" / "corpus" / "corpus" / "ftp-port" / "cli.pcap"
PROGRAM = """
#include "helper/netfilter-helper.h"
#include <iostream>
int main() { std::cout << ns3::CreateObject<ns3::conntrack::Conntrack>()->GetProfileName(); }
"""
SCRIPT = """
import sys
import ns3conntrack as nc
from ns3conntrack import campaign, regression
print(nc.__file__, len(nc.replay_capture(sys.argv[1]).packets))
"""


class InstallTest(PackageTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        command = [
            TOP / "waf",
            "install",
            f"--prefix={cls.folder}",
            f"--out={BUILD.relative_to(TOP)}",
        ]
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        package = cls.folder / "lib" / "python3" / "dist-packages" / "ns3conntrack"
        assert package.is_dir(), done.stdout
        cls.package = package
        cls.prefix = package.parents[3]

    def run_outside(self, *command, **variables):
        """What a command prints, outside the tree and without its package on the path."""
        environment = {**os.environ, "PYTHONPATH": str(self.package.parent), **variables}
        environment.pop("LD_LIBRARY_PATH", None)
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_script(self):
        file, packets = self.run_outside(sys.executable, "-c", SCRIPT, CAPTURE).split()
        self.assertEqual(pathlib.Path(file), self.package / "__init__.py")
        self.assertGreater(int(packets), 5)

    def test_command(self):
        lines = self.run_outside(sys.executable, "-m", "ns3conntrack", "explain", CAPTURE)
        self.assertIn("NEW (SYN_SENT), first packet", lines)

    def test_program(self):
        lines = self.run_outside(self.prefix / "bin" / "conntrack-replay", f"--pcap={CAPTURE}")
        self.assertIn("[NEW] ipv4", lines)

    def test_notebook(self):
        for name in ("nbconvert", "ipykernel", "matplotlib", "pandas"):
            if importlib.util.find_spec(name) is None:
                self.skipTest(f"there is no {name}")
        kernel = self.folder / "jupyter" / "kernels" / "python3"  # of this Python, not the user's
        kernel.mkdir(parents=True)
        words = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        specification = {"argv": words, "display_name": "Python 3", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(specification))
        shutil.copy(TOP / "examples" / "notebooks" / "1-first-steps.ipynb", self.folder)
        self.run_outside(
            *[sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute"],
            *["--output", "executed", "1-first-steps.ipynb"],
            JUPYTER_PATH=str(self.folder / "jupyter"),
            IPYTHONDIR=str(self.folder / "ipython"),
        )
        executed = (self.folder / "executed.ipynb").read_text()
        self.assertIn("with the helper:    ['Completed', 'Completed']", executed)

    def test_stubs(self):
        built = BUILD / "python" / "ns3conntrack"
        names = {
            str(path.relative_to(built))
            for path in built.rglob("*py*")
            if path.is_file() and path.suffix != ".pyc"
        }
        installed = {
            str(path.relative_to(self.package))
            for path in self.package.rglob("*py*")
            if path.is_file() and path.suffix != ".pyc"
        }
        self.assertEqual(installed, names)
        self.assertLessEqual({"_native.pyi", "py.typed", "__main__.py"}, installed)
        for name in ("__init__.py", "_native.pyi", "py.typed"):
            self.assertEqual((self.package / name).read_text(), (built / name).read_text())

    def test_headers(self):
        source = self.folder / "program.cc"
        source.write_text(PROGRAM)
        headers, libraries = self.prefix / "include" / "ns3-conntrack", self.prefix / "lib"
        command = ["g++", "-std=c++17", "-DNS3_LOG_ENABLE", f"-I{headers}", source, "-o", "program"]
        command += [f"-L{libraries}", f"-Wl,-rpath,{libraries}", "-lns3-conntrack", "-lns3-core"]
        self.run_outside(*command, "-lns3-network", "-lns3-internet")
        self.assertEqual(self.run_outside(self.folder / "program"), "v5.10")
