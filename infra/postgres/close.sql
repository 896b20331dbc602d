-- Closes the ledger that is in the application's database, so that one of a new origin can go on from it: its tables, as they
-- are, move to the schema ledger_closed_<n>, where the application reads them and nobody writes; empty ones take their
-- place. Run by a superuser, once for the function and, with the application stopped:
--
--   SELECT sigillo_guard.close_ledger('<genesis hash of the ledger that is closed>');
--
-- All or nothing. It says which schema it made. guard.sql must have been run before.

CREATE OR REPLACE FUNCTION sigillo_guard.close_ledger(genesis text) RETURNS text LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    target text;
    found text;
    owner text;
    t text;
    c record;
    tables text[] := ARRAY['ledger_pending', 'ledger_entry', 'ledger_node', 'ledger_checkpoint', 'ledger_beat',
                           'ledger_epoch', 'ledger_cosignature', 'ledger_stamp', 'ledger_alarm'];
BEGIN
    IF EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'sigillo_app' AND datname = current_database()) THEN
        RAISE EXCEPTION 'the application is connected: stop it first';
    END IF;
    SELECT encode(leaf, 'hex') INTO found FROM public.ledger_entry WHERE n = 0;
    IF found IS DISTINCT FROM genesis THEN
        RAISE EXCEPTION 'the ledger in this database has the genesis %, not %', coalesce(found, 'none'), genesis;
    END IF;
    SELECT 'ledger_closed_' || count(*) + 1 INTO target FROM pg_namespace WHERE starts_with(nspname, 'ledger_closed_');
    SELECT pg_get_userbyid(relowner) INTO owner FROM pg_class WHERE oid = 'public.ledger_entry'::regclass;

    EXECUTE format('CREATE SCHEMA %I', target);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO sigillo_app', target);
    FOREACH t IN ARRAY tables LOOP
        EXECUTE format('ALTER TABLE public.%I SET SCHEMA %I', t, target);
        EXECUTE format('REVOKE ALL ON %I.%I FROM sigillo_app', target, t);
        EXECUTE format('GRANT SELECT ON %I.%I TO sigillo_app', target, t);
        EXECUTE format('CREATE TABLE public.%I (LIKE %I.%I INCLUDING ALL)', t, target, t);
        EXECUTE format('ALTER TABLE public.%I OWNER TO %I', t, owner);
        EXECUTE format('GRANT SELECT, INSERT ON public.%I TO sigillo_app', t);
    END LOOP;
    EXECUTE format('ALTER SEQUENCE public.ledger_staff_position SET SCHEMA %I', target);
    CREATE SEQUENCE public.ledger_staff_position;
    GRANT USAGE ON SEQUENCE public.ledger_staff_position TO sigillo_app;

    -- What LIKE leaves out: references between the tables, and the triggers that make them append-only.
    FOR c IN SELECT conname, conrelid::regclass::text AS closed, pg_get_constraintdef(oid) AS definition
             FROM pg_constraint WHERE contype = 'f' AND connamespace = target::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', replace(c.closed, target || '.', 'public.'), c.conname,
                       replace(c.definition, target || '.', 'public.'));
    END LOOP;
    FOR c IN SELECT tgname, relname, pg_get_triggerdef(g.oid) AS definition
             FROM pg_trigger g JOIN pg_class r ON r.oid = g.tgrelid
             WHERE NOT tgisinternal AND relnamespace = target::regnamespace LOOP
        EXECUTE replace(c.definition, target || '.', 'public.');
        EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', c.relname, c.tgname);
    END LOOP;
    RETURN target;
END $$;
REVOKE ALL ON FUNCTION sigillo_guard.close_ledger(text) FROM PUBLIC;
