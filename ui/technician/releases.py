"""Language models to change between while the server runs, and what the channel offers: models, program versions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from nicegui import ui

from nexus_appliance.distribution.releases import MODELS, PROGRAMS, FileView
from nexus_appliance.errors import NexusError
from nexus_appliance.operations.models import ModelView
from nexus_appliance.school.callers import Caller
from ui.channel_words import size_words
from ui.components.button import icon_button, quiet_button
from ui.components.card import card
from ui.components.confirm import confirm
from ui.components.text import Text
from ui.components.toast import toast, toast_failure
from ui.i18n import _
from ui.live import keep_shown
from ui.site import current_appliance, current_caller, current_site
from ui.words import failure_sentence


async def releases_card() -> None:
    """Follows models and offers while the page is open; hidden while there is nothing to choose."""
    board = _Board()
    await keep_shown(("models", "updates"), _found, board.show)


Found = tuple[Sequence[ModelView], Sequence[FileView]]


def _found(caller: Caller) -> Found:
    appliance = current_appliance()
    return appliance.models.list(caller), appliance.releases.list(caller)


class _Board:
    """Rows are made anew only when they change."""

    def __init__(self) -> None:
        self._dialogs = ui.element("div").classes("nx-dialogs")
        self._place = card(_("Models and program versions"))
        with self._place:
            self._list = ui.element("ul").classes("nx-list")
        self._shown: Found | None = None

    def show(self, found: Found) -> None:
        """Show one state."""
        if found == self._shown:
            return
        self._shown = found
        models, files = found
        offered = [file for file in files if not file.here or file.kind == PROGRAMS]
        self._place.set_visibility(len(models) > 1 or bool(offered))
        self._list.clear()
        with self._list:
            for model in models:
                self._model(model)
            for file in offered:
                self._offer(file)

    def _model(self, model: ModelView) -> None:
        models = current_appliance().models
        with ui.element("li").classes("nx-spread"):
            _named(model.id, _model_facts(model))
            with ui.element("div").classes("nx-actions"):
                if model.before:
                    quiet_button(_("Back to this one"), lambda: self._change(model), "undo").mark("model-back")
                elif not model.in_use:
                    quiet_button(_("Use"), lambda: self._change(model), "swap_horiz").mark("use-model")
                if model.removable:
                    name = _("Delete “{title}” from this server", title=model.id)
                    remove = partial(self._remove, model, models.remove)
                    icon_button("delete_outline", name, remove).mark("remove-model")

    def _offer(self, file: FileView) -> None:
        releases = current_appliance().releases
        with ui.element("li").classes("nx-spread"):
            _named(f"{file.title} {file.version}", offer_sentence(file))
            if file.fits:
                with ui.element("div").classes("nx-actions"):
                    quiet_button(_("Install now"), partial(self._switch, file), "upgrade").mark("switch-program")
            elif not file.here and (file.kind == MODELS or file.wanted):
                with ui.element("div").classes("nx-actions"):
                    want = partial(releases.want, kind=file.kind, name=file.name, wanted=not file.wanted)
                    label = _("Do not fetch") if file.wanted else _("Fetch")
                    icon = "close" if file.wanted else "download"
                    quiet_button(label, lambda: self._do(want), icon).mark("fetch-file")

    async def _change(self, model: ModelView) -> None:
        with self._dialogs:
            text = _(
                "Questions wait while it is loaded, up to a minute. You can go back to the one in use now at any time."
            )
            if not await confirm(_("Change to “{title}”?", title=model.id), text, _("Change")):
                return
            toast(_("The model is being checked ..."))
            await self._do(lambda caller: current_appliance().models.switch(caller, model.id))

    async def _switch(self, file: FileView) -> None:
        with self._dialogs:
            text = _(
                "The server copies its data, changes to the new version and starts again; pages come back by "
                "themselves after about a minute. If the new version does not start here, the old one returns with "
                "the data of now. Without a click it happens by itself when nobody has asked for half an hour."
            )
            if not await confirm(_("Install “{title}”?", title=f"{file.title} {file.version}"), text, _("Install")):
                return
            toast(_("The server is being prepared; it goes away in a moment and comes back."))
            await self._do(lambda caller: current_appliance().switching.ask(caller, file.name))

    async def _remove(self, model: ModelView, remove: Callable[[Caller, str], None]) -> None:
        with self._dialogs:
            text = _("It can be fetched from the channel again while that offers it.")
            if await confirm(_("Delete “{title}”?", title=model.id), text, _("Delete"), danger=True):
                await self._do(lambda caller: remove(caller, model.id))

    async def _do(self, deed: Callable[[Caller], Any]) -> None:
        with self._dialogs:
            try:
                await current_site().call(deed, current_caller())
            except NexusError as failure:
                toast_failure(failure)


def _named(name: str, facts: str) -> None:
    with ui.element("div").classes("nx-grow"):
        Text("strong", name)
        Text("p", facts).classes("nx-small nx-flat")


def _model_facts(model: ModelView) -> str:
    parts = [_("in use")] if model.in_use else []
    return " · ".join([*parts, size_words(model.size), *([model.licence] if model.licence else [])])


def offer_sentence(file: FileView) -> str:
    """How an offer of the channel stands on this server."""
    size = size_words(file.size)
    if file.fits and file.failure is None:
        return _("Downloaded and verified, {size}. It is installed in a calm half hour, or now.", size=size)
    if file.here and file.failure is None:
        return _("Downloaded and verified, {size}. Run the installer on this machine to change to it.", size=size)
    if file.failure is not None:
        return failure_sentence(file.failure, file.failure_values)
    if file.wanted:
        return _("Comes with the next look, {size}.", size=size)
    return _("Offered by the channel, {size}.", size=size)
