"""`tally return show|open|propose`: where returns stand, which wait, and a refund that needs another person."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.commands.returning.desk import Order, Rma
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.security.proposals import Proposal
    from tallystick.storage.reading.returning.open_returns import OpenReturn


def register(app: typer.Typer) -> None:
    """Add the commands."""
    returns = group(app, "return")
    returns.command("show")(show)
    returns.command("open")(open_)
    returns.command("propose")(propose)


def show(order: Order, rma: Rma, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a return: what is expected, what waits for inspection, what was credited, kept and refunded.

    Exit code 4 when there is none.

    Example: tally return show W1 R1
    """
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.api.returns.handlers import standing
        from tallystick.app.returning.typed import order_family
        from tallystick.processes.members import return_member

        family = await order_family(house, order)
        if return_member(rma) not in family:
            raise not_found(f"order {order} has no return {rma}", "see `tally order show`")
        return standing(family, order, rma)

    found = in_house(book, work)
    if as_json:
        output.json(found)
        return
    by = f" under policy {found.policy}" if found.policy else ""
    output.say(f"Return {rma} of {order}: {found.state.lower()}{by}", "bold")
    if found.refused_because:
        output.say(f"refused: {found.refused_because.replace('_', ' ')}")
    for name in ("expected", "held", "aside"):
        for x in getattr(found, name):
            output.say(f"  {name}: {x.quantity} {x.sku} {('at ' + x.location) if x.location else ''}".rstrip())
    if found.currency:
        names = ("credited", "kept", "refunded", "refunded_ahead", "owed_by_customer", "waits_for_approval")
        output.pairs([(n.replace("_", " "), output.amount(getattr(found, n), found.currency)) for n in names])


def open_(book: output.Book = None, as_json: output.Json = False) -> None:
    """List returns whose goods are awaited, wait for inspection or refurbishing, or whose money waits; the oldest first.

    Example: tally return open
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "tuple[str, list[OpenReturn]]":
        from tallystick.storage.reading.returning.open_returns import open_returns

        return house.info.currency, await open_returns(await house.connection())

    currency, found = in_house(book, work)
    if as_json:
        output.json({"returns": found})
    elif not found:
        output.say("Nothing is open: what may come has come, and was looked at.")
    else:
        output.table(
            ("order", "return", "state", "since", ">awaited", ">to inspect", ">set aside", ">to approve", ">owed"),
            [
                [
                    *(x.order, x.rma, x.state.lower(), output.moment(x.moved_at), x.expected, x.held, x.aside),
                    *(output.amount(x.waits_for, currency), output.amount(x.advanced, currency)),
                ]
                for x in found
            ],
        )


def propose(
    order: Order,
    rma: Rma,
    amount: Annotated[int, typer.Argument(metavar="AMOUNT", min=1, help="At most so much, in minor units.")],
    reason: Annotated[str, typer.Option(help="Why it is to be paid.")],
    expires_days: Annotated[int, typer.Option(min=1, max=90, help="So long it may wait.")] = 14,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Prepare a refund above the limit of its policy. It is paid when another person has approved it.

    Example: tally return propose W1 R1 24000 --reason "checked with the customer" --as mia
    """
    from tallystick.app.access.acting import actor_of
    from tallystick.app.commands.access.approve import as_object, describe
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Proposal":
        from tallystick.messages.returning.reports import RefundProposed
        from tallystick.processes.approved import propose_refund
        from tallystick.storage.access.approvals import Approvals

        actor = await actor_of(house, as_user)
        new = propose_refund(RefundProposed(order, rma, house.info.currency, amount, reason), expires_days)
        return await Approvals(actor.connection, house.names, house.keyring).propose(actor.user(), new)

    found = in_house(book, work)
    if as_json:
        output.json(as_object(found))
        return
    describe(found)
    output.note(f"It waits for another person: `tally approve approve {found.id} --as NAME`.")
