"""Say at the field why a value was refused; elsewhere when no field is to blame."""

from collections.abc import Mapping

from nicegui import ui

from nexus_appliance.errors import Failure, NexusError
from ui.components.fields import refuse
from ui.components.toast import toast_failure
from ui.words import sentence


def refused_at(fields: Mapping[Failure, ui.input | ui.select | ui.textarea], error: NexusError) -> None:
    """The sentence of a failure below the field that caused it, which takes the focus; else as a toast."""
    field = fields.get(error.code)
    if field is None or field.is_deleted:
        toast_failure(error)
    else:
        refuse(field, sentence(error))
        field.run_method("focus")
