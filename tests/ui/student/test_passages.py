"""Formulas of an answer, and the tables, code and formulas of a passage, as elements of the page."""

import re

from tests.ui.site import new_visitor
from tests.ui.student.classroom import Classroom, Student

CODE = "func main() {\n    algoritma(x)\n}"
FORMULA = "Rumus $L = \\pi r^2$ <b>saja</b>, harga $5 atau $6."
PAGE = f"Algoritma pada layanan\n\nlayanan | port\nwww | 80\n\n{CODE}\n\n{FORMULA}"


async def test_an_answer_hands_its_formula_to_the_browser(student: Student) -> None:
    student.ask(r"algoritma \(x_1^2 < 5\) itu")
    await student.sees("Tanya lagi")
    shown = student.html("nx-prose")
    assert r"<nx-formula>\(x_1^2 &lt; 5\)</nx-formula>" in shown


async def test_a_passage_keeps_its_table_its_code_and_its_formula(room: Classroom) -> None:
    room.add_book(room.add_subject(), pages=(PAGE,))
    student = Student(room, new_visitor())
    await student.open()
    student.ask("Apa itu algoritma?")
    await student.sees("Tanya lagi")
    cards = student.html("nx-citations")
    assert re.findall("<td>(.*?)</td>", cards) == ["layanan", "port", "www", "80"]
    assert f'<pre class="nx-code-block" tabindex="0">{CODE}</pre>' in cards
    formula = r"<nx-formula>$L = \pi r^2$</nx-formula>"
    assert f"<p>Rumus {formula} &lt;b&gt;saja&lt;/b&gt;, harga $5 atau $6.</p>" in cards
