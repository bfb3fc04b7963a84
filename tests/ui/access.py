"""Who may use what: every page, every route and every listener of the web page. What is not listed fails the test.

Add a page here when you add one: its path, its roles, and the marks of its listeners (see `mark`).
"""

from nexus_appliance.school.callers import ACCOUNT_ROLES, Role

EVERYBODY = frozenset({"anonymous", *ACCOUNT_ROLES})
SIGNED_IN = frozenset(ACCOUNT_ROLES)
READERS = frozenset({Role.STUDENT, Role.TEACHER, Role.ADMIN})
KEEPERS = frozenset({Role.TEACHER, Role.ADMIN})
TEACHER, ADMIN = frozenset({Role.TEACHER}), frozenset({Role.ADMIN})

PAGES: dict[str, frozenset[str]] = {
    "/masuk": EVERYBODY,
    "/mulai": EVERYBODY,
    "/sambung": EVERYBODY,
    "/konsol": EVERYBODY,  # at the machine itself, as these visitors are; elsewhere: technician/test_console.py
    "/sandi": SIGNED_IN,
    "/": READERS,
    "/guru": KEEPERS,
    "/guru/pertanyaan": KEEPERS,
    "/admin": ADMIN,
    "/teknisi": frozenset({Role.TECHNICIAN, Role.ADMIN}),
    # pages of the tests themselves
    "/uji": SIGNED_IN,
    "/uji/guru": TEACHER,
}
"""Roles by page path."""

ROUTES: dict[tuple[str, str], frozenset[str]] = {
    ("POST", "/masuk"): EVERYBODY,
    ("POST", "/mulai"): EVERYBODY,
    ("POST", "/keluar"): EVERYBODY,
    ("POST", "/sandi"): SIGNED_IN,
    ("POST", "/bahasa"): EVERYBODY,
    ("POST", "/guru/buku"): KEEPERS,
    ("GET", "/halaman/{subject}/{key}/{page}"): READERS,
    ("GET", "/halaman/{subject}/{key}/{page}/sorot"): READERS,
    ("GET", "/kanal/{path:path}"): EVERYBODY,
    ("GET", "/tanda"): EVERYBODY,
    ("GET", "/favicon.ico"): EVERYBODY,
    # NiceGUI's own files, the same for everybody
    ("GET", "/_nicegui/{version}/libraries/{key:path}"): EVERYBODY,
    ("GET", "/_nicegui/{version}/components/{key:path}"): EVERYBODY,
    ("GET", "/_nicegui/{version}/resources/{key}/{path:path}"): EVERYBODY,
    ("GET", "/_nicegui/{version}/dynamic_resources/{name}"): EVERYBODY,
    ("GET", "/_nicegui/{version}/esm/{key}/{path:path}"): EVERYBODY,
    # our own files
    ("GET", "/css/{path:path}"): EVERYBODY,
    ("GET", "/js/{path:path}"): EVERYBODY,
    ("GET", "/icons/{path:path}"): EVERYBODY,
    ("GET", "/katex/{path:path}"): EVERYBODY,
    # pages of the tests themselves
    ("POST", "/uji/unggah"): TEACHER,
}
"""Roles by method and path, pages excepted; `{version}` stands for NiceGUI's version."""

MOUNTS = frozenset({"/_nicegui_ws", "/_nicegui/{version}/static"})
"""The socket, and NiceGUI's folder."""

FRAME = frozenset(
    {
        "page sub_pages_open",  # NiceGUI's own, on every page; we have no sub-pages
        "page sub_pages_navigate",
        "q-menu update:modelValue",
        "nicegui-header update:modelValue",
        "nicegui-dark_mode update:value",
        "notifications click",
    }
)
"""Listeners of the frame: the page's own, its menus, the notices bell."""


def choice(name: str) -> frozenset[str]:
    """The listeners of a `select_field`."""
    return frozenset({f"{name} popupShow", f"{name} popupHide", f"{name} update:modelValue"})


def clicks(*names: str) -> frozenset[str]:
    """Buttons."""
    return frozenset(f"{name} click" for name in names)


LISTENERS: dict[str, frozenset[str]] = {
    "/masuk": FRAME,
    "/mulai": FRAME,
    "/sambung": FRAME,
    "/konsol": FRAME,
    "/sandi": FRAME,
    "/admin": FRAME
    | {
        "q-tabs update:modelValue",
        "q-tab-panels update:modelValue",
        "step click",
        "add-subject click",
        "remove-subject click",
        "add-person click",
        "open-person click",
        "previous-page click",
        "next-page click",
        "Tambah Mata Pelajaran click",
        "Cari nama atau nama pengguna update:value",
        "Peran update:modelValue",
        "Peran popupShow",
        "Peran popupHide",
    },
    "/": FRAME
    | choice("grade")
    | choice("subject")
    | {"nicegui-input keydown", "nicegui-input update:value", "Cari di pertanyaanmu update:value"}
    | clicks("arrow_back", "arrow_upward", "close", "delete_outline", "history", "stop")
    | {"nicegui-dialog update:modelValue"},
    "/guru": FRAME
    | choice("Semester")
    | {"Pilih berkas PDF chosen", "Pilih berkas PDF stored", "Judul update:value"}
    | clicks("upload-book"),
    "/guru/pertanyaan": FRAME | choice("Tampilkan") | clicks("write-note"),
    "/teknisi": FRAME
    | choice("Tampilkan")
    | clicks("check-again", "examine", "read-log", "content_copy", "download", "check-channel", "stop-channel")
    | clicks("use-model", "model-back", "switch-program", "remove-model", "fetch-file", "enrol", "leave-cloud")
    | {"Undangan update:value"},
    "/uji": FRAME,
    "/uji/guru": FRAME | {"Kerjakan click", "Nama update:value"},
}
"""Marks of the listeners with a Python handler by page path."""

EXAMPLES: dict[str, str] = {}
"""An address for each page whose path or query needs values."""
