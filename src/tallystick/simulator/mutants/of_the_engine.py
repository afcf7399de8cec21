"""Bugs of the real engine and its storage. They show on PostgreSQL only."""

from typing import Final

from tallystick.simulator.mutants.change import Code, Text
from tallystick.simulator.mutants.mutant import Mutant

_GATE, _DELIVERY, _TIMERS, _WORKER = "engine.gate", "engine.delivery", "engine.timers", "engine.worker"
_WRITING, _STORE = "storage.batches.batch_writing", "storage.batches.gate_store"

_ENGINE: Final = (
    Mutant("wrong_original", "engine", "a duplicate is told of another event than the original was",
           (Code(f"{_GATE}:_again", "original.event", "original.event + 1"),), 0, "answers_differ", "postgres"),
    Mutant("early_kept", "engine", "an early message keeps its key, and nobody can say it again",
           (Code(f"{_GATE}:_Batch.answer", "self.unclaimed.append(key)", "pass"),), 0, "proof_inbox", "postgres"),
    Mutant("early_for_ever", "engine", "early messages are not tried again when their subject has moved",
           (Code(f"{_WORKER}:Worker.settle", "tuple(sorted(moved))", "()"),), 0, "stuck", "postgres"),
    Mutant("early_done", "engine", "an early message counts as done and leaves the inbox",
           (Code(f"{_WORKER}:Worker.settle", "early.append(unit.delivery)", "done.append(unit.delivery)"),),
           0, "money_truth", "postgres"),
    Mutant("unlocked_family", "engine", "a batch does not load what its messages are about",
           (Code(f"{_GATE}:_Batch.load", "families.update(await self.batch.families({m.subject for m in messages}))",
                 "await self.batch.families(set())"),), 0, "parked", "postgres"),
    Mutant("failure_is_success", "engine", "a push that failed counts as done",
           (Code(f"{_DELIVERY}:Delivery._again", 'return Attempt(now, "retry", detail, again_at=now + timedelta(seconds=wait))',
                 'return Attempt(now, "done", detail, is_done=True)'),), 0, "command_lost", "postgres"),
    Mutant("doubt_is_success", "engine", "a push whose outcome is unknown counts as done, and nobody asks",
           (Code(f"{_DELIVERY}:Delivery._push", "found = await _asked(route, [keyed[i] for i in doubtful])",
                 'found = [Acknowledgement("") for _ in doubtful]'),),
           0, "command_lost", "postgres"),
    Mutant("key_of_the_attempt", "engine", "each attempt goes out under a key of its own",
           (Code(f"{_DELIVERY}:Leased.key", 'f"{self.event:x}.{self.n}"', 'f"{self.event:x}.{self.n + self.attempt - 1}"'),),
           0, "command_made_up", "postgres"),
    Mutant("deaf_clock", "engine", "a deadline is dropped without telling its process",
           (Code(f"{_TIMERS}:Deadlines.run_once", "family[t.member].version == t.version", "False"),),
           1, "not_at_rest", "postgres"),
)  # fmt: skip

_STORAGE: Final = (
    Mutant("value_unwritten", "storage", "what goods are worth is not written, as if a promise had moved them",
           (Code(f"{_WRITING}:_changes", "_layers((sql.STOCK, NUMBERS)", '_layers((sql.HELD, ("event", *PROMISED))'),),
           0, "layer_off", "postgres"),
    Mutant("sales_unwritten", "storage", "what was taken back of a sale is not written",
           (Code(f"{_WRITING}:_used_sales", "if not loaded.used_sales:", "if True:"),), 4, "proof_open_sales", "postgres"),
    Mutant("timers_unwritten", "storage", "deadlines are not written",
           (Code("storage.batches.batch_rows:BatchRows.timers", "for t in f.timers", "for t in ()"),),
           1, "not_at_rest", "postgres"),
    Mutant("breaks_unwritten", "storage", "only the first break of a batch is written",
           (Code("storage.batches.batch_rows:BatchRows.breaks", "for f in self.folded", "for f in self.folded[:1]"),),
           0, "breaks_differ", "postgres"),
    Mutant("loose_chain", "storage", "a batch is chained to the one before the last",
           (Text("storage.batches.gate_sql:TAIL", "where id = $1", "where id = $1 and batch % 2 = 0"),),
           0, "proof_chain", "postgres"),
    Mutant("overtaking", "storage", "a command leaves before an earlier one of its subject is done",
           (Text("storage.outbox:_LEASE", "b.subject = w.subject", "b.subject = ''"),), 4, "command_overtaken", "postgres"),
    Mutant("early_timer", "storage", "deadlines are raised days before they come",
           (Text("storage.timers:_DUE", "t.due <= $1", "t.due <= $1::timestamptz + interval '3 days'"),),
           0, "rang_early", "postgres"),
    Mutant("deltas_by_half", "storage", "the ledger's totals hold debits only",
           (Code("storage.batches.batch_rows:BatchRows._deltas", "total[p.credit, p.commodity] -= p.number", "pass"),),
           0, "proof_deltas", "postgres"),
    Mutant("state_unwritten", "storage", "a family that moves keeps the state it was born with",
           (Text("storage.batches.gate_sql:PROCESSES", "set kind = u.k, state = u.s, event", "set kind = u.k, event"),),
           0, "proof_processes", "postgres"),
)  # fmt: skip

ENGINE: Final = (*_ENGINE, *_STORAGE)
