"""The plain product of gradients, exact over all chosen layers: the simplest influence, and what others add to."""

from curation.influence.directed import Directed


class Dot(Directed):
    """``sum_l <G_q, G_i>`` with whole gradients: a step of plain gradient descent on the row (TracIn at one point)."""

    name = "dot"
    title = "Gradient product"
    sentence = (
        "How far one step of gradient descent on the row lowers the target's loss; long and surprising rows lead."
    )
    reads = "Gradients of rows and target at one state of the model."
