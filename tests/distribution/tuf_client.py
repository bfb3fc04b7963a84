"""A plugin for pytest: python-tuf's own tests of its client get ours, with its limits and its way of reading files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import tuf.ngclient
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface, UpdaterConfig

from nexus_appliance.distribution.sources import NotThere
from nexus_appliance.distribution.trust import TufClient


class FetcherSource:
    """The files of a test's repository, as a source of ours."""

    def __init__(self, fetcher: FetcherInterface, base: str) -> None:
        self._fetcher = fetcher
        self._base = base if base.endswith("/") else f"{base}/"
        self.received = self.requests = 0

    def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """As `Source.range`."""
        self.requests += 1
        url = path.replace("metadata/", self._base, 1) if path.startswith("metadata/") else path
        try:
            yield from self._fetcher.fetch(url)
        except DownloadHTTPError as error:
            raise NotThere(path) from error


class Client(TufClient):
    """Ours, made as python-tuf's tests make theirs."""

    def __init__(
        self,
        metadata_dir: str,
        metadata_base_url: str,
        target_dir: str | None = None,
        target_base_url: str | None = None,
        fetcher: FetcherInterface | None = None,
        config: UpdaterConfig | None = None,
        *,
        bootstrap: bytes | None,
    ) -> None:
        root = bootstrap if bootstrap is not None else (Path(metadata_dir) / "root.json").read_bytes()
        given = fetcher if fetcher is not None else tuf.ngclient.Urllib3Fetcher()
        super().__init__(Path(metadata_dir), root, FetcherSource(given, metadata_base_url), datetime.now(UTC))
        self.target_dir = target_dir
        self._target_base_url = None
        if target_base_url is not None:
            self._target_base_url = target_base_url if target_base_url.endswith("/") else f"{target_base_url}/"
        if config is not None:
            self.config = config


tuf.ngclient.Updater = Client  # type: ignore[misc]
