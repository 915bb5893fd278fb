"""Intervals of shares."""

from math import sqrt

Z = 1.959963984540054


def wilson(successes: float, trials: float, z: float = Z) -> tuple[float, float]:
    """Interval of a share at the confidence of ``z``, 95 % by default (Wilson 1927); (0, 1) without trials."""
    if not trials:
        return 0.0, 1.0
    share, squared = successes / trials, z * z / trials
    middle, reach = share + squared / 2, z * sqrt(share * (1 - share) / trials + squared / (4 * trials))
    low = 0.0 if successes == 0 else max(0.0, (middle - reach) / (1 + squared))
    return low, 1.0 if successes == trials else min(1.0, (middle + reach) / (1 + squared))
