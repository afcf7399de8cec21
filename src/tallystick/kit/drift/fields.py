"""What a connector uses of its partner's messages, as data: each connector has it in its `fields.py`, as `PARTS`."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

EVERY: Final = "*"
"""The step of a path that stands for each member of a list."""


class Use(StrEnum):
    """Whether we read it or send it: what harms one helps the other."""

    READ = "read"
    SENT = "sent"


class Field(Struct, frozen=True, kw_only=True):
    """One field: its path from the part's root (`/lines/*/sku`) and what we take it to be.

    `type` is JSON Schema's word for it (string, integer, number, boolean, object, array) or GraphQL's name of a scalar
    or enum; none where it is taken as it is. `must` says of a field we read that it is always there and never null, of
    one we send that we always send it. `values` are all values of an enum we know, or send. `longest` is the longest text we send.
    """

    path: str
    type: str
    must: bool = True
    values: tuple[str, ...] = ()
    format: str = ""
    longest: int = 0


class Part(Struct, frozen=True, kw_only=True):
    """One message of the partner's, or as much of it as we use.

    `place` is, in OpenAPI, `GET /orders 200` (the answer), `POST /refunds` (the body) or `GET /orders ?` (the query);
    in JSON Schema a pointer such as `#/$defs/Order`; in GraphQL the name of a type, or `Mutation.refundOrder` for
    its arguments, `Query.orders` for what it returns. `fields` of the media type `media`, where there are several. Where a
    partner publishes a document for each of its APIs, `api` is how the paths of this one begin: others say nothing of it.
    """

    place: str
    use: Use
    fields: tuple[Field, ...]
    media: str = "application/json"
    api: str = ""


class Kind(StrEnum):
    """What has changed, and what it does to us."""

    PLACE_GONE = "the operation or type is not there any more"
    MEDIA = "it speaks another media type"
    FIELD_GONE = "the field is not there any more"
    TYPE = "the field has another type"
    FORMAT = "the field is written another way"
    MISSING = "the field may be missing"
    NULL = "the field may be null"
    NEW_VALUE = "the field may have a value that we do not know"
    VALUE_GONE = "a value that we send is not taken any more"
    REQUIRED = "something is required that we do not send"
    SHORTER = "texts as long as ours are not taken any more"
    READ_ONLY = "a field that we send is only read any more"
    DEPRECATED = "it will go"


class Finding(Struct, frozen=True):
    """One difference that harms us: where, which kind, and what stands there now."""

    place: str
    path: str
    kind: Kind
    detail: str = ""


class Node(Struct, frozen=True, kw_only=True):
    """What a schema says of one value, whatever language it is written in.

    `children` gives the value at the next step, and whether it is always there; `required` names the members that
    whoever sends this must send.
    """

    type: str
    is_nullable: bool = False
    values: tuple[str, ...] = ()
    format: str = ""
    longest: int = 0
    is_read_only: bool = False
    is_deprecated: bool = False
    required: tuple[str, ...] = ()
    is_certain: bool = True


def fields_in(at: str, *said: str) -> tuple[Field, ...]:
    """Return fields at a place of a part, each said as a type and its names: `"String code state note?"`.

    A name that ends in `?` may be missing or null. A name may be a path of its own: `lines/*/sku`.
    """
    found = []
    for one in said:
        kind, *names = one.split()
        found += [Field(path=f"{at}/{name.rstrip('?')}", type=kind, must=not name.endswith("?")) for name in names]
    return tuple(found)
