import string

import pytest

from nexus_appliance.curriculum.legible import is_broken, is_readable
from nexus_appliance.curriculum.pages import Line
from tests.pdfs import paragraph

TEXT = paragraph(6)


def page(text: str) -> list[Line]:
    return [Line(line) for line in text.splitlines()]


def shifted(text: str) -> str:
    """What a reader gets from a subset font without a mapping: every code 29 lower ("Belajar" is "%HODMDU")."""
    return "".join(chr(max(33, ord(letter) - 29)) if letter != " " else " " for letter in text)


def exchanged(text: str) -> str:
    """Every letter another one."""
    letters = string.ascii_lowercase
    return text.lower().translate(str.maketrans(letters, letters[7:] + letters[:7]))


@pytest.mark.parametrize(
    "text",
    [
        shifted(TEXT),
        exchanged(TEXT),
        TEXT.translate({ord(letter): 0xE000 + ord(letter) for letter in string.ascii_letters}),
        "\ufffd\ufffd\ufffd \ufffd\ufffd " * 30,
        "".join(chr(1 + number % 8) + " " for number in range(200)),
    ],
)
def test_a_broken_layer_is_noticed(text: str) -> None:
    assert is_broken(page(text))
    assert not is_readable(page(text))


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.upper(),
        "The cat sat on the mat and the dog barked at the moon for an hour. " * 4,
        'func main() {\n\tfmt.Println("str", ptr, src)\n\tfor i := 0; i < n; i++ { sum += xs[i] }\n}\n' * 5,
        "0f 3a bc de 99 d4 ff 00 12 cd fb 7b 5d c1\n" * 12,
        "H2O NaCl CH4 CO2 HNO3 H2SO4 KMnO4 dan NH3 pada tabel ini\n" * 6,
        "\u0628\u0633\u0645 \u0627\u0644\u0644\u0647 \u0627\u0644\u0631\u062d\u0645\u0646 " * 20,
        "\uf0b7 butir pertama dari daftar yang panjang\n" * 10,
        "Jml Pnddk Kab Kec Prov Rp Thn Tgl No Hlm dst dkk Drs Dr Ir SMP SMK STM\n" * 4 + TEXT,
    ],
)
def test_a_good_layer_is_left_alone(text: str) -> None:
    assert is_readable(page(text))


@pytest.mark.parametrize("text", ["", "13", "Dipindai dengan CamScanner", "1 2 3 4 5 6 7 8 9 " * 30])
def test_too_few_letters_are_no_text(text: str) -> None:
    assert not is_readable(page(text))
    assert not is_broken(page(text))
