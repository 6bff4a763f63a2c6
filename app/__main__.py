"""`python -m app`: the same as `ravine`, from a checkout."""

import sys

from app.main import main

if __name__ == "__main__":
    sys.exit(main())
