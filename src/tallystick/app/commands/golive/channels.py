"""`tally golive shadow|compare|switch|back|kept|verify`: the run beside the old system, and the switch channel by channel."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import Code
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.golive.parallel import Day
    from tallystick.app.golive.switching import Switched, Wish
    from tallystick.app.house import House
    from tallystick.engine.answer import Answer
    from tallystick.ports.golive import KeptKind

Channel = Annotated[str, typer.Argument(metavar="CHANNEL", help="The sales channel.")]
Export = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER", exists=True, file_okay=False, help="With export.toml and the old system's CSV files."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    golive = group(app, "golive")
    golive.command("shadow")(shadow)
    golive.command("compare")(compare)
    golive.command("switch")(switch)
    golive.command("back")(back)
    golive.command("kept")(kept)
    golive.command("verify")(verify)


def shadow(
    channel: Channel,
    ledger: Annotated[
        str, typer.Option("--beside", metavar="LEDGER", help="The old ledger, as takeover.toml calls it.")
    ],
    days: Annotated[int, typer.Option(min=1, help="So many days in a row must fit before it is switched.")] = 3,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Let a channel run beside the old system: its messages are booked, and nothing is told for it. Commands are kept.

    Example: tally golive shadow web --beside oldbooks --days 5
    """
    from tallystick.app.golive.switching import Beside, begin_shadow
    from tallystick.app.promising.reporting import tell
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Answer":
        return await begin_shadow(house, as_user, Beside(channel, ledger, days))

    tell(in_house(book, work), f"{channel} runs beside {ledger}: nothing is told for it.", as_json=as_json)


def compare(folder: Export, as_user: output.As = None, book: output.Book = None, as_json: output.Json = False) -> None:
    """Lay the old system's export beside the book: what is the same, what differs and why, and breaks of what nobody knows.

    Exit code 1 when something differs that is not explained.

    Example: tally golive compare exports/2026-12-02/
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.golive.parallel import compare_day
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Day":
        async with acting(house, as_user, Doing("golive.compare", folder.name, "golive:write")):
            return await compare_day(house, folder)

    day = in_house(book, work)
    _tell_day(day, as_json=as_json)
    if day.compared.unexplained:
        raise typer.Exit(Code.NOT_IN_ORDER)


def switch(
    channel: Channel,
    folder: Export,
    report: Annotated[Path, typer.Option(metavar="FILE", help="Where the signed report of both sides is written.")],
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why it must be now all the same; for approvers.")] = "",
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Compare a last time, and let the channel be ours: from this moment on what it must be told is told.

    What was kept before is closed as done by the old system, and never sent.

    Example: tally golive switch web exports/2026-12-05/ --report web.jws --as mia
    """
    from tallystick.app.golive.switching import Wish

    switched, said = _switched(book, as_user, Wish(channel, folder, because), report)
    if as_json:
        output.json(said)
        return
    closed = sum(k.closed for k in switched.kept)
    output.say(f"{channel} is live, as of event {switched.event}.", "bold")
    output.say(
        f"{output.count(closed, 'command')} that had been kept {'is' if closed == 1 else 'are'} closed: the old system did them."
    )
    rows = [[t["what"], t["of"], t["ours"], t["theirs"]] for t in said["totals"]]
    output.table(("total of", "", ">ours", ">theirs"), rows)
    output.note(f"Signed, in {report}: `tally golive verify {report}`.")


def back(
    channel: Channel,
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Give a channel back to the old system. Possible until the first command was told for it, and not after.

    Example: tally golive back web --because "the warehouse is not ready"
    """
    from tallystick.app.golive.switching import put_back
    from tallystick.app.promising.reporting import tell
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Answer":
        return await put_back(house, as_user, channel, because)

    tell(in_house(book, work), f"{channel} runs beside the old system again.", as_json=as_json)


def kept(
    channel: Annotated[str, typer.Argument(metavar="[CHANNEL]", help="Only this one.")] = "",
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Count the commands that were not sent because an old system does them in our place.

    Example: tally golive kept web
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "list[KeptKind]":
        from tallystick.app.golive.switching import require_known
        from tallystick.storage.reading.golive.standing import channels
        from tallystick.storage.reading.golive.standing import kept as kept_of

        connection = await house.connection()
        require_known(await channels(connection), channel)
        return await kept_of(connection, channel)

    found = in_house(book, work)
    if as_json:
        output.json({"kept": found})
    elif found:
        rows = [[k.channel, k.kind, k.waiting, k.closed] for k in found]
        output.table(("channel", "command", ">kept", ">done by the old system"), rows)
    else:
        output.say("Nothing was kept.")


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A signed report.")],
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show a signed report of a switch, if this book signed it to the letter. Exit code 1 where it did not.

    Example: tally golive verify web.jws
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.app.golive.report import read_report

        return await read_report(house, file.name, text)

    text = file.read_text("utf-8", "replace")

    found = in_house(book, work)
    if as_json:
        output.json(found)
        return
    output.say(f"{found['channel']} went live with event {found['event']}, beside the export of {found['at']}.", "bold")
    rows = [[t["what"], t["of"], t["ours"], t["theirs"]] for t in found["totals"]]
    output.table(("total of", "", ">ours", ">theirs"), rows)


def _switched(book: str | None, as_user: str | None, wish: "Wish", file: Path) -> "tuple[Switched, dict[str, Any]]":
    from tallystick.app.golive.report import report_of, require_writable, signed_text
    from tallystick.app.golive.switching import switch as switch_over
    from tallystick.app.running import in_house

    async def work(house: "House") -> "tuple[Switched, dict[str, Any], str]":
        switched = await switch_over(house, as_user, wish)
        said = report_of(switched, house.info.name)
        return switched, said, await signed_text(house, said)

    require_writable(file)
    switched, said, text = in_house(book, work)
    file.write_text(text, "ascii")
    return switched, said


def _tell_day(day: "Day", *, as_json: bool) -> None:
    found = day.compared
    if as_json:
        output.json(
            {
                "ledger": day.export.ledger,
                "at": day.export.at,
                "same": found.same,
                "explained": found.explained,
                "unexplained": found.unexplained,
                "clean_days": day.clean_days,
                "differences": [
                    {"name": f.difference.name, "explained": f.explained, "difference": f.difference}
                    for f in found.findings
                ],
            }
        )
        return
    output.say(
        f"{day.export.ledger}, {output.moment(day.export.at)}: {output.count(found.same, 'key')} the same.", "bold"
    )
    if found.findings:
        rows = [
            [d.kind, d.key, d.ours, d.theirs, f.explained or "not explained"]
            for f in found.findings
            for d in (f.difference,)
        ]
        output.table(("what differs", "of", ">ours", ">theirs", "why"), rows)
        for f in found.findings:
            if not f.explained:
                output.say(f"  {f.difference.name}: {'; '.join(f.difference.references)}", "dim")
    output.say(f"{output.count(day.clean_days, 'day')} in a row with nothing unexplained.")
