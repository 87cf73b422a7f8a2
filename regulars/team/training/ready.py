"""Ready-made lessons: short, in plain words, to be taken in and changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Question:
    """One question; `right` are the places of the right answers."""

    asks: Any
    answers: tuple[Any, ...]
    right: tuple[int, ...]
    because: Any

    def as_json(self) -> dict[str, Any]:
        """As Lesson.questions keeps it, in the language of who takes it in."""
        answers = [str(answer) for answer in self.answers]
        return {"asks": str(self.asks), "answers": answers, "right": list(self.right), "because": str(self.because)}


@dataclass(frozen=True)
class ReadyLesson:
    """A lesson as it is offered."""

    key: str
    title: Any
    text: Any
    questions: tuple[Question, ...]
    days: int | None = 365


PUBLIC = ReadyLesson(
    "in-public",
    _("Speaking in public"),
    _(
        "Everything you answer in public has two readers: the person who wrote, and everybody else. The "
        "second is the "
        "larger group, and it remembers how you treated the first.\n\n"
        "**Before you write:** read the whole thread. What did they ask? What do they want to happen now?\n\n"
        "**When you write:** take up what they said. Answer the question that was asked. Say what you know, and say "
        "openly what you do not know yet and when you will. Sign with your first name.\n\n"
        "**Afterwards:** if it was settled in private, say so in public in a sentence. A thread without an end looks "
        "like a thread without an answer."
    ),
    (
        Question(
            _("Somebody asks in public when the workshop opens. What do you do?"),
            (_("Ask them to send a private message."), _("Answer right there, with the hours."), _("Like the post.")),
            (1,),
            _("It is no private matter, and others want to know it too."),
        ),
        Question(
            _("You do not know the answer. What is right?"),
            (
                _("Write that you do not know yet, and by when you will."),
                _("Write what is probably true."),
                _("Thank them for the question and leave it at that."),
            ),
            (0,),
            _("A guess becomes a promise the moment it is public."),
        ),
        Question(
            _("A matter was settled by telephone. What about the public thread?"),
            (_("Nothing, it is settled."), _("Write there that it is settled, without private details.")),
            (1,),
            _("Who reads along sees only what is written there."),
        ),
        Question(
            _("Which of these belong into every public answer? Tick all."),
            (_("Something that shows you read their words."), _("Your first name."), _("A discount."), _("A joke.")),
            (0, 1),
            _("The rest can be right once in a while, and wrong very often."),
        ),
    ),
)
TRUE = ReadyLesson(
    "only-what-is-true",
    _("Only what is true"),
    _(
        "A claim is anything that can turn out to be wrong: a number, a date, a price, “always”, “never”, “safe”, "
        "“fixed”, “better”. For each there has to be somebody who stands for it. That is what the **facts** are for: "
        "statements with a source, an owner and an end date.\n\n"
        "If what you want to say is among the facts, say it as it stands there, with its “usually” and its "
        "“only if”. "
        "If it is not, let a second person look, or say it as what you think, or say that you do not know.\n\n"
        "When something false is told about us: begin with what is true, mention the false once and call it "
        "false, say "
        "how it may have come about, and end with what is true.\n\n"
        "The check before sending helps you with this. It compares words and numbers; it does not know the "
        "truth. You do."
    ),
    (
        Question(
            _("Which of these sentences are claims? Tick all."),
            (
                _("The website works again."),
                _("Thank you for the photo!"),
                _("Our boots never leak."),
                _("I am asking the workshop."),
            ),
            (0, 2),
            _("Both can turn out to be wrong, and somebody will rely on them."),
        ),
        Question(
            _("The fact says: “Delivery usually takes 2 days.” What may you write?"),
            (_("Delivery takes 2 days."), _("Delivery usually takes 2 days."), _("You have it in 2 days.")),
            (1,),
            _("Without the “usually” it is a promise that nobody made."),
        ),
        Question(
            _("People tell each other that we are closing down, which is wrong. How do you begin?"),
            (
                _("“It is not true that we are closing down.”"),
                _("“We are open, and we stay open.” Then name the rumour once."),
                _("With a picture of the rumour."),
            ),
            (1,),
            _("What stands first is what people remember."),
        ),
        Question(
            _("The check says “nothing found”. What does that mean?"),
            (
                _("The text is true."),
                _("None of the things it looks for was found; whether it is true is for people to know."),
            ),
            (1,),
            _("It compares words and numbers with what is approved. It knows nothing of the world."),
        ),
    ),
)
SORRY = ReadyLesson(
    "when-it-went-wrong",
    _("When something went wrong"),
    _(
        "People who complain in public mostly want three things: to be believed, to know what happens now, "
        "and not to "
        "be made to look foolish.\n\n"
        "**A good answer** says what went wrong in plain words, says sorry for that and not for their feelings, says "
        "what happens next, who does it and until when.\n\n"
        "**It leaves out:** “if” and “but” beside sorry, what they should have done, how few others "
        "complain, and any "
        "denial before somebody has looked.\n\n"
        "**A promise** has a name and a day. “We will look into it soon” is none.\n\n"
        "Some will stay angry whatever you write. Answer once, clearly and kindly, and leave it."
    ),
    (
        Question(
            _("Which is an apology?"),
            (
                _("“We are sorry if you were inconvenienced.”"),
                _("“We sent you the wrong size. I am sorry.”"),
                _("“Sorry you feel that way.”"),
            ),
            (1,),
            _("It names what went wrong, and whose it was."),
        ),
        Question(
            _("“Your parcel never came!” What comes first?"),
            (
                _("“That cannot be, we sent it.”"),
                _("“I am looking where it is and write here by 3 o'clock. – Ari”"),
                _("“You may have given the wrong address.”"),
            ),
            (1,),
            _("Look before you deny, and say until when you look."),
        ),
        Question(
            _("What does a promise need? Tick all."),
            (_("Somebody who keeps it."), _("A day."), _("An exclamation mark."), _("A discount.")),
            (0, 1),
            _("Otherwise nobody can keep it, and nobody notices that it was broken."),
        ),
        Question(
            _("Somebody insults you after you answered twice."),
            (_("Answer each time."), _("Stop after one clear answer; report threats and tell a colleague.")),
            (1,),
            _("Further answers feed it and help nobody who reads along."),
        ),
    ),
)
PRIVATE = ReadyLesson(
    "private-and-open",
    _("What stays private, and what must be open"),
    _(
        "**Private:** a customer's name beyond what they show themselves, addresses, phone and order "
        "numbers, what they "
        "bought, anything about health or money. Ask for it in a private message, never in public, and never confirm "
        "in public that somebody is a customer.\n\n"
        "**Open:** that it is you who speaks. In other people's conversations say that you are from the "
        "shop. Nobody on "
        "the team writes reviews of us, asks only happy customers for one, or pays for one; in many "
        "countries that is "
        "against the law.\n\n"
        "**Criticism stays.** Comments are hidden only for a reason on the list: spam, threats, private data, hate, "
        "far off the subject. “It is negative” is not on it."
    ),
    (
        Question(
            _("Somebody posts their order number in public and asks where the parcel is. You…"),
            (
                _("answer with the number and the street it goes to."),
                _("take it up in a private message and write in public that you did."),
            ),
            (1,),
            _("What they show is theirs to show; you add nothing to it."),
        ),
        Question(
            _("You read on a forum that somebody looks for good boots. What do you have to say?"),
            (
                _("That you are from the shop."),
                _("That you are a neutral customer."),
                _("Nothing, it is only a tip."),
            ),
            (0,),
            _("A tip from a seller is advertising, and has to be known as such."),
        ),
        Question(
            _("Which comments may be hidden? Tick all."),
            (
                _("One that says our service is bad."),
                _("One that shows somebody's address."),
                _("One that threatens a colleague."),
                _("One that praises a competitor."),
            ),
            (1, 2),
            _("Private data and threats are on the list; an opinion never is."),
        ),
    ),
)
READY = (PUBLIC, TRUE, SORRY, PRIVATE)
