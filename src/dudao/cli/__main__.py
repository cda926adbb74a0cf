"""``python -m dudao.cli``: the same as the command ``dudao``."""

import sys

from dudao.cli import main

sys.exit(main())
