"""What a browser may be used for against the pages: each row of the table of what is needed.

A name that is bound afterwards, and a form at another port, are in `test_the_pages_in_a_browser`.
"""

import ipaddress
import socket
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, Dialog, Error, FilePayload, Page, Response

from rapid_review.cli.commands.demo.demonstration import CASE
from rapid_review.tables.limits import MOST_BYTES
from rapid_review.web.pages.posting import LONGEST_TEXTS, MOST_FIELDS
from tests.cli.a_terminal import typed
from tests.reports.a_browser import OPTIONS, path_of_chromium
from tests.web.pages.a_server import (
    WHO,
    AtTheKeyboard,
    Served,
    follows_link,
    leads_on,
    served,
    signed_in,
)
from tests.web.pages.every_page import PAGES, an_auditor, signs_in, the_demonstration
from tests.web.pages.test_every_form import FORMS
from tests.web.pages.test_who_may_what import POSTS, address

MISCHIEF: Final = (
    """"><img src=x onerror=alert(1)></textarea><script>alert(1)</script>{{ 7*7 }}&amp;"""
)
ALWAYS: Final = ("MakeDecision", "FileAgencyReport", "RecordAttendance")
"""The forms that are always tried: with the most fields, with a file, and with rows."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the demonstration, with a reading in an emergency."""
    return the_demonstration(tmp_path_factory.mktemp("demo"))


def sends(page: Page, button: str = "Continue") -> Response:
    """Send the form of a page, and return what is answered."""
    with page.expect_navigation() as went:
        page.get_by_role("button", name=button, exact=True).last.click()
    assert went.value is not None
    return went.value


# ------------------------------------------------------------------------------- a stolen cookie


def test_a_stolen_cookie_opens_one_server_and_only_until_its_owner_signs_out(
    browser: Browser, store: Path
) -> None:
    """No script reads it; at another port it signs in nobody, under either server's name."""
    thief = browser.new_context()
    with (
        served(store, "--as", WHO) as one,
        served(store, "--as", WHO) as other,
        signed_in(browser, one, bypass_csp=True) as person,
    ):
        assert person.page.evaluate("document.cookie") == ""
        (cookie,) = person.page.context.cookies()
        name, value = cookie.get("name", ""), cookie.get("value", "")
        theirs = f"rapid-review-{other.at.rpartition(':')[2]}"
        thief.add_cookies(
            [{"name": each, "value": value, "url": one.at} for each in (name, theirs)]
        )
        page = thief.new_page()
        assert heading_at(page, one.at) == "Open cases"
        assert heading_at(page, other.at) == "Sign in"
        leads_on(person.page.get_by_role("button", name="Sign out"))
        assert heading_at(page, one.at) == "Sign in"
    thief.close()


def heading_at(page: Page, address: str) -> str:
    """Open an address; return the heading that is then shown."""
    page.goto(address)
    return page.locator("h1").inner_text()


# ---------------------------------------------------------------------------- words in the cache


@contextmanager
def kept_on_disk(browser: Browser, profile: Path, server: Served) -> Generator[Page, None, None]:
    """Sign in with a browser that keeps what it may in a folder, as a person's own does."""
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=path_of_chromium(), args=list(OPTIONS)
    )
    try:
        page = context.new_page()
        follows_link(page, server)
        yield page
    finally:
        context.close()


def test_no_page_of_words_is_in_the_cache(browser: Browser, store: Path, tmp_path: Path) -> None:
    """Nor in anything else that a browser keeps of it; only the style sheet is. Nor on going back.

    The words are read one by one, and all at once in an emergency.
    """
    profile = tmp_path / "profile"
    with served(store, "--as", WHO) as server, kept_on_disk(browser, profile, server) as page:
        page.goto(f"{server.at}/entry/1/{CASE}")
        page.fill("#purpose", "to prepare the meeting")
        sends(page, "Read its words")
        words = set(page.locator("section dd").all_inner_texts())
        page.goto(f"{server.at}/emergency/{CASE}")
        page.fill("#emergency", "Child at risk")
        page.fill("#purpose", "night duty")
        sends(page, "Read all words")
        words |= set(page.locator("section dd").all_inner_texts())
        leads_on(page.get_by_role("button", name="Sign out"))
        with pytest.raises(Error, match="ERR_CACHE_MISS"):  # it has kept nothing to show
            page.go_back()
    sentences = [one for one in words if len(one) > 20]
    assert len(sentences) > 5
    kept = b"".join(one.read_bytes() for one in profile.rglob("*") if one.is_file())
    assert b"/style.css" in kept, "it keeps nothing at all, so that this shows nothing"
    for one in sentences:
        assert one.encode() not in kept
        assert one.encode("utf-16-le") not in kept


ASKED_BY_NAME: Final = """() => [...document.querySelectorAll("main input, main textarea")]
    .filter(one => !["hidden", "radio", "checkbox", "file"].includes(one.type))
    .filter(one => (one.getAttribute("autocomplete")
                    ?? one.form.getAttribute("autocomplete")) !== "off")
    .map(one => one.id)"""
"""What a browser would offer to fill in with what was typed there before."""


def test_no_browser_offers_what_was_typed_before(browser: Browser, store: Path) -> None:
    """The next person there is not shown it, but for the name and password of a sign-in."""
    with served(store, "--as", WHO) as running, signed_in(browser, running) as person:
        for path in PAGES:
            person.page.goto(running.at + path)
            assert person.page.evaluate(ASKED_BY_NAME) == [], path


# ----------------------------------------------------------------------------------- an auditor

POSTED: Final = """paths => Promise.all(paths.map(async path => {
    const body = new URLSearchParams({purpose: "to look", go: "record", emergency: "fire"});
    const answer = await fetch(path, {method: "POST", body, redirect: "manual"});
    return answer.status;
}))"""
"""What a browser sends to each address from a page of ours, with the cookie."""


def test_whatever_an_auditors_browser_sends_is_refused(
    browser: Browser, store: Path, tmp_path: Path
) -> None:
    """Every form that there is; nothing is recorded, and nothing stands in the access log."""
    asked = [("timeline", CASE), ("audit", "access", "--refusals")]
    before = [typed(*said, "--store", str(store)).output for said in asked]
    with served(store, "--people", str(an_auditor(tmp_path))) as running:
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        for _ in signs_in(page, running.at):
            pass
        page.goto(f"{running.at}/case/{CASE}")
        paths = [address(path) for path in POSTS]
        assert page.evaluate(POSTED, paths) == [403] * len(paths)
        context.close()
    assert [typed(*said, "--store", str(store)).output for said in asked] == before


# ------------------------------------------------------------------------------- what is too large


def test_what_is_too_large_is_refused_and_told(
    browser: Browser, store: Path, tmp_path: Path
) -> None:
    """A sheet, words, and fields: each a little more than is taken; the browser shows the page."""
    sheet = tmp_path / "large.xlsx"
    sheet.write_bytes(b"x" * (MOST_BYTES + 1))
    with served(store, "--as", WHO) as running, signed_in(browser, running) as person:
        page = person.page
        page.goto(f"{running.at}/table")
        page.set_input_files("#sheet", sheet)
        page.fill("#purpose", "cases of 2021")
        assert sends(page).status == 413
        assert "The limit for a sheet is" in person.reads()
        page.goto(f"{running.at}/record/RecordImmediateAction/{CASE}")
        page.fill("#words", "x" * LONGEST_TEXTS)
        assert sends(page).status == 413
        page.goto(f"{running.at}/record/RecordImmediateAction/{CASE}")
        page.evaluate(
            """many => { const form = document.querySelector("#words").form;
            for (let at = 0; at < many; at++) {
                const one = document.createElement("input");
                one.name = `f${at}`;
                form.append(one);
            } }""",
            MOST_FIELDS,
        )
        assert sends(page).status in (413, 422)


# ------------------------------------------------------------------------------ a hostile string


@pytest.fixture(scope="module")
def unguarded(browser: Browser, store: Path) -> Iterator[AtTheKeyboard]:
    """Yield somebody whose browser would run what is no text, whatever the pages' policy says."""
    with (
        served(store, "--as", WHO) as running,
        signed_in(browser, running, bypass_csp=True) as one,
    ):
        one.page.on("dialog", lambda dialog: ran(one, dialog))
        yield one


def ran(person: AtTheKeyboard, dialog: Dialog) -> None:
    """Note that something ran."""
    person.complaints.append(dialog.message)
    dialog.dismiss()


TYPED: Final = """text => {
    document.querySelectorAll("main details").forEach(one => one.open = true);
    document.querySelectorAll("main input[type=radio][value=yes]").forEach(one => one.click());
    const fields = [...document.querySelectorAll("main textarea, main input")].filter(
        one => !["hidden", "radio", "checkbox", "file"].includes(one.type));
    fields.forEach(one => one.value = text);
    return fields.map(one => one.id);
}"""
"""Puts a text into every field of a page in which one can be typed."""


def is_text(person: AtTheKeyboard) -> None:
    """Hold that what was typed is on the page as a text, and that nothing of it ran."""
    assert person.page.locator("main").locator("img, script").count() == 0
    assert person.complaints == []


@pytest.mark.parametrize(
    "name",
    [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.faults) for name in FORMS],
)
def test_a_hostile_string_in_every_field_is_text(unguarded: AtTheKeyboard, name: str) -> None:
    """It comes back as it was typed, beside what is told of it; the name of a file does not."""
    page = unguarded.page
    page.goto(f"{unguarded.at}/record/{name}/{CASE}")
    fields: list[str] = page.evaluate(TYPED, MISCHIEF)
    file: FilePayload = {"name": f"{MISCHIEF}.pdf", "mimeType": "text/html", "buffer": b"x"}
    for chosen in page.locator("main input[type=file]").all():
        chosen.set_input_files(file)
    assert sends(page).status == 422
    is_text(unguarded)
    for field in fields:
        assert page.locator(f'[id="{field}"]').input_value() == MISCHIEF, field


def test_hostile_words_are_text_wherever_they_are_shown(unguarded: AtTheKeyboard) -> None:
    """On the check page, where they are read one by one and all at once, and in what is found."""
    page, at = unguarded.page, unguarded.at
    page.goto(f"{at}/record/RecordImmediateAction/{CASE}")
    for part, text in (("day", "1"), ("month", "6"), ("year", "2020")):
        page.fill(f"#at-{part}", text)
    page.fill("#action", "hostile-1")
    page.fill("#words", MISCHIEF)
    sends(page)
    assert MISCHIEF in unguarded.reads()
    is_text(unguarded)
    sends(page, "Record it")
    assert unguarded.heading() == "Recorded"
    page.goto(f"{at}/timeline/{CASE}")
    is_text(unguarded)
    leads_on(page.get_by_role("link", name="Immediate action recorded").last)
    for purpose, status in ((f"1 {MISCHIEF}", 422), ("night duty", 200)):
        page.fill("#purpose", purpose)
        assert sends(page, "Read its words").status == status
        is_text(unguarded)
        if status == 422:
            page.go_back()
    assert MISCHIEF in unguarded.reads()
    page.goto(f"{at}/emergency/{CASE}")
    page.fill("#emergency", "Child at risk")
    page.fill("#purpose", "night duty")
    sends(page, "Read all words")
    assert MISCHIEF in unguarded.reads()
    is_text(unguarded)
    page.goto(f"{at}/emergencies")
    is_text(unguarded)
    for path, field, button in (
        ("/new", "case-reference", "Continue"),
        ("/search", "q", "Search"),
    ):
        page.goto(at + path)
        page.locator(f'main [name="{field}"]').fill(MISCHIEF)
        sends(page, button)
        is_text(unguarded)


def test_a_sheet_with_a_hostile_name_is_text(unguarded: AtTheKeyboard) -> None:
    """And with hostile bytes in it."""
    page = unguarded.page
    page.goto(f"{unguarded.at}/table")
    file: FilePayload = {"name": f"{MISCHIEF}.csv", "mimeType": "", "buffer": MISCHIEF.encode()}
    page.set_input_files("#sheet", file)
    page.fill("#purpose", MISCHIEF)
    assert sends(page).status == 422
    is_text(unguarded)


# --------------------------------------------------------------------------- where they are served


def test_only_this_machine_is_served_without_tls(store: Path) -> None:
    """The port is open at 127.0.0.1, and at no other address of the machine."""
    with served(store, "--as", WHO) as running:
        port = int(running.at.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port)).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))


def test_another_address_is_served_over_tls(browser: Browser, store: Path, tmp_path: Path) -> None:
    """With a certificate; the cookie then goes over TLS alone."""
    certificate, key = certified("127.0.0.2", tmp_path)
    asked = ("--host", "127.0.0.2", "--tls-certificate", str(certificate), "--tls-key", str(key))
    with (
        served(store, "--as", WHO, *asked) as running,
        signed_in(browser, running, ignore_https_errors=True) as person,
    ):
        assert running.at.startswith("https://127.0.0.2:")
        assert person.heading() == "Open cases"
        (cookie,) = person.page.context.cookies()
        assert cookie.get("secure") is True


def test_another_address_of_ipv6_is_answered_under_its_own_name(
    store: Path, tmp_path: Path
) -> None:
    """Requests name it in brackets. Loopback is written out here, and so is no name of ours."""
    host = "0:0:0:0:0:0:0:1"
    certificate, key = certified(host, tmp_path)
    asked = ("--host", host, "--tls-certificate", str(certificate), "--tls-key", str(key))
    trusting = ssl.create_default_context(cafile=str(certificate))
    trusting.check_hostname = False
    with served(store, "--as", WHO, *asked) as running:
        assert running.at.startswith(f"https://[{host}]:")
        with urlopen(running.at, timeout=60, context=trusting) as answer:  # noqa: S310 - our own
            assert "Sign in" in answer.read().decode()


def certified(host: str, folder: Path) -> tuple[Path, Path]:
    """Write a certificate that an address signs for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([]), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=True)
        .sign(key, SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files
