"""Tables of surveys: what is asked, who was asked, what was answered, and what it is about."""

from regulars.feedback.models.answers import Device, Invitation, Response, Said
from regulars.feedback.models.surveys import Survey, SurveyVersion
from regulars.feedback.models.topics import Coding, Topic

__all__ = ["Coding", "Device", "Invitation", "Response", "Said", "Survey", "SurveyVersion", "Topic"]
