# SPDX-License-Identifier: GPL-2.0-only
"""Which scenario a folder of results is of: its name, its source text and what is bound in it."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import types
from typing import Any, Callable

Identity = dict[str, Any]  # of JSON's kinds


def identity_of(scenario: Callable[..., Any]) -> Identity:
    """What tells a scenario from another one, as JSON keeps it.

    'scenario', its name; 'source', the hash of its text ('unknown': typed into an interpreter);
    'bound', if anything is: the variables around a function that it uses, and the arguments that
    functools.partial gave. TypeError: the scenario is no function, or has bound what a folder
    cannot remember.
    """
    bound: dict[str, Any] = {}
    function = scenario
    while isinstance(function, functools.partial):
        for number, value in enumerate(function.args):
            bound[f"argument {number}"] = _remembered(f"argument {number}", value)
        for name, value in function.keywords.items():
            bound.setdefault(name, _remembered(name, value))
        function = function.func
    if not isinstance(function, (types.FunctionType, types.BuiltinFunctionType)):
        raise TypeError(
            f"a scenario is a function, not {scenario!r}: its state is not kept on disk"
        )
    bound.update(_closure(function))
    identity = {"scenario": function.__qualname__, "source": _source(function)}
    return {**identity, "bound": bound} if bound else identity


def _closure(function: Any) -> dict[str, Any]:
    if not isinstance(function, types.FunctionType) or function.__closure__ is None:
        return {}
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__):
        try:
            found[name] = _remembered(name, cell.cell_contents)
        except ValueError:  # not set yet: it cannot be used either
            continue
    return found


def _remembered(name: str, value: Any) -> Any:
    """A bound value as JSON keeps it; of functions and modules, what they are."""
    if isinstance(value, (types.FunctionType, type)):
        return {"named": value.__qualname__, "source": _source(value)}
    if isinstance(value, types.ModuleType):
        return {"named": value.__name__}
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        raise TypeError(
            f"the scenario uses {name!r} from around it, {value!r}, which cannot be kept on disk: "
            "make it a parameter, or a constant of the module"
        ) from None


def _source(value: Any) -> str:
    try:
        return "sha256:" + hashlib.sha256(inspect.getsource(value).encode()).hexdigest()
    except (OSError, TypeError):
        return "unknown"
