"""The rows in order of a score."""

from dataclasses import dataclass

from curation.plugin import setting
from curation.selectors import Selection, Selector
from curation.selectors.ranking import ORDERS, best_first, values_of


@dataclass(frozen=True)
class Settings:
    by: str = setting("", "the score that rows are ordered by", kind="column")
    order: str = setting("highest", "which end of the score comes first", choices=ORDERS)


class Order(Selector):
    name = "order"
    title = "Order of the rows"
    sentence = "Writes the subset in order of a score instead of file order; rows without a value come last."
    orders_output = True
    Settings = Settings

    def describe(self):
        return f"in order of {self.settings.by}, {self.settings.order} first"

    def select(self, positions, columns):
        values = values_of(positions, columns, self.settings.by, self.settings.order)
        return Selection(positions[best_first(positions, values)], {})
