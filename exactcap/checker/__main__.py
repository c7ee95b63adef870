"""Run the checker as a module, or as a folder from a bare clone: ``python3 -I -S exactcap/checker FILE``.

Run as a folder it has no package, so it loads itself under a name of its own and touches nothing else of exactcap.
"""

import importlib.util
import pathlib
import sys

if __package__:
    from .main import main
else:
    _here = pathlib.Path(__file__).resolve().parent
    sys.path.pop(0)  # this folder: its modules must not shadow the standard library's
    _spec = importlib.util.spec_from_file_location(
        "exactcap_checker", _here / "__init__.py", submodule_search_locations=[str(_here)]
    )
    assert _spec is not None
    assert _spec.loader is not None
    _package = importlib.util.module_from_spec(_spec)
    sys.modules["exactcap_checker"] = _package
    _spec.loader.exec_module(_package)
    main = importlib.import_module("exactcap_checker.main").main

sys.exit(main())
