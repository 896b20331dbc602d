-- Keys of the intake's cookies, one an hour. UNLOGGED: neither the write-ahead log nor a backup holds one.
CREATE UNLOGGED TABLE intake_cookie_key (
    hour  bigint PRIMARY KEY,
    value bytea  NOT NULL CHECK (octet_length(value) = 32)
);
GRANT SELECT, INSERT, DELETE ON intake_cookie_key TO sigillo_app;
