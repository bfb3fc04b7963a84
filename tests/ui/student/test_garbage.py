"""What the pages of students leave behind."""

import asyncio
import gc
from collections.abc import Callable

from nicegui import Client

from tests.ui.student.classroom import Student

LEFT = 80
"""Objects of one page that may be left; without being taken apart it leaves 2,400."""

LEFT_BY_A_LIST = 80
"""Objects."""


async def left_by(action: Callable[[], object]) -> int:
    """Objects that only a search finds after an action."""
    gc.collect()
    gc.disable()
    try:
        action()
        await asyncio.sleep(0.5)
        return gc.collect()
    finally:
        gc.enable()


async def left_by_one_page(student: Student) -> int:
    before = set(Client.instances)
    await student.visitor.http_client.get("/")
    await asyncio.sleep(0.5)  # the topics have come
    (page,) = set(Client.instances) - before
    return await left_by(lambda: Client.instances[page].delete())


async def test_a_page_that_is_left_comes_apart_without_a_search_for_garbage(student: Student) -> None:
    await left_by_one_page(student)
    assert await left_by_one_page(student) < LEFT


async def test_a_list_that_is_shown_anew_comes_apart_too(student: Student) -> None:
    for _ in range(3):
        student.ask("Apa itu algoritma?")
        await student.sees("Tanya lagi")
    student.press("Riwayat")
    await student.sees("baru saja")
    await left_by(lambda: student.press("Riwayat"))
    assert await left_by(lambda: student.press("Riwayat")) < LEFT_BY_A_LIST
