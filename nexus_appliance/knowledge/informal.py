"""Informal Indonesian as students type it ("gmn cara ngitung akar2nya?"), in the words that books use."""

import re
from collections.abc import Container

from nexus_appliance.knowledge.tokens import in_dictionary

_SHORT = """
aj=saja aja=saja ajh=saja ak=aku apaan=apa apasih=apa bbrp=beberapa bgmn=bagaimana bgmna=bagaimana bgs=bagus
bgt=sekali bhs=bahasa bikin=membuat bikinnya=membuatnya bkn=bukan bljr=belajar blm=belum blum=belum bnr=benar
bnyk=banyak brapa=berapa brp=berapa bs=bisa bsk=besok bt=buat bwt=buat cm=cuma cmn=cuma cr=cara cth=contoh ctoh=contoh
dg=dengan dgn=dengan dimana=di_mana dll=dan_lain-lain dlm=dalam dmn=di_mana dmna=di_mana dpn=depan dpt=dapat dr=dari
drmn=dari_mana dsb=dan_sebagainya emang=memang engga=tidak enggak=tidak ga=tidak gak=tidak gimana=bagaimana
gini=begini gitu=begitu gk=tidak gmn=bagaimana gmna=bagaimana gt=begitu gtw=tidak_tahu hrs=harus hub=hubungan
itung=hitung jd=jadi jdi=jadi jelasin=jelaskan jgn=jangan jlaskan=jelaskan jln=jalan jml=jumlah jmlh=jumlah kalo=kalau
kayak=seperti kek=seperti kl=kalau klo=kalau kmn=ke_mana kmrn=kemarin knapa=kenapa knp=kenapa kpan=kapan kpd=kepada
kpn=kapan krn=karena krna=karena kyk=seperti lbh=lebih lg=lagi lgi=lagi liat=lihat lngsg=langsung maksd=maksud
mksd=maksud mksdnya=maksudnya mnrt=menurut mrk=mereka msg=masing msh=masih mslh=masalah ngapain=mengapa
ngehitung=menghitung ngerjain=mengerjakan ngga=tidak nggak=tidak nggk=tidak ngitung=menghitung ngubah=mengubah
nulis=menulis nyari=mencari nyebutin=menyebutkan org2=orang-orang org=orang pake=pakai pd=pada pdhl=padahal
pengen=ingin pgn=ingin pk=pakai plg=paling pnya=punya prnh=pernah rmh=rumah sampe=sampai sapa=siapa sbg=sebagai
sbgai=sebagai sblm=sebelum sbnrnya=sebenarnya sdg=sedang sdh=sudah sebutin=sebutkan shg=sehingga sj=saja
skrang=sekarang skrg=sekarang slh=salah sll=selalu sm=sama sma=sama smpe=sampai smua=semua sp=siapa spa=siapa
sprti=seperti spt=seperti srg=sering stlh=setelah tau=tahu td=tadi tdk=tidak tgl=tanggal thd=terhadap thn=tahun
tp=tapi tpi=tapi trs=terus trus=terus tsb=tersebut tsbt=tersebut ttg=tentang ttp=tetap udah=sudah udh=sudah untk=untuk
utk=untuk utuk=untuk wkt=waktu yg=yang yng=yang
"""
"""Short and spoken forms in common use by the young. Words that a school book also has ("sma", a school; "hub", a
device) are replaced only where the books of the subject do not know them."""

FORMS: dict[str, str] = {
    short: full.replace("_", " ") for short, _, full in (pair.partition("=") for pair in _SHORT.split())
}

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_DOUBLED = re.compile(r"([a-z]{3,})2((?:an|nya)?)")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

SPELLED = 5
"""Letters from which a word is long enough to be taken for a misspelt one; shorter ones have too many neighbours."""


def formal(question: str, known: Container[str]) -> str:
    """The question with informal words spelled out and misspelt ones mended; `known` holds the books' words.

    A word that the books know stays as it is. Capital letters of unchanged words stay.
    """
    return _WORD.sub(lambda found: _formal(found[0], known), question)


def _formal(word: str, known: Container[str]) -> str:
    lowered = word.lower()
    if lowered in known:
        return word
    if lowered in FORMS:
        return FORMS[lowered]
    plain = _DOUBLED.sub(r"\1-\1\2", _STRETCHED.sub(r"\1", lowered))
    if plain != lowered:
        return FORMS.get(plain, plain)
    return _mended(lowered, known) or word


def _mended(word: str, known: Container[str]) -> str | None:
    """The only word of the books that is one slip away from a word that no dictionary has; None without exactly one."""
    if len(word) < SPELLED or not word.isalpha() or in_dictionary(word):
        return None
    near = {other for other in _slips(word) if other in known}
    return near.pop() if len(near) == 1 else None


def _slips(word: str) -> set[str]:
    """All strings one swap, gap, extra or wrong letter away from a word (Damerau 1964)."""
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    gone = {left + right[1:] for left, right in halves if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    wrong = {left + letter + right[1:] for left, right in halves if right for letter in _LETTERS}
    extra = {left + letter + right for left, right in halves for letter in _LETTERS}
    return (gone | swapped | wrong | extra) - {word}
