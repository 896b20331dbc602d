-- How far the pass that reads the vault again has come, so that a restart or another replica goes on there, and what the last
-- whole one found. None of it is evidence: whoever changes it hides damage for longer, no more.

CREATE TABLE vault_scrub (
    pass       text        PRIMARY KEY CHECK (pass IN ('running', 'ended')),
    since      timestamptz NOT NULL,  -- since when no pass has ended, as long as none has
    begun      timestamptz NOT NULL,
    ended      timestamptz,
    register   text        NOT NULL,  -- of the object that was looked at last
    address    text        NOT NULL,
    objects    bigint      NOT NULL,
    bytes      bigint      NOT NULL,
    damaged    bigint      NOT NULL,
    unread     bigint      NOT NULL,
    unreadable text        NOT NULL   -- addresses of segments that could not be read, one a line, a thousand at most
);

GRANT SELECT, INSERT, UPDATE, DELETE ON vault_scrub TO sigillo_app;
