"""Pages: what is said of Markdown, HTML and subtitles, in the encodings that people have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermezzo.core.errors import FileError
from intermezzo.core.sentences import headings
from intermezzo.storage.pages import PAGE_SUFFIXES, decoded, page_of


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_umlauts_and_line_ends_are_read_in_every_usual_encoding(coding: str) -> None:
    assert decoded("Grüße, „Ärger“…\r\nZeile\rEnde".encode(coding), "a.txt") == "Grüße, „Ärger“…\nZeile\nEnde"


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"PK\x03\x04\x00", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00"])
def test_what_is_no_text_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(FileError, match=r"a\.md is no text"):
        page_of(content, "a.md")


def test_markdown_keeps_words_headings_and_emphasis() -> None:
    text = (
        "---\ntitle: x\n---\nTitle\n=====\nSee [the site](http://a.b) and `code`, _really_ **now**.\n"
        "<!-- not this -->\n\n- one\n- [x] two\n\n> quoted\n\n## Two ##\n| a | b |\n|---|---|\n| c | d |\n"
        "![picture](x.png)\n```\nraw\n```\n5 \\* 3"
    )
    page = page_of(text.encode(), "a.md")
    assert [title for _, title in headings(page)] == ["Title", "Two"]
    assert "See the site and code, *really* **now**." in page and "5 * 3" in page
    for gone in ("http", "title:", "not this", "picture", "|", "```", ">", "[x]"):
        assert gone not in page
    assert "\n\none\n\ntwo\n\nquoted\n\n## Two\n\na, b\n\nc, d\n" in page


def test_html_is_what_a_reader_sees_in_the_encoding_that_it_names() -> None:
    text = (
        '<html><head><meta charset="iso-8859-2"><title>x</title><style>p{}</style></head><body><nav>menu</nav>'
        "<h1>Ch\u0105 <em>One</em></h1><p>A &amp; b<br>c</p><script>no()</script><ul><li>d<li>e</ul></body>"
    )
    page = page_of(text.encode("iso-8859-2"), "a.htm")
    assert page == "# Ch\u0105 One\n\nA & b\nc\n\nd\n\ne\n"


def test_subtitles_are_one_running_text() -> None:
    page = page_of(
        b"1\n00:00:01,000 --> 00:00:02,000\n<i>One</i>\ntwo.\n\n2\n00:00:03,000 --> 00:00:04,000\nThree.\n", "a.srt"
    )
    assert page == "One two. Three.\n"
    with pytest.raises(FileError, match=r"a\.vtt cannot be read"):
        page_of(b"WEBVTT\n", "a.vtt")


@given(st.text(max_size=300), st.sampled_from([s for s in PAGE_SUFFIXES if s not in (".srt", ".vtt")]))
def test_any_text_is_read_or_refused_and_letters_are_kept(text: str, suffix: str) -> None:
    try:
        page = page_of(text.encode(), f"a{suffix}")
    except FileError:
        return
    if suffix == ".txt":
        assert page.split() == text.split()
