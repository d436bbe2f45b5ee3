"""`pennypress`, or `python -m pennypress`: the command line.

What stands over a server loads nothing of the paper; everything else begins with all of it.
"""

import importlib
import sys

from pennypress.config import handing_over


def main() -> None:
    """This function will stand over a server, or run the command named on the command line."""
    if handing_over.is_to_stand(sys.argv[1:]):
        sys.exit(handing_over.stand(sys.argv[2:]))
    importlib.import_module("pennypress.config.cli").main()


if __name__ == "__main__":
    main()
