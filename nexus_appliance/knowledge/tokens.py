"""Words of Indonesian text: surface forms, stems, and which of them carry content."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Sastrawi.Stemmer.Stemmer import Stemmer

WORD = re.compile(r"\w+(?:[.\-_]\w+)*|[!:=<>&|+\-*/%]{2,3}")
"""A word, also with inner dots and hyphens (`fmt.Println`, `anak-anak`, `1.000.000`), or an operator (`:=`, `&&`)."""

PARTS = re.compile(r"[^\W_]+")

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱ₀₁₂₃₄₅₆₇₈₉ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ"
_PLAIN = str.maketrans({sign: unicodedata.normalize("NFKC", sign) for sign in _RAISED})
_POWER = re.compile(rf"(?<=\d)(?=[{_RAISED}])")
_CARET = re.compile(r"(?<=[^\W\d_])\^(?=\d)")

STEM_CACHE = 200_000
"""Stems kept in memory; the words of about 20 books, some 30 MB. A new word costs 0.2-0.8 ms."""

STOP_WORDS = frozenset(
    """
    ada adalah adakah agar akan aku alih anda antara antar apa apabila apakah apalagi atas atau atau bagaimana
    bagaimanakah bagi bahwa banyak banyaknya beberapa begitu belum benar berapa berapakah beri berikan berikut bila
    bisa bisakah boleh buah bukan cara contoh contohnya coba dahulu dalam dan dapat dapatkah dari daripada dengan
    demikian di dia dilakukan dimana dimanakah diri disebut disini dong dulu engkau gimana hal hanya harus hingga
    ia ialah ini itu itulah jadi jadilah jangan jelas jelaskan jelasin jika juga kah kalau kamu kami kan kapan
    kapankah karena ke kenapa kepada ketika kita kok lah lagi lain lalu lebih maka maksud maksudnya mana manakah
    masih mau melalui mengapa mengenai menjadi menurut mereka merupakan meski mungkin namun nya oleh orang pada
    padahal para paling per perlu pernah pula pun punya saat saja sajakah salah sama sampai sangat sangatlah saya
    se sebab sebagai sebagaimana sebelum sebuah secara sedang sedangkan segala sehingga sejak selain selalu selama
    seluruh semua sendiri seorang seperti sering serta sesuai sesudah setelah setiap si siapa siapakah sih suatu
    sudah supaya tahu tapi telah tentang tentu terhadap terjadi terlalu termasuk tersebut tetap tetapi tiap tidak
    tolong untuk walau yaitu yakni yang
    a an and are as at be by for from how in is of on or that the this to was what when where which who why with
    """.split()  # noqa: SIM905
)
"""Words that say how something is asked, not what: they are no evidence that a passage is about the question."""


DISTINCT = frozenset(
    """
    bagian bayangan bilangan keadaan kecepatan kedudukan kegiatan kelarutan kependudukan kesamaan kesatuan keturunan
    larutan pelajar pelarut pemerintah pemerintahan pembagian pendapat pendapatan penduduk penguraian pengukuran
    perbandingan percepatan peredaran perkalian perlambatan permukaan pernyataan persamaan persatuan pertanyaan
    pertidaksamaan pertumbuhan perusahaan peserta satuan tegangan ketegangan tekanan tumbuhan turunan
    """.split()  # noqa: SIM905
)
"""Words of school subjects that stand for something else than other words of their root: acceleration and speed,
solution and solubility, government and command, company and work. They are their own stem."""

CLITIC = re.compile(r"(?:nya|lah|kah|ku|mu)$")


@cache
def _stemmer() -> "Stemmer":
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    return StemmerFactory().create_stemmer().delegatedStemmer


@lru_cache(STEM_CACHE)
def stem(word: str) -> str:
    """The stem of a lower-case word by PySastrawi (Nazief-Adriani, ECS); words that are no letters stay as they are.

    Words in `DISTINCT` are their own stem.
    """
    if not word.replace("-", "").isalpha() or not 4 <= len(word) <= 40:
        return word
    if (bare := CLITIC.sub("", word)) in DISTINCT:
        return bare
    return str(_stemmer().stem_word(word))


def in_dictionary(word: str) -> bool:
    """Whether a lower-case word, or its root, stands in PySastrawi's list of 30,000 Indonesian roots."""
    return bool(_stemmer().dictionary.contains(stem(word)))


def words(text: str) -> list[str]:
    """The lower-case words of a text in order, compounds (`fmt.println`) whole."""
    return [word.lower() for word in WORD.findall(plain_scripts(text))]


def plain_scripts(text: str) -> str:
    """Raised and lowered characters as a question has them: H2O, x2 (also for x^2), 10 3 for 10³ and 10^3."""
    if text.isascii() and "^" not in text:
        return text
    return _CARET.sub("", _POWER.sub(" ", text).translate(_PLAIN))


def terms(text: str) -> Iterator[str]:
    """What is indexed: each word's surface form, its parts when it is a compound, and `~` + stem.

    Stems have a sign of their own because `percepatan` and `kecepatan` share the stem `cepat`: the surface form then
    still tells them apart, and a word that is its own stem counts in both forms like any other.
    """
    for word in words(text):
        yield word
        yield "~" + stem(word)
        parts = PARTS.findall(word)
        if len(parts) > 1:
            for part in parts:
                yield part
                yield "~" + stem(part)


def content_words(text: str) -> tuple[str, ...]:
    """The distinct stems of a question that carry content, in order; empty for a question of stop words alone."""
    stems = (stem(word) for word in words(text) if word not in STOP_WORDS)
    return tuple(dict.fromkeys(word for word in stems if word not in STOP_WORDS))
