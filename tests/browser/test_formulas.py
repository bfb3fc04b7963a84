"""Formulas, tables and code of an answer and of its passages, drawn by the browser from our own files alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nexus_appliance.config import Config
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import ChatEntry, Subject, User
from nexus_appliance.tutoring.answers import Citation
from tests.browser.visits import Visits, audit, open_history

pytestmark = pytest.mark.browser

ANSWER = r"""Luas lingkaran dihitung dengan \(L = \pi r^2\), jadi untuk $r = 7$ harganya bukan $5 atau $10. [1]

$$
x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a} + \sum_{i=1}^{n} \alpha_i x_i
  + \int_0^\infty e^{-x^2} dx + \frac{1}{1 + \frac{1}{1 + x}} + k_1 + k_2 + k_3
$$

| Bangun datar | Rumus luas | Rumus keliling | Keterangan |
|---|---|---|---|
| Persegi panjang | \(p \times l\) | \(2(p + l)\) | panjang dan lebar dalam sentimeter |
| Lingkaran | \(\pi r^2\) | \(2\pi r\) | jari-jari dalam sentimeter |

```go
func luas(r float64) float64 {
    return math.Pi * r * r // baris yang panjang agar kotak ini harus digeser ke samping di telepon
}
```

Tidak digambar: \(\frac{1}{\) dan \({{{{{{x\).
"""
NESTED = r"Sangat dalam: \(" + "{" * 480 + "x" + "}" * 480 + r"\), berulang: \(\sqrt{\sqrt{\sqrt{\sqrt{2}}}}\)."
PASSAGE = (
    "layanan | port | keterangan yang panjang\nwww | 80 | halaman web untuk semua siswa di sekolah ini\n"
    "ssh | 22 | masuk dari jauh\n\nContoh program:\n\nfunc main() {\n    if x := 5; x > 3 {\n"
    '        fmt.Println("baris yang panjang sekali agar harus digeser ke samping")\n    }\n}'
)


def remember(home: Path, question: str, response: str) -> None:
    """Write an answered question of Siti into the history, as the tutor does."""
    citation = Citation(1, "Matematika", "m.pdf", 1, "1", "Bab 1 › Luas", PASSAGE, 1.0)
    database = Database(Config(home=home).database)
    with database.write() as session:
        user = session.query(User.id).filter(User.username == "siti").scalar_subquery()
        subject = session.query(Subject.id).filter(Subject.code == "informatika_10").scalar_subquery()
        entry = {"response": response, "outcome": "answered", "confidence": 1.0, "citations": [citation.plain()]}
        session.add(ChatEntry(user_id=user, subject_id=subject, question=question, **entry))
    database.close()


def read_again(visits: Visits, question: str, *, width: int, dark: bool = False) -> Page:
    """The page of an earlier question."""
    page = visits.open("/", "siti", width=width, dark=dark)
    if not page.get_by_role("textbox").is_enabled():
        page.get_by_label("Kelas", exact=True).click()
        page.get_by_role("option", name="10", exact=True).click()
    open_history(page)
    page.get_by_text(question).click()
    page.locator(".nx-past summary").click()
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_an_answer_shows_formulas_tables_and_code(visits: Visits, width: int, dark: bool) -> None:
    question = f"Apa rumus luas {width} {dark}?"
    remember(visits.server.home, question, ANSWER)
    page = read_again(visits, question, width=width, dark=dark)
    answer = page.locator(".nx-past .nx-prose")
    expect(answer.locator("nx-formula .katex")).to_have_count(7)
    expect(answer.locator("nx-formula .katex math")).to_have_count(7)
    expect(answer).to_contain_text(r"\(\frac{1}{\) dan \({{{{{{x\)")
    expect(answer).to_contain_text("bukan $5 atau $10.")
    page.wait_for_function("document.fonts.check('16px KaTeX_Main') && document.fonts.check('16px KaTeX_Math')")
    display = answer.locator("nx-formula.is-display").bounding_box()
    table = answer.locator("table").bounding_box()
    assert display and table
    assert display["height"] > 40
    assert display["x"] + display["width"] <= width
    assert table["x"] + table["width"] <= width
    assert answer.locator("td").first.bounding_box()["width"] > 60  # type: ignore[index]
    passage = page.locator(".nx-past .nx-citation-text")
    expect(passage.locator("tr")).to_have_count(3)
    assert passage.locator("pre").evaluate("one => one.textContent.includes('\\n    if x := 5')")
    assert passage.locator("pre").evaluate("one => getComputedStyle(one).whiteSpace") == "pre"
    assert [found for found in audit(page) if "nx-mark" not in found] == []  # a mark's ::after is what a thumb meets
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".nx-history-body").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_what_katex_cannot_bear_stays_text(visits: Visits) -> None:
    remember(visits.server.home, "Apa yang dalam?", NESTED)
    page = read_again(visits, "Apa yang dalam?", width=360)
    expect(page.locator("nx-formula .katex").last).to_be_visible()
    for source in (
        r"\(\def\a{\a\a}\a\)",
        r"\(\href{javascript:alert(1)}{x}\)",
        r"\(\includegraphics{http://evil.example/a}\)",
    ):
        page.evaluate(
            "source => { const one = document.createElement('nx-formula'); one.textContent = source;"
            " one.className = 'sent'; document.querySelector('.nx-past').append(one); }",
            source,
        )
    page.wait_for_timeout(300)
    assert page.locator(".sent a, .sent img").count() == 0
    assert page.locator(".sent").first.text_content() == r"\(\def\a{\a\a}\a\)"
