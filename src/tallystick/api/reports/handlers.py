"""Reports over HTTP: each is checked and kept; one that is wrong never keeps its neighbours out."""

from typing import Final

import msgspec

from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.problems import Flaw
from tallystick.api.reports.shapes import NotKept, ReportSent, ReportsKept
from tallystick.api.reports.translate import NotAReport, report_of, zone_known
from tallystick.messages.envelope import Envelope
from tallystick.ports.connector import Delivery
from tallystick.security.keyring import digest

_encode: Final = msgspec.json.Encoder().encode


async def send_reports(call: Call, desk: Desk) -> Reply:
    """Keep a batch of reports. When this answers, what it counts as kept is durable."""
    deliveries: list[Delivery] = []
    not_kept: list[NotKept] = []
    for place, sent in enumerate(call.body):
        try:
            deliveries.append(_delivery(call, sent))
        except NotAReport as wrong:
            errors = [Flaw(f.detail, f"/{place}{f.pointer}") for f in wrong.flaws]
            not_kept.append(NotKept(place, sent.id, errors))
    if not deliveries:
        return reply(ReportsKept(0, 0, 0, not_kept), 202)
    received = await desk.receive(deliveries)
    known = received.repeated - received.conflicting
    return reply(ReportsKept(received.new, known, received.conflicting, not_kept), 202)


def _delivery(call: Call, sent: ReportSent) -> Delivery:
    if not zone_known(sent.zone):
        raise NotAReport(Flaw(f"{sent.zone} is no zone of the tz database", "/zone"))
    subject, data = report_of(sent, call.principal, call.source)
    identity = f"{sent.source}/{sent.id}"
    said = Envelope(
        id=identity,
        source=call.source,
        type=sent.type,
        subject=subject,
        time=sent.time,
        data=sent.data,
        zone=sent.zone,
        correlationid=sent.correlationid or call.correlation,
        causationid=sent.causationid,
        traceparent=sent.traceparent or call.traceparent,
    )
    # What was said, not under which correlation: the same event sent again is the same.
    content = _encode((sent.type, subject, sent.time, sent.zone, data))
    return Delivery(source=call.source, id=identity, subject=subject, body=_encode(said), digest=digest(content))
