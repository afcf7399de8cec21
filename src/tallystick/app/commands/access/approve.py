"""`tally approve`: what one person prepared, and what another says of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import Code, not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.security.proposals import Proposal, Says

Number = Annotated[int, typer.Argument(metavar="ID", help="The proposal's number, as `tally approve list` shows it.")]
Because = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the verdict.")]
OnBehalfOf = Annotated[str, typer.Option(metavar="USER", help="The approver who let you act for them.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    approve = group(app, "approve")
    approve.command("list")(list_all)
    approve.command("show")(show)
    approve.command("approve")(approve_one)
    approve.command("reject")(reject)
    approve.command("withdraw")(withdraw)


def list_all(
    everything: Annotated[bool, typer.Option("--all", help="Also those that have their verdict, or expired.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 1000,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List what waits for a second person.

    Example: tally approve list
    """
    from tallystick.app.running import in_house
    from tallystick.security.proposals import State
    from tallystick.storage.access.approvals import proposals

    states = frozenset[State]() if everything else frozenset({State.OPEN, State.APPROVED})

    async def work(house: "House") -> "list[Proposal]":
        return await proposals(await house.connection(), states, limit)

    found = in_house(book, work)
    if as_json:
        output.json({"proposals": [as_object(p) for p in found]})
    elif found:
        columns = ("id", "kind", "about", ">amount", "prepared by", "until", "state")
        output.table(
            columns,
            [[p.id, p.kind, p.subject, _amount(p), p.prepared_name, p.expires_at, p.state.value] for p in found],
        )
    else:
        output.say("No proposals." if everything else "Nothing waits for a second person.")


def show(number: Number, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a proposal in full: what would be booked, who prepared it, and what was said of it.

    Example: tally approve show 1
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Proposal":
        return await _find(await house.connection(), number)

    found = in_house(book, work)
    if as_json:
        output.json(as_object(found))
    else:
        describe(found)


def approve_one(
    number: Number,
    because: Because = "",
    on_behalf_of: OnBehalfOf = "",
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Approve what another person prepared; it is booked at once. Exit code 7 where the rules do not allow it.

    Example: tally approve approve 1 --as carl
    """
    from tallystick.security.proposals import Says

    _decide(book, number, _Saying(Says.APPROVED, because, on_behalf_of, as_user), as_json=as_json)


def reject(
    number: Number,
    because: Because,
    on_behalf_of: OnBehalfOf = "",
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Reject what another person prepared. It is never booked; a better one is another proposal.

    Example: tally approve reject 1 --because "belongs to December" --as carl
    """
    from tallystick.security.proposals import Says

    _decide(book, number, _Saying(Says.REJECTED, because, on_behalf_of, as_user), as_json=as_json)


def withdraw(
    number: Number,
    because: Because = "",
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Withdraw what you prepared yourself.

    Example: tally approve withdraw 1 --as mia
    """
    from tallystick.security.proposals import Says

    _decide(book, number, _Saying(Says.WITHDRAWN, because, "", as_user), as_json=as_json)


class _Saying:
    """What is said, why, for whom and by whom."""

    def __init__(self, says: "Says", because: str, on_behalf_of: str, as_user: str | None) -> None:
        self.says, self.because, self.on_behalf_of, self.as_user = says, because, on_behalf_of, as_user


def _decide(book: str | None, number: int, saying: _Saying, *, as_json: bool) -> None:
    from tallystick.app.running import in_house

    async def work(house: "House") -> "tuple[Proposal, str]":
        found = await _decided(house, number, saying)
        return found, await _hindrance(house, found)

    found, hindrance = in_house(book, work)
    if as_json:
        output.json(as_object(found))
    else:
        describe(found)
    if hindrance:
        output.note(f"It is approved, and cannot be booked yet: {hindrance}. `tally dead list` shows the remedy.")
        raise typer.Exit(Code.NOT_IN_ORDER)
    if found.state.value == "approved":
        output.note("It is approved and on its way: a worker has it in hand.")


async def _decided(house: "House", number: int, saying: _Saying) -> "Proposal":
    """Give the verdict, work the inbox off, and return the proposal as it stands then."""
    from tallystick.app.access.acting import actor_of, known_principal
    from tallystick.app.working.work import work_off
    from tallystick.security.proposals import Says, Verdict
    from tallystick.storage.access.approvals import Approvals

    actor = await actor_of(house, saying.as_user)
    who = actor.user()
    seen = await _find(actor.connection, number)
    behalf = await known_principal(actor.connection, saying.on_behalf_of) if saying.on_behalf_of else None
    verdict = Verdict(number, saying.says, seen.digest, saying.because, behalf.id if behalf else None)
    await Approvals(actor.connection, house.names, house.keyring).decide(who, verdict)
    if saying.says is Says.APPROVED:
        await work_off(house)
    return await _find(actor.connection, number)


async def _hindrance(house: "House", found: "Proposal") -> str:
    """Return why an approved proposal did not get into the book; empty where nothing is in its way."""
    from tallystick.storage.attention.dead_letters import letters

    if found.state.value != "approved":
        return ""
    open_ones = await letters(await house.connection(), closed=False, limit=1000)
    return next((letter.reason for letter in open_ones if letter.subject == found.subject), "")


async def _find(connection: Any, number: int) -> "Proposal":
    from tallystick.storage.access.approvals import proposal

    found = await proposal(connection, number)
    if found is None:
        raise not_found(f"there is no proposal {number}", "see `tally approve list --all`")
    return found


def describe(p: "Proposal") -> None:
    """Write a proposal in full."""
    from tallystick.processes.approved import content_of

    entry = content_of(p)
    rows = [
        ("proposal", f"{p.id}, {p.state.value}"),
        ("about", f"the reversal of {p.subject}" if entry.reverses else p.subject),
        ("prepared", f"{output.moment(p.prepared_at)} by {p.prepared_name}"),
        ("for", f"{entry.on}: {entry.reason}"),
        ("amount", output.money(p.amount, p.currency)),
    ]
    if p.decided_at:
        name = f"{p.decided_name} on behalf of {p.on_behalf_of}" if p.on_behalf_of else p.decided_name
        rows.append(("decided", f"{output.moment(p.decided_at)} by {name}{': ' + p.because if p.because else ''}"))
    else:
        rows.append(("open until", output.moment(p.expires_at)))
    if p.event:
        rows.append(("in the book", f"as event {p.event}: `tally trace {p.event}`"))
    output.pairs(rows)
    if not entry.lines:
        return
    output.say()
    lines = [(x.credit, x.debit, x) if entry.reverses else (x.debit, x.credit, x) for x in entry.lines]
    amounts = [[x.line, debit, credit, output.money(x.amount, p.currency), x.text] for debit, credit, x in lines]
    output.table(("line", "debit", "credit", ">amount", "text"), amounts)


def as_object(p: "Proposal") -> dict[str, Any]:
    """Return a proposal as `--json` shows it; a reversal's lines stand as they would be booked."""
    from tallystick.processes.approved import content_of

    entry = content_of(p)
    lines = [
        {
            "line": x.line,
            "debit": x.credit if entry.reverses else x.debit,
            "credit": x.debit if entry.reverses else x.credit,
            "amount": output.amount(x.amount, p.currency),
            "text": x.text,
        }
        for x in entry.lines
    ]
    names = ("id", "kind", "subject", "state", "currency", "prepared_by", "prepared_name", "prepared_at", "expires_at")
    said = ("decided_by", "decided_name", "on_behalf_of", "decided_at", "because", "event")
    return {
        **{name: getattr(p, name) for name in names},
        "amount": output.amount(p.amount, p.currency),
        "digest": p.digest.hex(),
        "effective_on": entry.on,
        "reason": entry.reason,
        "reverses": entry.reverses or None,
        "lines": lines,
        **{name: getattr(p, name) or None for name in said},
    }


def _amount(p: "Proposal") -> str:
    return output.money(p.amount, p.currency)
