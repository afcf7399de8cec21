"""Stock on Amazon: what its listings are told to show, one by one or as a feed, and what they show."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from tallystick.connectors.amazon.client import Amazon, Operation, moved_on
from tallystick.connectors.amazon.setup import Setup
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Acknowledgement, ConnectorError, InDoubt, Rejected, Retryable

LISTINGS: Final = "/listings/2021-08-01/items"
FEEDS: Final = "/feeds/2021-06-30/feeds"
FEED_DOCUMENTS: Final = "/feeds/2021-06-30/documents"
FEED_TYPE: Final = "JSON_LISTINGS_FEED"
OWN_STOCK: Final = "DEFAULT"
_ANY_PRODUCT: Final = "PRODUCT"
_CONTENT: Final = "application/json; charset=UTF-8"
_TOGETHER_MAX: Final = 20
_FEED_SECONDS: Final = 60.0
_ENDED_BADLY: Final = frozenset({"FATAL", "CANCELLED"})
Result = Acknowledgement | ConnectorError


class _Fed(Struct, frozen=True):
    """A feed under way, and the number of each command's message in it."""

    feed: str
    messages: dict[SetStock, int]


class Shelves:
    """The stock of one seller. Threads may share it."""

    def __init__(self, client: Amazon, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup
        self._under_way: list[_Fed] = []

    def tell(self, commands: Sequence[SetStock]) -> list[Result]:
        """Show what *commands* say; each is answered for itself, and the newest of a SKU counts.

        A few are patched at once. Many go as one feed, and are answered when Amazon has processed it.
        """
        newest: dict[str, SetStock] = {}
        for command in commands:
            if command.sku not in newest or newest[command.sku].version <= command.version:
                newest[command.sku] = command
        results = self._fed([*newest.values()])
        left = [c for c in newest.values() if c not in results]
        if len(left) < self._setup.patches_max:
            results |= {c: self._patched(c) for c in left}
        elif left:
            self._feed(left)
            results |= dict.fromkeys(left, Retryable("its feed is being processed", _FEED_SECONDS))
        return [results[newest[c.sku]] for c in commands]

    def shown(self, command: SetStock) -> Acknowledgement | None:
        """Say whether Amazon shows what *command* said."""
        there = dict(self._quantities((command.sku,)))
        return _acknowledged(command) if there.get(command.sku) == command.available else None

    def answer(self, asked: StockAsked, at: datetime) -> StockStatementReported:
        """Return what Amazon would sell now of what we send ourselves."""
        lines = tuple(CountedUnits(sku, units) for sku, units in sorted(self._quantities(asked.skus)))
        name = f"{asked.keeper}/{at.isoformat(timespec='seconds')}"
        return StockStatementReported(name, asked.keeper, "on_hand", lines)

    def _patched(self, command: SetStock) -> Result:
        """Say a quantity. Said again it changes nothing."""
        try:
            reply = self._client.write(
                Operation(
                    "patchListingsItem",
                    f"{LISTINGS}/{quote(self._setup.seller, safe='')}/{quote(command.sku, safe='')}",
                    "PATCH",
                    {"marketplaceIds": ",".join(self._setup.marketplaces)},
                    {"productType": _ANY_PRODUCT, "patches": [_patch(command)]},
                )
            )
            told = reply.json()
        except ConnectorError as failure:
            return failure
        if not isinstance(told, dict) or "status" not in told:
            return InDoubt("the answer to a patch has no status")
        if told["status"] == "INVALID":
            return Rejected(f"sku: Amazon refuses {command.sku!r}: {_words(told.get('issues') or ())}")
        return _acknowledged(command)

    def _feed(self, commands: Sequence[SetStock]) -> None:
        """Hand in many at once: a document, then the feed that names it."""
        told = self._client.read(
            Operation("createFeedDocument", FEED_DOCUMENTS, "POST", json={"contentType": _CONTENT})
        )
        numbered = {command: n for n, command in enumerate(commands, 1)}
        header = {"sellerId": self._setup.seller, "version": "2.0", "issueLocale": "en_US"}
        messages = [
            {
                "messageId": n,
                "sku": c.sku,
                "operationType": "PATCH",
                "productType": _ANY_PRODUCT,
                "patches": [_patch(c)],
            }
            for c, n in numbered.items()
        ]
        content = msgspec.json.encode({"header": header, "messages": messages})
        self._client.upload(str(told.get("url")), content, _CONTENT)
        made = self._client.write(
            Operation(
                "createFeed",
                FEEDS,
                "POST",
                json={
                    "feedType": FEED_TYPE,
                    "marketplaceIds": list(self._setup.marketplaces),
                    "inputFeedDocumentId": told.get("feedDocumentId"),
                },
            )
        ).json()
        self._under_way.append(_Fed(str(made.get("feedId")), numbered))

    def _fed(self, commands: Sequence[SetStock]) -> dict[SetStock, Result]:
        """Return what became of those of *commands* that are in a feed; one of a feed that failed is left for another way."""
        found: dict[SetStock, Result] = {}
        for fed in tuple(self._under_way):
            mine = [c for c in commands if c in fed.messages]
            if not mine:
                continue
            told = self._client.read(Operation("getFeed", f"{FEEDS}/{quote(fed.feed, safe='')}"))
            status = told.get("processingStatus")
            if status == "DONE":
                refused = self._refused(str(told.get("resultFeedDocumentId") or ""))
                found |= {c: refused.get(fed.messages[c]) or _acknowledged(c) for c in mine}
            elif status in _ENDED_BADLY:
                found |= dict.fromkeys(mine, Retryable(f"feed {fed.feed} ended {status}", _FEED_SECONDS))
            else:
                found |= dict.fromkeys(mine, Retryable(f"feed {fed.feed} is {status}", _FEED_SECONDS))
                continue
            self._under_way.remove(fed)
        return found

    def _refused(self, document: str) -> dict[int, Rejected]:
        """Read a processing report: each message with an error, and its words."""
        if not document:
            return {}
        path = f"{FEED_DOCUMENTS}/{quote(document, safe='')}"
        raw = self._client.download(self._client.read(Operation("getFeedDocument", path)))
        try:
            report = msgspec.json.decode(raw, type=_Report)
        except msgspec.DecodeError as wrong:
            raise Retryable(f"a processing report cannot be read: {wrong}", _FEED_SECONDS) from wrong
        found: dict[int, list[_Issue]] = {}
        for issue in report.issues:
            if issue.severity == "ERROR":
                found.setdefault(issue.message, []).append(issue)
        return {
            n: Rejected(f"sku: Amazon refuses {i[0].sku!r}: {'; '.join(x.words for x in i)}") for n, i in found.items()
        }

    def _quantities(self, skus: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Return what is shown of *skus*, of all listings where none is named."""
        groups = [skus[n : n + _TOGETHER_MAX] for n in range(0, len(skus), _TOGETHER_MAX)] or [()]
        for some in groups:
            named = {"identifiers": ",".join(some), "identifiersType": "SKU"} if some else {}
            for item in self._listed(named):
                there = [
                    a for a in item.get("fulfillmentAvailability") or () if a.get("fulfillmentChannelCode") == OWN_STOCK
                ]
                if there and (not some or item.get("sku") in some):
                    yield str(item["sku"]), int(there[0].get("quantity") or 0)

    def _listed(self, named: dict[str, str]) -> Iterator[Any]:
        params = {
            "marketplaceIds": ",".join(self._setup.marketplaces),
            "includedData": "fulfillmentAvailability",
            **named,
        }
        path, page = f"{LISTINGS}/{quote(self._setup.seller, safe='')}", ""
        while True:
            wanted = {**params, "pageSize": _TOGETHER_MAX, **({"pageToken": page} if page else {})}
            told = self._client.read(Operation("searchListingsItems", path, params=wanted))
            yield from told.get("items") or ()
            there = str((told.get("pagination") or {}).get("nextToken") or "")
            page = moved_on(there, page, "searchListingsItems")
            if not page:
                return


class _Issue(Struct, frozen=True):
    """What Amazon found wrong with a message of a feed."""

    severity: str
    message: int = msgspec.field(name="messageId", default=0)
    sku: str = ""
    code: str = ""
    words: str = msgspec.field(name="message", default="")


class _Report(Struct, frozen=True):
    """A processing report."""

    issues: tuple[_Issue, ...] = ()


def _patch(command: SetStock) -> Any:
    value = [{"fulfillment_channel_code": OWN_STOCK, "quantity": command.available}]
    return {"op": "replace", "path": "/attributes/fulfillment_availability", "value": value}


def _words(issues: Sequence[Any]) -> str:
    return "; ".join(str(i.get("message")) for i in issues if i.get("severity") == "ERROR") or "without a reason"


def _acknowledged(command: SetStock) -> Acknowledgement:
    return Acknowledgement(f"listing/{command.sku}")
