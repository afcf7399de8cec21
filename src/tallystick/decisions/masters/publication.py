"""Whether a channel is told of a product, and what: the words it is sold under, or each field that is missing for it."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Final

from msgspec import Struct

from tallystick.decisions.masters.golden import Golden
from tallystick.decisions.masters.stating import PRICE, price_word
from tallystick.messages.channels import PublishProduct
from tallystick.messages.stewardship.governing import (
    ANY,
    SOLD,
    ChannelPublication,
    ProductPublication,
    Publication,
)
from tallystick.messages.stewardship.records import FIELDS

PRODUCT_FIELDS: Final = FIELDS["product"]


class Missing(Struct, frozen=True):
    """A field without which a product does not go to a channel, what is wrong with it, and what to do."""

    field: str
    reason: str
    remedy: str


class Offer(Struct, frozen=True):
    """What *channel* is to be told of *sku*: a *command*, or nothing, *because*; *missing* says what would change that."""

    channel: str
    sku: str
    because: str
    command: PublishProduct | None = None
    missing: tuple[Missing, ...] = ()


class Sources(Struct, frozen=True):
    """The golden records an offer is made of; no *price* where nobody ever named one."""

    product: Golden
    price: Golden | None


def rule_for(publication: Publication, channel: str) -> ChannelPublication | None:
    """Return how products are published to *channel*; None where no rule says so."""
    return next((c for c in publication.channels if c.channel == channel), None)


def price_list_of(rule: ChannelPublication) -> str:
    """Return the channel whose prices count."""
    return rule.price_list or rule.channel


def offer_of(publication: Publication, rule: ChannelPublication, sources: Sources) -> Offer:
    """Decide what the channel of *rule* is told of a product."""
    product, sku = sources.product, sources.product.code
    own = _own_rule(publication, rule.channel, sku)
    kept_out = _kept_out(rule, own, product)
    if kept_out:
        return Offer(rule.channel, sku, kept_out)
    texts = _texts(rule, own, product)
    missing = (*_missing_fields(rule, product), *texts.missing, *_missing_price(rule, sources))
    if missing:
        return Offer(rule.channel, sku, "something is missing", missing=tuple({m.field: m for m in missing}.values()))
    price = price_word(sources.price.value(PRICE)) if sources.price else None
    amount = price.amount if price else 0
    told = PublishProduct(
        rule.channel, sku, texts.title, rule.currency, amount, is_sold=True, description=texts.description
    )
    return Offer(rule.channel, sku, "everything is there", told)


def _own_rule(publication: Publication, channel: str, sku: str) -> ProductPublication | None:
    """Return what is said of this very product: for the channel, or else for all."""
    mine = [p for p in publication.products if p.sku == sku and p.channel in {ANY, channel}]
    return max(mine, key=lambda p: p.channel != ANY, default=None)


def _kept_out(rule: ChannelPublication, own: ProductPublication | None, product: Golden) -> str:
    if own is not None and own.is_excluded:
        return "a rule keeps it out of this channel"
    if product.same_as:
        return f"it is the same thing as {product.same_as}"
    if product.value(SOLD) == "false":
        return "it is sold no more (is_active is false)"
    for match in rule.only:
        if product.value(match.field) != match.value:
            return f"the channel takes {match.field} {match.value!r} only, this is {product.value(match.field)!r}"
    return ""


class _Texts(Struct, frozen=True):
    title: str
    description: str
    missing: tuple[Missing, ...]


def _texts(rule: ChannelPublication, own: ProductPublication | None, product: Golden) -> _Texts:
    missing: list[Missing] = []
    written: list[str] = []
    for template in ((own and own.title) or rule.title, (own and own.description) or rule.description):
        values = {name: product.value(name) for name in holes_of(template)}
        missing += [_unsaid(product, name) for name, value in values.items() if not value]
        written.append(" ".join(template.format_map(values).split()) if not missing else "")
    return _Texts(written[0], written[1], tuple(missing))


def holes_of(template: str) -> list[str]:
    """Return the fields a template names. Raises `ValueError` where it cannot be read."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def _unsaid(product: Golden, field: str) -> Missing:
    say = f"`tally master state product/{product.code} --system NAME {field}=…`"
    return Missing(field, "no system says it", f"have its owner say it, or {say}")


def _missing_fields(rule: ChannelPublication, product: Golden) -> Iterator[Missing]:
    yield from (_unsaid(product, name) for name in rule.required if name != PRICE and not product.value(name))


def _missing_price(rule: ChannelPublication, sources: Sources) -> Iterator[Missing]:
    where = price_list_of(rule)
    text = sources.price.value(PRICE) if sources.price else ""
    price = price_word(text)
    if price is None:
        say = f"`tally price set {sources.product.code} MINOR_UNITS --channel {where}`"
        yield Missing(PRICE, f"no price is in force in {where}", f"have its owner name one, or {say}")
    elif price.currency != rule.currency or price.basis != rule.prices:
        reason = f"the price is {text}, the channel takes {rule.currency} {rule.prices}"
        yield Missing(PRICE, reason, "name another price list in the rules of publication, or a price of that kind")


def withdrawn(last: PublishProduct) -> PublishProduct:
    """Return the word that takes a product off a channel that was told of it."""
    return PublishProduct(last.channel, last.sku, last.name, last.currency, last.price, is_sold=False)


def flaw_of_publication(publication: Publication) -> str:
    """Return what is wrong with a document, naming the place; empty where nothing is."""
    names = [c.channel for c in publication.channels]
    for place, rule in enumerate(publication.channels):
        where = f"channels[{place}]"
        if names.count(rule.channel) > 1:
            return f"{where}.channel: {rule.channel} stands there twice: keep one"
        unknown = [n for n in (*rule.required, *(m.field for m in rule.only)) if n not in {*PRODUCT_FIELDS, PRICE}]
        if unknown:
            return f"{where}: {unknown[0]!r} is no field of a product: one of {', '.join(PRODUCT_FIELDS)}"
        flaw = _flaw_of_texts(where, {"title": rule.title, "description": rule.description})
        if flaw:
            return flaw
    for place, own in enumerate(publication.products):
        flaw = _flaw_of_texts(f"products[{place}]", {"title": own.title, "description": own.description})
        if flaw:
            return flaw
    return ""


def _flaw_of_texts(where: str, texts: Mapping[str, str]) -> str:
    for name, template in texts.items():
        try:
            unknown = [hole for hole in holes_of(template) if hole not in PRODUCT_FIELDS]
        except ValueError as bad:
            return f"{where}.{name}: {bad}: write fields in braces, such as {{name}}"
        if unknown:
            return f"{where}.{name}: {{{unknown[0]}}} is no field of a product: one of {', '.join(PRODUCT_FIELDS)}"
    return ""
