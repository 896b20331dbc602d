-- The ledger. Rows are only ever added: by what is granted, and by triggers that hold for the owner too.
--
-- No column says when a source's event was queued, and ids are random: between sources, a row's place
-- in the table is the only order there is, and the threat model says how long that lasts.

CREATE TABLE ledger_pending (
    id         bigint PRIMARY KEY,              -- random
    key        text    NOT NULL UNIQUE,         -- idempotency: one key, one event
    facts      bytea   NOT NULL CHECK (octet_length(facts) = 32),
    nonce      bytea   NOT NULL CHECK (octet_length(nonce) = 32),
    by_source  boolean NOT NULL,
    case_id    bytea   CHECK (octet_length(case_id) = 16),
    position   bigint  NOT NULL,                -- within a case for a source's events, else among the staff's
    type       text    NOT NULL,
    event      bytea   NOT NULL                 -- canonical JSON
);
CREATE INDEX ledger_pending_case ON ledger_pending (case_id, position);
CREATE INDEX ledger_pending_type ON ledger_pending (type);
CREATE SEQUENCE ledger_staff_position;

CREATE TABLE ledger_entry (
    n       bigint PRIMARY KEY CHECK (n >= 0),
    pending bigint UNIQUE REFERENCES ledger_pending (id), -- none for entry 0
    leaf    bytea  NOT NULL CHECK (octet_length(leaf) = 32),
    bytes   bytea  NOT NULL
);

CREATE TABLE ledger_node (                      -- roots of full subtrees of 256^level leaves
    level int    NOT NULL CHECK (level > 0),
    idx   bigint NOT NULL CHECK (idx >= 0),
    hash  bytea  NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, idx)
);

CREATE TABLE ledger_checkpoint (
    size bigint PRIMARY KEY CHECK (size > 0),
    root bytea  NOT NULL CHECK (octet_length(root) = 32),
    note text   NOT NULL
);

CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME;
END $$;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['ledger_pending', 'ledger_entry', 'ledger_node', 'ledger_checkpoint'] LOOP
        EXECUTE format('CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION ledger_append_only()', t);
        EXECUTE format('CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()', t);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only_rows', t);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only_table', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO sigillo_app', t);
    END LOOP;
END $$;
GRANT USAGE ON SEQUENCE ledger_staff_position TO sigillo_app;
