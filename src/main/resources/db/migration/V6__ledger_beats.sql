-- Seals, beats and epochs of the ledger, and what others sign of its checkpoints.

DO $$
BEGIN
    IF EXISTS (SELECT FROM ledger_entry) THEN
        RAISE EXCEPTION 'this ledger was begun before the first release and has no seals: begin a new one';
    END IF;
END $$;

-- A source's event waits under the number of the beat in which it came: no finer order is kept. Staff events are
-- numbered in the order of their position.
ALTER TABLE ledger_pending ADD COLUMN beat bigint NOT NULL;
-- HMAC over all columns but place and beat, under a key derived from the log's: a change of any of them is found.
ALTER TABLE ledger_pending ADD COLUMN seal bytea NOT NULL CHECK (octet_length(seal) = 32);
-- The same over the entry's index and its event's place and beat, from the one who numbered it.
ALTER TABLE ledger_entry ADD COLUMN seal bytea NOT NULL CHECK (octet_length(seal) = 32);
CREATE UNIQUE INDEX ledger_pending_staff ON ledger_pending (position) WHERE NOT by_source;
CREATE INDEX ledger_pending_source ON ledger_pending (beat) WHERE by_source;
-- A signer draws a nonce for one act: a case's name in an entry follows from it.
CREATE UNIQUE INDEX ledger_pending_nonce ON ledger_pending (nonce) WHERE NOT by_source AND case_id IS NOT NULL;

-- A beat that has been filled; extra ones are numbered within theirs.
CREATE TABLE ledger_beat (
    beat  bigint NOT NULL CHECK (beat >= 0),
    extra int    NOT NULL CHECK (extra >= 0),
    size  bigint NOT NULL CHECK (size > 0),     -- of the ledger, once it was filled
    seal  bytea  NOT NULL CHECK (octet_length(seal) = 32),
    PRIMARY KEY (beat, extra)
);

-- Who numbers: the newest row. A sequencer that finds a newer one than its own has been overtaken.
CREATE TABLE ledger_epoch (
    epoch   bigint PRIMARY KEY CHECK (epoch > 0),
    replica bytea  NOT NULL CHECK (octet_length(replica) = 16),
    size    bigint NOT NULL CHECK (size >= 0),  -- of the ledger, when it began
    seal    bytea  NOT NULL CHECK (octet_length(seal) = 32)
);

-- A witness's line below a checkpoint.
CREATE TABLE ledger_cosignature (
    size bigint NOT NULL REFERENCES ledger_checkpoint (size),
    line text   NOT NULL,
    PRIMARY KEY (size, line)
);

-- An authority's answer (RFC 3161) about a checkpoint.
CREATE TABLE ledger_stamp (
    size      bigint NOT NULL REFERENCES ledger_checkpoint (size),
    authority text   NOT NULL,
    reply     bytea  NOT NULL,
    PRIMARY KEY (size, authority)
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['ledger_beat', 'ledger_epoch', 'ledger_cosignature', 'ledger_stamp'] LOOP
        EXECUTE format('CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION ledger_append_only()', t);
        EXECUTE format('CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()', t);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only_rows', t);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only_table', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO sigillo_app', t);
    END LOOP;
END $$;
