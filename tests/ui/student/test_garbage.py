"""What the pages of students leave behind."""

import asyncio
import gc

from nicegui import Client

from tests.ui.student.classroom import Student

LEFT = 80
"""Objects of one page that may be left; without being taken apart it leaves 2,400."""


async def left_by_one_page(student: Student) -> int:
    before = set(Client.instances)
    await student.visitor.http_client.get("/")
    await asyncio.sleep(0.5)  # the topics have come
    (page,) = set(Client.instances) - before
    client = Client.instances[page]
    gc.collect()
    gc.disable()
    try:
        client.delete()
        del client
        await asyncio.sleep(0.5)
        return gc.collect()
    finally:
        gc.enable()


async def test_a_page_that_is_left_comes_apart_without_a_search_for_garbage(student: Student) -> None:
    await left_by_one_page(student)
    assert await left_by_one_page(student) < LEFT
