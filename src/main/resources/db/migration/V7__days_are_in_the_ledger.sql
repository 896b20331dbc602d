-- The day of a case and of an exhibit is what its event says: a copy beside it could be another.
ALTER TABLE docket_case DROP COLUMN day;
ALTER TABLE exhibit DROP COLUMN day;
