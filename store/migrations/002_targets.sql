CREATE SEQUENCE target_ids;

-- a target of influence belongs to a data set name, so that every version of the data set can be asked about it
CREATE TABLE targets (
    id BIGINT NOT NULL, dataset_name_id BIGINT NOT NULL, name VARCHAR NOT NULL, origin VARCHAR NOT NULL,
    detail VARCHAR NOT NULL, row_count BIGINT NOT NULL, sha256 VARCHAR NOT NULL, person VARCHAR NOT NULL,
    created VARCHAR NOT NULL
);
