-- What witnesses and authorities said is sealed as the other rows are: whoever may only insert rows can put no line below a checkpoint, and
-- keep none from being asked for. An alarm's seal covers its id, which whoever raises it draws: no sequence can run out, a copied row is none of
-- ours, and an end names the one alarm that is over. And no number is so large that the next one cannot be told.

DO $$
BEGIN
    IF EXISTS (SELECT FROM ledger_cosignature) OR EXISTS (SELECT FROM ledger_stamp) OR EXISTS (SELECT FROM ledger_alarm) THEN
        RAISE EXCEPTION 'this ledger has cosignatures, time stamps or alarms from before the first release, which are not sealed: begin a new one';
    END IF;
    IF EXISTS (SELECT FROM pg_namespace WHERE starts_with(nspname, 'ledger_closed_')) THEN
        RAISE EXCEPTION 'this database has a ledger that was closed before the first release: begin anew';
    END IF;
END $$;

ALTER TABLE ledger_cosignature ADD COLUMN seal bytea NOT NULL;
ALTER TABLE ledger_stamp       ADD COLUMN seal bytea NOT NULL;
ALTER TABLE ledger_alarm       ALTER COLUMN id DROP IDENTITY;

ALTER TABLE ledger_entry      ADD CHECK (n BETWEEN 0 AND 9007199254740991);
ALTER TABLE ledger_node       ADD CHECK (level BETWEEN 1 AND 7 AND idx BETWEEN 0 AND 9007199254740991);
ALTER TABLE ledger_checkpoint ADD CHECK (size BETWEEN 1 AND 9007199254740991);
ALTER TABLE ledger_beat       ADD CHECK (size BETWEEN 0 AND 9007199254740991 AND beat BETWEEN 0 AND 9007199254740991);
ALTER TABLE ledger_epoch      ADD CHECK (epoch BETWEEN 1 AND 9007199254740991);
