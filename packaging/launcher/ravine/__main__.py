"""`python -m ravine`."""

import sys

from ravine import main

sys.exit(main())
