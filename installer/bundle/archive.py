"""Make dist/nexus-VERSION.zip of dist/nexus, as a channel offers a program: `make program`.

`python -m cloud program CHANNEL dist/nexus-VERSION.zip ...` then publishes it. The same bundle gives the same bytes.
"""

import os
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path

from installer.bundle.build import package_options

TIME = (2026, 1, 1, 0, 0, 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Pack the bundle that lies there."""
    options = package_options(__doc__, arguments)
    target: Path = options.out / f"nexus-{options.version}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(options.bundle.rglob("*")):
            if file.is_symlink() or file.is_file():
                _add(archive, file, file.relative_to(options.bundle).as_posix())
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB")


def _add(archive: zipfile.ZipFile, file: Path, name: str) -> None:
    member = zipfile.ZipInfo(name, TIME)
    member.compress_type = zipfile.ZIP_DEFLATED
    if file.is_symlink():
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, os.readlink(file))
        return
    member.external_attr = (stat.S_IFREG | (0o755 if os.access(file, os.X_OK) else 0o644)) << 16
    with file.open("rb") as source, archive.open(member, "w") as copy:
        while block := source.read(1 << 20):
            copy.write(block)


if __name__ == "__main__":
    main()
