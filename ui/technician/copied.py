"""What is said after a copy to the clipboard."""

from ui.components.toast import toast
from ui.i18n import _


def tell_copied(worked: object) -> None:
    """`worked` is what the browser says."""
    if worked is True:
        toast(_("Copied."))
    else:
        toast(_("This browser does not let us copy. Select the text and copy it yourself."), "warning")
