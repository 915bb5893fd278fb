CREATE SEQUENCE dataset_ids;
CREATE SEQUENCE run_ids;
CREATE SEQUENCE subset_ids;

-- folders that belong to no row yet, or no longer: removed when the workspace is next opened
CREATE TABLE reservations (kind VARCHAR NOT NULL, id BIGINT NOT NULL);

CREATE TABLE dataset_names (id BIGINT NOT NULL, name VARCHAR NOT NULL, last_version INTEGER NOT NULL);
CREATE TABLE datasets (
    id BIGINT NOT NULL, name_id BIGINT NOT NULL, version INTEGER NOT NULL, row_count BIGINT NOT NULL,
    set_aside BIGINT NOT NULL, format VARCHAR NOT NULL, mapping VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    facts VARCHAR NOT NULL, person VARCHAR NOT NULL, created VARCHAR NOT NULL
);

CREATE TABLE runs (
    id BIGINT NOT NULL, dataset_id BIGINT NOT NULL, family VARCHAR NOT NULL, name VARCHAR NOT NULL,
    settings VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, job_id VARCHAR, column_list VARCHAR NOT NULL,
    row_count BIGINT NOT NULL, scored BIGINT NOT NULL, is_partial BOOLEAN NOT NULL, seconds DOUBLE,
    missing VARCHAR NOT NULL, person VARCHAR NOT NULL, created VARCHAR NOT NULL
);
CREATE TABLE jobs_taken (job_id VARCHAR NOT NULL, run_id BIGINT NOT NULL, made VARCHAR NOT NULL);

-- human events are appended, never changed: hash covers the event, its rows and the hash before it
CREATE TABLE events (
    id BIGINT NOT NULL, made VARCHAR NOT NULL, person VARCHAR NOT NULL, kind VARCHAR NOT NULL, dataset_id BIGINT,
    detail VARCHAR NOT NULL, undoes BIGINT, row_count BIGINT NOT NULL, rows_digest VARCHAR NOT NULL,
    hash VARCHAR NOT NULL
);
CREATE TABLE event_rows (
    event_id BIGINT NOT NULL, dataset_id BIGINT NOT NULL, position BIGINT NOT NULL, person VARCHAR NOT NULL,
    before VARCHAR, after VARCHAR
);

-- what follows from the events, kept in the same transaction
CREATE TABLE undone (event_id BIGINT NOT NULL);
CREATE TABLE decisions (
    dataset_id BIGINT NOT NULL, position BIGINT NOT NULL, person VARCHAR NOT NULL, state VARCHAR NOT NULL,
    decision VARCHAR, event_id BIGINT NOT NULL
);

-- a subset name belongs to a data set name; versions are never used twice
CREATE TABLE subset_names (id BIGINT NOT NULL, dataset_name_id BIGINT NOT NULL, name VARCHAR NOT NULL, last_version INTEGER NOT NULL);
CREATE TABLE subsets (
    id BIGINT NOT NULL, name_id BIGINT NOT NULL, version INTEGER NOT NULL, dataset_id BIGINT NOT NULL,
    row_count BIGINT NOT NULL, recipe VARCHAR NOT NULL, funnel VARCHAR NOT NULL, detail VARCHAR NOT NULL,
    person VARCHAR NOT NULL, created VARCHAR NOT NULL
);
