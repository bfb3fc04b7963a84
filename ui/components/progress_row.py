"""A piece of work on its way: name, what it does now, how far it is."""

from nicegui import ui

from ui.components.text import Text


class ProgressRow:
    """A row that is updated in place with `show`."""

    def __init__(self, title: str) -> None:
        with ui.element("div").classes("nx-progress") as self.element:
            with ui.element("div").classes("nx-progress-head"):
                Text("strong", title)
                self._percent = Text("span").classes("nx-muted")
            self._bar = ui.linear_progress(0, show_value=False, size="8px").props("rounded color=secondary")
            self._detail = Text("span").classes("nx-muted").props("aria-live=polite")

    def show(self, fraction: float | None, detail: str) -> None:
        """Set the bar to `fraction` (0 to 1, None when unknown) and the line below it."""
        self._bar.props["indeterminate"] = fraction is None
        self._bar.set_value(0 if fraction is None else min(max(fraction, 0.0), 1.0))
        self._percent.set_text("" if fraction is None else f"{int(fraction * 100)}%")
        self._detail.set_text(detail)
