"""The data folder of one school: its subfolders, and the lock that makes this process its only owner."""

from pathlib import Path

from filelock import FileLock, Timeout

from nexus_appliance.errors import Failure, Unavailable
from nexus_appliance.storage.restoring import complete_restoring

FOLDERS = ("books", "logs", "models", "packs", "staging", "vectors")


class Home:
    """An opened data folder; `close` gives the lock back, and so does the end of the process, however it comes."""

    def __init__(self, path: Path) -> None:
        """Create what is missing (owner only) and lock it.

        Raises `Unavailable`: home_not_writable, disk_full, or home_in_use when another process owns it.
        """
        self.path = path
        self._lock = FileLock(path / "nexus.lock", thread_local=False)  # NOTE: closed by another thread than opened
        try:
            for folder in (path, *(path / name for name in FOLDERS)):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            complete_restoring(path)
        except Timeout as error:
            raise Unavailable(Failure.HOME_IN_USE, home=str(path)) from error
        except OSError as error:
            raise Unavailable(Failure.HOME_NOT_WRITABLE, home=str(path), reason=str(error.strerror)) from error

    def close(self) -> None:
        """Let another process open the folder."""
        self._lock.release()


def stored_pdf(home: Path, subject: str, sha256: str) -> Path:
    """Where the PDF of a subject's book lies; both parts are made by us, never by a browser."""
    return home / "books" / subject / f"{sha256}.pdf"


def is_owned(path: Path) -> bool:
    """Whether a process has this data folder open now; touches nothing in a folder that is no school's.

    Raises `Unavailable` (home_not_writable) for a folder of somebody else, such as the installed service's.
    """
    try:
        if not (path / "nexus.lock").exists():
            return False
    except PermissionError as error:
        raise Unavailable(Failure.HOME_NOT_WRITABLE, home=str(path), reason=str(error.strerror)) from error
    lock = FileLock(path / "nexus.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False
