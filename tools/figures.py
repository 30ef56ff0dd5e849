"""Write docs/figures/ from the course's own notebook (python tools/figures.py)."""

import base64
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
FIGURES = {
    "figure-potentials": "potentials.png",
    "figure-gates": "gates.png",
    "run-refinement": "refinement.png",
}


def main() -> None:
    """Run the source notebook and keep its pictures."""
    notebook = nbformat.read(ROOT / "source/hh-model/hh-model.ipynb", as_version=4)
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    folder = ROOT / "docs/figures"
    folder.mkdir(parents=True, exist_ok=True)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if cell.id in FIGURES and "image/png" in output.get("data", {}):
                picture = base64.b64decode(output["data"]["image/png"])
                (folder / FIGURES[cell.id]).write_bytes(picture)


if __name__ == "__main__":
    main()
