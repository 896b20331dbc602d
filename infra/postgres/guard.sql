-- Run once by a superuser in the application's database, after the migrations: nobody else, the tables' owner included, may
-- then alter or drop what the ledger consists of, or the triggers that make it append-only. Before a migration that changes
-- these tables: ALTER EVENT TRIGGER sigillo_ledger_ddl DISABLE (and the same for sigillo_ledger_drop), afterwards ENABLE ALWAYS.
-- Can be run again.

CREATE OR REPLACE FUNCTION sigillo_ledger_guard() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE it record;
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RETURN;
    END IF;
    IF tg_event = 'sql_drop' THEN
        FOR it IN SELECT object_identity FROM pg_event_trigger_dropped_objects() LOOP
            IF it.object_identity ~ '(^|[ .])ledger_' THEN
                RAISE EXCEPTION 'the ledger''s tables are guarded: % is refused', tg_tag;
            END IF;
        END LOOP;
    ELSE
        FOR it IN SELECT object_identity FROM pg_event_trigger_ddl_commands() LOOP
            IF it.object_identity ~ '(^|[ .])ledger_' THEN
                RAISE EXCEPTION 'the ledger''s tables are guarded: % is refused', tg_tag;
            END IF;
        END LOOP;
    END IF;
END $$;

DROP EVENT TRIGGER IF EXISTS sigillo_ledger_ddl;
CREATE EVENT TRIGGER sigillo_ledger_ddl ON ddl_command_end EXECUTE FUNCTION sigillo_ledger_guard();
ALTER EVENT TRIGGER sigillo_ledger_ddl ENABLE ALWAYS;

DROP EVENT TRIGGER IF EXISTS sigillo_ledger_drop;
CREATE EVENT TRIGGER sigillo_ledger_drop ON sql_drop EXECUTE FUNCTION sigillo_ledger_guard();
ALTER EVENT TRIGGER sigillo_ledger_drop ENABLE ALWAYS;
