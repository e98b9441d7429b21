"""The only ways for text to get into markup.

Text in a folium map ends up inside HTML inside a JavaScript template literal, where backticks and
``${...}`` run: escaping HTML alone is not enough.
"""

import html
import json
from typing import Any

_TEMPLATE_LITERAL = str.maketrans({"`": "&#96;", "$": "&#36;", "\\": "&#92;"})
_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def esc(text: object) -> str:
    """Escape text for HTML, attributes and template literals.

    >>> esc("<b>`${alert(1)}`")
    '&lt;b&gt;&#96;&#36;{alert(1)}&#96;'
    """
    return html.escape(str(text), quote=True).translate(_TEMPLATE_LITERAL)


def script_json(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    r"""Write JSON that cannot close the script element it stands in.

    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    return json.dumps(value, separators=(",", ":"), allow_nan=False).translate(_SCRIPT)
