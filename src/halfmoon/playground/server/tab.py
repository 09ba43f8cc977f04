"""One tab of a browser: a socket and the session behind it.

Three tasks share the socket. The reader takes messages in, and is never busy, so a pong or an acknowledgement is never late. The worker
answers them one after the other, in threads. The sender waits until the session has something newer and the page has drawn what it got,
and only then has a frame made: so a page that stands still costs nothing, and training waits for nobody.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from halfmoon.base.errors import InputError, bounded
from halfmoon.playground.server.contract import MakeSession, Message, Session
from halfmoon.playground.server.limits import MEBIBYTE, Bucket, ServerLimits
from halfmoon.playground.server.mistakes import tell

WAITING_MESSAGES = 64
PARSED_AT_ONCE = 16_384
"""Characters of a message that are parsed on the spot; longer ones in a thread, lest others wait."""

LONGEST_ID, LARGEST_ID = 64, 2**53
"""Characters of an ``id``, and its size where it is a number: what JavaScript has of integers."""

PATIENCE = 2000
"""Messages that are dropped, with a sentence each, before the socket is ended."""

PUSH_SECONDS = 0.1
"""Between two looks at what is to be told to a page that does not draw."""

WHO_ARE_YOU, TOO_MUCH, MISTAKE = 1008, 1013, 1011
"""Codes that close a socket (RFC 6455, 7.4.1)."""


LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class MessageError(InputError):
    """A message that is none."""


def parsed(text: str) -> Message:
    """Return a message.

    Raises
    ------
    MessageError
        When the text is not JSON (RFC 8259: so neither NaN nor Infinity), not an object, or has no type.
    """
    try:
        message = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise MessageError("a message must not be nested that deep") from None
    except ValueError as error:
        raise MessageError(f"a message must be JSON, got {text[:40]!r}: {error}") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MessageError(f"a message must be a JSON object with a type, got {text[:40]!r}")
    return message


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def written(answer: Message) -> str:
    """Return an answer as JSON, with numbers that JSON cannot write as strings: "nan", "inf", "-inf"."""
    try:
        text = _json(answer)
    except ValueError:
        answer = _finite(answer)
        text = _json(answer)
    # Half of a pair of surrogates, which a message may have and an answer quote, has no bytes: then all but ASCII is escaped.
    return _json(answer, ensure_ascii=True) if LONE_SURROGATE.search(text) else text


def _json(answer: Message, *, ensure_ascii: bool = False) -> str:
    return json.dumps(answer, ensure_ascii=ensure_ascii, allow_nan=False, separators=(",", ":"))


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


class Tab:
    """A tab.

    Parameters
    ----------
    websocket : WebSocket
        Accepted.
    login : str
        Who it is.
    make_session : callable
    limits : ServerLimits
    messages, frames : Executor
        For the session's methods: frames have threads of their own, so that they come steadily beside a message that takes long.

    Attributes
    ----------
    key : str
        Cannot be guessed; uploads name the tab by it.
    session : Session or None
        Until it is made.
    """

    def __init__(
        self, websocket: WebSocket, login: str, make_session: MakeSession, limits: ServerLimits, *, messages: Executor, frames: Executor,
    ) -> None:  # fmt: skip
        self.websocket, self.login, self.limits = websocket, login, limits
        self.key = secrets.token_urlsafe(16)
        self.session: Session | None = None
        self._make_session, self._messages, self._frames = make_session, messages, frames
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[str | MessageError] = asyncio.Queue(WAITING_MESSAGES)
        self._wake = asyncio.Event()
        self._wake.set()  # for the first frame
        self._is_drawn = True
        self._is_told = False  # that there is news: what is told until it is looked at again says nothing more
        self._has_news = False  # since it was looked at
        self._sent = 0
        self._rate = Bucket(limits.messages_per_second, limits.message_burst)
        self._bytes = Bucket(limits.bytes_per_second, limits.bytes_burst)
        self._dropped = 0

    async def live(self, greeting: Message) -> None:
        """Make the session, answer and send until one side ends it; then free everything."""
        reader = asyncio.create_task(self._read())
        creation = self._in_thread(self._messages, self._make_session, self._notify)
        tasks = {reader}
        try:
            await asyncio.wait({reader, creation}, return_when=asyncio.FIRST_COMPLETED)
            if not creation.done():
                return
            self.session = creation.result()
            welcome = await self._in_thread(self._messages, self.session.welcome)
            await self._send_text(welcome | greeting | {"push": "welcome", "session": self.key})
            tasks |= {asyncio.create_task(self._answer()), asyncio.create_task(self._send())}
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except WebSocketDisconnect:
            pass
        except InputError as error:
            await refuse(self.websocket, str(error))
        except Exception as error:  # noqa: BLE001 - a mistake of the program ends this tab, not the server
            await refuse(self.websocket, tell(error), MISTAKE)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.shield(self._free(creation))

    async def upload(self, name: str, data: bytes) -> Message:
        """Hand a file to the session, and return its answer."""
        if self.session is None:
            return {"error": "the playground is not ready yet", "field": None}
        return await self._called(self.session.upload, name, data)

    def _notify(self) -> None:
        """Wake the sender, from any thread; what comes before it has woken costs nothing."""
        self._has_news = True
        if self._is_told:
            return
        self._is_told = True
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _read(self) -> None:
        while self._dropped <= PATIENCE:
            received = await self.websocket.receive()
            if received["type"] == "websocket.disconnect":
                return
            text = received.get("text")
            if text is None:
                await self._take(MessageError("a message must be text, got bytes"))
            elif not self._bytes.take(len(text)):
                await self._drop(f"more than {self.limits.bytes_per_second / MEBIBYTE:.0f} MiB of messages a second are not taken")
            else:
                await self._take(text)
        await refuse(self.websocket, "too many messages came in too short a time")

    async def _take(self, text: str | MessageError) -> None:
        """Note an acknowledgement, and put anything else in the row of what is to be answered."""
        message: Message | None = None
        try:
            message = parsed(text) if isinstance(text, str) and len(text) <= PARSED_AT_ONCE else None
        except MessageError as error:
            text = error
        if message is not None and message["type"] == "ack":
            self._acknowledge(message.get("frame"))
        elif not self._rate.take():
            await self._drop(f"more than {self.limits.messages_per_second:.0f} messages a second are not taken", message)
        elif self._queue.full():
            await self._drop(f"more than {WAITING_MESSAGES} messages that wait for an answer are not taken", message)
        else:
            self._queue.put_nowait(text)

    async def _drop(self, why: str, message: Message | None = None) -> None:
        self._dropped += 1
        await self._send_text({"reply": _id(message), "error": why, "field": None})

    def _acknowledge(self, frame: object) -> None:
        if frame == self._sent and type(frame) is int:
            self._is_drawn = True
            self._wake.set()

    async def _answer(self) -> None:
        assert self.session is not None  # noqa: S101 - it is made
        while True:
            text = await self._queue.get()
            message: Message | None = None
            try:
                if isinstance(text, MessageError):
                    raise text
                if len(text) > self.limits.message_bytes:
                    raise MessageError(f"a message must have at most {self.limits.message_bytes:,} characters, got {len(text):,}")  # noqa: TRY301
                message = parsed(text) if len(text) <= PARSED_AT_ONCE else await self._in_thread(self._messages, parsed, text)
                answer = await self._called(self.session.handle, message)
            except MessageError as error:
                answer = {"error": str(error), "field": None}
            await self._send_text(answer | {"reply": _id(message)})

    async def _called(self, method: Callable[..., Message], *arguments: Any) -> Message:
        try:
            return await self._in_thread(self._messages, method, *arguments)
        except InputError as error:
            return {"error": str(error), "field": None}
        except Exception as error:  # noqa: BLE001 - a mistake of the program is no end of the session
            return {"error": bounded(tell(error)), "field": None}

    async def _send(self) -> None:
        assert self.session is not None  # noqa: S101 - it is made
        shortest, last = 1 / self.limits.frames_per_second, -1.0
        while True:
            await self._wake.wait()
            self._wake.clear()
            if not self._is_drawn:
                self._has_news = False
                self._loop.call_later(PUSH_SECONDS, self._listen_again)
                pushes, frame = await self._in_thread(self._frames, self.session.pushes), None
            else:
                await asyncio.sleep(max(0.0, last + shortest - self._loop.time()))
                self._listen()  # before it is looked at, so that what comes from now on is looked at again
                pushes, frame = await self._in_thread(self._frames, self.session.news, self._sent)
            for push in pushes:
                await self._send_text(push)
            if frame is not None:
                last = self._loop.time()
                self._sent, self._is_drawn = number_of(frame), False
                await self._deliver(self.websocket.send_bytes(frame))

    def _listen(self) -> None:
        self._is_told = False

    def _listen_again(self) -> None:
        """Listen, and look at what came in the meantime. In this order, against that of :meth:`_notify`: so nothing is missed."""
        self._listen()
        if self._has_news:
            self._wake.set()

    async def _send_text(self, answer: Message) -> None:
        await self._deliver(self.websocket.send_text(written(answer)))

    @staticmethod
    async def _deliver(sending: Awaitable[None]) -> None:
        """Send something; where the socket was closed on this side in the meantime, that is its end as any other."""
        try:
            await sending
        except RuntimeError:
            raise WebSocketDisconnect(1006) from None

    async def _free(self, creation: asyncio.Future[Session]) -> None:
        try:
            session = await creation
        except Exception:  # noqa: BLE001 - told already, or nobody is there to be told
            return
        try:
            await self._in_thread(self._messages, session.close)
        except Exception as error:  # noqa: BLE001 - as above
            tell(error)

    def _in_thread(self, pool: Executor, method: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """Call something in a thread of a pool, in the language that is spoken here."""
        return self._loop.run_in_executor(pool, copy_context().run, method, *arguments)


def _id(message: Message | None) -> Any:
    """Return the ``id`` that an answer repeats: a number, or a text that is not long; None for anything else."""
    given = message.get("id") if message else None
    if isinstance(given, str):
        return given if len(given) <= LONGEST_ID else None
    return given if isinstance(given, int | float) and abs(given) <= LARGEST_ID else None


def number_of(frame: bytes) -> int:
    """Return the number of a frame, which its header says."""
    length = int.from_bytes(frame[:4], "little")
    return int(json.loads(frame[4 : 4 + length])["frame"])


async def refuse(websocket: WebSocket, why: str, code: int = TOO_MUCH) -> None:
    """End a socket with a sentence, where it is still there."""
    if websocket.application_state is not WebSocketState.CONNECTED:
        return
    try:
        await websocket.send_text(written({"push": "refused", "error": bounded(why)}))
        await websocket.close(code)
    except (WebSocketDisconnect, RuntimeError):  # it has ended meanwhile
        pass
