"""Pages as sites make them, for tests of what is read from them."""

from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import ContentStream, DictionaryObject, NameObject

URL = "https://paper.example.org/world/2024/briefing"

ARTICLE = """<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="utf-8">
<title>Troops have arrived, White House says | The Example Paper</title>
<meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2024-10-23T17:05:00-04:00">
<meta property="article:modified_time" content="2024-11-02T08:00:00-04:00">
<link rel="canonical" href="/world/briefing?utm_source=x#top">
<style>.x { color: red }</style><script>var words = "never seen";</script>
</head>
<body>
<div class="top"><span class="date">Wednesday, 25 November 2026</span></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World news</a></li></ul></nav>
<main><article>
<header><h1>Troops have arrived, White House says</h1><p class="byline">By Jane Doe</p></header>
<p>At least 3,000 soldiers moved to <a href="../russia#east">eastern Russia</a> in early October, a spokesman
   told reporters at the <a href="https://gov.example.org/briefing">White House</a> on Wednesday.</p>
<figure><img src="a.jpg" alt="x"><figcaption>John Kirby at the lectern. Photo: Example</figcaption></figure>
<h2>What is not known</h2>
<p>&ldquo;We do not yet know whether these soldiers will enter into combat,&rdquo; he said<!-- so -->, adding
   that it was <b>a highly</b>&nbsp;concerning probability. <a href="#top">Up</a> <a href="javascript:x()">Share</a></p>
<ul><li>They travelled by ship from Wonsan to Vladivostok.</li><li>They train at three sites of the army.</li></ul>
<table><tr><th>Source</th><th>Figure</th></tr><tr><td>White House</td><td>3,000</td></tr></table>
<p>Other governments had given figures before, and the ministry in Moscow has not answered a request to comment
   that was sent to it on Tuesday. <a href="https://gov.example.org/briefing">The transcript</a> is public.</p>
</article></main>
<aside><h3>Read next</h3><ul><li><a href="/next">A storm is coming to the islands</a></li></ul></aside>
<footer>&copy; 2019-2026 The Example Paper. <a href="/imprint">Imprint</a></footer>
</body></html>
"""

RUSSIAN = """<html lang="ru"><head>{meta}<title>Заявление представителя</title></head><body><article>
<h1>Заявление представителя</h1>
<p>Представитель Белого дома заявил в среду, что не менее трёх тысяч военнослужащих прибыли на восток страны в начале
октября и проходят подготовку на трёх полигонах.</p>
<p>Представитель добавил: неизвестно, примут ли военные участие в боях, но такая вероятность вызывает тревогу.</p>
</article></body></html>"""

KOREAN = """<html lang="ko"><head>{meta}<title>백악관 대변인 발표</title></head><body><article>
<h1>백악관 대변인 발표</h1>
<p>백악관 대변인은 수요일 기자들에게 최소 3천 명의 병력이 10월 초에 러시아 동부로 이동했다고 밝혔다.</p>
<p>그는 이 병력이 전투에 투입될지는 아직 알 수 없지만 매우 우려스러운 가능성이라고 덧붙였다.</p>
</article></body></html>"""

CARRIED = """<html><head><title>Report</title><script type="application/ld+json">
{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "What the report says",
 "datePublished": "2024-10-23T09:00:00+02:00", "dateModified": "2024-12-01", "author": {{"name": "Ann Lee"}},
 "articleBody": "{body}"}}</script></head><body><div id="root"></div></body></html>"""


def pdf(*pages: list[str], **about: str) -> bytes:
    """A PDF of these printed lines."""
    writer = PdfWriter()
    for printed in pages:
        page = writer.add_blank_page(595, 842)
        moves = "".join(f"({text}) Tj T* " for text in printed)
        stream = ContentStream(None, writer)
        stream.set_data(f"BT /F1 12 Tf 14 TL 50 800 Td {moves} ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
        named = DictionaryObject({NameObject(name): NameObject(value) for name, value in font.items()})
        fonts = DictionaryObject({NameObject("/F1"): named})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    writer.add_metadata({f"/{name}": value for name, value in about.items()})
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
