"""The files there are, told apart by their header: each kind of statement has its columns, in any order."""

from typing import Final

from tallystick.ports.connector import Rejected

LAYOUTS: Final[dict[str, tuple[str, ...]]] = {
    "stock": ("statement", "keeper", "measure", "at", "sku", "units"),
    "provider": (
        *("statement", "provider", "currency", "through", "line", "kind", "order", "payout"),
        *("amount", "fee", "on"),
    ),
    "bank": ("statement", "bank", "currency", "through", "line", "party", "reference", "amount", "on"),
    "till": ("statement", "till", "currency", "on", "number", "gross"),
    "ledger": ("statement", "ledger", "currency", "through", "account", "balance"),
}


def kind_of(name: str, columns: tuple[str, ...]) -> str:
    """Return which kind of statement a file holds; raise `Rejected` where its header is none of ours."""
    for kind, wanted in LAYOUTS.items():
        if sorted(wanted) == sorted(columns):
            return kind
    nearest = max(LAYOUTS, key=lambda kind: len(set(LAYOUTS[kind]) & set(columns)))
    lacking = [c for c in LAYOUTS[nearest] if c not in columns]
    beyond = [c for c in columns if c not in LAYOUTS[nearest]]
    wrong = "; ".join(
        f"{what} {', '.join(names)}" for what, names in (("it lacks", lacking), ("it does not know", beyond)) if names
    )
    raise Rejected(f"{name} is no statement: nearest is a {nearest} statement, {wrong or 'a column stands twice'}")
