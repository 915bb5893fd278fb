-- two texts that people compare; they belong to a data set name, so that every version of the data set has them
CREATE TABLE pairs (
    id BIGINT NOT NULL, dataset_name_id BIGINT NOT NULL, pair_key VARCHAR NOT NULL, prompt_a VARCHAR NOT NULL,
    response_a VARCHAR NOT NULL, prompt_b VARCHAR NOT NULL, response_b VARCHAR NOT NULL, dataset_id BIGINT,
    row_a BIGINT, row_b BIGINT, origin VARCHAR NOT NULL, person VARCHAR NOT NULL, created VARCHAR NOT NULL
);
-- what follows from the events of kind judge, kept in the same transaction
CREATE TABLE judgements (
    pair_id BIGINT NOT NULL, person VARCHAR NOT NULL, verdict VARCHAR NOT NULL, event_id BIGINT NOT NULL
);
-- every version of a named set of criteria, and what its author changed
CREATE TABLE criteria_sets (
    id BIGINT NOT NULL, name VARCHAR NOT NULL, version INTEGER NOT NULL, content VARCHAR NOT NULL,
    change VARCHAR NOT NULL, person VARCHAR NOT NULL, created VARCHAR NOT NULL
);
