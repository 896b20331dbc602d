-- What each append pays for and nothing needs.

-- A check of everything finds an entry without its queued event, and nobody may delete one. The reference had the database lock, and so
-- write once more, each queued row when it was numbered.
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_pending_fkey;

-- Events that come with every file are looked for by their case, never by their type.
DROP INDEX ledger_pending_type;
CREATE INDEX ledger_pending_type ON ledger_pending (type)
    WHERE type NOT IN ('case.opened', 'exhibit.fetched', 'exhibit.sealed', 'grant.given');

-- These are never signed: their nonces are the server's own. Whatever is not named here may be.
DROP INDEX ledger_pending_nonce;
CREATE UNIQUE INDEX ledger_pending_nonce ON ledger_pending (nonce)
    WHERE NOT by_source AND case_id IS NOT NULL
    AND type NOT IN ('case.exported', 'case.taken-up', 'exhibit.damaged', 'exhibit.fetched', 'exhibit.mended');

-- Each was read and compiled anew for each row that came alone. The row's seal covers these columns, and the program has a type for each.
ALTER TABLE ledger_pending
    DROP CONSTRAINT ledger_pending_facts_check,
    DROP CONSTRAINT ledger_pending_nonce_check,
    DROP CONSTRAINT ledger_pending_case_id_check,
    DROP CONSTRAINT ledger_pending_seal_check;
