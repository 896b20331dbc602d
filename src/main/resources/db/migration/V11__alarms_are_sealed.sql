-- An alarm stands until a sealed row ends it: whoever may only insert rows cannot silence one. What a witness contradicts ends when that
-- witness agrees again.

DO $$
BEGIN
    IF EXISTS (SELECT FROM ledger_alarm) THEN
        RAISE EXCEPTION 'this ledger has alarms from before the first release, which nobody sealed: begin a new one';
    END IF;
END $$;

ALTER TABLE ledger_alarm
    DROP COLUMN broken,
    ADD COLUMN witness text,                    -- by its name in the policy; none where the finding is our own
    ADD COLUMN ends    bigint,                  -- none for an alarm; else up to which id those with the same witness, or none, are over
    ADD COLUMN seal    bytea NOT NULL;
