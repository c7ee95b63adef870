"""``python -m exactcap.cli``, the same as the ``exactcap`` command."""

import sys

from exactcap.cli.main import main

sys.exit(main())
