"""The queue before the model: callers take turns, old frames leave, and it has an end."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from navigation_protocol.request import OVERTAKEN
from release_server.app import App
from release_server.functions import Answer
from release_server.queue import MAX_WAITING, MAX_WAITING_OF_ONE

BROKEN = "broken"


class Model:
    """Notes what it is asked, and answers once it may."""

    def __init__(self, at_once: int = 1) -> None:
        self.asked: list[Any] = []
        self.may_answer = threading.Event()
        self.app = App(self._respond, 30, lambda: None, at_once)

    def _respond(self, body: bytes, headers: dict[str, str]) -> Answer:
        fields = json.loads(body)
        self.asked.append(fields["name"])
        self.may_answer.wait(30)
        if fields["name"] == BROKEN:
            raise RuntimeError("broken")
        return Answer(200, "text/plain", fields["name"].encode())

    async def ask(self, name: str, **fields: Any) -> int:
        """Status of the answer, which is to this request."""
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"body": json.dumps({"name": name, **fields}).encode()}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {"method": "POST", "path": "/invocations", "headers": []}
        await self.app(scope, receive, send)
        assert sent[0]["status"] != 200 or sent[1]["body"] == name.encode()
        return int(sent[0]["status"])


async def _started(ask: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
    task = asyncio.create_task(ask)
    for _ in range(5):
        await asyncio.sleep(0)
    return task


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


def test_a_waiting_request_is_overtaken_by_a_newer_one_of_its_caller() -> None:
    async def run() -> None:
        model = Model()
        running = await _started(model.ask("running", caller="a", sequence=5))
        await _until(lambda: model.asked == ["running"])
        other = await _started(model.ask("other", caller="b", sequence=1))
        unnumbered = await _started(model.ask("unnumbered", caller="a"))
        old = await _started(model.ask("old", caller="a", sequence=6))
        new = await _started(model.ask("new", caller="a", sequence=7))
        assert await asyncio.wait_for(old, 10) == OVERTAKEN
        assert await asyncio.wait_for(model.ask("late", caller="a", sequence=4), 10) == OVERTAKEN
        model.may_answer.set()
        assert set(await asyncio.gather(running, other, unnumbered, new)) == {200}
        assert not {"old", "late"} & set(model.asked)

    asyncio.run(run())


def test_callers_take_turns() -> None:
    async def run() -> None:
        model = Model()
        tasks = [await _started(model.ask("first"))]
        await _until(lambda: bool(model.asked))
        for name, caller in [
            *((f"a{n}", "a") for n in range(3)),
            *((f"nobody{n}", None) for n in range(3)),
            ("b0", "b"),
        ]:
            tasks.append(await _started(model.ask(name, caller=caller)))
        model.may_answer.set()
        await asyncio.gather(*tasks)
        assert model.asked == ["first", "a0", "b0", "nobody0", "a1", "nobody1", "a2", "nobody2"]

    asyncio.run(run())


@pytest.mark.parametrize(("caller", "room"), [(None, MAX_WAITING), ("a", MAX_WAITING_OF_ONE)])
def test_beyond_its_end_the_queue_answers_429(caller: str | None, room: int) -> None:
    async def run() -> None:
        model = Model()
        tasks = [await _started(model.ask("first"))]
        await _until(lambda: bool(model.asked))
        tasks += [await _started(model.ask(str(n), caller=caller)) for n in range(room)]
        assert await asyncio.wait_for(model.ask("beyond", caller=caller), 10) == 429
        if caller:
            tasks.append(await _started(model.ask("other", caller="b")))
        model.may_answer.set()
        assert set(await asyncio.gather(*tasks)) == {200}
        assert "beyond" not in model.asked

    asyncio.run(run())


def test_so_many_run_at_once_and_a_broken_or_cancelled_one_spoils_no_other() -> None:
    async def run() -> None:
        model = Model(at_once=3)
        names = ["cancelled", BROKEN, "whole", "next"]
        cancelled, *others = [await _started(model.ask(name)) for name in names]
        await _until(lambda: len(model.asked) == 3)
        cancelled.cancel()
        model.may_answer.set()
        broken, *answers = await asyncio.gather(*others, return_exceptions=True)
        assert isinstance(broken, RuntimeError)
        assert answers == [200, 200]

    asyncio.run(run())
