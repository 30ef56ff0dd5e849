"""Jupyter's kernel manager and client, told that a class has many kernels and some are hostile."""

import time
from queue import Empty
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

LARGEST_MESSAGE, LARGEST_OUTPUT = 16 * 2**20, 4 * 2**20
"""Bytes of each part of a message, and of one with outputs."""
MOST_MESSAGES = 8
"""How many messages may wait on a socket: a kernel that floods it must not fill our memory."""


class PromptClient(AsyncKernelClient):
    """A client that is ready when the kernel is, rather than some tenths of a second later.

    Attributes
    ----------
    also : dict of str
        Expressions that the kernel evaluates after whatever it executes without an error.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.also: dict[str, str] = {}

    def execute(self, *code: Any, **options: Any) -> str:
        """Ask for code to be executed, and what goes with it: a message less for each cell."""
        return super().execute(*code, **{"user_expressions": self.also, **options})

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Return once the kernel answers and its outputs arrive.

        Raises
        ------
        RuntimeError
            If it dies before that, or takes longer than `timeout` seconds.
        """
        until = float("inf") if timeout is None else time.monotonic() + timeout
        while time.monotonic() < until:
            if await self._heard(self.kernel_info()):
                return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    wait_for_ready = _async_wait_for_ready

    def connect_iopub(self, identity: bytes | None = None) -> Any:
        """Return a socket for outputs, which are smaller than answers may be."""
        self.context.MAXMSGSIZE = LARGEST_OUTPUT
        try:
            return super().connect_iopub(identity)
        finally:
            self.context.MAXMSGSIZE = LARGEST_MESSAGE

    async def _heard(self, request: str) -> bool:
        """Return whether the reply to a request came, and on the other channel that it was done.

        Messages of earlier requests may still come: whoever reads on looks for those of their own.
        """
        try:
            await self.shell_channel.get_msg(timeout=1)
            while True:
                message = await self.iopub_channel.get_msg(timeout=0.2)
                done = message["content"].get("execution_state") == "idle"
                if done and message["parent_header"].get("msg_id") == request:
                    return True
        except Empty:
            return False


class WaryManager(AsyncKernelManager):
    """A kernel manager whose clients are prompt, and refuse what would fill their memory."""

    client_factory = PromptClient

    def __init__(self, **kwargs: Any) -> None:
        # a context of Jupyter's own would wait at its end for messages to a kernel that is gone
        super().__init__(context=zmq.asyncio.Context(), **kwargs)

    def client(self, **kwargs: Any) -> Any:
        """Return a client of limited patience."""
        client = super().client(**kwargs)
        client.context.MAXMSGSIZE = LARGEST_MESSAGE
        client.context.RCVHWM = MOST_MESSAGES
        return client

    async def _async_start_kernel(self, **options: Any) -> None:
        """Start the kernel, without the pause in which jupyter_client's own tests look at it."""
        usual: Any = AsyncKernelManager._async_start_kernel
        await getattr(usual, "__wrapped__", usual)(self, **options)

    start_kernel = _async_start_kernel

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """End the kernel: nothing in it is asked to end by itself, and there is no pause here."""
        await self._async_kill_kernel(restart)
        await self._async_cleanup_resources(restart)

    shutdown_kernel = _async_shutdown_kernel

    async def _async_wait(self, pollinterval: float = 0.002) -> None:
        await super()._async_wait(pollinterval)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        self.context.destroy(linger=0)

    cleanup_resources = _async_cleanup_resources


class FillingManager(WaryManager):
    """The manager of a kernel that may write to the compile cache: the instructor's own answer's.

    A type, so that no setting and no copy of one can give a student's kernel that right.
    """
