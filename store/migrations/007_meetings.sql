-- rows that one person shows to everybody who joins, one after the other; what is said here follows from the events
CREATE TABLE meetings (
    id BIGINT NOT NULL, dataset_id BIGINT NOT NULL, name VARCHAR NOT NULL, source VARCHAR NOT NULL,
    presenter VARCHAR NOT NULL, place BIGINT NOT NULL, has_ended BOOLEAN NOT NULL, event_id BIGINT NOT NULL,
    person VARCHAR NOT NULL, created VARCHAR NOT NULL
);
-- the event that revealed the votes on a row, and the annotation that is the decision on it, once there are any
CREATE TABLE meeting_rows (
    meeting_id BIGINT NOT NULL, place BIGINT NOT NULL, position BIGINT NOT NULL, reveal_event BIGINT,
    decision_event BIGINT
);
-- until the reveal the ledger has only the hash of a vote with its salt
CREATE TABLE meeting_votes (
    meeting_id BIGINT NOT NULL, place BIGINT NOT NULL, person VARCHAR NOT NULL, vote VARCHAR NOT NULL,
    salt VARCHAR NOT NULL, event_id BIGINT NOT NULL
);
-- one line for each time somebody was there, in unix seconds; until is the last sign of life, why says how it ended
CREATE TABLE meeting_stays (
    meeting_id BIGINT NOT NULL, person VARCHAR NOT NULL, joined DOUBLE NOT NULL, until DOUBLE NOT NULL, why VARCHAR
);
