"""The notebook of proofs, executed: ``python tests/notebook_run.py`` stores its outputs anew."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parent.parent / "proofs" / "from-data-to-theorem.ipynb"


def executed(path: Path = NOTEBOOK) -> Any:
    """The notebook with fresh outputs, run in its folder by this Python; nothing in it tells of time or machine."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:  # nobody's own profile, and the kernel of this environment
        os.environ.update(IPYTHONDIR=folder, JUPYTER_CONFIG_DIR=folder, JUPYTER_PREFER_ENV_PATH="1")
        settings = {"timeout": 120, "kernel_name": "python3", "record_timing": False, "coalesce_streams": True}
        NotebookClient(notebook, resources={"metadata": {"path": path.parent}}, **settings).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


if __name__ == "__main__":
    import nbformat

    nbformat.write(executed(), sys.argv[1] if len(sys.argv) > 1 else NOTEBOOK)
