-- Releases: the sealed proposals and who may read them. What state a release is in, who voted and
-- what was published is in the ledger alone.

CREATE TABLE release_draft (
    id      text PRIMARY KEY,
    drafter text NOT NULL
);

CREATE TABLE release_segment (
    release text   NOT NULL REFERENCES release_draft (id),
    number  int    NOT NULL CHECK (number >= 0),
    size    bigint NOT NULL CHECK (size > 0),
    digest  text   NOT NULL,
    PRIMARY KEY (release, number)
);

CREATE TABLE release_proposal (
    release   text PRIMARY KEY REFERENCES release_draft (id),
    recipient text NOT NULL              -- of the reading key; compared with its hash in the ledger on every use
);

CREATE TABLE release_grant (
    release text  NOT NULL REFERENCES release_proposal (release),
    person  text  NOT NULL,
    sealed  bytea NOT NULL,              -- the reading key, sealed to one person
    PRIMARY KEY (release, person)
);

-- From the transaction that releases until the package is written: opens only what is public from then on.
CREATE TABLE release_reading_key (
    release  text PRIMARY KEY REFERENCES release_proposal (release),
    identity text NOT NULL
);

CREATE TABLE release_step (
    release text NOT NULL REFERENCES release_proposal (release),
    step    text NOT NULL CHECK (step IN ('written', 'shown')),
    PRIMARY KEY (release, step)
);

GRANT SELECT, INSERT ON release_draft, release_segment, release_proposal, release_grant, release_step TO sigillo_app;
GRANT SELECT, INSERT, DELETE ON release_reading_key TO sigillo_app;
