"""A GraphQL schema, as SDL or as the answer to an introspection query, asked for what stands at a place."""

from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    is_required_argument,
    is_required_input_field,
)

from tallystick.kit.drift.fields import EVERY, Kind, Node, Part, Use

_WITH_FIELDS: Final = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)
Member = GraphQLField | GraphQLInputField | GraphQLArgument


class TypeNode(Node, frozen=True, kw_only=True):
    """A node that remembers the type it was read from, or the arguments of a field."""

    of: Any


class GraphqlSchemas:
    """One schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        """Hold *schema*."""
        self._schema = schema

    @classmethod
    def of_text(cls, text: str) -> "GraphqlSchemas":
        """Read SDL; raise `graphql.GraphQLError` where it is none."""
        return cls(build_schema(text, assume_valid_sdl=True))

    @classmethod
    def of_introspection(cls, data: Mapping[str, Any]) -> "GraphqlSchemas":
        """Read what an introspection query answered: the object that holds `__schema`."""
        return cls(build_client_schema(dict(data)))  # type: ignore[arg-type]

    def root(self, part: Part) -> Node | Kind:
        """Return a type, what a field returns, or its arguments where they are sent."""
        name, _, member = part.place.partition(".")
        found = self._schema.type_map.get(name)
        if member:
            field = getattr(found, "fields", {}).get(member)
            if field is None:
                return Kind.PLACE_GONE
            return _arguments(field) if part.use is Use.SENT else _node(field.type, field)
        return Kind.PLACE_GONE if found is None else _node(found, None)

    def step(self, node: Node, name: str) -> Node | None:
        """Return a field, an argument, or each member of a list."""
        of = node.of if isinstance(node, TypeNode) else None
        if name == EVERY:
            return _node(of.of_type, None) if isinstance(of, GraphQLList) else None
        members = of if isinstance(of, dict) else of.fields if isinstance(of, _WITH_FIELDS) else {}
        return _node(members[name].type, members[name]) if name in members else None


def _arguments(field: GraphQLField) -> TypeNode:
    return TypeNode(of=field.args, type="object", required=_required(field.args), is_deprecated=_goes(field))


def _node(kind: Any, member: Member | None) -> TypeNode:
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    is_object = isinstance(inner, _WITH_FIELDS)
    word = "array" if isinstance(inner, GraphQLList) else "object" if is_object else inner.name
    return TypeNode(
        of=inner,
        type=word,
        is_nullable=member is not None and not isinstance(kind, GraphQLNonNull),
        values=tuple(inner.values) if isinstance(inner, GraphQLEnumType) else (),
        is_deprecated=member is not None and _goes(member),
        required=_required(inner.fields) if isinstance(inner, GraphQLInputObjectType) else (),
    )


def _required(members: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what must be given: neither nullable nor with a default."""
    return tuple(name for name, member in members.items() if _must(member))


def _must(member: Any) -> bool:
    return is_required_argument(member) if isinstance(member, GraphQLArgument) else is_required_input_field(member)


def _goes(member: Any) -> bool:
    return getattr(member, "deprecation_reason", None) is not None
