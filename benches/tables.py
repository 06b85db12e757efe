"""The results as values and as tables in Markdown."""

import statistics
import sys

from contestants import BY_HAND, NOTHING, PLAIN


def marks(script):
    """What a page has before and after the tables that a script writes."""
    return f"<!-- benches/{script}: begin -->\n", f"<!-- benches/{script}: end -->\n"


def median(values):
    return statistics.median(values) if values else None


def over(row, base):
    """The median of the differences to another row, each of the same round."""
    both = row.done.keys() & base.done.keys()
    return median([row.done[number].seconds - base.done[number].seconds for number in both])


def rows_of_scene(scene, rows):
    """One scene as values; `cost` is the time over a hook that does nothing, in seconds."""
    base = next((row for row in rows if row.name == NOTHING.name), None)
    value = {"key": "start", "title": "a start (`--version`)", "bar": 0.40, "stretch": 0.30, "rows": []}
    if scene:
        value |= {"key": scene.key, "title": scene.title, "bar": scene.bar, "stretch": scene.stretch}
    for row in rows:
        done = list(row.done.values())
        one = {"name": row.name, "is_peer": row.is_peer, "is_ours": row.is_ours}
        one |= {"wrong": row.wrong, "rewritten": row.rewritten, "not_measured": row.not_measured}
        if done:
            one["seconds"] = median([each.seconds for each in done])
            one["cost"] = over(row, base) if base else one["seconds"]
            one["cpu_seconds"] = median([each.cpu_seconds for each in done])
            one["peak_kib"] = max(each.peak_kib for each in done)
        if row.programs is not None:
            one["programs"] = len(row.programs)
            names = [path.rsplit("/", 1)[-1] for path in row.programs]
            one["git"] = sum(name == "git" for name in names)
            one["gatekeeper"] = sum(name == "gatekeeper" for name in names)
        if row.system_calls is not None:
            one["system_calls"] = row.system_calls
        value["rows"].append(one)
    peers = [one for one in value["rows"] if one["is_peer"] and "cost" in one and not failed(one)]
    ours = next((one for one in value["rows"] if one["is_ours"] and "cost" in one), None)
    if peers and ours:
        best = min(peers, key=lambda one: one["cost"])
        value |= {"best": best["name"], "ratio": ours["cost"] / best["cost"]}
    return value


def failed(one):
    """Whether a contestant did not do the work: what it costs to do less is no comparison."""
    return any(what.startswith(("no commit", "a gate did not", "a good commit")) for what in one["wrong"])


def rows_of_workflow(workflow, rows):
    value = {"key": workflow.key, "title": workflow.title, "count": workflow.count, "rows": []}
    for row in rows:
        times = {number: sum(step.seconds for step in steps) for number, steps in row.done.items()}
        one = {"name": row.name, "wrong": row.wrong, "not_measured": row.not_measured, "is_ours": row.is_ours}
        if times:
            one |= {"seconds": median(list(times.values())), "by_round": times}
        value["rows"].append(one)
    base = {PLAIN.name: None, NOTHING.name: None}
    for one in value["rows"]:
        if one["name"] in base:
            base[one["name"]] = one.get("by_round")
    ours = next(one for one in value["rows"] if one["is_ours"])
    nothing, taken = base[NOTHING.name], ours.get("by_round")
    if nothing and taken:
        value["each"] = median([taken[n] - nothing[n] for n in taken.keys() & nothing.keys()]) / workflow.count
    value["bar_each"], value["bar_seconds"] = workflow.bar_each, workflow.bar_seconds
    return value


def ms(one, key):
    return f"{one[key] * 1000:.1f}" if one and one.get(key) is not None else "–"


def is_met(value, bar):
    return "met" if value <= bar else "missed"


def table(lines):
    head, *body = lines
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] + ["---:"] * (len(head) - 1), *body])


def summary(about):
    lines = [["", "sh by hand", "best other tool", "gatekeeper", "ours / best", "bar", "stretch"]]
    for scene in about["scenes"] + ([about["start"]] if "start" in about else []):
        rows = {one["name"]: one for one in scene["rows"]}
        ours = next((one for one in scene["rows"] if one["is_ours"]), None)
        best = rows.get(scene.get("best"))
        line = [scene["title"], ms(rows.get(BY_HAND.name), "cost")]
        line += [f"{best['name']} {ms(best, 'cost')}" if best else "–", ms(ours, "cost")]
        if best:
            ratio = scene["ratio"]
            line += [f"{ratio:.2f}", *(f"{bar:.2f} {is_met(ratio, bar)}" for bar in (scene["bar"], scene["stretch"]))]
        lines.append(line + ["–"] * (7 - len(line)))
    return table(lines)


def spent(about):
    lines = [["", "tool", "cost, ms", "CPU, ms", "peak, MiB", "programs", "git", "system calls", "rewritten", "seen, done"]]
    for scene in about["scenes"]:
        title = scene["title"]
        for one in scene["rows"]:
            wrong = "; ".join(what + (f" ({n} times)" if n > 1 else "") for what, n in one["wrong"].items())
            verdict = f"not measured: {one['not_measured']}" if one["not_measured"] else f"wrong: {wrong}" if wrong else "right"
            peak = f"{one['peak_kib'] / 1024:.0f}" if "peak_kib" in one else "–"
            counts = [str(one.get(key, "–")) for key in ("programs", "git", "system_calls", "rewritten")]
            lines.append([title, one["name"], ms(one, "cost"), ms(one, "cpu_seconds"), peak, *counts, verdict])
            title = ""
    return table(lines)


def work(about):
    lines = [["", "no hooks, s", "hooks of `exit 0`, s", "gatekeeper, s", "each, over `exit 0`, ms", "bar"]]
    for workflow in about["workflows"]:
        times = [f"{one['seconds']:.2f}" if "seconds" in one else next(iter(one["wrong"]), "–") for one in workflow["rows"]]
        each = f"{workflow['each'] * 1000:.2f}" if "each" in workflow and workflow["count"] > 1 else "–"
        bar = "–"
        ours = workflow["rows"][-1]
        if workflow["bar_each"] and "each" in workflow:
            bar = f"{workflow['bar_each'] * 1000:g} ms each: {is_met(workflow['each'], workflow['bar_each'])}"
        elif workflow["bar_seconds"] and "seconds" in ours:
            bar = f"{workflow['bar_seconds']:g} s: {is_met(ours['seconds'], workflow['bar_seconds'])}"
        lines.append([workflow["title"], *times, each, bar])
    return table(lines)


def write_page(about, path):
    """Prints the tables of compare.py, and writes them into a page."""
    tools = ", ".join(about["tools"].values())
    parts = [f"{about['git']}, {about['processors']} processors, medians of {about['rounds']} rounds; {tools}."]
    if about["scenes"] or "start" in about:
        parts += ["### Against other tools", summary(about)]
    if about["scenes"]:
        parts += ["### What each spends", spent(about)]
    if about["workflows"]:
        parts += ["### Other work", work(about)]
    put("\n\n".join(parts) + "\n", "compare.py", path)


def write_table(lines, script, path):
    """Prints one table, and writes it into a page."""
    put(table(lines) + "\n", script, path)


def put(text, script, path):
    """Prints a text, and writes it between the marks of that script in a page, if there is one."""
    print(text)
    if not path:
        return
    begin, end = marks(script)
    with open(path, encoding="utf-8") as file:
        page = file.read()
    if begin not in page or end not in page:
        sys.exit(f"{path} has no marks of {script} to write between")
    before, after = page.split(begin)[0], page.split(end)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{begin}{text}{end}{after}")
