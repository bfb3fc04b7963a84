"""Every expected failure. The core raises these with values; `ui.words` makes sentences of them."""

from enum import StrEnum


class Failure(StrEnum):
    """The code of an expected failure; `ui.words` has one sentence for each."""

    # who asks
    NOT_ALLOWED = "not_allowed"
    SIGNED_OUT = "signed_out"
    WRONG_PASSWORD = "wrong_password"
    LOGIN_DELAYED = "login_delayed"
    LOGIN_BUSY = "login_busy"
    ACCOUNT_DISABLED = "account_disabled"
    PASSWORD_CHANGE_NEEDED = "password_change_needed"
    SETUP_CODE_WRONG = "setup_code_wrong"
    SETUP_DONE = "setup_done"
    # what was typed
    USERNAME_INVALID = "username_invalid"
    USERNAME_TAKEN = "username_taken"
    NAME_INVALID = "name_invalid"
    PASSWORD_WEAK = "password_weak"
    ROLE_INVALID = "role_invalid"
    GRADE_INVALID = "grade_invalid"
    SEMESTER_INVALID = "semester_invalid"
    TITLE_INVALID = "title_invalid"
    SUBJECT_TAKEN = "subject_taken"
    SUBJECT_IN_USE = "subject_in_use"
    LANGUAGE_INVALID = "language_invalid"
    QUESTION_EMPTY = "question_empty"
    QUESTION_TOO_LONG = "question_too_long"
    INBOX_FULL = "inbox_full"
    NOTES_FULL = "notes_full"
    NOTE_CHANGED = "note_changed"
    RATING_INVALID = "rating_invalid"
    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    LAST_ADMIN = "last_admin"
    # what is not there
    USER_UNKNOWN = "user_unknown"
    SUBJECT_UNKNOWN = "subject_unknown"
    BOOK_UNKNOWN = "book_unknown"
    JOB_UNKNOWN = "job_unknown"
    PACK_UNKNOWN = "pack_unknown"
    MODEL_UNKNOWN = "model_unknown"
    QUESTION_UNKNOWN = "question_unknown"
    TURN_UNKNOWN = "turn_unknown"
    NOTE_UNKNOWN = "note_unknown"
    FILE_MISSING = "file_missing"
    SUBJECT_EMPTY = "subject_empty"
    PAGE_UNKNOWN = "page_unknown"
    # a PDF
    UPLOAD_TOO_LARGE = "upload_too_large"
    QUESTIONS_DAMAGED = "questions_damaged"
    UPLOAD_MISSING = "upload_missing"
    BOOK_DUPLICATE = "book_duplicate"
    BOOK_SWEPT = "book_swept"
    PDF_EMPTY_FILE = "pdf_empty_file"
    PDF_NOT_A_PDF = "pdf_not_a_pdf"
    PDF_ENCRYPTED = "pdf_encrypted"
    PDF_DAMAGED = "pdf_damaged"
    PDF_NO_PAGES = "pdf_no_pages"
    PDF_NO_TEXT = "pdf_no_text"
    PDF_TOO_MANY_PAGES = "pdf_too_many_pages"
    INGEST_MEMORY = "ingest_memory"
    INGEST_TIME = "ingest_time"
    INGEST_CRASHED = "ingest_crashed"
    INGEST_CANCELLED = "ingest_cancelled"
    OCR_MISSING = "ocr_missing"
    # a pack
    PACK_DAMAGED = "pack_damaged"
    PACK_FORMAT_UNKNOWN = "pack_format_unknown"
    # a channel
    CHANNEL_NONE = "channel_none"
    CHANNEL_UNREACHABLE = "channel_unreachable"
    CHANNEL_FORGED = "channel_forged"
    CHANNEL_OLD = "channel_old"
    CHANNEL_EXPIRED = "channel_expired"
    CLOCK_WRONG = "clock_wrong"
    CHANNEL_UNSET = "channel_unset"
    CLOUD_UNREACHABLE = "cloud_unreachable"
    CLOUD_UNSET = "cloud_unset"
    INVITATION_MALFORMED = "invitation_malformed"
    INVITATION_UNKNOWN = "invitation_unknown"
    SCHOOL_UNKNOWN = "school_unknown"
    SUBJECT_NOT_IN_CHANNEL = "subject_not_in_channel"
    UPLOAD_FORGOTTEN = "upload_forgotten"
    SHARE_UNKNOWN = "share_unknown"
    UPDATE_STOPPED = "update_stopped"
    UPDATE_RUNNING = "update_running"
    NO_EARLIER_VERSION = "no_earlier_version"
    # the machine
    DISK_FULL = "disk_full"
    DATABASE_LOCKED = "database_locked"
    DATABASE_GONE = "database_gone"
    DATABASE_NEWER = "database_newer"
    DATABASE_NOT_EMPTY = "database_not_empty"
    COPY_DIFFERS = "copy_differs"
    SNAPSHOT_UNKNOWN = "snapshot_unknown"
    SNAPSHOT_DAMAGED = "snapshot_damaged"
    PICTURE_FAILED = "picture_failed"
    SERVER_SILENT = "server_silent"
    HOME_IN_USE = "home_in_use"
    HOME_NOT_WRITABLE = "home_not_writable"
    PORT_IN_USE = "port_in_use"
    SETTING_INVALID = "setting_invalid"
    SETTINGS_DAMAGED = "settings_damaged"
    SERVICE_OFF = "service_off"
    SERVER_GONE = "server_gone"
    # the model
    MODEL_MISSING = "model_missing"
    MODEL_DAMAGED = "model_damaged"
    MODEL_GONE = "model_gone"
    MODEL_UNUSABLE = "model_unusable"
    MODEL_TOO_LARGE = "model_too_large"
    MODEL_BY_SETTINGS = "model_by_settings"
    MODEL_IN_USE = "model_in_use"
    PROGRAM_UNUSABLE = "program_unusable"
    PROGRAM_WENT_BACK = "program_went_back"
    DOWNLOAD_DAMAGED = "download_damaged"
    QUEUE_FULL = "queue_full"
    PROMPT_TOO_LONG = "prompt_too_long"
    GRAMMAR_INVALID = "grammar_invalid"
    ENCODER_GONE = "encoder_gone"


class NexusError(Exception):
    """An expected failure: `code` names it, `values` fill its sentence (plain strings and numbers)."""

    def __init__(self, code: Failure, **values: str | int | float) -> None:
        super().__init__(code.value, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return self.code.value + "".join(f" {key}={value}" for key, value in self.values.items())


class NotAllowed(NexusError):
    """The caller may not do this."""


class Invalid(NexusError):
    """What we were given is wrong; the same call will fail again."""


class Missing(NexusError):
    """What was named does not exist."""


class Unavailable(NexusError):
    """We could not get it now; a later try may succeed."""
