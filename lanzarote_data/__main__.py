"""``python -m lanzarote_data`` is the command ``lanzarote``."""

import sys

from lanzarote_data.cli import main

if __name__ == "__main__":
    sys.exit(main())
