"""Codes: what people type is read as they mean it, slips are noticed, guessing is slowed down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.clock import HOUR
from regulars.loyalty.models import Guess
from regulars.loyalty.rewards import codes
from regulars.loyalty.rewards.guesses import MOST, TooManyGuesses, note_wrong, refuse_guessers
from regulars.loyalty.rewards.redeeming import CannotRedeem, find_voucher
from regulars.loyalty.upkeep import forget_digests

BODIES = st.text(alphabet=codes.ALPHABET, min_size=codes.RANDOM, max_size=codes.RANDOM)


@given(BODIES, st.integers(0, codes.RANDOM), st.sampled_from(codes.ALPHABET))
def test_one_wrong_letter_is_always_noticed(body, place, letter):
    code = body + codes.check_letter(body)
    slip = code[:place] + letter + code[place + 1 :]
    if slip == code:
        assert codes.read_code(slip) == code
    else:
        with pytest.raises(codes.NotACode, match="letter wrong"):
            codes.read_code(slip)


@given(BODIES, st.randoms(use_true_random=False))
def test_a_code_is_read_however_it_is_written(body, random):
    code = body + codes.check_letter(body)
    said = codes.shown(code).replace("0", random.choice("0oO")).replace("1", random.choice("1iIlL"))
    said = " ".join(random.choice([letter.lower(), letter]) for letter in said)
    assert codes.read_code(said) == code


@given(st.text(max_size=60))
def test_whatever_else_is_typed_gets_a_sentence(text):
    try:
        assert len(codes.read_code(text)) == 11
    except codes.NotACode as error:
        assert "code" in str(error) or "letter" in str(error)


def test_codes_do_not_repeat_and_use_every_letter():
    made = {codes.new_code() for _ in range(3_000)}
    assert len(made) == 3_000
    assert {letter for code in made for letter in code[:10]} == set(codes.ALPHABET)


@pytest.mark.django_db
def test_whoever_guesses_has_to_wait_and_others_do_not(at):
    for _ in range(MOST):
        with pytest.raises(CannotRedeem, match="no voucher"):
            find_voucher(code=codes.new_code(), who=["till:1", "10.0.0.9"], at=at)
    with pytest.raises(TooManyGuesses, match="wait an hour"):
        find_voucher(code=codes.new_code(), who=["till:2", "10.0.0.9"], at=at)
    with pytest.raises(CannotRedeem):
        find_voucher(code=codes.new_code(), who=["till:2"], at=at)
    refuse_guessers(who=["till:1"], at=at + HOUR)


@pytest.mark.django_db
def test_a_slip_of_the_finger_is_no_guess(at):
    code = codes.new_code()
    slip = code[:-1] + next(letter for letter in codes.ALPHABET if letter != code[-1])
    with pytest.raises(codes.NotACode):
        find_voucher(code=slip, who=["till:1"], at=at)
    assert not Guess.objects.exists()


@pytest.mark.django_db
def test_who_guesses_is_kept_as_a_digest_only(at):
    note_wrong(who=["203.0.113.9"], at=at)
    assert "203" not in Guess.objects.get().who


@pytest.mark.django_db
def test_counts_of_hours_gone_by_are_forgotten_at_night(at):
    for hours in (0, 1, 5):
        note_wrong(who=["till:1"], at=at - hours * HOUR)
    forget_digests(at=at)
    assert sorted(Guess.objects.values_list("hour", flat=True)) == [at // HOUR - 1, at // HOUR]
