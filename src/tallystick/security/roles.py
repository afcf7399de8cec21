"""Who may do what: one table of role × capability × verb that an auditor can read. What is not in it is denied."""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class Role(StrEnum):
    """What a person or a program is in one book. Nobody is anything in a book that does not say so."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    CONTROLLER = "controller"
    APPROVER = "approver"
    INTEGRATOR = "integrator"
    ADMINISTRATOR = "administrator"


MEANS: Final[dict[Role, str]] = {
    Role.VIEWER: "reads figures, nothing of a person",
    Role.OPERATOR: "runs the day: orders, reservations, what could not be taken and what did not fit",
    Role.CONTROLLER: "keeps the ledger: prepares manual entries, closes periods",
    Role.APPROVER: "approves or rejects what another person prepared, up to a limit; a person only",
    Role.INTEGRATOR: "is a program that trades: orders, reservations, payments, webhooks",
    Role.ADMINISTRATOR: "lets people and programs in, reads the audit log; does no business; a person only",
}
PEOPLE_ONLY: Final = frozenset({Role.APPROVER, Role.ADMINISTRATOR})

_V, _O, _C, _A, _I, _X = Role
_TRADE, _READ = (_O, _I), (_V, _O, _C, _A, _I)
_LEDGER, _DESK = (_V, _C, _A), (_O, _C)


class Permission(Struct, frozen=True):
    """A *verb* on a *capability*, what it lets one do, and the *roles* that have it."""

    capability: str
    verb: str
    means: str
    roles: tuple[Role, ...]

    @property
    def scope(self) -> str:
        """What keys and tokens carry, such as `orders:write`."""
        return f"{self.capability}:{self.verb}"


# fmt: off
MATRIX: Final[tuple[Permission, ...]] = (
    Permission("availability", "read",    "what can be promised, and how the number came about",    _READ),
    Permission("availability", "write",   "rules, buffers and allocations of what may be promised", (_O,)),
    Permission("reservations", "read",    "what is held, for whom and until when",                  _READ),
    Permission("reservations", "write",   "hold, confirm, move and release units",                  _TRADE),
    Permission("orders",       "read",    "where an order stands, and what happened to it",         _READ),
    Permission("orders",       "write",   "place, change and cancel orders",                        _TRADE),
    Permission("payments",     "read",    "what was authorised, captured and given back",           _READ),
    Permission("payments",     "write",   "authorise, capture, void and refund",                    _TRADE),
    Permission("giftcards",    "read",    "what is left of a gift card",                            _TRADE),
    Permission("giftcards",    "write",   "sell, grant and block gift cards",                       _TRADE),
    Permission("fulfilment",   "read",    "what was shipped, from where",                           _READ),
    Permission("fulfilment",   "write",   "say what was shipped or could not be",                   _TRADE),
    Permission("returns",      "write",   "announce and take in what comes back",                   _TRADE),
    Permission("screenings",   "read",    "which orders are held, and what was said of them",       _DESK),
    Permission("screenings",   "decide",  "let a held order go, or refuse it",                      (_O,)),
    Permission("cases",        "read",    "what customers ask, and what went wrong",                _TRADE),
    Permission("cases",        "write",   "open, answer and settle cases",                          _TRADE),
    Permission("returns",      "read",    "what may come back, what came, and what became of it",   _READ),
    Permission("returns",      "propose", "prepare a refund that another person must approve",      _TRADE),
    Permission("returns",      "govern",  "declare the policies of returns",                        (_C,)),
    Permission("catalogue",    "read",    "products, prices, locations, capabilities and messages", (*_READ, _X)),
    Permission("catalogue",    "write",   "declare what products cost",                             _TRADE),
    Permission("masters",      "read",    "what systems say of things, and where they contradict",  _READ),
    Permission("masters",      "steward", "settle conflicts, say whose word counts and what is told", (_O,)),
    Permission("webhooks",     "manage",  "subscribe to messages, pause, resend, rotate secrets",   (_I, _X)),
    Permission("connections",  "manage",  "connections to partners, their secrets and identities", (_X,)),
    Permission("notices",      "write",   "tell a customer again, and try a letter",                (_O,)),
    Permission("inbox",        "write",   "load files and send reports in at the front door",       _TRADE),
    Permission("stock",        "read",    "units on the shelves, and how they came there",          _READ),
    Permission("stock",        "move",    "put goods into another state",                           _TRADE),
    Permission("stock",        "adjust",  "correct stock for a reason; above a limit, prepare it",  (_O, _C, _I)),
    Permission("transfers",    "read",    "what moves between our own places",                      _READ),
    Permission("transfers",    "write",   "ask for transfers, send them and take them in",          _TRADE),
    Permission("counts",       "plan",    "have stock counted, and call it off",                    _DESK),
    Permission("counts",       "count",   "say what was counted, without seeing what the book has", _TRADE),
    Permission("counts",       "review",  "what was counted beside what the book had",              _DESK),
    Permission("tax",          "read",    "what tax a sale owes, and at which rates",               _READ),
    Permission("purchases",    "read",    "what is ordered of suppliers, came and was invoiced",    _READ),
    Permission("purchases",    "write",   "order goods, take them and their invoices in",           _TRADE),
    Permission("purchases",    "release", "accept an invoice that does not fit its order or goods", (_C,)),
    Permission("entries",      "read",    "journal entries, balances and what is behind them",      _LEDGER),
    Permission("entries",      "propose", "prepare a manual entry, or the reversal of one",         (_C,)),
    Permission("proposals",    "read",    "what waits for a second person",                         (_C, _A)),
    Permission("proposals",    "decide",  "approve or reject what another person prepared",         (_A,)),
    Permission("periods",      "close",   "close a period under its seal",                          (_C,)),
    Permission("breaks",       "close",   "say what became of something that did not fit",          _DESK),
    Permission("reconciliation", "write", "take statements in, and tell breaks of what differs",     _DESK),
    Permission("golive",       "read",    "what was taken over, where channels stand, how days fitted", (_V, _O, _C, _A)),
    Permission("golive",       "write",   "prepare a takeover, run beside an old system, switch over", (_C,)),
    Permission("golive",       "override", "switch a channel over though days did not fit",          (_A,)),
    Permission("ledgers",      "write",   "send journals to another ledger, and take its masters",  (_C,)),
    Permission("dead",         "read",    "what could not be taken, with what its sender said",     _DESK),
    Permission("dead",         "mend",    "retry, mend or drop what could not be taken",            _DESK),
    Permission("people",       "read",    "whom a reference stands for",                            (_O,)),
    Permission("people",       "erase",   "forget a person",                                        (_X,)),
    Permission("users",        "manage",  "users, clients, roles, delegations and keys",            (_X,)),
    Permission("audit",        "read",    "who did what, and the proof that nothing was changed",   (_C, _X)),
)
# fmt: on

SCOPES: Final = frozenset(p.scope for p in MATRIX)
_OF_ROLE: Final = {role: frozenset(p.scope for p in MATRIX if role in p.roles) for role in Role}


def scopes_of(roles: frozenset[Role]) -> frozenset[str]:
    """Return every scope that *roles* give together; none give none."""
    return frozenset[str]().union(*(_OF_ROLE[role] for role in roles))


def roles_with(scope: str) -> tuple[Role, ...]:
    """Return the roles that have *scope*, in the order of `Role`; none where nobody has it."""
    return tuple(role for role in Role if scope in _OF_ROLE[role])
