"""Work done ahead in a process of its own, while this one works on what is here already: two cores instead of one."""

from __future__ import annotations

import gc
import os
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, TypeVar

from regulars.core.worker.processes import die_with_parent

T = TypeVar("T")
END = "end"


@contextmanager
def aside(make: Callable[[], Iterable[T]]) -> Iterator[Iterator[T]]:
    """What `make` yields, made in a fork that lives as long as the `with`. It gets as far ahead as a pipe holds.

    `make` must neither write nor use the database. An error in it is raised here, where its place in the row is.
    """
    parent = os.getpid()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _send(make, parent, writing)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb", buffering=1 << 20) as pipe:
            yield _received(pipe)
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _send(make: Callable[[], Iterable[T]], parent: int, writing: int) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)
    gc.freeze()  # what is shared with the parent stays shared
    with suppress(BrokenPipeError), os.fdopen(writing, "wb", buffering=1 << 20) as pipe:
        try:
            for thing in make():
                _put(pipe, (None, thing))
            _put(pipe, (END, None))
        except BrokenPipeError:
            raise
        except Exception as why:
            _put(pipe, (why, None))


def _put(pipe: BinaryIO, message: object) -> None:
    pickle.dump(message, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _received(pipe: BinaryIO) -> Iterator[T]:
    while True:
        try:
            why, thing = pickle.load(pipe)  # written by our own fork
        except EOFError:
            raise RuntimeError("The process that works ahead has ended before its time.") from None
        if why == END:
            return
        if why is not None:
            raise why
        yield thing
