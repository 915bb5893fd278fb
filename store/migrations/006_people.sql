-- who may enter; what somebody did stays theirs in the ledger, also when they are no longer here
CREATE TABLE people (
    name VARCHAR NOT NULL, password VARCHAR, added VARCHAR NOT NULL, added_by VARCHAR NOT NULL, last_seen DOUBLE
);
-- a role on the data sets of one name, or, without one, on all of them
CREATE TABLE roles (person VARCHAR NOT NULL, dataset_name_id BIGINT, role VARCHAR NOT NULL);
-- only digests of what browsers hold; times are unix seconds
CREATE TABLE sessions (
    digest VARCHAR NOT NULL, person VARCHAR NOT NULL, made DOUBLE NOT NULL, until DOUBLE NOT NULL
);
CREATE TABLE attempts (person VARCHAR NOT NULL, address VARCHAR NOT NULL, made DOUBLE NOT NULL);
