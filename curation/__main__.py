"""``python -m curation``: the verbs of the product without a browser."""

import sys

if __name__ == "__main__":
    try:
        from curation.cli.main import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
