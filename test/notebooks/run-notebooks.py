#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Executes the notebooks of examples/notebooks; the last line counts them.

A notebook passes when, with its outputs stripped in the tree, it runs from top to bottom in a fresh
kernel of /usr/bin/python3, its cells tagged 'check' included, and shows at least one picture. What
it showed is left under build/notebooks: NAME.html, and NAME-1.png, NAME-2.png, ... to look at.
"""

import argparse
import base64
import concurrent.futures
import importlib.util
import json
import os
import pathlib
import re
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = TOP / "examples" / "notebooks"
MODULES = ["nbconvert", "nbformat", "ipykernel", "matplotlib", "pandas"]
LONGEST_SECONDS = 600  # one cell; past that it hangs
JOBS = os.cpu_count() or 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--filter", default="", help="only names that contain this text")
    chosen = parser.parse_args()
    files = sorted(path for path in NOTEBOOKS.glob("*.ipynb") if chosen.filter in path.stem)
    missing = what_is_missing(chosen.build)
    if missing:
        print(f"notebooks are skipped: {missing}")
        print(f"0 passed, 0 failed, {len(files)} skipped")
        return 0
    shown = chosen.build.resolve() / "notebooks"
    shown.mkdir(exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        prepare_environment(pathlib.Path(folder), chosen.build.resolve() / "python")
        with concurrent.futures.ProcessPoolExecutor(JOBS) as pool:
            for path, problem in zip(files, pool.map(run, files, [shown] * len(files))):
                print(f"{path.stem}: {problem or 'good'}", flush=True)
                failed += 1 if problem else 0
    print(f"{len(files) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


def what_is_missing(build):
    if not (build / "python" / "ns3conntrack").exists():
        return f"{build / 'python' / 'ns3conntrack'} is not built (with --sanitize it never is)"
    absent = [name for name in MODULES if importlib.util.find_spec(name) is None]
    return f"Python has no {', '.join(absent)}" if absent else None


def prepare_environment(folder, package):
    """A kernel of this Python under a folder of its own: the user's kernels are not asked."""
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": command, "display_name": "Python 3", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(specification))
    os.environ["JUPYTER_PATH"] = str(folder)
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
    os.environ["PYTHONPATH"] = str(package)
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # else the kernel warns of its debugger


def run(path, shown):
    """Executes one notebook and leaves what it shows: what is wrong with it, or None."""
    import nbconvert
    import nbconvert.preprocessors
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    problem = what_is_wrong(notebook)
    if problem:
        return problem
    execute = nbconvert.preprocessors.ExecutePreprocessor(
        timeout=LONGEST_SECONDS, kernel_name="python3"
    )
    try:
        execute.preprocess(notebook, {"metadata": {"path": str(path.parent)}})
    except nbconvert.preprocessors.CellExecutionError as error:
        return "a cell failed\n" + re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    except (RuntimeError, TimeoutError) as error:  # the kernel died, or a cell never ended
        return f"{type(error).__name__}: {error}"
    finally:
        page, _ = nbconvert.HTMLExporter(template_name="basic").from_notebook_node(notebook)
        (shown / f"{path.stem}.html").write_text(page, encoding="utf-8")
    pictures = list(pictures_of(notebook))
    for number, picture in enumerate(pictures, start=1):
        (shown / f"{path.stem}-{number}.png").write_bytes(picture)
    return None if pictures else "it shows no picture"


def what_is_wrong(notebook):
    """Whether the file in the tree is as it should be, before anything is run."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any(cell.outputs or cell.execution_count for cell in code):
        return "its outputs are not stripped (jupyter nbconvert --clear-output --inplace FILE)"
    if not any("check" in cell.metadata.get("tags", []) for cell in code):
        return "it has no cell tagged 'check'"
    first = notebook.cells[0]
    if first.cell_type != "markdown" or "?" not in first.source:
        return "its first cell asks no question"
    return None


def pictures_of(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            picture = output.get("data", {}).get("image/png")
            if picture:
                yield base64.b64decode(picture)


if __name__ == "__main__":
    sys.exit(main())
