"""Sentences for what the appliance found and did: checks, outcomes of questions, stages of an ingest."""

from collections.abc import Mapping

from ui.i18n import _, noted
from ui.numbers import figure

CHECKS = {
    ("folder", "ok"): noted("The data folder {home} can be written."),
    ("folder", "failure"): noted("The data folder {home} cannot be written. Give this user the right to write there."),
    ("disk", "ok"): noted("{free_gb} GB of disk are free."),
    ("disk", "warning"): noted("Only {free_gb} GB of disk are free. Make room: {advised_gb} GB are advised."),
    ("disk", "failure"): noted("Only {free_gb} GB of disk are free: books cannot be added. Delete what is not needed."),
    ("memory", "ok"): noted("{total_gb} GB of memory, {free_gb} GB free."),
    ("memory", "warning"): noted("{total_gb} GB of memory: enough if nothing else runs; {advised_gb} GB are advised."),
    ("memory", "failure"): noted("{total_gb} GB of memory are too little for the language model; add memory."),
    ("processor", "ok"): noted("{cores} processor cores with {kernels}."),
    ("processor", "warning"): noted(
        "{cores} processor cores without AVX2: answers come, but more than ten times slower."
    ),
    ("processor", "failure"): noted("This processor is too old for the language model; students get passages only."),
    ("clock", "ok"): noted("The clock says {date}."),
    ("clock", "failure"): noted(
        "The clock says {date}, before this program was made. Set the date; if it is lost again, change the battery."
    ),
    ("database", "ok"): noted("The database answers ({kind})."),
    ("database", "failure"): noted("The database ({kind}) does not answer: {reason}. Start it or check its address."),
    ("model", "ok"): noted("The language model {model} is here ({size_gb} GB)."),
    ("model", "failure"): noted(
        "The language model {model} is not here. Run the set-up again; until then students get passages."
    ),
    ("model_fit", "warning"): noted(
        "The language model {model} is here, but with all it works with it needs {needed_gb} GB, and this machine has "
        "{total_gb} GB. Add memory, choose a smaller model, or lower model_memory."
    ),
    ("model_fit", "failure"): noted(
        "The language model {model} does not fit: it needs {needed_gb} GB, and this machine has {total_gb} GB. Choose "
        "a smaller model or add memory."
    ),
    ("speed", "ok"): noted(
        "The model uses {threads} of {cores} processor threads and gives way to the pages. Measured: it reads "
        "{prompt} and writes {generation} tokens a second, up to {answers} answers at once."
    ),
    ("speed", "warning"): noted(
        "The model is slow here: it reads {prompt} and writes {generation} tokens a second with {threads} of {cores} "
        "processor threads. Choose a smaller model, or point inference_url to a faster machine."
    ),
    ("speed_unmeasured", "ok"): noted(
        "The model may use {threads} of {cores} processor threads and gives way to the pages. Its speed is "
        "measured at its first start."
    ),
    ("ocr", "ok"): noted("Scanned books are read by Tesseract {version} ({languages})."),
    ("ocr", "warning"): noted(
        "Tesseract is not installed, so scanned books cannot be read. Install it with its Indonesian language: {hint}."
    ),
    ("ocr_language", "warning"): noted(
        "Tesseract {version} has no Indonesian, so scanned books are read worse or not at all. Install it: {hint}."
    ),
    ("host", "failure"): noted("{host} is not an address of this machine. Set NEXUS_HOST to 0.0.0.0."),
    ("port", "ok"): noted("Port {port} is free."),
    ("port", "failure"): noted("Port {port} is in use by another program. Stop it, or set NEXUS_PORT to another port."),
}

OUTCOMES = {
    "answered": noted("Answered from the books."),
    "refused": noted("This is not in the books of your class. These pages come nearest:"),
    "passages": noted("The language model is not available now. These pages of the book fit your question:"),
    "extract": noted("Short answer from the book"),
    "stopped": noted("Stopped."),
}

STAGES = {
    "": noted("Waiting"),
    "extract": noted("Reading pages"),
    "ocr": noted("Reading scanned pages"),
    "clean": noted("Cleaning the text"),
    "chunk": noted("Dividing into sections"),
    "encode": noted("Understanding the content"),
    "pack": noted("Packing"),
    "stage": noted("Preparing the search"),
    "activate": noted("Switching on"),
}


def check_sentence(name: str, verdict: str, values: Mapping[str, object]) -> str:
    """The sentence for one finding of `nexus check`."""
    shown = {key: figure(value) if isinstance(value, float) else value for key, value in values.items()}
    return _(CHECKS[name, verdict], **shown)


def outcome_sentence(outcome: str) -> str:
    """What a student reads above the citations of an answer that is not plainly answered."""
    return _(OUTCOMES[outcome])


def stage_name(stage: str) -> str:
    """What the ingest job does now."""
    return _(STAGES.get(stage, STAGES[""]))


def page_name(page_pdf: int, page_printed: str | None) -> str:
    """The page as the reader of the paper book finds it; the PDF page when nothing is printed."""
    return _("page {page}", page=page_printed) if page_printed else _("PDF page {page}", page=page_pdf)
