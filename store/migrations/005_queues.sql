-- rows that people are asked about, in order; gold is the decision that is held to be right, where there is one
CREATE TABLE queues (
    id BIGINT NOT NULL, dataset_id BIGINT NOT NULL, name VARCHAR NOT NULL, strategy VARCHAR NOT NULL,
    settings VARCHAR NOT NULL, overlap INTEGER NOT NULL, is_blind BOOLEAN NOT NULL, minutes DOUBLE NOT NULL,
    event_id BIGINT NOT NULL, person VARCHAR NOT NULL, created VARCHAR NOT NULL
);
CREATE TABLE queue_rows (queue_id BIGINT NOT NULL, place BIGINT NOT NULL, position BIGINT NOT NULL, gold VARCHAR);
-- who holds which row, until when (unix seconds); a row is free again afterwards
CREATE TABLE hand_outs (queue_id BIGINT NOT NULL, position BIGINT NOT NULL, person VARCHAR NOT NULL, until DOUBLE NOT NULL);
