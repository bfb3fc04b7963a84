"""How many prompt tokens are read between two steps of the answers: many when many wait to be read."""

PIECES = 2
"""Into so many shares what waits to be read is cut, where that makes larger shares than the setting: all who wait are
served sooner when the answers begin together than when each token of a few is a step of its own."""

LARGEST = 6
"""Settings that a share may grow to: so much longer do those who read already wait for their next word."""


def share_now(setting: int, unread: int) -> int:
    """The share when `unread` tokens wait to be read; `setting`: the share when little waits."""
    return max(setting, min(LARGEST * setting, unread // PIECES))
