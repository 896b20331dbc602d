-- A line with an ML-DSA-44 signature is too long for an index over the whole of it. Of each key there is one line
-- below a checkpoint: name, key id and the first byte of the time tell it.
ALTER TABLE ledger_cosignature DROP CONSTRAINT ledger_cosignature_pkey;
CREATE UNIQUE INDEX ledger_cosignature_key
    ON ledger_cosignature (size, (substring(line FROM '^[^ ]+ [^ ]+ .{6}')));
