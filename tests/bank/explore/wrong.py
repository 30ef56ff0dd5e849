"""Wrong answers to hh-explore, and the tests that must notice each and no others."""

from .wrong_firing import AFTER, FIRING
from .wrong_slips import IGNORED, NAMES_OF_SLIPS, NAN, RAISED, SLIPS
from .wrong_thresholds import GATES, THRESHOLDS
from .wrong_warmth import CLAMP, NUMBERS, WARMTH

NAMES = {
    **dict.fromkeys(("speed", "upside_down", "axes"), "a fraction upside down"),
    "closed_part": "the closed gates in place of the open ones",
    "no_phi": "the temperature is forgotten",
    "warm_is_slow": "warm gates that are slower",
    "opening_alone": "a rate in place of what follows from it",
    "short_step": "a pulse that is too short for the rheobase",
    **dict.fromkeys(("every_spike", "first_spike"), "one spike taken for lasting firing"),
    "interval": "an interval in place of a rate",
    "per_millisecond": "spikes per millisecond",
    **dict.fromkeys(("other_order", "exchanged", "V_last"), "results in another order"),
    **dict.fromkeys(
        ("one_past", "held_at_nothing", "held_in_1952"),
        "a neuron that does not begin where it could stay",
    ),
    "no_past": "the start is not handed on; a neuron that does not begin where it could stay",
    "in_current": "a current in place of a multiple",
    **dict.fromkeys(("magnitude", "inward"), "the wrong sign"),
    "amplitude": "the height above rest in place of the highest potential",
    **dict.fromkeys(("ratio", "per_degree"), "a ratio that is not brought to 10 °C"),
    "with_leak": "the leak counted as potassium",
    "as_before": "V computed with the old gates",
    "V_first": "V first, then the gates",
    **dict.fromkeys(("always_inhibits", "silence_is_nan", "half", "still_firing"), NAN),
    "halves_wrongly": "the upper end of the interval",
    "one_potential": "a function for one number, with several",
    "up_to_20": NAN,
    "of_one": "one number where there should be one for each",
    "leak_named": "an argument that is handed over twice",
    "one_value": "another number of results than was asked for",
    "counts_the_first": "the first spike counted",
    "no_logarithms": "the logarithms are forgotten",
    **dict.fromkeys(
        (
            "no_membrane",
            "rheobase_of_one",
            "onset_of_one",
            "always_cold",
            "clamp_of_one",
            "textbook_rest",
            "rates_in_1952",
            "second_of_one",
        ),
        IGNORED,
    ),
    **NAMES_OF_SLIPS,
    # a heat block that is never found, as its rate knows no temperature
    "rate_of_one": f"{IGNORED}; {NAN}",
}
"""What mistakes are called that the tests know (two with ; between); others have no name."""

RAISES = {"one_potential", "leak_named", *RAISED}
"""Answers that do not return anything."""

WRONG = GATES | THRESHOLDS | FIRING | AFTER | WARMTH | CLAMP | NUMBERS | SLIPS
