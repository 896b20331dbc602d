-- How many cases began on a day, so that a flood is seen, slowed and stopped by all replicas alike. The ledger's `case.opened` say the same.
CREATE TABLE cases_begun (
    day   date   PRIMARY KEY,
    cases bigint NOT NULL CHECK (cases > 0)
);

GRANT SELECT, INSERT ON cases_begun TO sigillo_app;
GRANT UPDATE (cases) ON cases_begun TO sigillo_app;
