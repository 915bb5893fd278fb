"""How many rows of each kind of defect a demo data set holds."""

# Share of all rows; the rest, about 77 in a hundred, is clean. The order breaks ties.
SHARES = {
    "wrong_answer": 0.05,
    "swapped_answer": 0.04,
    "off_topic": 0.02,
    "duplicate": 0.02,
    "near_duplicate": 0.02,
    "personal_data": 0.0165,
    "truncated": 0.0165,
    "refusal": 0.0125,
    "hostile": 0.0125,
    "empty": 0.01,
    "gibberish": 0.01,
}
FEWEST, MOST = 20, 20_000
ROWS_PER_LIMIT = 600
USES = 3


def counts(rows: int) -> dict[str, int]:
    """Kind of defect -> rows that have it, by largest remainder. ValueError where ``rows`` is not 20 to 20,000."""
    if not FEWEST <= rows <= MOST:
        raise ValueError(f"a demo data set has {FEWEST} to {MOST:,} rows, not {rows:,}")
    exact = {kind: share * rows for kind, share in SHARES.items()}
    whole = {kind: int(value) for kind, value in exact.items()}
    spare = round(sum(exact.values())) - sum(whole.values())
    for kind in sorted(exact, key=lambda kind: whole[kind] - exact[kind])[:spare]:
        whole[kind] += 1
    return whole


def limit(rows: int) -> int:
    """How often one wording may be used: three times for every 600 rows begun."""
    return USES * -(-rows // ROWS_PER_LIMIT)
