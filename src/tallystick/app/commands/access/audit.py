"""`tally audit`: who did what, and the proof that nobody changed the log."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import Code, misused
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.security.deed import LoggedDeed
    from tallystick.storage.access.audit import AuditEnd, Sought
    from tallystick.storage.reading.proving.finding import Proof


def register(app: typer.Typer) -> None:
    """Add the commands."""
    audit = group(app, "audit")
    audit.command("list")(list_all)
    audit.command("verify")(verify)


def list_all(
    user: Annotated[str, typer.Option(metavar="NAME", help="Only what this user or client did.")] = "",
    subject: Annotated[str, typer.Option(help="Only what was done to this, such as proposal/3.")] = "",
    action: Annotated[str, typer.Option(help="Only actions that begin so, such as key.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 200,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List who did what, newest first: what was done, what was refused, what was denied.

    Example: tally audit list --user mia
    """
    from tallystick.app.running import in_house
    from tallystick.storage.access.audit import Sought

    sought = Sought("", subject, action, limit)
    found, names = in_house(book, lambda house: _listed(house, user, sought))
    if as_json:
        output.json({"deeds": [_as_json(d, names) for d in found]})
    elif found:
        rows = [
            [d.id, d.at, _name(d, names), d.deed.action, d.deed.subject, d.deed.outcome, d.deed.detail] for d in found
        ]
        output.table(("line", "when", "who", "did", "on", "outcome", "detail"), rows)
    else:
        output.say("The log says nothing of that.")


def verify(
    through: Annotated[
        str, typer.Option(metavar="LINE:MARK", help="An end noted earlier: the log must still go through it.")
    ] = "",
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Prove that no line of the log was changed, removed, added or moved. Exit code 1 names the lines.

    Keep the end it prints somewhere else: with --through, who could write both the database and the key file is found too.

    Example: tally audit verify
    """
    from tallystick.app.running import in_house

    end = _end(through)
    proof, now = in_house(book, lambda house: _proved(house, end))
    mark = f"{now.id}:{now.mac.hex()}"
    if as_json:
        output.json({"ok": proof.ok, "detail": proof.detail, "end": mark})
    else:
        output.say(f"{'✓' if proof.ok else '✗'} {proof.detail}", "" if proof.ok else "bold red")
        output.say(f"It ends in {mark}")
    if not proof.ok:
        raise typer.Exit(Code.NOT_IN_ORDER)


async def _listed(house: "House", user: str, sought: "Sought") -> "tuple[list[LoggedDeed], dict[str, str]]":
    from msgspec.structs import replace

    from tallystick.app.access.acting import known_principal
    from tallystick.storage.access.audit import deeds
    from tallystick.storage.access.principals import principals

    connection = await house.connection()
    if user:
        known = await known_principal(connection, user)
        sought = replace(sought, actor=f"{known.kind}:{known.id}")
    names = {f"{p.kind}:{p.id}": p.name for p in await principals(connection)}
    return await deeds(connection, sought), names


async def _proved(house: "House", end: "AuditEnd | None") -> "tuple[Proof, AuditEnd]":
    from tallystick.storage.access.audit import prove_audit

    connection = await house.connection()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await prove_audit(connection, house.keyring, end)


def _end(text: str) -> "AuditEnd | None":
    from tallystick.storage.access.audit import AuditEnd

    if not text:
        return None
    number, _, mark = text.partition(":")
    try:
        return AuditEnd(int(number), bytes.fromhex(mark))
    except ValueError:
        raise misused(f"{text!r} is no end of a log", "say it as `tally audit verify` printed it") from None


def _name(d: "LoggedDeed", names: dict[str, str]) -> str:
    return names.get(d.deed.actor, d.deed.actor)


def _as_json(d: "LoggedDeed", names: dict[str, str]) -> dict[str, Any]:
    import msgspec

    return {"line": d.id, "at": d.at, "name": _name(d, names), **msgspec.structs.asdict(d.deed)}
