"""The rules and rates of tax as a page that an accountant can read and sign."""

from collections.abc import Sequence

from tallystick.decisions.tax.quoted import Treatment, in_percent
from tallystick.decisions.tax.rates import RateData
from tallystick.decisions.tax.supply import SupplyRule
from tallystick.exports.docs_pages.markdown import code, page, table

HEAD = (
    "Goods only. The rules are read from top to bottom and the first that applies counts; the first letters of a rule's name "
    "say where it looks. Rates are those that come with the house; a file of your own is laid over them "
    "([how](../tax.md)). This page is no advice: have it looked at by whoever signs your returns."
)


def tax_page(rules: Sequence[SupplyRule], data: RateData) -> str:
    """Return the page of who owes which tax where, and of every rate with its law."""
    decided = [(code(r.name), code(r.treatment), *_owed(r), r.law, r.because) for r in rules]
    rates = [
        (r.jurisdiction, code(r.tax_class), in_percent(r.rate), str(r.first_day), str(r.last_day or ""), r.law)
        for r in data.rates
    ]
    states = [
        (s.state, s.sourcing, "yes" if s.has_local_rates else "no", str(s.facilitator_from or "never"), s.law)
        for s in data.states
    ]
    exceptions = [(country, law) for country, law in data.rate_of_supply.items()]
    return page(
        "Tax",
        HEAD,
        f"## Rules\n\n{table(('rule', 'treatment', 'taxed where the goods', 'collected by', 'law', 'because'), decided)}",
        f"## Rates, version {data.version}\n\n{table(('in', 'class', 'rate', 'from', 'until', 'law'), rates)}",
        f"## States\n\n{table(('state', 'sourced at the', 'local rates', 'marketplaces collect at the latest from', 'law'), states)}",
        f"## Paid on account, taxed at the rate of the supply\n\n{table(('country', 'law'), exceptions)}",
    )


def _owed(rule: SupplyRule) -> tuple[str, str]:
    place = {"arrival": "arrive", "origin": "leave"}[rule.where]
    return (place if rule.treatment is Treatment.TAXED else f"nothing charged ({place})", rule.collector)
