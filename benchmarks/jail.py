"""Measure what the jail adds to the start of a kernel. Run: python benchmarks/jail.py [--runs N].

Starts kernels with and without the jail in turn, in one session, until each answers; prints the
median of each, and of the differences between neighbours, which the machine's noise hits alike.
"""

import argparse
import statistics
import time

from jupyter_client.manager import KernelManager

from hhlab.grading.jail import bubblewrap
from hhlab.grading.provision import GradingSpecs


def start(provisioner: str) -> float:
    """Return the seconds until a fresh kernel answers."""
    manager = KernelManager(
        kernel_spec_manager=GradingSpecs(provisioner=provisioner), kernel_name="graded"
    )
    began = time.perf_counter()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    took = time.perf_counter() - began
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return took


def measure(runs: int) -> tuple[list[float], list[float]]:
    """Return the start times without and with the jail, taken in turn."""
    bubblewrap()
    start("hhlab-jail"), start("local-provisioner")  # file caches
    pairs = [(start("local-provisioner"), start("hhlab-jail")) for _ in range(runs)]
    return [plain for plain, _ in pairs], [jailed for _, jailed in pairs]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    plain, jailed = measure(parser.parse_args().runs)
    added = [b - a for a, b in zip(plain, jailed, strict=True)]
    for name, seconds in (("plain kernel", plain), ("jailed kernel", jailed), ("added", added)):
        low, middle, high = statistics.quantiles(seconds, n=4)
        print(f"{name:<14}{middle:7.3f} s   (quartiles {low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
