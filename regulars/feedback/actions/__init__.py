"""What we can do about surveys."""

from regulars.feedback.actions.answering import Answered, answer, answer_openly, exclude, include
from regulars.feedback.actions.inviting import invite, invite_each, invite_here, invite_segment
from regulars.feedback.actions.sending import follow_messages, send_invitations
from regulars.feedback.actions.surveys import change_survey, create_survey, start_survey, stop_survey
from regulars.feedback.actions.topics import archive_topic, judge, save_topic
from regulars.feedback.errors import CannotAnswer, CannotDo

__all__ = [
    "Answered",
    "CannotAnswer",
    "CannotDo",
    "answer",
    "answer_openly",
    "archive_topic",
    "change_survey",
    "create_survey",
    "exclude",
    "follow_messages",
    "include",
    "invite",
    "invite_each",
    "invite_here",
    "invite_segment",
    "judge",
    "save_topic",
    "send_invitations",
    "start_survey",
    "stop_survey",
]
