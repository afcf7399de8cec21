"""Telling a story: what each message said and what it did in the book, in the words of the posting rules."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from tallystick.app import output
from tallystick.model.amount import is_money

if TYPE_CHECKING:
    from tallystick.storage.attention.subjects import SentCommand
    from tallystick.storage.reading.explaining.event import EventStory, PostingLine
    from tallystick.storage.reading.explaining.trace import Trace, TraceStep

INDENT: Final = " " * 18
LISTS: Final = ("lines", "goods", "giveaways", "services", "charges", "vouchers")
AMOUNTS: Final = ("amount", "gross", "fee")
NAMED: Final = ("shipment", "rma", "payout", "number", "tender")
MEANS: Final = {
    0: "waiting to be sent",
    1: "done",
    2: "given up",
    3: "kept: the old system does it",
    4: "done by the old system",
}


class Move(Struct):
    """What moved from one account to another for one reason; several lines of a fact are one move."""

    credit: str
    debit: str
    because: str
    amounts: dict[str, int]

    @property
    def text(self) -> str:
        """How much: money by its currency, products by name, or their number when they are many."""
        if len(self.amounts) > 2:
            return output.count(sum(self.amounts.values()), "unit")
        return ", ".join(output.money(n, commodity) for commodity, n in self.amounts.items())


def tell_trace(trace: "Trace", sent: "Sequence[SentCommand]", currency: str) -> None:
    """Write a trace as a timeline: each message, what it said, what it moved and why, and what it led to."""
    commands: dict[int, list[SentCommand]] = {}
    for command in sent:
        commands.setdefault(command.event, []).append(command)
    currency = _currency_of(trace, currency)
    for step in trace.steps:
        if step.story is not None:
            output.say()
            tell_event(step.story, currency)
            for command in commands.get(step.event, []):
                output.say(f"{INDENT}↳ {_command(command, currency)}", "cyan")
        elif step.what == "break":
            output.say(f"{INDENT}! {step.text}", "yellow")
        elif step.what in ("dead_letter", "dead_letter_closed") or _stands_still(step):
            output.say()
            output.say(f"{output.moment(step.at) if step.at else '':<16}  {_aside(step)}", "yellow")
    if trace.left_out:
        output.note(f"{trace.left_out} more events are left out; --json has the first ones in full.")


def tell_event(story: "EventStory", currency: str) -> None:
    """Write one event: when, what, what it said, how it was taken, and every movement with its reason."""
    said = msgspec.json.decode(story.body)
    told = f"{story.outcome}, now {story.state}" if story.state != "NEW" else story.outcome
    output.say(f"{output.moment(story.effective_at)}  {title(story.kind)}", "bold")
    about = gist(said, said.get("currency", currency))
    if about:
        output.say(f"{INDENT}{about}")
    output.say(f"{INDENT}{told}  ·  {story.source}, event {story.event}", "dim")
    found = moves(story.postings)
    columns = [
        max((len(t) for t in texts), default=0) for texts in zip(*((m.text, _path(m)) for m in found), strict=True)
    ]
    for move in found:
        output.say(f"{INDENT}{move.text:>{columns[0]}}  {_path(move):<{columns[1]}}  {move.because}")


def title(kind: str) -> str:
    """Turn `tallystick.sales.order_placed.v1` into `Order placed`."""
    name = kind.split(".")[-2] if kind.count(".") >= 2 else kind
    return name.replace("_", " ").capitalize()


def gist(said: Mapping[str, Any], currency: str) -> str:
    """Say the gist of a report or command: its items, its money, and what names it."""
    # A refusal's lines are their numbers only.
    lines = [line for name in LISTS for line in said.get(name, ()) if isinstance(line, Mapping)]
    parts = [_items(line) for line in lines]
    worth = sum(x.get("net", 0) + x.get("tax", 0) for x in lines)
    text = ", ".join(parts)
    if worth:
        text += f" for {output.money(worth, currency)}"
    more = [
        f"{'' if name == 'amount' else name + ' '}{output.money(said[name], currency)}"
        for name in AMOUNTS
        if said.get(name)
    ]
    more += [f"{name} {said[name]}" for name in NAMED if said.get(name)]
    if said.get("reason"):
        more.append(f"“{said['reason']}”")
    return "; ".join(filter(None, [text, *more]))


def moves(postings: "Sequence[PostingLine]") -> list[Move]:
    """Add up the postings that went the same way for the same reason."""
    found: dict[tuple[str, str, str, bool], Move] = {}
    for p in postings:
        key = (p.credit, p.debit, p.because, is_money(p.commodity))
        move = found.setdefault(key, Move(p.credit, p.debit, p.because, {}))
        move.amounts[p.commodity] = move.amounts.get(p.commodity, 0) + p.amount
    return list(found.values())


def _path(move: Move) -> str:
    return f"{move.credit} → {move.debit}"


def _items(line: Mapping[str, Any]) -> str:
    what = line.get("sku") or f"line {line.get('line', '?')}"
    text = f"{line.get('quantity', 1)} × {what}"
    if line.get("rejected"):
        text += f" ({line['rejected']} rejected)"
    return f"{text} ({line['disposition']})" if "disposition" in line else text


def _command(command: "SentCommand", currency: str) -> str:
    said = msgspec.json.decode(command.body)
    about = gist(said, said.get("currency", currency))
    what = f"{title(command.type)}: {about}" if about else title(command.type)
    return f"{what} ({MEANS[command.state]})"


def _currency_of(trace: "Trace", currency: str) -> str:
    """The currency of the story: a payment's report names none, its order does."""
    for step in trace.steps:
        if step.story is not None:
            said = msgspec.json.decode(step.story.body)
            if "currency" in said:
                return str(said["currency"])
    return currency


def _stands_still(step: "TraceStep") -> bool:
    return step.what == "delivery" and not step.text.endswith("done")


def _aside(step: "TraceStep") -> str:
    what = {"dead_letter": "Dead letter", "dead_letter_closed": "Dead letter closed", "delivery": "Arrived"}[step.what]
    return f"{what}: {step.text}"
