"""Plain data as text, and back with suspicion.

The only thing that crosses between a student's model and the grader. A message is one flat JSON
object; its values are numbers, truth values, short sentences, lists and objects of numbers, and
arrays. An array travels as ``{"dtype", "shape", "data"}`` with its bytes in base64. Nothing in a
message is ever executed, imported or unpickled.
"""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .language import Text

MIME = "application/vnd.hhlab+json"
LARGEST = 8 * 2**20
"""Most characters of a message: 100 000 numbers take one million."""
MOST_PARTS = 300_000
"""Most brackets and commas of a message, which has some thousand: as many empty lists as its
characters have room for would take fifty times their memory."""
LONGEST_SENTENCE = 400
DTYPES = frozenset(
    {"|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8"}
)
MOST_DIMENSIONS = 4
"""Of an array: a neuron's record over time has two or three."""
DEEPEST = 2
"""So many dictionaries may be one in the other."""


class BadMessage(ValueError):
    """A message that is not of the agreed form."""


def encode(values: dict[str, Any]) -> str:
    """Return the message for a flat dictionary of numbers, sentences and arrays."""
    return json.dumps({name: _pack(value) for name, value in values.items()})


def encode_all(messages: Sequence[dict[str, Any]]) -> str:
    """Return one text for several messages."""
    return json.dumps([encode(message) for message in messages])


def decode_all(text: str, count: int) -> list[dict[str, Any]]:
    """Return the dictionaries of several messages, each checked as :func:`decode` does.

    Parameters
    ----------
    text : str
        What came over the wire.
    count : int
        How many messages there should be.

    Returns
    -------
    list of dict

    Raises
    ------
    BadMessage
        If there are more or fewer, or one of them is not of the agreed form.
    """
    messages = _loaded(text)
    if not isinstance(messages, list) or len(messages) != count:
        raise BadMessage(Text("there is not one answer for each question"))
    return [decode(message) for message in messages]


def _pack(value: Any) -> Any:
    if isinstance(value, dict):
        return {"dict": {key: _pack(item) for key, item in value.items()}}
    if isinstance(value, np.ndarray):
        little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        data = base64.b64encode(little.tobytes()).decode()
        return {"dtype": little.dtype.str, "shape": value.shape, "data": data}
    if isinstance(value, str):
        return value[:LONGEST_SENTENCE]
    return value


def decode(text: str) -> dict[str, Any]:
    """Return the dictionary in a message, having checked every part of it.

    Parameters
    ----------
    text : str
        What came over the wire.

    Returns
    -------
    dict
        Names with numbers, truth values, sentences, tuples, dictionaries and arrays (read-only, of
        one of :data:`DTYPES`).

    Raises
    ------
    BadMessage
        If the text is too long, no JSON, or holds anything else.
    """
    message = _loaded(text)
    if not isinstance(message, dict) or len(message) > 64:
        raise BadMessage(Text("the answer is not an object with a few names"))
    return {name: _unpack(value) for name, value in message.items()}


def _loaded(text: Any) -> Any:
    """Return what a text of JSON says, where that cannot take much memory."""
    large = not isinstance(text, str) or len(text) > LARGEST
    if large or sum(map(text.count, "[{,")) > MOST_PARTS:
        raise BadMessage(Text("the answer is too large"))
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage(Text("the answer is no JSON")) from None


def _unpack(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str) and len(value) <= LONGEST_SENTENCE:
        return printable(value)
    if isinstance(value, list) and len(value) <= 8 and all(type(item) is int for item in value):
        return tuple(value)
    if isinstance(value, dict) and value.keys() == {"dict"} and depth < DEEPEST:
        inner = value["dict"]
        if isinstance(inner, dict) and len(inner) <= 64:
            return {name: _unpack(item, depth + 1) for name, item in inner.items()}
    if isinstance(value, dict) and value.keys() == {"dtype", "shape", "data"}:
        return _array(**value)
    raise BadMessage(Text("the answer holds something that is neither number, sentence nor array"))


def printable(text: str) -> str:
    """Return a text with a mark in place of each character that can't be stored or shown."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)


def _array(dtype: Any, shape: Any, data: Any) -> NDArray[Any]:
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise BadMessage(Text("an array is not of a numeric type"))
    if not isinstance(shape, list) or len(shape) > MOST_DIMENSIONS:
        raise BadMessage(Text("an array has no proper shape"))
    proper = all(type(length) is int and 0 <= length <= LARGEST for length in shape)
    if not proper or math.prod(length or 1 for length in shape) > LARGEST:  # also of an empty one
        raise BadMessage(Text("an array has no proper shape"))
    if not isinstance(data, str):
        raise BadMessage(Text("an array has no data"))
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadMessage(Text("an array has no proper data")) from None
    if math.prod(shape) * np.dtype(dtype).itemsize != len(raw):
        raise BadMessage(Text("an array's data does not fill its shape"))
    return np.frombuffer(raw, dtype=dtype).reshape(shape)
