"""The constructions by name: what they are for, and which to try first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exactcap.constructions.baum import baum
from exactcap.constructions.bubeck import bubeck
from exactcap.constructions.enrichment import enrichment
from exactcap.constructions.polish import polish
from exactcap.constructions.problem import Construction, Problem, Progress
from exactcap.constructions.shifts import shifts
from exactcap.constructions.tent import tent
from exactcap.constructions.three_layer import three_layer
from exactcap.constructions.width_two import width_two


@dataclass(frozen=True)
class Method:
    """A construction, and the activation of its networks."""

    activation: str
    construct: Callable[[Problem, int, Progress], Construction]


METHODS = {  # in the order in which they are tried when none is named
    "baum": Method("threshold", baum),
    "enrichment": Method("threshold", enrichment),
    "tent": Method("relu", tent),
    "three-layer": Method("relu", three_layer),
    "shifts": Method("relu", shifts),
    "bubeck": Method("relu", bubeck),
    "deep-width-2": Method("relu", width_two),
    "polish": Method("relu", polish),  # the smallest as a rule, but a search that may take all the time
}
