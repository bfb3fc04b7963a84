"""/guru and /guru/pertanyaan: grade, subject, then its books, or what its students asked."""

from nexus_appliance.school.callers import Caller
from ui.i18n import _
from ui.teacher.questions import questions
from ui.teacher.shelf import shelf
from ui.teacher.subject_page import subject_page

BOOKS, QUESTIONS = "/guru", "/guru/pertanyaan"


async def teacher_page(caller: Caller, mapel: str = "", kelas: str = "") -> None:
    """The books of the subject `mapel` (a code), or of the first one of the grade `kelas`, or of the first of all."""
    words = _("Books"), _("Students get their answers from the books you add here.")
    await subject_page(caller, BOOKS, words, (mapel, kelas), shelf)


async def questions_page(caller: Caller, mapel: str = "", kelas: str = "") -> None:
    """What students of a subject asked, chosen as on the page of books, and its notes."""
    words = _("Questions"), _("What the books did not answer well, and the notes with which you fill the gaps.")
    await subject_page(caller, QUESTIONS, words, (mapel, kelas), questions)
