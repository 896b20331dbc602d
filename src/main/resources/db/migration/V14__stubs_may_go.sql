-- A source may have removed what it was told of an exhibit. The ledger has an event of it.

ALTER TABLE exhibit ALTER COLUMN stub DROP NOT NULL;

GRANT UPDATE (stub) ON exhibit TO sigillo_app;
