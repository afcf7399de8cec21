"""Whose word counts for a field, and what channels are told of products: documents, each replacing the one before."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

ANY: Final = "*"
Name = Annotated[str, Meta(min_length=1)]
SOLD: Final = "is_active"


class FieldOwner(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """*owner*, a system, owns *field* of *kind*; of prices, those of *channel*. `*` stands for all; the closest rule counts.

    The owner `*` lets every system speak: the last word counts and nothing is a conflict.
    """

    owner: Name
    kind: Name = ANY
    field: Name = ANY
    channel: Name = ANY


class Ownership(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who owns which field."""

    owners: tuple[FieldOwner, ...] = ()


class OwnershipDeclared(Struct, frozen=True, omit_defaults=True):
    """Report: this says from now on who owns which field, in place of all that was said before."""

    ownership: Ownership


class OwnershipSet(Struct, frozen=True, omit_defaults=True):
    """Fact: version *version* of who owns which field is in force."""

    version: int
    ownership: Ownership


class FieldMatch(Struct, frozen=True, forbid_unknown_fields=True):
    """A product whose *field* is *value*."""

    field: Name
    value: str


class ChannelPublication(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How products are told to *channel*: those that match all of *only*, once no *required* field is missing.

    *title* and *description* are templates over the product's fields, such as `{brand} {name}`. Prices are those of
    *price_list* (the channel's own, where it is empty) in *currency*; *prices* says whether the channel counts tax in.
    """

    channel: Name
    currency: Name
    prices: Literal["net", "gross"] = "net"
    price_list: str = ""
    required: tuple[Name, ...] = ("name",)
    title: Name = "{name}"
    description: str = ""
    only: tuple[FieldMatch, ...] = ()


class ProductPublication(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is otherwise for *sku* in *channel*: kept out of it, or under words of its own. `*` stands for all channels."""

    sku: Name
    channel: Name = ANY
    is_excluded: bool = False
    title: str = ""
    description: str = ""


class Publication(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which products go to which channels, and how. A channel that is not named is told of no product."""

    channels: tuple[ChannelPublication, ...] = ()
    products: tuple[ProductPublication, ...] = ()


class PublicationDeclared(Struct, frozen=True, omit_defaults=True):
    """Report: products are published by these rules from now on, in place of all earlier ones."""

    publication: Publication


class PublicationSet(Struct, frozen=True, omit_defaults=True):
    """Fact: version *version* of the rules by which products are published is in force."""

    version: int
    publication: Publication
