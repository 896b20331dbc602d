-- That an extra beat is wanted: by a replica that does not number, of the one that does. One row or none, without a time.
CREATE UNLOGGED TABLE beat_call (
    wanted boolean PRIMARY KEY DEFAULT true CHECK (wanted)
);

GRANT SELECT, INSERT, DELETE ON beat_call TO sigillo_app;
