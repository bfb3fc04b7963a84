"""The server's end of a worker's pipe: two threads, so that neither reading nor writing can block the event loop."""

import asyncio
import contextlib
import queue
import threading
import time

from nexus_appliance.children import Child, ChildGone, Message


class Line:
    """What the child sends arrives in `inbox`, None when it has gone; what is put into `send` leaves in order."""

    def __init__(self, child: Child, loop: asyncio.AbstractEventLoop) -> None:
        self.child = child
        self.inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self.heard = time.monotonic()
        self._loop = loop
        self._outbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._write)]
        for thread in self._threads:
            thread.start()

    def send(self, message: Message) -> None:
        """Send without waiting; lost when the child is dying, which `inbox` tells."""
        self._outbox.put(message)

    def bury(self) -> None:
        """Collect a child that has gone and end the threads. Blocks; call it in a thread."""
        self._outbox.put(None)
        for thread in self._threads:
            thread.join()
        self.child.close()

    def _read(self) -> None:
        with contextlib.suppress(ChildGone):
            while (received := self.child.pipe.receive()) is not None:
                self.heard = time.monotonic()
                self._deliver(received[0])
        self.child.stop()  # NOTE: a child that closes its pipe but stays would never be collected
        self._deliver(None)

    def _deliver(self, message: Message | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody wants it any more
            self._loop.call_soon_threadsafe(self.inbox.put_nowait, message)

    def _write(self) -> None:
        with contextlib.suppress(ChildGone):
            while (message := self._outbox.get()) is not None:
                self.child.pipe.send(message)
