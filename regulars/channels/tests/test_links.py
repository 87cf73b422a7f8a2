"""Links in messages cannot be forged or guessed."""

from hypothesis import given
from hypothesis import strategies as st

from regulars.channels import links
from regulars.channels.links import Token

KINDS = st.sampled_from([links.CLICK, links.OPEN, links.UNSUBSCRIBE, links.PREFERENCES, links.VIEW])
TOKENS = st.builds(Token, KINDS, st.integers(0, 2**63), st.integers(0, 65535), st.text(max_size=50))


@given(TOKENS)
def test_a_token_says_what_was_put_in(token):
    assert links.read_token(links.make_token(token)) == token


@given(TOKENS, st.data())
def test_a_token_with_any_sign_changed_is_never_accepted(token, data):
    text = links.make_token(token)
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.sampled_from("ABCabc019-_"))
    changed = text[:place] + sign + text[place + 1 :]
    assert changed == text or links.read_token(changed) in (None, token)


@given(st.text(max_size=80))
def test_a_text_that_is_no_token_is_refused_without_an_error(text):
    assert links.read_token(text) is None


def test_a_token_of_one_kind_does_not_serve_for_another():
    assert links.read_token(links.make_token(Token(links.CLICK, 7)), links.UNSUBSCRIBE) is None
