"""Every way in which a call goes wrong is one of the four errors, and none of them shows a secret."""

from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.context import attach, detach
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from tallystick.kit.breaker import Circuit
from tallystick.kit.calls import Call, Calls
from tallystick.kit.limits import Limits
from tallystick.ports.connector import InDoubt, Misconfigured, Rejected, Retryable
from tests.kit.hostile import Behaviour, Partner, cut, drip, drip_headers, flood, hang, partner, reset, say

SECRET = "sk_live_canary"
QUICK = Limits(
    per_second=1e6, burst=1000, deadline_seconds=0.3, body_bytes_max=100_000, failures_max=3, rest_seconds=60
)


@pytest.fixture
def there() -> Iterator[Partner]:
    """A partner."""
    with partner() as found:
        yield found


@pytest.fixture
def calls(there: Partner) -> Iterator[Calls]:
    """Calls to it."""
    found = Calls(there.url, QUICK, lambda: {"authorization": f"Bearer {SECRET}"}, [SECRET])
    yield found
    found.close()


def test_an_answer_comes_back_whole(calls: Calls, there: Partner) -> None:
    """Status, headers and body; the request carried its credentials, query and form."""
    there.moods = [say(201, b'{"id": 7}', X_Request_Id="r1")]
    reply = calls.write(Call(method="POST", path="/v1/things", params={"a": 1}, form={"b": "2"}))
    assert (reply.status, reply.json(), reply.headers["x-request-id"]) == (201, {"id": 7}, "r1")
    ((method, path, body, headers),) = there.heard
    assert (method, path, body, headers["authorization"]) == ("POST", "/v1/things?a=1", b"b=2", f"Bearer {SECRET}")


UNCLEAR: list[Behaviour] = [hang, cut, reset, drip, drip_headers, flood, say(500), say(502), say(503)]


@pytest.mark.parametrize("mood", UNCLEAR)
def test_an_unclear_outcome_of_a_write_is_in_doubt(calls: Calls, there: Partner, mood: Behaviour) -> None:
    """The effect may be there: ask before any retry. The request was sent once."""
    there.moods = [mood]
    with pytest.raises(InDoubt):
        calls.write(Call(method="POST", path="/v1/things"))
    assert len(there.heard) == 1


@pytest.mark.parametrize("mood", UNCLEAR)
def test_an_unclear_outcome_of_a_read_is_retryable(calls: Calls, there: Partner, mood: Behaviour) -> None:
    """Nothing was changed: try again."""
    there.moods = [mood]
    with pytest.raises(Retryable):
        calls.read(Call(path="/v1/things"))


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        (say(400, b"amount: too small"), Rejected),
        (say(404), Rejected),
        (say(409), Rejected),
        (say(422), Rejected),
        (say(401), Misconfigured),
        (say(403), Misconfigured),
        (say(302, location="http://127.0.0.1:1/elsewhere"), Misconfigured),
        (say(429), Retryable),
    ],
)
def test_a_refusal_has_its_remedy(calls: Calls, there: Partner, mood: Behaviour, error: type[Exception]) -> None:
    """What was refused had no effect, also for a write."""
    there.moods = [mood]
    with pytest.raises(error):
        calls.write(Call(method="POST", path="/v1/things"))


def test_without_a_deadline_of_the_whole_a_drip_is_waited_for(there: Partner) -> None:
    """The broken twin: the client's own time-outs begin anew with each byte, so it takes the answer in the end."""
    there.moods = [drip_headers]
    with httpx.Client(timeout=QUICK.deadline_seconds, trust_env=False) as careless:
        assert careless.get(there.url).text == "{}"


def test_the_partner_is_told_which_trace_it_belongs_to(calls: Calls, there: Partner) -> None:
    """W3C trace context: what a partner logs can be found from our side."""
    span = SpanContext(trace_id=0xABC, span_id=0xDEF, is_remote=False, trace_flags=TraceFlags(1))
    token = attach(set_span_in_context(NonRecordingSpan(span)))
    try:
        calls.read(Call(path="/"))
    finally:
        detach(token)
    assert there.heard[0][3]["traceparent"] == f"00-{0xABC:032x}-{0xDEF:016x}-01"


def test_an_expected_status_is_an_answer(calls: Calls, there: Partner) -> None:
    """A 404 to a question whether something is there says that it is not."""
    there.moods = [say(404)]
    assert calls.read(Call(path="/v1/things/7", accept={404})).status == 404


def test_the_partner_says_when(there: Partner) -> None:
    """Retry-After in seconds or as a date is heeded, and nobody else calls until then."""
    for after, least in (("7", 6.9), ("Wed, 21 Oct 2099 07:28:00 GMT", 1e6)):
        calls = Calls(there.url, QUICK)
        there.moods = [say(429, Retry_After=after)]
        with pytest.raises(Retryable) as first:
            calls.read(Call(path="/"))
        heard = len(there.heard)
        with pytest.raises(Retryable) as second:
            calls.read(Call(path="/"))
        assert first.value.after_seconds >= least
        assert second.value.after_seconds >= least - 1
        assert len(there.heard) == heard, "nothing is sent while the partner wants rest"
        calls.close()


def test_who_fails_again_and_again_is_left_alone(calls: Calls, there: Partner) -> None:
    """After three failures in a row nothing is sent; a refusal in between would have been a sign of life."""
    there.moods = [say(500), say(500), say(400), say(500), say(500), say(500)]
    for _ in range(6):
        with pytest.raises((Retryable, Rejected)):
            calls.read(Call(path="/"))
    assert calls.breaker.circuit is Circuit.OPEN
    heard = len(there.heard)
    with pytest.raises(Retryable, match="left alone"):
        calls.write(Call(method="POST", path="/"))
    assert len(there.heard) == heard == 6


def test_nobody_there_is_retryable_for_a_write_too() -> None:
    """What was never sent had no effect."""
    with partner() as gone:
        url = gone.url
    calls = Calls(url, QUICK)
    with pytest.raises(Retryable, match="away"):
        calls.write(Call(method="POST", path="/"))
    calls.close()


@pytest.mark.parametrize(
    "mood", [say(400, f"bad key {SECRET}".encode()), say(500, SECRET.encode()), say(403, SECRET.encode())]
)
def test_a_secret_that_comes_back_is_masked(calls: Calls, there: Partner, mood: Behaviour) -> None:
    """Partners quote keys in their errors; ours must not."""
    there.moods = [mood]
    with pytest.raises((Rejected, InDoubt, Misconfigured)) as told:
        calls.write(Call(method="POST", path=f"/v1?key={SECRET}"))
    assert SECRET not in str(told.value)


def test_credentials_of_the_headers_are_masked_without_being_named(there: Partner) -> None:
    """A key that is asked for at each call is masked from that call on; an idempotency key is no secret."""
    calls = Calls(there.url, QUICK, lambda: {"authorization": f"Bearer {SECRET}"})
    there.moods = [say(400, f"Bearer {SECRET} is bad at a7.1".encode())]
    with pytest.raises(Rejected, match=r"is bad at a7\.1") as told:
        calls.write(Call(method="POST", path="/", headers={"Idempotency-Key": "a7.1"}))
    assert SECRET not in str(told.value)
    calls.close()


def test_a_success_that_is_no_json_is_unclear(calls: Calls, there: Partner) -> None:
    """A proxy's error page under a 200: after a write nobody knows what happened."""
    there.moods = [say(200, b"<html>"), say(200, b"<html>")]
    with pytest.raises(InDoubt):
        calls.write(Call(method="POST", path="/")).json()
    with pytest.raises(Retryable):
        calls.read(Call(path="/")).json()


@pytest.mark.parametrize("url", ["http://shop.example", "ftp://127.0.0.1", "//x", "https://"])
def test_credentials_do_not_travel_in_the_open(url: str) -> None:
    """Only https, or loopback."""
    with pytest.raises(Misconfigured):
        Calls(url, QUICK)
