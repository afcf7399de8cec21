"""The same world on the real engine: inbox, worker, gate, outbox and timers on PostgreSQL, by a virtual clock.

It dies where a process can die: before the fold, before and after the commit, after a push. Then its connections are cut.
Never here: SQL (storage/), promises (the invariants are those of the book in memory).
"""
