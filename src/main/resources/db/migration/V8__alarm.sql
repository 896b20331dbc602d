-- What one replica found broken, for all of them: while the newest row says so, nobody numbers or signs. A start that has
-- checked everything says that it is over.
CREATE TABLE ledger_alarm (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    broken  boolean NOT NULL,
    finding text    NOT NULL
);
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON ledger_alarm
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON ledger_alarm
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
ALTER TABLE ledger_alarm ENABLE ALWAYS TRIGGER append_only_rows;
ALTER TABLE ledger_alarm ENABLE ALWAYS TRIGGER append_only_table;
GRANT SELECT, INSERT ON ledger_alarm TO sigillo_app;
