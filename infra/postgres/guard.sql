-- Run by a superuser in the application's database, after the migrations: nobody else, the tables' owner included, may then
-- alter or drop what the ledger consists of, or the triggers that make it append-only. Before a migration that changes
-- these tables: ALTER EVENT TRIGGER sigillo_ledger_ddl DISABLE (and the same for sigillo_ledger_drop), afterwards run this
-- again. Can be run at any time. GRANT is not looked at: the triggers refuse whoever was granted anything.

-- A schema of the superuser's own: whoever owns a schema may drop what others have in it.
CREATE SCHEMA IF NOT EXISTS sigillo_guard;

-- What is guarded is known by its name; and because it may just have been given another, by its trigger too.
CREATE OR REPLACE FUNCTION sigillo_guard.ledger() RETURNS event_trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE it record;
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RETURN;
    END IF;
    IF tg_event = 'sql_drop' THEN
        FOR it IN SELECT object_identity FROM pg_event_trigger_dropped_objects() LOOP
            -- A table that refers to the ledger's takes its own constraint's triggers with it.
            IF it.object_identity ~ '(^|[ .])ledger_' AND it.object_identity !~ '^"RI_ConstraintTrigger_[ac]_[0-9]+" on ' THEN
                RAISE EXCEPTION 'the ledger''s tables are guarded: % is refused', tg_tag;
            END IF;
        END LOOP;
    ELSE
        FOR it IN SELECT objid, object_type, object_identity FROM pg_event_trigger_ddl_commands() LOOP
            -- A schema that holds the ledger, and a table that would pass its rows off as the ledger's.
            IF it.object_identity ~ '(^|[ .])ledger_'
                OR (it.object_type = 'schema' AND tg_tag <> 'CREATE SCHEMA' AND EXISTS (
                    SELECT FROM pg_class WHERE relnamespace = it.objid AND relname ~ '^ledger_'))
                OR EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
                    WHERE i.inhrelid = it.objid AND c.relname ~ '^ledger_')
                OR EXISTS (
                SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
                WHERE (p.proname = 'ledger_append_only' OR c.relname ~ '^ledger_')
                    AND (it.objid IN (t.tgrelid, t.tgfoid)
                        OR t.tgrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = it.objid)))
            THEN
                RAISE EXCEPTION 'the ledger''s tables are guarded: % is refused', tg_tag;
            END IF;
        END LOOP;
    END IF;
END $$;

-- Setting a sequence is no change of a table that a trigger would see: it is nobody's but the superuser's.
ALTER SEQUENCE public.ledger_staff_position OWNER TO CURRENT_USER;

DROP EVENT TRIGGER IF EXISTS sigillo_ledger_ddl;
CREATE EVENT TRIGGER sigillo_ledger_ddl ON ddl_command_end EXECUTE FUNCTION sigillo_guard.ledger();
ALTER EVENT TRIGGER sigillo_ledger_ddl ENABLE ALWAYS;

DROP EVENT TRIGGER IF EXISTS sigillo_ledger_drop;
CREATE EVENT TRIGGER sigillo_ledger_drop ON sql_drop EXECUTE FUNCTION sigillo_guard.ledger();
ALTER EVENT TRIGGER sigillo_ledger_drop ENABLE ALWAYS;

-- What a statement of the application's fails on stands in no log, whatever the server logs otherwise: a line has a time, and that would be
-- when a source was here. The application counts its failures itself. These are a superuser's to set: the role cannot lift them.
ALTER ROLE sigillo_app SET log_min_messages = 'log';
ALTER ROLE sigillo_app SET log_min_error_statement = 'panic';
ALTER ROLE sigillo_app SET log_error_verbosity = 'terse';
ALTER ROLE sigillo_app SET log_parameter_max_length_on_error = 0;
ALTER ROLE sigillo_app SET log_statement = 'none';
ALTER ROLE sigillo_app SET log_min_duration_statement = -1;
ALTER ROLE sigillo_app SET log_min_duration_sample = -1;
ALTER ROLE sigillo_app SET log_transaction_sample_rate = 0;
ALTER ROLE sigillo_app SET log_duration = off;
ALTER ROLE sigillo_app SET log_lock_waits = off;
ALTER ROLE sigillo_app SET log_temp_files = -1;
