-- a subset that is to become what a pointer (current, as a rule) of its data set's name stands for; pointed_at is the
-- event of the pointer's newest approval at the time, 0 for none. State follows from the events of a proposal.
CREATE TABLE proposals (
    id BIGINT NOT NULL, dataset_name_id BIGINT NOT NULL, dataset_id BIGINT NOT NULL, pointer VARCHAR NOT NULL,
    subset_id BIGINT NOT NULL, subset VARCHAR NOT NULL, base_id BIGINT, base VARCHAR, pointed_at BIGINT NOT NULL,
    reason VARCHAR NOT NULL, state VARCHAR NOT NULL, event_id BIGINT NOT NULL, person VARCHAR NOT NULL,
    created VARCHAR NOT NULL, settled_event BIGINT, settled_by VARCHAR, settled VARCHAR, settled_reason VARCHAR
);
CREATE TABLE proposal_comments (
    proposal_id BIGINT NOT NULL, event_id BIGINT NOT NULL, person VARCHAR NOT NULL, made VARCHAR NOT NULL,
    body VARCHAR NOT NULL
);
-- everything that a pointer ever stood for, in order; the newest is what it stands for now
CREATE TABLE approvals (
    dataset_name_id BIGINT NOT NULL, pointer VARCHAR NOT NULL, subset_id BIGINT NOT NULL, subset VARCHAR NOT NULL,
    proposal_id BIGINT NOT NULL, event_id BIGINT NOT NULL, person VARCHAR NOT NULL, made VARCHAR NOT NULL
);
