"""Figures as people at this school write them."""

from ui.i18n import current_language


def figure(value: float) -> str:
    """One decimal below ten, none above: "0,4" and "12" in Indonesian, "0.4" in English; whole numbers as they are."""
    text = str(value) if isinstance(value, int) else f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"
    return text.replace(".", ",") if current_language() == "id" else text
