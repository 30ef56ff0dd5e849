"""Draw the pictures of the notebooks from the instructor's own answers (`make figures`).

What students should see is attached to the text that says so, in source/, in each edition in its
own language (which takes a font with its letters). An edition's text is made by `make release`, so
that goes first if a figure is new, and again at the end: it takes all over into the releases.
"""

import base64
import io
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
from matplotlib.figure import Figure
from nbclient import NotebookClient
from PIL import Image

from hhlab.lab import plot

ROOT = Path(__file__).resolve().parents[1]
COLOURS, WIDTH = 64, 640
SIDES = {"": ("inside", "outside"), "zh_CN": ("膜内", "膜外")}
"""What the two sides of the membrane are called."""


def main() -> None:
    """Run all notebooks, and attach to each text the figures that it names."""
    for path in sorted(ROOT.glob("source/*/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        sides = SIDES[notebook.metadata.get("language", "")]
        drawn = {"circuit.png": _png(circuit(*sides)), "step.png": _png(step())}
        drawn |= figures(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                named = [file for file in drawn if f"](attachment:{file})" in cell.source]
                cell.attachments = {file: {"image/png": small(drawn[file])} for file in named}
                if not named:
                    del cell["attachments"]
        nbformat.write(notebook, path)


def figures(notebook: nbformat.NotebookNode) -> dict[str, bytes]:
    """Return the pictures that a notebook draws, by the names of their cells."""
    run = nbformat.from_dict(notebook)
    NotebookClient(run, kernel_name="python3", timeout=300).execute()
    found = {}
    for cell in run.cells:
        outputs = [each.get("data", {}) for each in cell.get("outputs", [])]
        pictures = [data["image/png"] for data in outputs if "image/png" in data]
        for k, picture in enumerate(pictures):
            name = cell.id.removeprefix("figure-").removeprefix("run-")
            found[f"{name}{'-2' * k}.png"] = base64.b64decode(picture)
    return found


def small(picture: bytes) -> str:
    """Return a picture in few colours and no wider than text, base64."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    png = io.BytesIO()
    # of the methods, the one that does not take blue and green for one colour
    few = image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(png, "PNG", optimize=True)
    return base64.b64encode(png.getvalue()).decode()


def _png(figure: Figure) -> bytes:
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=100)
    return png.getvalue()


def step() -> Figure:
    """Draw one time step: what is computed of what, which TODO that is, and when it is kept."""
    figure, axes = plt.subplots(figsize=(9.6, 2.6), layout="constrained")
    blue = "#2f4a80"
    boxes = [
        (0.9, "self.V\nself.m\nself.h\nself.n"),
        (3.5, "self.integral(\n  …, t, x, dt=dt)"),
        (5.95, "V\nm\nh\nn"),
        (8.3, "self.V < V_th\n     ≤ V  ?"),
        (10.9, "self.V\nself.m\nself.h\nself.n"),
    ]
    for k, (x, text) in enumerate(boxes, start=1):
        box = {"boxstyle": "round,pad=0.5", "facecolor": "#eef2f7", "edgecolor": blue}
        centred: dict[str, Any] = {"ha": "center", "va": "center"}
        axes.text(x, 1, text, family="monospace", size=12, bbox=box, **centred)
        axes.text(x, 2.3, str(k), size=14, weight="bold", color=blue, **centred)
    for left, right in ((1.6, 2.15), (4.85, 5.45), (6.4, 7.0), (9.5, 10.15)):
        axes.annotate("", (right, 1), (left, 1), arrowprops={"arrowstyle": "-|>", "linewidth": 1.8})
    for todo, left, right in (("TODO 8", 2.2, 6.4), ("TODO 9", 10.2, 11.6)):
        axes.plot([left, right], [-0.45, -0.45], color="#b03a00", linewidth=2.5)
        axes.text(
            (left + right) / 2,
            -0.8,
            todo,
            size=13,
            weight="bold",
            color="#b03a00",
            ha="center",
            va="center",
        )
    axes.set(xlim=(0.1, 11.8), ylim=(-1.1, 2.6))
    axes.set_axis_off()
    return figure


def circuit(inside: str, outside: str) -> Figure:
    """Draw the membrane's equivalent circuit: a capacitor beside three channels with batteries."""
    figure, (axes,) = plot.frame(7.2, 3.6)
    axes.set_position((0, 0, 1, 1))
    line: dict[str, Any] = {"color": "black", "linewidth": 1.6, "solid_capstyle": "butt"}
    branches = {"$C_m$": 1.0, "$g_{Na}\\,m^3h$": 3.2, "$g_K\\,n^4$": 5.4, "$g_L$": 7.6}
    batteries = {3.2: ("$E_{Na}$", 1), 5.4: ("$E_K$", -1), 7.6: ("$E_L$", -1)}
    axes.plot([-0.6, 7.6], [4, 4], **line)
    axes.plot([-0.6, 7.6], [0, 0], **line)
    for label, x in branches.items():
        if x == 1.0:
            for y0, y1 in ((4, 2.1), (1.9, 0)):
                axes.plot([x, x], [y0, y1], **line)
            for y in (2.1, 1.9):
                axes.plot([x - 0.35, x + 0.35], [y, y], **line)
            axes.text(x + 0.45, 2, label, va="center", size=13)
            continue
        axes.plot([x, x], [4, 3.4], **line)
        axes.add_patch(plt.Rectangle((x - 0.17, 2.4), 0.34, 1.0, fill=False, linewidth=1.6))
        axes.text(x + 0.3, 2.9, label, va="center", size=13)
        if x != 7.6:  # voltage-gated: the conductance changes
            arrow = {"arrowstyle": "->", "linewidth": 1.4}
            axes.annotate("", (x + 0.34, 3.45), (x - 0.4, 2.3), arrowprops=arrow)
        name, sign = batteries[x]
        axes.plot([x, x], [2.4, 1.35], **line)
        axes.plot([x, x], [1.15, 0], **line)
        for y, half in ((1.35, 0.3 if sign > 0 else 0.15), (1.15, 0.15 if sign > 0 else 0.3)):
            axes.plot([x - half, x + half], [y, y], **line)
        axes.text(x + 0.42, 1.25, name, va="center", size=13)
    axes.plot([-0.6, -0.6], [0, 4], **line)
    axes.plot(-0.6, 2, marker="^", color="black", markersize=9)
    axes.text(-0.85, 2, "$I$", va="center", ha="right", size=13)
    axes.text(8.6, 4, inside, va="center", size=12)
    axes.text(8.6, 0, outside, va="center", size=12)
    axes.set(xlim=(-1.4, 9.8), ylim=(-0.4, 4.4))
    axes.set_axis_off()
    return figure


if __name__ == "__main__":
    main()
