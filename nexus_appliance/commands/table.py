"""Every verb that the local channel can run in the server."""

from typing import Any

from nexus_appliance.appliance import Appliance
from nexus_appliance.commands import ask, books, demo, enrol, evaluate, models, packs, stop, subjects, update, users
from nexus_appliance.commands.running import Verb
from nexus_appliance.operations.channel import Dispatch, Report

VERBS: dict[str, Verb] = {
    "ask": ask.ask,
    "book add": books.add,
    "book list": books.list_all,
    "book remove": books.remove,
    "demo": demo.load,
    "enrol": enrol.enrol,
    "evaluate": evaluate.evaluate,
    "model use": models.use,
    "pack import": packs.bring_in,
    "stop": stop.stop,
    "subject add": subjects.add,
    "subject list": subjects.list_all,
    "update": update.update,
    "user add": users.add,
    "user disable": users.disable,
    "user list": users.list_all,
    "user passwd": users.passwd,
}


def dispatch_to(appliance: Appliance) -> Dispatch:
    """The channel's dispatcher: the same verbs, run in the server."""

    async def dispatch(name: str, arguments: dict[str, Any], report: Report) -> Any:
        return await VERBS[name](appliance, arguments, report)

    return dispatch
