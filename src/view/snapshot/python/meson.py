

# meson-python asks the directory of the build where every file is, and that belongs to the work tree.
_collect = collect


def collect(install_plan):
    import os

    def led(source):
        real = os.path.realpath(source)
        if any(real.startswith(os.path.realpath(kept) + os.sep) for kept in KEPT):
            return source
        top = os.path.realpath(TOP) + os.sep
        return os.path.join(TREE, real[len(top):]) if real.startswith(top) else source

    return _collect(
        {
            kind: {led(source): target for source, target in data.items()}
            for kind, data in install_plan.items()
        }
    )
