-- Exhibits that a sender's program has begun and not finished. No time finer than the day, and nothing that tells what they are:
-- marks and stubs make sense to whoever has the codename. Both tables hold work in hand: rows go when it is finished or given up.

ALTER TABLE docket_case ADD COLUMN keepsake bytea CHECK (octet_length(keepsake) = 32);  -- of whoever made generation 0 themselves

CREATE TABLE unfinished (
    exhibit    text   PRIMARY KEY,
    case_id    text   NOT NULL REFERENCES docket_case (id),
    generation bigint NOT NULL,
    size       bigint NOT NULL CHECK (size > 0),  -- padded
    stub       bytea  NOT NULL CHECK (octet_length(stub) BETWEEN 1 AND 262144),
    day        date   NOT NULL                    -- on which it was begun
);

CREATE INDEX unfinished_of_case ON unfinished (case_id);

CREATE TABLE unfinished_segment (
    exhibit text    NOT NULL REFERENCES unfinished (exhibit) ON DELETE CASCADE,
    number  int     NOT NULL CHECK (number >= 0),
    size    bigint  NOT NULL CHECK (size > 0),    -- sealed
    digest  text    NOT NULL,
    mark    bytea   NOT NULL CHECK (octet_length(mark) = 32),
    stored  boolean NOT NULL DEFAULT false,       -- once it lies in the vault
    PRIMARY KEY (exhibit, number)
);

GRANT SELECT, INSERT, DELETE ON unfinished, unfinished_segment TO sigillo_app;
GRANT UPDATE (size, digest, mark, stored) ON unfinished_segment TO sigillo_app;
