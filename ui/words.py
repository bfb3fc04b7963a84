"""The only place where failures and notices become sentences: what happened, and what to do next."""

from collections.abc import Mapping

from nexus_appliance.errors import Failure, NexusError
from ui.i18n import _
from ui.notice_words import NOTICES, UNKNOWN_NOTICE
from ui.sentences import FAILURES, WEAK_PASSWORDS

Values = Mapping[str, object]


def failure_sentence(code: Failure | str, values: Values | None = None) -> str:
    """The sentence for a failure in the current language; codes of a newer version get a general one."""
    values = values or {}
    if code not in set(Failure):
        return unexpected_sentence()
    general = FAILURES[Failure(code)]
    message = WEAK_PASSWORDS.get(str(values.get("reason")), general) if code == Failure.PASSWORD_WEAK else general
    return _(message, **values)


def sentence(error: NexusError) -> str:
    """The sentence for a raised failure in the current language."""
    return failure_sentence(error.code, error.values)


def unexpected_sentence() -> str:
    """What a visitor reads when the program itself made a mistake."""
    return _("Something went wrong on the server. Try again; if it happens again, tell the technician.")


def notice_sentence(kind: str, values: Values) -> str:
    """The sentence for a notice; one that carries a failure code ends with the failure's own sentence."""
    text = _(NOTICES.get(kind, UNKNOWN_NOTICE), **values)
    failure = values.get("failure")
    return f"{text} {failure_sentence(str(failure), values)}" if failure else text
