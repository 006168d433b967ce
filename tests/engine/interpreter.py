"""The reference: walks a board the slow, literal way. Only tests use it.

It says what a board means (engine paper, section 3): depth-first activations, one way of doing each
construct, nothing remembered that need not be.
"""

import asyncio
import copy
from typing import Any

from flowlike.board.definition import Kind
from flowlike.board.model import ERROR_PIN, ERROR_TEXT_PIN
from flowlike.board.pins import split_key
from flowlike.nodes.declaration import Gives
from tests.engine.reading import MISSING, Budget, Failed, Frame, Reading


class Interpreter(Reading):
    """One run of one board."""

    def run(
        self, start: str, payload: dict[str, Any] | None = None
    ) -> tuple[str, Any, Failed | None]:
        """Status, outputs and error."""
        frame = Frame()
        try:
            asyncio.run(self._start(start, frame, payload or {}, 0, -1))
        except Failed as error:
            return "failed", None, error
        except Budget:
            return "budget", None, None
        return "completed", frame.result, None

    # Walking.

    async def _start(
        self, node_id: str, frame: Frame, values: dict[str, Any], parent: int, at: int
    ) -> None:
        step = self._step(node_id, (parent, at))
        for key, pin in self._outputs(node_id).items():
            if not pin.is_execution and key in values:
                self._write(node_id, key, values[key], frame, step)
        await self._fire(node_id, self._exec_outputs(node_id), frame, (parent, at), step)

    async def _fire(
        self, node_id: str, keys: list[str], frame: Frame, where: tuple[int, int], step: int
    ) -> None:
        """Fires execution outputs: one target after another, the last one for good."""
        if step:
            known = self.steps[step].fired
            self.steps[step].fired = (*known, *(key for key in keys if key not in known))
        targets = [target for key in keys for target in self._targets(node_id, key)]
        for position, (target, pin) in enumerate(targets):
            if position + 1 < len(targets):
                await self._inside(node_id, target, pin, frame, where)
            else:
                await self.activate(target, pin, frame, where)

    async def _inside(
        self, owner: str, target: str, pin: str, frame: Frame, where: tuple[int, int]
    ) -> None:
        """Something that comes back to its owner."""
        self._enter(owner)
        try:
            await self.activate(target, pin, frame, where)
        finally:
            self.active[owner] -= 1

    def _enter(self, owner: str) -> None:
        if self.active[owner] >= 64:
            raise Failed(self.count, owner, "engine.recursion", "", "")
        self.active[owner] += 1

    def _checkpoint(self) -> None:
        if self.count >= self.budget:
            raise Budget

    async def activate(self, node_id: str, by: str, frame: Frame, where: tuple[int, int]) -> None:
        """One arrival of control at a node, and all that follows from it."""
        if self.count > 20 * self.budget:
            raise Budget
        try:
            step, fired = await self._body(node_id, by, frame, where)
        except Failed as error:
            if ERROR_PIN not in self._outputs(node_id):
                raise
            self.handled += 1
            self._write(node_id, ERROR_TEXT_PIN, error.message, frame, error.seq)
            step, fired = 0, [ERROR_PIN]
        await self._fire(node_id, fired, frame, where, step)

    async def _body(
        self, node_id: str, by: str, frame: Frame, where: tuple[int, int]
    ) -> tuple[int, list[str]]:
        """Runs the node and its bodies; gives its activation and the outputs that fire then."""
        kind = self._kind(node_id)
        keys = {
            Kind.FOR_EACH: ["array"],
            Kind.FOR_EACH_BREAK: ["array"],
            Kind.WHILE: ["max_iter"],
            Kind.SWITCH: ["value"],
        }.get(kind)
        self._pull(node_id, frame, where, keys)
        step = self._step(node_id, where)
        self._note_ins(node_id, frame, step, tuple(keys) if keys else None)
        for key, pin in self._inputs(node_id).items():
            if not pin.is_execution and (keys is None or key in keys):
                self._fetch(node_id, key, frame, step)
        special = getattr(self, f"_{kind.value}", None)
        if special is None:
            return step, await self._plain(node_id, by, frame, step)
        try:
            fired = await special(node_id, frame, where, step)
        except (Failed, Budget):
            self.steps[step].ok = False
            raise
        return step, fired

    async def _plain(self, node_id: str, by: str, frame: Frame, step: int) -> list[str]:
        kind = self._type(node_id)
        if kind.definition.kind is Kind.STATEFUL:
            state = frame.states.get(node_id)
            inputs = (state, by)
            taken, frame.states[node_id] = self._guard(
                node_id, step, lambda: self._invoke(node_id, frame, step, *inputs)
            )
            return [] if taken is None else self._exit(node_id, taken, frame, step)
        if kind.definition.kind is Kind.VARIABLE_UPDATE:
            name = self._literal(node_id, "var_ref")
            result = self._guard(
                node_id, step, lambda: self._invoke(node_id, frame, step, self.variables[name])
            )
            self.variables[name] = getattr(result, kind.fields[0][0]) if kind.fields else result
            self._spread(node_id, result, frame, step)
            return self._exec_outputs(node_id)
        result = self._guard(node_id, step, lambda: self._invoke(node_id, frame, step))
        if asyncio.iscoroutine(result):
            try:
                result = await result
            except Exception as error:
                raise self.failed(node_id, step, error) from error
        if kind.gives is Gives.EXIT:
            return self._exit(node_id, result, frame, step)
        self._spread(node_id, result, frame, step)
        return self._exec_outputs(node_id)

    def _exit(self, node_id: str, result: Any, frame: Frame, step: int) -> list[str]:
        exit_ = next(each for each in self._type(node_id).exits if each.cls is type(result))
        for name, pin in exit_.fields:
            self._write(node_id, pin, getattr(result, name), frame, step)
        return [exit_.pin]

    # Constructs.

    async def _run_body(
        self, node_id: str, key: str, frame: Frame, where: tuple[int, int], between: Any = None
    ) -> bool:
        """Runs all targets of a body's output; true if ``between`` says to break."""
        goes_on = self.board.nodes[node_id].settings.on_body_error == "continue"
        for position, (target, pin) in enumerate(self._targets(node_id, key)):
            if position and between is not None and between():
                return True
            try:
                await self._inside(node_id, target, pin, frame, where)
            except Failed as error:
                if not goes_on:
                    raise
                self.handled += 1
                self.logs.append((3, error.message, error.node))
        return False

    async def _branch(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        return ["true" if self._read(node_id, "condition", frame, step) else "false"]

    async def _switch(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        value = self._read(node_id, "value", frame, step)
        cases = [key for key in self._exec_outputs(node_id) if split_key(key)[0] == "case"]
        for text, key in zip(self._literal(node_id, "cases"), cases, strict=False):
            if text == value:
                return [key]
        return ["default"]

    async def _sequence(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        keys = self._exec_outputs(node_id)
        settings = self.board.nodes[node_id].settings
        self.steps[step].fired = tuple(keys)
        if ERROR_PIN not in self._outputs(node_id) and settings.on_body_error == "stop":
            return keys
        for key in keys:
            await self._run_body(node_id, key, frame, where)
        return []

    async def _for_each(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        breaks = self._kind(node_id) is Kind.FOR_EACH_BREAK
        self.steps[step].fired = ("exec_out",)
        at = (step, -1)

        def look() -> bool:
            self._pull(node_id, frame, where, ["break"])
            return bool(self._read(node_id, "break", frame, step))

        for index, value in enumerate(self._read(node_id, "array", frame, step)):
            self._checkpoint()
            if breaks and look():
                break
            self._write(node_id, "value", value, frame, step)
            self._write(node_id, "index", index, frame, step)
            at = (step, index)
            if await self._run_body(node_id, "exec_out", frame, at, look if breaks else None):
                break
        return ["done"]

    _for_each_break = _for_each

    async def _while(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        self.steps[step].fired = ("exec_out",)
        for index in range(self._read(node_id, "max_iter", frame, step)):
            self._checkpoint()
            self._pull(node_id, frame, where, ["condition"])
            if not self._read(node_id, "condition", frame, step):
                return ["done"]
            self._write(node_id, "iter", index, frame, step)
            await self._run_body(node_id, "exec_out", frame, (step, index))
        self.logs.append((2, "The loop stopped at its highest number of rounds.", node_id))
        return ["done"]

    async def _try(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        self._write(node_id, "error", "", frame, step)
        self.steps[step].fired = ("try",)
        held: Failed | None = None
        fired: list[str] = []
        finally_ = bool(self._targets(node_id, "finally"))
        try:
            await self._run_body(node_id, "try", frame, where)
        except Failed as error:
            self.handled += 1
            self._write(node_id, "error", error.message, frame, error.seq)
            fired = ["catch"]
        if not finally_:
            return fired
        if fired:
            self.steps[step].fired = ("try", "catch")
            try:
                await self._run_body(node_id, "catch", frame, where)
            except Failed as error:
                held = error
        await self._run_body(node_id, "finally", frame, where)
        if held is not None:
            raise held
        return []

    async def _timeout(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        self.steps[step].fired = ("exec_body",)
        limit = asyncio.timeout(self._read(node_id, "timeout_ms", frame, step) / 1000)
        try:
            async with limit:
                await self._run_body(node_id, "exec_body", frame, where)
        except TimeoutError:
            return ["exec_timed_out"]
        return ["exec_completed"]

    async def _parallel(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        keys = [key for key in self._exec_outputs(node_id) if split_key(key)[0] == "exec_out"]
        await self._branches(node_id, [(key, {}) for key in keys], frame, step)
        self.steps[step].fired = tuple(keys)
        return ["exec_done"]

    async def _parallel_for_each(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        items = self._read(node_id, "array", frame, step)
        rounds = [("exec_out", {"value": item, "index": at}) for at, item in enumerate(items)]
        await self._branches(node_id, rounds, frame, step)
        self.steps[step].fired = ("exec_out",)
        return ["done"]

    async def _branches(
        self, node_id: str, rounds: list[tuple[str, dict[str, Any]]], frame: Frame, step: int
    ) -> None:
        """One branch after another, each on a copy of the frame, as if they had run at once."""
        before = copy.copy(frame.values), dict(frame.states), frame.result
        children = []
        for index, (key, values) in enumerate(rounds):
            child = Frame(dict(before[0]), dict(frame.writers), dict(before[1]), before[2])
            for name, value in values.items():
                self._write(node_id, name, value, child, step)
            await self._run_body(node_id, key, child, (step, index))
            children.append(child)
        for child in children:
            for slot, value in child.values.items():
                if value is not before[0].get(slot, MISSING):
                    frame.values[slot] = value
            for name, state in child.states.items():
                if state is not before[1].get(name):
                    frame.states[name] = state
            if child.result is not before[2]:
                frame.result = child.result

    async def _call_reference(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        target = self._literal(node_id, "fn_ref")
        values = {
            key: self._read(node_id, key, frame, step)
            for key, pin in self._outputs(target).items()
            if not pin.is_execution and key in self._inputs(node_id)
        }
        self._enter(node_id)
        called = Frame()
        try:
            await self._start(target, called, values, step, 0)
        finally:
            self.active[node_id] -= 1
        self._write(node_id, "response", called.result, frame, step)
        return self._exec_outputs(node_id)

    async def _return(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        frame.result = self._read(node_id, "response", frame, step)
        return []

    async def _variable_set(
        self, node_id: str, frame: Frame, where: tuple[int, int], step: int
    ) -> list[str]:
        value = self._read(node_id, "value_in", frame, step)
        self.variables[self._literal(node_id, "var_ref")] = value
        self._write(node_id, "value_ref", value, frame, step)
        return self._exec_outputs(node_id)
