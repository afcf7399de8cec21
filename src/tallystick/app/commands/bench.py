"""`tally bench`: how fast, against a baseline taken in the same run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.app.benches.report import BenchReport


def register(app: typer.Typer) -> None:
    """Add the commands."""
    bench = typer.Typer(no_args_is_help=True, help="Measure speed against a baseline taken in the same run.")
    bench.command("gate")(gate)
    bench.command("lanes")(lanes)
    bench.command("life")(life)
    bench.command("load")(load)
    bench.command("orders")(orders)
    bench.command("reserve")(reserve)
    bench.command("sync")(sync)
    app.add_typer(bench, name="bench")


def gate(
    seconds: Annotated[float, typer.Option(help="Length of each placing case, in seconds.")] = 5.0,
    lives: Annotated[int, typer.Option(help="Whole order lives to run.")] = 20_000,
    file: Annotated[
        Path | None,
        typer.Option(help="A file of the online-retail feed for the case `load`; one is made up without.", exists=True),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Measure the gate: orders placed in batches, spread and on one hot item, whole lives, and a year's load.

    Cases `place_*` compare with the same work at one transaction an order in the same run. Each case uses a book of
    its own, which is dropped afterwards.

    Example: tally bench gate --seconds 10 --json
    """
    from tallystick.app.benches.report import bench_gate

    with output.progress() as show:
        found = bench_gate(seconds, lives, file, show)
    _tell(found, as_json=as_json)


def lanes(
    seconds: Annotated[float, typer.Option(help="Length of each case, in seconds.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Measure what one partner who hangs costs another. Each in a lane of its own, and both in one shared pool.

    The latency of a command is from its commit until the well partner has it. The baseline is the same with both well.

    Example: tally bench lanes --seconds 10 --json
    """
    from tallystick.app.benches.lanes import bench_lanes

    with output.progress() as show:
        found = bench_lanes(seconds, show)
    _tell(found, as_json=as_json)


def life(
    lives: Annotated[int, typer.Option(help="Whole order lives to run.", min=1)] = 100_000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Measure whole lives of orders. Placed, authorised, dispatched, captured and settled, with all their postings.

    Lives overlap as on a busy day. The baseline is one transaction a message in the same run; messages and postings
    are counted in the database, and every proof of the book must hold afterwards.

    Example: tally bench life --lives 20000 --json
    """
    from tallystick.app.benches.report import bench_life

    with output.progress() as show:
        found = bench_life(lives, show)
    _tell(found, as_json=as_json)


def load(
    tills: Annotated[
        Path | None, typer.Option(help="A file of complete-journey; the installed data without.", exists=True)
    ] = None,
    shops: Annotated[str, typer.Option(metavar="LIST", help="Only these shops of it, such as 330,406.")] = "",
    invoices: Annotated[
        Path | None, typer.Option(help="A file of online-retail; one is made up without.", exists=True)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Measure whole loads: lines a second of each file feed, against plain COPY of the rows that the load left.

    The load is all that `tally load` does, control totals included; the baseline has no keys, no indexes and no rules.
    Each case uses a book of its own, whose every proof must hold, and which is dropped afterwards.

    Example: tally bench load --shops 330,406 --json
    """
    from tallystick.app.benches.load import bench_load, part_of
    from tallystick.app.loading import FilePart

    with output.progress() as show:
        found = bench_load(FilePart(tills, part_of(shops)), invoices, show)
    _tell(found, as_json=as_json)


def reserve(
    seconds: Annotated[float, typer.Option(help="Length of each case, in seconds.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Measure reservations inside the process. Spread over ten thousand products, and all wanting one.

    A thousand clients in batches, against one transaction an order over 64 connections in the same run.

    Example: tally bench reserve --json
    """
    from tallystick.app.benches.report import bench_reserve

    with output.progress() as show:
        found = bench_reserve(seconds, show)
    _tell(found, as_json=as_json)


def orders(
    seconds: Annotated[float, typer.Option(help="Length of each case, in seconds.")] = 5.0,
    workers: Annotated[int, typer.Option(help="Processes that serve side by side.", min=1)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Measure orders and stock over HTTP. Authentication, quotas, idempotency and trace context are on.

    The driver runs on the same cores. The baseline is one transaction an order at the gate, without HTTP, in the same run.

    Example: tally bench orders --seconds 10 --json
    """
    from tallystick.app.benches.served import bench_orders

    with output.progress() as show:
        found = bench_orders(seconds, workers, show)
    _tell(found, as_json=as_json)


def sync(
    seconds: Annotated[float, typer.Option(help="Length of each case, in seconds.")] = 10.0,
    sales: Annotated[int, typer.Option(help="Sales a second.", min=1)] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Measure how soon a channel shows a till's sale. The baseline tells it one call a sale, over as many places.

    The latency is from the sale's receipt until the channel acknowledged a number that has it taken off.

    Example: tally bench sync --seconds 20 --json
    """
    from tallystick.app.benches.sync import bench_sync

    with output.progress() as show:
        found = bench_sync(seconds, sales, show)
    _tell(found, as_json=as_json)


def _tell(found: "BenchReport", *, as_json: bool) -> None:
    if as_json:
        output.json(found.as_json())
        return
    output.table(
        ("case", "value", "unit", "baseline", "ratio", "p50 ms", "p99 ms"),
        [[c.case, c.value, c.unit, c.baseline, c.ratio, c.p50_ms, c.p99_ms] for c in found.cases],
    )
    output.say("Every proof of every book held." if found.ties_out else "A PROOF FAILED: see `tally book check`.")
    for name, value in found.machine.items():
        output.say(f"{name}: {value}")
