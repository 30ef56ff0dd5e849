"""Measure what the jail adds to the start of a kernel. Run: python benchmarks/jail.py [--runs N].

Starts plain kernels, kernels in a jail of their own, and forks of a warm one, in turn, in one
session, until each answers; prints the median of each, and of the differences between neighbours,
which the machine's noise hits alike.
"""

import argparse
import statistics
import time

from jupyter_client.manager import KernelManager
from traitlets.config import Config

from hhlab.course.unit import NAME
from hhlab.grading.jail.bubblewrap import bubblewrap
from hhlab.grading.jail.provisioner import GradingSpecs


def start(provisioner: str, *, warm: bool = False) -> float:
    """Return the seconds until a fresh kernel answers."""
    config = Config({"JailProvisioner": {"warm": warm}})
    specs = GradingSpecs(provisioner=provisioner, unit=NAME)
    manager = KernelManager(kernel_spec_manager=specs, kernel_name="graded", config=config)
    began = time.perf_counter()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    took = time.perf_counter() - began
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return took


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    bubblewrap()
    ways = {
        "plain kernel": lambda: start("local-provisioner"),
        "jailed, cold": lambda: start("hhlab-jail"),
        "jailed, warm": lambda: start("hhlab-jail", warm=True),
    }
    for way in ways.values():
        way()  # file caches, and the warm process itself
    took = [{name: way() for name, way in ways.items()} for _ in range(runs)]
    rows = {name: [each[name] for each in took] for name in ways}
    rows["the jail adds"] = [each["jailed, cold"] - each["plain kernel"] for each in took]
    for name, seconds in rows.items():
        low, middle, high = statistics.quantiles(seconds, n=4)
        print(f"{name:<14}{middle:7.3f} s   (quartiles {low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
