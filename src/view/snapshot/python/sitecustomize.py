
import os
import sys


def _move():
    moved = {os.path.realpath(path): MOVED[path] for path in MOVED}
    for at, path in enumerate(sys.path):
        sys.path[at] = moved.get(os.path.realpath(path), path) if path else path


def _start_the_next():
    """Runs the module of this name that would have been found without this one."""
    own = os.path.dirname(os.path.abspath(__file__))
    path = list(sys.path)
    this = sys.modules.pop(__name__)
    sys.path[:] = [entry for entry in path if os.path.abspath(entry) != own]
    try:
        import sitecustomize
    except ImportError as error:
        sys.modules[__name__] = this
        if getattr(error, "name", __name__) != __name__:
            raise
    finally:
        if own not in sys.path:
            sys.path.insert(0, own)


_move()
_start_the_next()
