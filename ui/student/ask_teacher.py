"""What the books do not answer goes to the teachers of the subject."""

from nexus_appliance.errors import NexusError
from nexus_appliance.school.subjects import SubjectView
from ui.components.toast import toast, toast_failure
from ui.i18n import _
from ui.site import current_appliance, current_caller, current_site
from ui.student.subject_name import subject_name
from ui.student.turn_view import TurnView


def offer_teacher(view: TurnView, subject: SubjectView, question: str) -> None:
    """A button below the answer that sends the question; it says so and can be used once."""

    async def send() -> None:
        button.set_enabled(False)
        try:
            await current_site().call(current_appliance().inbox.ask, current_caller(), subject.code, question)
        except NexusError as error:
            button.set_enabled(True)
            toast_failure(error)
            return
        button.set_text(_("Sent to the teacher"))
        name = subject_name(subject)
        toast(_("Your question is with the teachers of {subject}. The reply comes as a notice.", subject=name))

    button = view.offer(_("Ask the teacher"), "school", send).mark("ask-teacher")
