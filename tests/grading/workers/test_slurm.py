"""A class graded by jobs of Slurm, as docs/cluster.md says, on one node of the test's own."""

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from classroom import ENVIRONMENT
from machine import free_ports, machine, needs_root
from shared import ROOT
from small import NAME, authored, small_course
from uv import find_uv_bin

SETTINGS = """
ClusterName=here
SlurmctldHost={node}(127.0.0.1)
SlurmUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation=/var/spool/slurmctld
SlurmdSpoolDir=/var/spool/slurmd
NodeName={node} NodeAddr=127.0.0.1 CPUs=2 RealMemory=8000
PartitionName=all Nodes={node} Default=YES
"""
INSTALL = """
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d
apt-get update -q
export DEBIAN_FRONTEND=noninteractive
apt-get install -qy --no-install-recommends slurmd slurmctld slurm-client munge
"""
START = """
mkdir -p /run/munge /var/spool/slurmctld /var/spool/slurmd
chown munge /run/munge
runuser -u munge -- munged
slurmctld
slurmd
until sinfo --noheader --states=idle | grep -q .; do sleep 0.2; done
"""


@pytest.fixture
def box(tmp_path):
    """A machine that is a cluster of one node."""
    with machine(tmp_path / "machine", ("etc", "run", "usr", "var")) as box:
        box.run(INSTALL)
        node = socket.gethostname().partition(".")[0]
        box.write("/etc/slurm/slurm.conf", SETTINGS.format(node=node, ports=free_ports(2)))
        box.run(START)
        yield box


@pytest.fixture
def program(tmp_path):
    """The program in docs/cluster.md, for two jobs, with what it imports."""
    uv = [find_uv_bin(), "--quiet", "pip", "install", "--no-deps", "--python", sys.executable]
    subprocess.run([*uv, "--target", tmp_path / "jobs", "dask-jobqueue"], check=True)
    text = (ROOT / "docs/cluster.md").read_text()
    program = re.search(r"```python\n(from dask_jobqueue.*?)```", text, re.S).group(1)
    (tmp_path / "jobs/cluster.py").write_text(program.replace("jobs=50", "jobs=2"))
    return tmp_path / "jobs/cluster.py"


@needs_root
@pytest.mark.thorough("cluster")
@pytest.mark.skipif(not shutil.which("apt-get"), reason="Slurm comes from Debian")
def test_jobs_of_slurm_grade(box, program, tmp_path):
    course = small_course(tmp_path / "course")
    course.submit({"ada": authored(), "ben": nbformat.read(course.release, 4)})

    def start(folder, *command, **kept):
        script = 'cd "$0" && exec "$@"'
        command = [*box.enter, "sh", "-c", script, str(folder), sys.executable, *command]
        return subprocess.Popen(
            command,
            env={**ENVIRONMENT, "DASK_TEMPORARY_DIRECTORY": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **kept,
        )

    with start(program.parent, "-i", program.name, stdin=subprocess.PIPE) as cluster:
        said = [cluster.stdout.readline()]
        while said[-1] and not said[-1].startswith("tcp://"):
            said.append(cluster.stdout.readline())
        assert said[-1], said
        address = said[-1].strip()
        with start(course.root, "-m", "hhlab", "autograde", NAME, f"--scheduler={address}") as run:
            printed = run.communicate(timeout=400)[0]
        cluster.communicate("exit()\n", timeout=60)
    assert run.returncode == 0, printed
    assert {each.student: each.total for each in course.grades()} == {"ada": 2, "ben": 0}
    reports = "".join(path.read_text() for path in Path(program.parent).glob("slurm-*.out"))
    assert reports.count("Start worker at") == 2, reports
