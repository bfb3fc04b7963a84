"""The channel in words: what is done now, how a look ended, how a source stands."""

from nexus_appliance.distribution.looking import LookProgress
from nexus_appliance.distribution.updates import ChannelView, CheckView, SourceView
from ui.dates import when
from ui.i18n import _, ngettext
from ui.numbers import figure
from ui.words import failure_sentence

QUIET = frozenset({"channel_unreachable", "update_stopped"})
"""How a look may end without anybody having to do something: being offline is a normal state."""


def progress_sentence(progress: LookProgress) -> str:
    """What is done now."""
    if progress.stage == "fetch" and progress.total:
        return _(
            "Fetching “{title}”: part {done} of {total}", title=progress.title, done=progress.done, total=progress.total
        )
    if progress.stage == "file" and progress.total:
        return _(
            "Fetching “{title}”: {done} of {total}",
            title=progress.title,
            done=size_words(progress.done),
            total=size_words(progress.total),
        )
    if progress.stage in ("fetch", "file"):
        return _("Fetching “{title}”", title=progress.title)
    if progress.stage == "stage":
        return _("Preparing “{title}” for the search", title=progress.title)
    return _("Looking for what is new")


def progress_fraction(progress: LookProgress) -> float | None:
    """How much of the stage is done; None while that is not known."""
    return progress.done / progress.total if progress.total else None


def channel_sentence(view: ChannelView) -> str:
    """How new material comes to this server."""
    if not view.follows:
        return _("This server follows no channel on the network. New material comes from sticks.")
    if view.due_at is None:
        return _("New material is looked for every hour.")
    return _("New material is looked for every hour, next {time}.", time=when(view.due_at))


def check_sentence(check: CheckView) -> str:
    """How a look ended."""
    if check.failure is not None:
        return failure_sentence(check.failure, check.failure_values)
    if check.ended_at is None:
        return _("Cut off; it goes on with the next one.")
    if not check.installed and not check.files:
        return _("Nothing new.")
    size = size_words(check.received)
    if not check.installed:
        return _("A model or a program version came in, {size}.", size=size)
    return ngettext("{count} book came in, {size}.", "{count} books came in, {size}.", check.installed, size=size)


def size_words(size: int) -> str:
    """Bytes, roughly, in the unit that people say."""
    if size < 1_000_000:
        return _("{count} kB", count=figure(max(1, round(size / 1000))))
    if size < 1_000_000_000:
        return _("{count} MB", count=figure(size / 1e6))
    return _("{count} GB", count=figure(size / 1e9))


def source_sentence(source: SourceView) -> str:
    """How a source of the channel stands in this school."""
    if source.removed:
        return _("Removed here; the channel offers version {version}.", version=source.offered)
    if source.failure is not None and source.installed != source.offered:
        return failure_sentence(source.failure, source.failure_values)
    if source.installed is None:
        return _("Version {version} comes with the next look.", version=source.offered)
    if source.held:
        return _(
            "Version {version} answers. {offered} was taken back.", version=source.installed, offered=source.offered
        )
    if source.installed != source.offered:
        return _(
            "Version {version} answers; {offered} comes with the next look.",
            version=source.installed,
            offered=source.offered,
        )
    return _("Version {version} answers, the newest.", version=source.installed)
