"""Models that are none: objects that pose as the right state, arrays that are not what they say."""

from hhlab.course.sample_class import Submission

from .attack import Attack, in_cell
from .hooking import CLOSE, PLAIN

EQUAL = """
class Equal:
    def __eq__(self, other): return True
    def __bool__(self): return True
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __iter__(self): return iter([self] * 4)
    def __len__(self): return 3
    def __hash__(self): return 0
    def __sub__(self, other): return 0.0
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __rsub__ = __sub__
"""
AGREES = """
import numpy as np

class Agrees:
    shape = (3,)
    dtype = np.dtype("float32")

    def __array__(self, dtype=None, copy=None):
        return np.full(3, np.nan)

    def __array_function__(self, function, types, args, kwargs):
        return np.True_

    def __array_ufunc__(self, function, method, *args, **kwargs):
        return np.array([True] * 3)
"""
STATES = "V m h n t_last_spike spike"


def _neuron(before: str, value: str) -> str:
    """Return code for an HH all of whose variables are `value`."""
    return f"""{before}
class HH:
    def __init__(self, size, **parameters):
        self.num = 3
        for name in {STATES!r}.split():
            setattr(self, name, {value})

    def update(self, x=0.):
        pass

    derivative = None
"""


def _posing(what: str, value: str, *, before: str = "", ran: str, victim: str = "") -> Attack:
    code = _neuron(before, value)
    if victim:
        code += f"\nanswer = {value}\n"
    return in_cell(what, code, ran=ran, victim=victim)


def _hh(what: str, cell: str, ran: str) -> Attack:
    return Attack(Submission(what, cell=cell), ran)


POSING: dict[str, Attack] = {
    "always_equal": _posing(
        "equal to everything", "Equal()", before=EQUAL, ran="self.V", victim=PLAIN
    ),
    "array_protocols": _posing(
        "takes part in NumPy's protocols and agrees with every question",
        "Agrees()",
        before=AGREES,
        ran="self.V should be a brainpy Variable",
        victim=CLOSE,
    ),
    "ndarray_subclass": _posing(
        "an array whose comparisons are all true",
        "np.zeros(3).view(Yes)",
        before="import numpy as np\nclass Yes(np.ndarray):\n    __eq__ = __le__ = lambda self, other: np.True_\n"
        "    def astype(self, *args, **kwargs): return self\n"
        "    def tobytes(self, *args): return b'1' * self.nbytes\n",
        ran="self.V should be a brainpy Variable",
        victim=PLAIN,
    ),
    "object_array": _posing(
        "an array of Python objects",
        "np.array([object()] * 3)",
        before="import numpy as np",
        ran="expected numbers, got an array of object",
    ),
    "structured_array": _posing(
        "an array of records",
        "np.zeros(3, dtype=[('value', 'f4'), ('passed', '?')])",
        before="import numpy as np",
        ran="expected numbers, got an array of",
    ),
    "empty_array": _posing(
        "an array without elements, all of which are right",
        "bm.Variable(bm.zeros(0))",
        ran=r"shape \(3,\): got shape \(0,\)",
    ),
    "nan_everywhere": _posing(
        "not a number", "bm.Variable(bm.full(3, float('nan')))", ran="should start at"
    ),
    "infinite_everywhere": _posing(
        "without bounds", "bm.Variable(bm.full(3, float('inf')))", ran="should start at"
    ),
    "lying_variable": _posing(
        "a Variable that shows other values each time",
        "Moody(bm.zeros(3))",
        before="class Moody(bm.Variable):\n"
        "    def __array__(self, *args, **kwargs): return __import__('numpy').zeros((3, 1))\n",
        ran=r"shape \(3,\): got shape \(3, 1\)",
    ),
    "huge_array": in_cell(
        "an array of a terabyte",
        _neuron("import numpy as np", "bm.Variable(np.broadcast_to(np.float32(-70.68), (2**38,)))"),
        ran="self.V",
        destructive=True,
    ),
    "huge_answer": in_cell(
        "an array of 200 MB where three numbers were asked for",
        _neuron("import numpy as np", "np.zeros(50_000_000, 'f4')"),
        ran="expected fewer numbers than 50000000|more than 2 GB",
    ),
    "a_number": _hh("HH is a number", "HH = 20", "a thing of type int"),
    "a_function": _hh(
        "HH is a function", "def HH(*args, **kwargs):\n  return 20", "a thing of type function"
    ),
    "no_model": _hh("HH is deleted", "del get_ipython", "'get_ipython' is not defined"),
    "hostile_metaclass": _hh(
        "a class that refuses to be a class",
        """
class Hostile(type):
  def __call__(cls, *args, **kwargs): raise SystemExit('called')
  def __getattribute__(cls, name): raise RuntimeError(name)
  def __instancecheck__(cls, thing): return True
class HH(metaclass=Hostile):
  pass
""",
        "RuntimeError: ",
    ),
    "hostile_attributes": _hh(
        "every attribute is an endless tower of objects",
        """
class HH:
  def __init__(self, *args, **kwargs): pass
  def __getattr__(self, name): return HH()
  def __array__(self, *args, **kwargs): raise KeyboardInterrupt
  __dict__ = property(lambda self: HH())
  __class__ = property(lambda self: HH)
""",
        "self.V",
    ),
}
