"""Dates and times as people at this school say them; the server's clock is the school's clock."""

from datetime import datetime

from ui.i18n import _, current_language

MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(),  # noqa: SIM905
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905
}


def when(moment: datetime, now: datetime | None = None) -> str:
    """An aware moment, as near as helps: "just now", "14.05" today, "3 Mei, 14.05", or with the year."""
    local = moment.astimezone()
    today = (now or datetime.now().astimezone()).astimezone()
    if 0 <= (today - local).total_seconds() < 60:
        return _("just now")
    clock = local.strftime("%H:%M" if current_language() == "en" else "%H.%M")
    if local.date() == today.date():
        return clock
    day = f"{local.day} {MONTHS[current_language()][local.month - 1]}"
    return f"{day}, {clock}" if local.year == today.year else f"{day} {local.year}, {clock}"


def duration(seconds: float) -> str:
    """A length of time in words: seconds below a minute and a half, minutes below two hours, then hours."""
    if seconds < 90:
        return _("{count} s", count=max(1, round(seconds)))
    if seconds < 7200:
        return _("{count} min", count=round(seconds / 60))
    return _("{count} h", count=round(seconds / 3600))
