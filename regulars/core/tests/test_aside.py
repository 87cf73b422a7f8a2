"""What is made in a process of its own arrives whole, in order, with its errors, and that process never stays."""

import os

import pytest

from regulars.core.aside import aside


def test_everything_arrives_in_order():
    with aside(lambda: iter([{"n": n, "text": "x" * n} for n in range(2000)])) as things:
        assert [thing["n"] for thing in things] == list(range(2000))


def test_it_is_made_in_another_process():
    with aside(lambda: iter([os.getpid()])) as things:
        assert next(things) != os.getpid()


def test_an_error_is_raised_in_its_place():
    def make():
        yield 1
        raise ValueError("the second one is missing")

    with aside(make) as things:
        assert next(things) == 1
        with pytest.raises(ValueError, match="the second one is missing"):
            next(things)


def test_a_process_that_dies_is_an_error_and_no_end():
    def make():
        yield 1
        os._exit(9)

    with aside(make) as things:
        assert next(things) == 1
        with pytest.raises(RuntimeError, match="before its time"):
            next(things)


def test_who_needs_no_more_leaves_no_process_behind():
    def endless():
        while True:
            yield os.getpid()

    with aside(endless) as things:
        child = next(things)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
