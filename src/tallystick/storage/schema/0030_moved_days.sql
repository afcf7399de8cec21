-- Events of some booked days, without reading the others: days come in order, but for what comes late.
create index event_booked on event using brin (booked_on) with (pages_per_range = 32, autosummarize = on);
