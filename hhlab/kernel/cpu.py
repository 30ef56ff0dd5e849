"""Keep a graded kernel on the CPU: students may work on a GPU, the grader's machine has none."""

import jax

from ..channel.language import Text, said, speaking

PLATFORMS = ("jax_platform_name", "jax_platforms")
"""The settings of JAX that choose one; BrainPy's ``set_platform`` goes there as well."""


def stay_on_cpu(language: str = "en") -> None:
    """Have JAX compute on the CPU, whatever it is told from now on.

    Parameters
    ----------
    language : str
        In which a student who asks for something else is told so.
    """
    usual = jax.config.update
    # else a thread computes for another that waits, and both spin: a quarter of a short experiment
    usual("jax_cpu_enable_async_dispatch", False)  # type: ignore[no-untyped-call]

    def update(name: str, value: object) -> None:
        if name not in PLATFORMS or not value or value == "cpu":
            usual(name, value)  # type: ignore[no-untyped-call]
            return
        with speaking(language):
            print(said(Text("{platform}: graded on the CPU.", platform=value)))

    jax.config.update = update  # type: ignore[method-assign]
