-- The application may take a reply's box or a stub away, as their source wishes, and never put another in its place. A checkpoint's
-- seal covers its note from here on: rows that were sealed without are not to be told from altered ones.

CREATE FUNCTION only_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is sealed can be removed, not replaced';
END $$;

CREATE TRIGGER box_only_goes BEFORE UPDATE ON reply FOR EACH ROW
    WHEN (NEW.box IS NOT NULL AND NEW.box IS DISTINCT FROM OLD.box) EXECUTE FUNCTION only_goes();

CREATE TRIGGER stub_only_goes BEFORE UPDATE ON exhibit FOR EACH ROW
    WHEN (NEW.stub IS NOT NULL AND NEW.stub IS DISTINCT FROM OLD.stub) EXECUTE FUNCTION only_goes();

DO $$
BEGIN
    IF EXISTS (SELECT FROM ledger_checkpoint) THEN
        RAISE EXCEPTION 'this ledger''s checkpoints were sealed without their notes: begin it anew';
    END IF;
END $$;
