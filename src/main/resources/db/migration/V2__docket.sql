-- People and cases: caches of what the ledger says, and the sealed things beside it.
-- Nothing that a source causes carries a time finer than the day.

CREATE TABLE person (
    id        text  PRIMARY KEY,
    name      text  NOT NULL,          -- for the newsroom's eyes; the ledger knows the id alone
    recipient text  NOT NULL,          -- compared with its hash in the ledger on every use
    salt      bytea NOT NULL,          -- of the account's digest
    asked     text  NOT NULL           -- roles that the identity provider gave at enrolment, by spaces
);

CREATE TABLE docket_case (
    id       text PRIMARY KEY,
    locator  text NOT NULL UNIQUE,
    source   text NOT NULL,            -- the source's own recipient
    day      text NOT NULL
);

CREATE TABLE case_generation (
    case_id    text   NOT NULL REFERENCES docket_case (id),
    generation bigint NOT NULL,
    recipient  text   NOT NULL,
    PRIMARY KEY (case_id, generation)
);

CREATE TABLE case_grant (
    case_id    text   NOT NULL,
    generation bigint NOT NULL,
    person     text   NOT NULL,
    sealed     bytea  NOT NULL,
    PRIMARY KEY (case_id, generation, person),
    FOREIGN KEY (case_id, generation) REFERENCES case_generation (case_id, generation)
);

CREATE TABLE exhibit (
    id         text   PRIMARY KEY,
    case_id    text   NOT NULL REFERENCES docket_case (id),
    number     int    NOT NULL,
    day        text   NOT NULL,
    generation bigint NOT NULL,
    size       bigint NOT NULL,
    segments   text   NOT NULL,        -- size:digest of each sealed segment, joined by spaces
    label      bytea  NOT NULL,
    stub       bytea  NOT NULL,
    UNIQUE (case_id, number)
);

GRANT SELECT, INSERT ON person, docket_case, case_generation, case_grant, exhibit TO sigillo_app;
