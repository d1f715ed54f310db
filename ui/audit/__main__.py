"""`python -m ui.audit EXPORT …`: the same program as `liangzheng audit`."""

import sys

from ui.audit.program import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
