"""What this connector uses of the shop's messages: `tally connector drift specimen --against SPEC` compares it."""

from typing import Final

from tallystick.connectors.specimen.translate import DECIMALS
from tallystick.kit.drift.fields import Field, Part, Use

_ORDER: Final = (
    Field(path="/number", type="string"),
    Field(path="/change", type="integer"),
    Field(path="/placed_at", type="string", format="date-time"),
    Field(path="/currency", type="string", values=tuple(DECIMALS)),
    Field(path="/lines/*/sku", type="string"),
    Field(path="/lines/*/quantity", type="integer"),
    Field(path="/lines/*/net", type="string"),
    Field(path="/lines/*/tax", type="string"),
)
_PAYMENT: Final = (
    Field(path="/order", type="string", longest=64),
    Field(path="/currency", type="string", values=tuple(DECIMALS)),
    Field(path="/amount", type="string"),
)

PARTS: Final = (
    Part(
        place="GET /v1/changes ?",
        use=Use.SENT,
        fields=(Field(path="/after", type="integer"), Field(path="/limit", type="integer")),
    ),
    Part(
        place="GET /v1/changes 200",
        use=Use.READ,
        fields=(
            Field(path="/more", type="boolean"),
            *(Field(path=f"/orders/*{f.path}", type=f.type, values=f.values, format=f.format) for f in _ORDER),
        ),
    ),
    Part(place="POST /v1/captures", use=Use.SENT, fields=_PAYMENT),
    Part(place="POST /v1/refunds", use=Use.SENT, fields=(*_PAYMENT, Field(path="/number", type="integer"))),
    Part(place="POST /v1/captures 201", use=Use.READ, fields=(Field(path="/id", type="string"),)),
    Part(place="GET /v1/payments/{key} 200", use=Use.READ, fields=(Field(path="/id", type="string"),)),
)
