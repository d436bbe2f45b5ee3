"""The laws of the providers' door."""

from pennypress.laws import Law

LAWS = (
    Law(
        "gateway.nothing_waits",
        "Whatever a provider told us is settled or parked within the hour.",
        """SELECT event_id, kind, received_at, reason FROM gateway_providerevent
           WHERE state = 'received' AND received_at < now() - interval '1 hour'""",
    ),
    Law(
        "gateway.moves_are_on_record",
        "Every event stands where its last recorded move took it, and was recorded as it came.",
        """SELECT e.event_id, e.state, last.to_state FROM gateway_providerevent e
           LEFT JOIN LATERAL (SELECT m.to_state FROM gateway_eventmove m WHERE m.event_id = e.id
                              ORDER BY m.id DESC LIMIT 1) last ON true
           WHERE last.to_state IS DISTINCT FROM e.state""",
    ),
    Law(
        "gateway.guards_stand",
        "The database still keeps what providers told us: each guard exists and is switched on.",
        """SELECT wanted.name FROM unnest(ARRAY['gateway_providerevent_kept_columns', 'gateway_providerevent_kept_rows',
               'gateway_providerevent_no_truncate', 'gateway_providerevent_state_forward', 'gateway_eventmove_append_only',
               'gateway_eventmove_no_truncate']) AS wanted(name)
           WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",
    ),
)
