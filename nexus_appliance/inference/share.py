"""How many prompt tokens are read between two steps of the answers: many when many wait to be read."""

FEW = 3
"""Settings: what one or two questions bring, who must not stop the answers of others."""

LARGEST = 6
"""Settings that a share may grow to: so much longer do those who read already wait for their next word."""


def share_now(setting: int, unread: int) -> int:
    """The share when `unread` tokens wait to be read; `setting`: the share when little waits.

    When many wait all of them are served sooner if their answers begin together: a step costs little more for many.
    """
    return setting if unread <= FEW * setting else min(LARGEST * setting, unread)
