"""The one table of settings: each with type, unit, default and reason."""

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

import platformdirs

from nexus_appliance.errors import Failure, Invalid

ASSETS = Path(__file__).resolve().parents[1] / "assets"
"""What comes with the program: translations, styles, the demo book."""


def setting(default: object, unit: str, reason: str, *, secret: bool = False) -> Any:
    """Declare one setting with its default, its unit and the reason for the default."""
    metadata = {"unit": unit, "reason": reason, "secret": secret}
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """All settings. Sources, strongest first: environment (NEXUS_NAME), nexus.toml in the data folder, default."""

    home: Path = setting(Path(), "folder", "all data of one school; NEXUS_HOME, else the user's data folder")
    port: int = setting(0, "TCP port", "0: 80, else 8080, else the next free one, and the same one again")
    host: str = setting("0.0.0.0", "address", "students reach the server over the LAN")  # noqa: S104
    mdns_name: str = setting(
        "belajar", "name", "students also find the server as NAME.local; empty: by its address alone"
    )
    school: str = setting("", "name", "what the header calls the school; empty: the product's name")
    language: str = setting("id", "language", "the first language of a visitor who has chosen none")
    database_url: str = setting("", "URL", "empty: SQLite in the data folder; else postgresql+psycopg://", secret=True)
    database_pool: int = setting(8, "connections", "the thread pool is as large; more would only wait")
    model: str = setting("qwen2.5-coder-1.5b-instruct-q4_k_m", "catalogue id", "smallest model with usable Indonesian")
    model_file: str = setting("", "file", "a GGUF outside the catalogue; needs model_sha256")
    model_sha256: str = setting("", "sha256", "what model_file must hash to")
    model_template: str = setting("chatml", "template", "the chat format of model_file; most small models use it")
    model_threads: int = setting(0, "threads", "0: all cores up to eight; more brings no speed on CPU")
    model_context: int = setting(1280, "tokens", "system, passages, question and answer with room to spare")
    model_answers: int = setting(0, "answers", "written at once; 0: as the measured speed and model_memory allow")
    model_memory: int = setting(2560, "MB", "half for answers being written, half for remembered pages")
    inference_url: str = setting("", "URL", "an OpenAI-compatible server on the school's network, by its address")
    prompt_share: int = setting(
        256, "tokens", "of prompts, read between two words of the answers, more when much waits; more: faster, jerkier"
    )
    answer_tokens: int = setting(200, "tokens", "a short answer; about 15 s on the smallest machine")
    passage_tokens: int = setting(400, "tokens", "prompt tokens are the cost; upper bound of the passages")
    first_token_target: float = setting(4.0, "s", "the passages shrink until the measured speed meets it")
    answer_cache: int = setting(2000, "answers", "of a subject that are known and given again; 0: none")
    extract_after: float = setting(6.0, "s", "who would wait longer gets the book's best sentences meanwhile")
    answer_deadline: float = setting(600.0, "s", "an answer that comes later is of no use to anybody; 0: none")
    queue_limit: int = setting(100, "questions", "one for each student of the largest load")
    encoder_threads: int = setting(2, "threads", "a query is short; more threads wait on each other")
    upload_limit: int = setting(200, "MB", "the largest official textbooks are below it")
    picture_cache: int = setting(200, "MB", "some 2,000 drawn pages; older ones are drawn again")
    ingest_memory: int = setting(2048, "MB", "a 833-page book needs a third of it")
    ingest_minutes: int = setting(120, "min", "wall time of one book on a slow, busy machine")
    ingest_pages: int = setting(3000, "pages", "no school book is longer; bounds a hostile file")
    sweep_hours: int = setting(24, "h", "how long a removed book can be brought back")
    channel_url: str = setting("", "URL", "where new material comes from; empty: from sticks only")
    channel_root: str = setting("", "file", "root.json of the channel's publisher; empty: the one in the program")
    channel_hours: str = setting("", "h-h", "when material is downloaded, as 20-6; empty: at any hour")
    channel_rate: int = setting(0, "kB/s", "what a download may take of the line; 0: all of it")
    channel_serve: int = setting(0, "0 or 1", "1: other schools' servers may take material from this one, at /kanal")
    session_hours: int = setting(12, "h", "a school day; longer sessions stay open on shared phones")
    login_workers: int = setting(2, "threads", "argon2id takes 64 MB and 0.2 s a hash")
    argon2_memory: int = setting(65536, "KiB", "RFC 9106, second recommended option")
    argon2_time: int = setting(3, "passes", "RFC 9106, second recommended option")
    question_limit: int = setting(500, "characters", "a question, not an essay; bounds the prompt")
    log_level: str = setting("INFO", "level", "WARNING hides what a technician looks for")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'nexus.sqlite'}"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, *, home: Path | None = None) -> "Config":
        """Read the settings; raise `Invalid` (setting_invalid, settings_damaged) with the name of the culprit."""
        environ = os.environ if environ is None else environ
        home = home or Path(environ.get("NEXUS_HOME") or platformdirs.user_data_path("nexus-appliance"))
        home = home.expanduser().absolute()
        values: dict[str, object] = dict(_file_values(home / "nexus.toml"))
        for field in dataclasses.fields(cls):
            text = environ.get(f"NEXUS_{field.name.upper()}")
            if text is not None:
                values[field.name] = text
        values["home"] = home
        types = get_type_hints(cls)
        return cls(**{name: _typed(name, value, types.get(name)) for name, value in values.items()})


def _file_values(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, PermissionError):  # none, or those of a service that this user only looks at
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(Failure.SETTINGS_DAMAGED, file=str(path), reason=str(error)) from error


def _typed(name: str, value: object, kind: object) -> Any:
    """`value` as the type of the setting; numbers must be zero or more, a port below 65536."""
    try:
        if kind is Path:
            return Path(str(value))
        if kind in (int, float):
            number = int(str(value)) if kind is int else float(str(value))
            if number >= 0 and not (name == "port" and number > 65535):
                return number
        elif kind is str and isinstance(value, str):
            return value
    except ValueError:
        pass
    raise Invalid(Failure.SETTING_INVALID, name=name, value=str(value))
