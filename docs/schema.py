"""Write DATABASE_SCHEMA.md from the models: `python -m docs.schema`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column
from sqlalchemy import Table as SqlTable

from nexus_appliance.storage.schema import Table

TARGET = Path(__file__).with_name("DATABASE_SCHEMA.md")

HEAD = """# Skema basis data

Berkas ini dibuat dari kode (`make words` memperbaruinya); jangan diubah dengan tangan. Tabel yang sama dipakai di
SQLite (`nexus.sqlite` di folder data) dan PostgreSQL. Semua waktu adalah UTC. Kolom JSON berisi daftar atau objek.
Hanya program server yang boleh menulis; untuk melihat isinya, buka salinannya (`nexus snapshot take`).

Pindah ke PostgreSQL: hentikan server, `nexus migrate --to postgresql+psycopg://USER@HOST/NAMA`, lalu isi
`database_url`. Keterangan tiap tabel memakai kata-kata kode (bahasa Inggris).
"""


def text() -> str:
    """The whole document."""
    described = {mapper.local_table: mapper.class_.__doc__ or "" for mapper in Table.registry.mappers}
    tables = sorted(Table.metadata.tables.values(), key=lambda table: table.name)
    return "\n".join([HEAD, *(line for table in tables for line in _table(table, described[table]))])


def _table(table: SqlTable, words: str) -> Iterator[str]:
    yield f"## {table.name}\n"
    yield " ".join(words.split()) + "\n"
    yield "| kolom | jenis | keterangan |"
    yield "|---|---|---|"
    yield from (_column(column) for column in table.columns)
    yield ""
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        kind = "Indeks unik" if index.unique else "Indeks"
        yield f"{kind}: {', '.join(column.name for column in index.columns)}\n"


def _column(column: Column[Any]) -> str:
    notes = ["kunci utama"] if column.primary_key else []
    notes += [f"→ {key.target_fullname}" for key in column.foreign_keys]
    notes += ["unik"] if column.unique else []
    notes += ["boleh kosong"] if column.nullable else []
    kind = str(column.type).replace("DATETIME", "TIMESTAMP")
    return f"| `{column.name}` | {kind} | {', '.join(notes)} |"


def main() -> None:
    """Write the document."""
    TARGET.write_text(text(), "utf-8")


if __name__ == "__main__":
    main()
