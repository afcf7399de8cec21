"""The proof of approvals: what was booked by hand was approved by another person who might, and the guards still stand.

The database refuses all this when it happens. The proof looks at it once more from the rows alone, so that what was
done while a guard was switched off is found too.
"""

from importlib.resources import files
from typing import Final

import asyncpg

from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.returning.reports import ReturnRefundApproved
from tallystick.storage.reading.proving.finding import Findings, Proof

GUARDS: Final[dict[str, tuple[str, ...]]] = {
    "proposal_key": ("proposal_key_stays", "proposal_key_whole"),
    "principal": ("principal_checked", "principal_kept", "principal_stays", "principal_told"),
    "role_grant": ("grant_checked", "grant_kept", "grant_stays", "grant_told"),
    "delegation": ("delegation_checked", "delegation_kept", "delegation_stays", "delegation_told"),
    "api_key": ("key_checked", "key_kept", "key_stays", "key_told"),
    "signing_key": ("signing_told",),
    "proposal": (
        *("proposal_checked", "stock_proposal_checked", "takeover_checked", "return_refund_checked"),
        *("proposal_stays", "proposal_whole"),
    ),
    "verdict": ("verdict_checked", "stock_verdict_checked", "verdict_stays", "verdict_whole"),
    "execution": ("execution_checked", "execution_stays", "execution_whole"),
    "event": ("manual_entry_approved", "correction_approved", "takeover_approved", "return_refund_approved"),
    "audit": ("audit_stays", "audit_whole"),
}
_STANDING: Final = (
    "select c.relname, t.tgname, p.prosrc from pg_trigger t join pg_class c on c.oid = t.tgrelid "
    "join pg_proc p on p.oid = t.tgfoid where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal "
    "and t.tgenabled = 'A'"
)
_HELPER: Final = (
    "select prosrc from pg_proc where proname = 'access_refuses' and pronamespace = current_schema()::regnamespace"
)
# An approver's own grant, or that of whom he acted for, as it was at the moment of the verdict.
_VERDICTS: Final = (
    "with told as (select v.proposal, v.digest, v.given_by, v.on_behalf_of, v.given_at, p.amount, p.body, p.expires_at, "
    "m.person as maker, c.person as checker, c.kind as checker_kind, b.person as giver, "
    "coalesce(v.on_behalf_of, v.given_by) as holder "
    "from verdict v join proposal p on p.id = v.proposal join principal m on m.id = p.prepared_by "
    "join principal c on c.id = v.given_by left join principal b on b.id = v.on_behalf_of where v.says = 'approved') "
    "select t.proposal, case when t.checker = t.maker or t.giver = t.maker then 'who prepared it approved it' "
    "when t.checker_kind <> 'user' then 'a client approved it' "
    "when t.given_at >= t.expires_at then 'it was approved after it had expired' "
    "when t.digest <> sha256(t.body) then 'another body was approved' "
    "when t.on_behalf_of is not null and not exists (select from delegation d where d.giver = t.on_behalf_of "
    "and d.taker = t.given_by and d.given_at <= t.given_at and d.until > t.given_at "
    "and (d.revoked_at is null or d.revoked_at > t.given_at)) then 'nobody had let the approver act for them' "
    "when not exists (select from role_grant g where g.principal = t.holder and g.role = 'approver' "
    "and g.amount_max >= t.amount and g.granted_at <= t.given_at and (g.revoked_at is null or g.revoked_at > t.given_at)) "
    "then 'the approver had no limit that high' end as why from told t order by 1"
)
_EXECUTIONS: Final = (
    "select coalesce(e.subject, 'proposal/' || x.proposal), case "
    "when x.proposal is null then 'event ' || e.id || ' was booked without an approval' "
    "when e.id is null then 'event ' || x.event || ', which it became, is missing' "
    "when v.says is distinct from 'approved' then 'event ' || e.id || ' was booked, its proposal is not approved' "
    "when e.subject <> p.subject or case p.kind when 'stock_correction' "
    "then convert_from(e.body, 'UTF8')::jsonb -> 'correction' is distinct from convert_from(p.body, 'UTF8')::jsonb "
    "when 'return_refund' "
    "then convert_from(e.body, 'UTF8')::jsonb -> 'refund' is distinct from convert_from(p.body, 'UTF8')::jsonb "
    "when 'takeover' "
    "then jsonb_path_query_first(convert_from(e.facts, 'UTF8')::jsonb, 'strict $[*] ? (@[0] starts with \"opening_balances\")[1].lines') "
    "is distinct from convert_from(p.body, 'UTF8')::jsonb #> '{opening,balances}' "
    "else convert_from(e.facts, 'UTF8')::jsonb #> '{0,1,lines}' "
    "is distinct from convert_from(p.body, 'UTF8')::jsonb -> 'lines' end "
    "then 'event ' || e.id || ' is not what was approved' end as why "
    "from (select * from event where subject like 'entry/%' or (subject like 'takeover/%' "
    "and convert_from(answer, 'UTF8')::jsonb ->> 'outcome' <> 'ignored') "
    f"or kind in (select id from kind where name = '{CATALOGUE.of(ReturnRefundApproved).type}') "
    "or id in (select event from execution)) e full join execution x on x.event = e.id "
    "left join verdict v on v.proposal = x.proposal left join proposal p on p.id = x.proposal order by 1"
)

# By the rows that posted it: an entry booked by hand under another subject would slip by the guard of events.
_STRAYS: Final = (
    "select distinct e.id, e.subject from posting p join event e on e.id = p.event "
    "join posting_rule r on r.version = e.rules and r.number = p.rule "
    "where p.rule in (select number from posting_rule where starts_with(name, 'manual_entry_') or starts_with(name, 'opening_')) "
    "and ((starts_with(r.name, 'manual_entry_') and e.subject not like 'entry/%') "
    "or (starts_with(r.name, 'opening_') and e.subject not like 'takeover/%')) order by 1"
)

# A correction that posted something on an approval must be the execution of it.
_UNAPPROVED: Final = (
    "select e.subject, e.id from event e join kind k on k.id = e.kind "
    "where k.name = 'tallystick.corrections.correction_approved.v1' and convert_from(e.facts, 'UTF8') <> '[]' "
    "and not exists (select from execution x where x.event = e.id) order by 2"
)


async def prove_approvals(connection: asyncpg.Connection) -> Proof:
    """Every manual entry, large refund and correction that needed it has the approval of another person who might give it, and every guard stands as released."""
    findings = Findings("approvals")
    await _guards(connection, findings)
    for subject, event in await connection.fetch(_UNAPPROVED):
        findings.say(f"{subject}: event {event} corrected stock without an approval")
    verdicts = await connection.fetch(_VERDICTS)
    for number, why in verdicts:
        if why:
            findings.say(f"proposal/{number}: {why}")
    executions = await connection.fetch(_EXECUTIONS)
    for subject, why in executions:
        if why:
            findings.say(f"{subject}: {why}")
    for event, subject in await connection.fetch(_STRAYS):
        findings.say(f"{subject}: event {event} books by hand what no proposal is about")
    return findings.proof(f"{len(verdicts)} approvals, {len(executions)} of them in the book")


async def _guards(connection: asyncpg.Connection, findings: Findings) -> None:
    """A trigger may be gone, switched off, or call a function that is not the one this release came with."""
    released = "".join(
        f.read_text("utf-8") for f in files("tallystick.storage.schema").iterdir() if f.name.endswith(".sql")
    )
    standing = {(table, name): source for table, name, source in await connection.fetch(_STANDING)}
    for table, names in GUARDS.items():
        for name in names:
            source = standing.get((table, name))
            if source is None:
                findings.say(f"{table}: the trigger {name} is missing or switched off")
            elif source not in released:
                findings.say(f"{table}: the trigger {name} does not do what this release has it do")
    if await connection.fetchval(_HELPER) not in released:
        findings.say("the function access_refuses does not do what this release has it do")
