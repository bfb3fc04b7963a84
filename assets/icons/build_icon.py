"""Make nexus.ico, which Windows wants, from nexus.svg: drawn by Chromium, written by Pillow."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
SIZES = (16, 24, 32, 48, 64, 256)


def main() -> None:
    """Write nexus.ico beside the drawing."""
    drawing = (FOLDER / "nexus.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        pictures = []
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>*{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{drawing}"
            )
            pictures.append(Image.open(io.BytesIO(page.screenshot(omit_background=True))))
        browser.close()
    largest, *others = reversed(pictures)
    sizes = [(size, size) for size in SIZES]
    largest.save(FOLDER / "nexus.ico", sizes=sizes, append_images=others)


if __name__ == "__main__":
    main()
