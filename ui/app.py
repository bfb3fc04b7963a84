"""The web page as a whole: registers pages, routes, guard and headers for one appliance."""

import logging
from concurrent.futures import ThreadPoolExecutor

from nicegui import app, core
from nicegui.slot import Slot

from nexus_appliance.errors import NexusError
from ui.admin import register as register_admin
from ui.auth import FORM_PAGES, register_auth
from ui.components.toast import toast, toast_failure
from ui.connect import register_connect
from ui.console import register_console
from ui.farewell import watch_sessions
from ui.garbage import release_what_is_left
from ui.guard import arm
from ui.i18n import register_nicegui_texts, set_first_language
from ui.live import Changes
from ui.neighbour import register_neighbour
from ui.not_found import not_found
from ui.pictures import register_pictures
from ui.security import SMALL_BODY, Wall
from ui.setup import register_setup
from ui.sign import register_sign
from ui.signed_in import SignedIn
from ui.site import Services, Site
from ui.spoken import Spoken
from ui.student import register as register_student
from ui.teacher import register as register_teacher
from ui.technician import register as register_technician
from ui.theme import register_assets
from ui.uploads import upload_limits
from ui.words import unexpected_sentence

LOGIN_THREADS = 101
"""One more than `Passwords` lets wait, so that the one too many is told so at once."""


def create_app(services: Services) -> Site:
    """Register everything on NiceGUI's app; call it once, before the server starts."""
    signed_in = SignedIn(services.sessions)
    pool = ThreadPoolExecutor(services.config.database_pool, thread_name_prefix="page")
    login_pool = ThreadPoolExecutor(LOGIN_THREADS, thread_name_prefix="login")
    site = Site(services, signed_in, Changes(services.database, signed_in), pool, login_pool)
    app.state.site = site
    set_first_language(services.config.language)
    register_nicegui_texts()
    register_assets()
    register_auth()
    register_setup()
    register_student()
    register_pictures()
    register_neighbour()
    register_connect()
    register_console()
    register_sign()
    register_admin()
    register_teacher()
    register_technician()
    _harden(site)
    return site


def _harden(site: Site) -> None:
    core.sio.eio.max_http_buffer_size = SMALL_BODY
    arm(site)
    watch_sessions(site)
    release_what_is_left()
    app.add_middleware(Wall, form_pages=FORM_PAGES, upload_limits=upload_limits(site.services.config))
    app.add_middleware(Spoken)
    app.exception_handler(404)(not_found)
    app.on_exception(tell_visitor)
    app.on_page_exception(lambda: toast(unexpected_sentence(), "negative"))
    app.on_shutdown(lambda: close(site))
    logging.getLogger("nicegui").addFilter(_is_unexpected)


def close(site: Site) -> None:
    """Stop following the database and let the threads go."""
    site.changes.close()
    site.pool.shutdown(wait=False)
    site.login_pool.shutdown(wait=False)


def tell_visitor(error: Exception) -> None:
    """Put an exception of a handler into words on the page it happened on."""
    if not Slot.get_stack():
        return
    if isinstance(error, NexusError):
        toast_failure(error)
    else:
        toast(unexpected_sentence(), "negative")


def _is_unexpected(record: logging.LogRecord) -> bool:
    """Keep expected failures out of the error log: the visitor has read them already."""
    return not isinstance(record.msg, NexusError)
