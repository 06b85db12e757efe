"""gatekeeper, a quality-gate runner for git, as a Python package. The program itself is native."""
