"""Pages whose session has ended are sent to /masuk and removed, whatever they were doing."""

import asyncio

from nicegui import Client, background_tasks, core

from ui.site import Site, client_token

GRACE = 0.8
"""Seconds a browser has to leave by itself before its socket is closed."""

RECHECK = 20.0
"""Seconds between looks for sessions that have expired."""


def watch_sessions(site: Site) -> None:
    """Send pages away when their sessions end, and look for expired ones from time to time."""
    site.signed_in.on_ended(lambda tokens: send_away(tokens))
    core.app.timer(RECHECK, lambda: site.signed_in.recheck(tokens_in_use()))


def tokens_in_use() -> frozenset[str]:
    """The session tokens of all open pages."""
    return frozenset(client_token(client) for client in Client.instances.values()) - {""}


def send_away(tokens: frozenset[str]) -> None:
    """Remove every open page of these sessions."""
    for client in tuple(Client.instances.values()):
        if client_token(client) in tokens:
            background_tasks.create(_send_away(client), name="session ended")


async def _send_away(client: Client) -> None:
    sockets = tuple(client._socket_to_document_id)
    message = {"path": "/masuk?gagal=signed_out", "new_tab": False, "_id": client.outbox.next_message_id}
    await core.sio.emit("open", message, room=client.id)
    if not client.is_deleted:
        client.delete()
    await asyncio.sleep(GRACE)
    for socket in sockets:
        await core.sio.disconnect(socket)
