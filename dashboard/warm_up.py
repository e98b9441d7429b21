"""Run the first page before anybody opens it: imports, data and analyses are then there."""

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionClient
from streamlit.web.server.starlette.starlette_app import App

from dashboard import access

AT_MOST_S = 40.0
"""Whoever starts the server is not kept waiting for longer; the first page then takes its time."""

_LOG = logging.getLogger("hotspots")


class _Nobody(SessionClient):
    """A visitor who looks at nothing and tells when a page is done."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        if msg.WhichOneof("type") == "script_finished":
            self.done.set()


@asynccontextmanager
async def warm(_app: App) -> AsyncIterator[None]:
    """Warm up while the server starts: it answers when this is done, or has taken too long."""
    started = time.perf_counter()
    try:
        await asyncio.wait_for(_visit(Runtime.instance()), AT_MOST_S)
    except TimeoutError:
        _LOG.info("The first page was not ready after %.0f s", AT_MOST_S)
    else:
        _LOG.info("The first page was ready after %.1f s", time.perf_counter() - started)
    # What is loaded by now stays: it need not be looked through for what may be forgotten.
    gc.collect()
    gc.freeze()
    yield


async def _visit(runtime: Runtime) -> None:
    """Open the first page as a browser does, and leave."""
    nobody = _Nobody()
    session = runtime.connect_session(nobody, user_info=dict(access.WARM_UP))
    try:
        opened = BackMsg()
        opened.rerun_script.query_string = ""
        runtime.handle_backmsg(session, opened)
        await nobody.done.wait()
    finally:
        runtime.close_session(session)
