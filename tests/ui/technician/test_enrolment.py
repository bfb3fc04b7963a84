"""The publisher at /teknisi: enrolled with an invitation, and ended behind a question."""

import pytest
from nicegui import ui

from nexus_appliance.distribution.cloud_service import CloudService, Identity
from nexus_appliance.storage.database import Database
from tests.ui.teacher.staffroom import Page, StaffRoom


async def test_what_is_no_invitation_is_told_at_the_field(page: Page) -> None:
    await page.open("/teknisi", "yoga")
    await page.sees("Pusat materi", "Dengan undangan dari pusat")
    await page.press("enrol")
    await page.until(lambda: any(field.props.get("error") is True for field in page.elements(ui.input)))
    (reason,) = [field.props["error-message"] for field in page.elements(ui.input) if field.props.get("error")]
    assert reason == "Ini bukan undangan. Tempelkan seluruh baris yang dikirim oleh pusat."


async def test_an_enrolment_is_shown_and_ended(room: StaffRoom, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    now: list[Identity | None] = [None]
    monkeypatch.setattr(CloudService, "identity", property(lambda _self: now[0]))

    def enrol(self: CloudService, _invitation: str) -> Identity:
        now[0] = identity = Identity("smpn1", "https://pusat.example", "https://kanal.example")
        self._tell()
        return identity

    def leave(self: CloudService) -> None:
        now[0] = None
        self._tell()

    monkeypatch.setattr(CloudService, "enrol", enrol)
    monkeypatch.setattr(CloudService, "leave", leave)
    assert isinstance(room.appliance.database, Database)
    await page.open("/teknisi", "yoga")
    await page.press("enrol")
    await page.sees("Terdaftar sebagai “smpn1”")
    await page.press("leave-cloud")
    await page.sees("Akhiri pendaftaran?")
    await page.say("Akhiri")
    await page.sees("Dengan undangan dari pusat")
