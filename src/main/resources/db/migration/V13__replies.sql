-- What reviewers answer their sources, sealed to the source's own key and to the case's. A reply that its source has removed
-- keeps its row, without the box: the event of its removal names the row's id.

CREATE TABLE reply (
    id         text    PRIMARY KEY,
    case_id    text    NOT NULL REFERENCES docket_case (id),
    generation bigint  NOT NULL,
    box        bytea   CHECK (octet_length(box) BETWEEN 1 AND 262144),
    seen       boolean NOT NULL DEFAULT false  -- by the source, who is shown what is new; nobody else is
);

CREATE INDEX reply_of_case ON reply (case_id);

GRANT SELECT, INSERT, UPDATE (box, seen) ON reply TO sigillo_app;
