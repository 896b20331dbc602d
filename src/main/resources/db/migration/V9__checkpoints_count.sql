-- A checkpoint's row says what there was before it, so that a row that is missing is missed: which checkpoint came before, how many
-- lines and stamps that one had got, how many beats were filled since, and who numbered.

DO $$
BEGIN
    IF EXISTS (SELECT FROM ledger_checkpoint) THEN
        RAISE EXCEPTION 'this ledger was begun before the first release and its checkpoints count nothing: begin a new one';
    END IF;
END $$;

ALTER TABLE ledger_checkpoint
    ADD COLUMN previous     bigint NOT NULL,                -- the size of the checkpoint before, 0 if there was none
    ADD COLUMN cosignatures bigint NOT NULL,                -- below that one, by then
    ADD COLUMN stamps       bigint NOT NULL,                -- of that one, by then
    ADD COLUMN beats        bigint NOT NULL,                -- filled since
    ADD COLUMN epoch        bigint NOT NULL,                -- the newest
    ADD COLUMN seal         bytea  NOT NULL CHECK (octet_length(seal) = 32);

CREATE INDEX ledger_beat_size ON ledger_beat (size);
