# SPDX-License-Identifier: GPL-2.0-only
"""Arguments that C++ will take: one sentence for what it would not.

pybind11 would list the signatures of a function whose name is private, perhaps.
"""

from __future__ import annotations

import functools
import operator
import reprlib
from typing import Any, Callable, Mapping, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Kind(NamedTuple):
    """What an argument can be."""

    wanted: str  # "a text"
    is_type: Callable[[Any], bool]
    is_value: Callable[[Any], bool] = lambda value: True  # of that type


def _is_whole(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, bool)


def whole(bits: int) -> Kind:
    """A whole number of so many bits, without a sign."""
    most = 2**bits - 1
    return Kind(
        f"a whole number from 0 to {most}",
        _is_whole,
        lambda value: operator.index(value) in range(most + 1),
    )


def optional(kind: Kind) -> Kind:
    """That, or None."""
    return Kind(
        f"{kind.wanted}, or None",
        lambda value: value is None or kind.is_type(value),
        lambda value: value is None or kind.is_value(value),
    )


def several(kind: Kind, wanted: str) -> Kind:
    """A sequence of them, of any length."""
    return Kind(
        wanted,
        lambda value: hasattr(value, "__getitem__")
        and hasattr(value, "__len__")
        and not isinstance(value, (str, bytes, Mapping))
        and all(kind.is_type(each) for each in value),
    )


TEXT = Kind("a text", lambda value: isinstance(value, str))
NUMBER = Kind("a number", _is_number)
TEXTS = several(TEXT, "a sequence of texts")
PAIRS = several(
    Kind("", lambda value: TEXTS.is_type(value) and len(value) == 2),
    "a sequence of pairs of texts",
)


def checked(**kinds: Kind) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check arguments of a method, in their order; those without a kind come last or by name.

    TypeError or ValueError names method, argument and value.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*arguments: P.args, **keywords: P.kwargs) -> R:
            owner: Any = arguments[0]  # self, or the class
            title = f"{getattr(owner, '__name__', type(owner).__name__)}.{function.__name__}"
            for name, value in [*zip(kinds, arguments[1:]), *keywords.items()]:
                kind = kinds.get(name)
                if kind is None or (kind.is_type(value) and kind.is_value(value)):
                    continue
                error = ValueError if kind.is_type(value) else TypeError
                shown = reprlib.repr(value)
                raise error(f"{title}: {name} cannot be {shown}: it is {kind.wanted}")
            try:
                return function(*arguments, **keywords)
            except TypeError as failure:
                if "incompatible function arguments" not in str(failure):
                    raise
                raise TypeError(f"{title} takes {', '.join(kinds)}") from None

        return call

    return decorate
