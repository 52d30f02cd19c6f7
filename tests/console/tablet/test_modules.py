"""The page's modules one by one, in the browser that runs them."""

import base64
import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from tests.console.tablet.fake_server import ZXING
from tests.console.tablet.tablet_page import OAT, Tablet

pytestmark = pytest.mark.browser


def run(tablet: Tablet, module: str, script: str) -> Any:
    """Evaluates `script`, an async function of the module's exports."""
    if "/tablet/" not in tablet.page.url:
        tablet.open()
    return tablet.page.evaluate(f'import("/static/console/tablet/{module}").then({script})')


def test_events_added_at_once_get_seqs_without_holes(tablet: Tablet) -> None:
    seqs = run(
        tablet,
        "core/queue.js",
        """async ({EventQueue}) => {
            const {StreamClock} = await import("/static/console/tablet/core/clock.js");
            const load = () => new EventQueue(new StreamClock()).load();
            const [one, two] = await Promise.all([load(), load()]);
            const add = (_, n) => (n % 2 ? one : two).add("scan", {code: String(n)});
            const added = await Promise.all(Array.from({length: 40}, add));
            return added.map(({seq}) => seq).sort((a, b) => a - b);
        }""",
    )

    assert seqs == list(range(1, 41))


def test_what_is_acknowledged_leaves_the_disk_and_its_seq_is_never_used_again(tablet: Tablet) -> None:
    state = run(
        tablet,
        "core/queue.js",
        """async ({EventQueue}) => {
            const {StreamClock} = await import("/static/console/tablet/core/clock.js");
            const queue = await new EventQueue(new StreamClock()).load();
            for (let n = 0; n < 3; n += 1) await queue.add("bag");
            const gone = await queue.acknowledge(2);
            const again = await new EventQueue(new StreamClock()).load();
            await again.acknowledge(9);
            const next = await again.add("bag");
            return {gone: gone.length, held: again.held.map(({seq}) => seq), next: next.seq};
        }""",
    )

    assert state == {"gone": 2, "held": [10], "next": 10}


def test_the_stream_clock_never_goes_back(tablet: Tablet) -> None:
    times = run(
        tablet,
        "core/clock.js",
        """({StreamClock}) => {
            let now = 0, wall = 1_000_000;
            const clock = new StreamClock({now: () => now, wall: () => wall});
            now = 500; wall = 0;                       // the wall clock jumps back a long way while the page is open
            const open = clock.read();
            clock.resume({startedAt: 1_000_000, lastAt: open});   // and the page is loaded again
            now = 600;
            return [open, clock.read()];
        }""",
    )

    assert times == [500, 600]


@pytest.mark.parametrize(
    ("code", "then"),
    [
        (1006, "retry"),
        (1012, "retry"),
        (4400, "stop"),
        (4401, "enrol"),
        (4403, "stop"),
        (4406, "update"),
        (4408, "back_off"),
        (4409, "superseded"),
        (4422, "quarantine"),
        (4429, "back_off"),
    ],
)
def test_each_close_asks_for_what_the_contract_says(tablet: Tablet, code: int, then: str) -> None:
    assert run(tablet, "core/closes.js", f"({{afterClose}}) => afterClose({code}).then") == then


def test_waits_are_jittered_grow_and_a_flood_waits_thirty_seconds_or_more(tablet: Tablet) -> None:
    waits = run(
        tablet,
        "core/closes.js",
        """({afterClose, delay}) => ({
            flood: delay(afterClose(4429), 0, 0),
            first: [delay(afterClose(1006), 0, 0), delay(afterClose(1006), 0, 0.99)],
            later: delay(afterClose(1006), 9, 0.99),
        })""",
    )

    assert waits["flood"] >= 30_000
    assert waits["first"][0] < waits["first"][1] < waits["later"] <= 15_000


def test_a_delta_changes_only_its_lines_and_drops_what_was_removed(tablet: Tablet) -> None:
    basket = run(
        tablet,
        "core/model.js",
        """({mergedBasket}) => mergedBasket(
            {revision: 3, lines: [{line: 1, quantity: 1}, {line: 2, quantity: 1}], totals: {due: 5}},
            {type: "basket", revision: 4, from: 3, totals: {due: 9},
             lines: [{line: 1, quantity: 0, status: "removed"}, {line: 3, quantity: 2}]})""",
    )

    assert basket == {
        "revision": 4,
        "lines": [{"line": 2, "quantity": 1}, {"line": 3, "quantity": 2}],
        "totals": {"due": 9},
    }


def test_keys_typed_by_a_person_are_no_scan(tablet: Tablet) -> None:
    codes = run(
        tablet,
        "core/wedge.js",
        """({Wedge}) => {
            const codes = []; let at = 0;
            const wedge = new Wedge({onCode: code => codes.push(code), now: () => at});
            const press = (key, gap) => { at += gap; wedge.key(new KeyboardEvent("keydown", {key})); };
            const type = (text, gap) => [...text, "Enter"].forEach(key => press(key, gap));
            type("4006381333931", 180);
            type("96385074", 4);
            type("12", 4);
            return codes;
        }""",
    )

    assert codes == ["96385074"]


def test_every_language_says_everything(tablet: Tablet) -> None:
    missing = run(
        tablet,
        "i18n/index.js",
        """({LANGUAGES}) => {
            const holes = text => (text.match(/\\{\\w+\\}/g) ?? []).sort().join();
            const wrong = words => Object.entries(LANGUAGES.en)
                .filter(([key, text]) => !words[key] || holes(words[key]) !== holes(text));
            return Object.entries(LANGUAGES)
                .flatMap(([name, words]) => wrong(words).map(([key]) => `${name}: ${key}`));
        }""",
    )

    assert missing == []


def test_vouchers_coupons_and_cards_are_answered_in_the_shoppers_language(tablet: Tablet) -> None:
    said = run(
        tablet,
        "ui/said.js",
        """async ({wordsFor}) => {
            const {LANGUAGES, useLanguage} = await import("/static/console/tablet/i18n/index.js");
            const whys = ["already_redeemed", "in_use", "in_basket", "unknown_worth", "not_valid_now", "recalled"];
            const results = [{outcome: "voucher_added", detail: {amount: 150}}, {outcome: "coupon_removed"},
                {outcome: "member_added"}, ...whys.map((why) => ({outcome: "sale_refused", detail: {why}}))];
            return Object.keys(LANGUAGES).map((language) => {
                useLanguage(language);
                return results.map((result) => wordsFor(result, null, {currency: "EUR", exponent: 2}));
            });
        }""",
    )

    assert said[0][0] == {"text": "Voucher added: €1.50 off.", "ask": False}
    assert said[0][3] == {"text": "This has been used before.", "ask": True}
    assert "colleague" in said[0][-1]["text"]
    for language in said:
        assert len({words["text"] for words in language}) == 9
    assert len({words[3]["text"] for words in said}) == 4


def test_a_step_on_the_demo_scale_settles_at_its_weight(tablet: Tablet) -> None:
    readings = run(
        tablet,
        "demo/physics.js",
        """({Scale}) => {
            const scale = new Scale({random: () => 0.5});
            scale.step(1062, 0);
            return [scale.read(0), scale.read(120), scale.read(5000)];
        }""",
    )

    assert readings[0] == pytest.approx(0, abs=2)
    assert readings[2] == pytest.approx(1062, abs=2)
    assert 0 < readings[1] < 1062 * 1.4


@pytest.mark.parametrize(
    ("protocol", "said", "grams"),
    [
        ("sics", "S S      1.234 kg\\r\\nS D     -12.5 g\\r\\nS I\\r\\nS +\\r\\n", [1234, -12.5]),
        ("sics", "ES\\r\\nS S 5 stone\\r\\n", []),
        # kilograms, three decimals, standing; then negative and moving; then out of range
        (
            "toledo",
            "\\x02\\x2d\\x30\\x20001234000000\\r\\x02\\x2d\\x3a\\x20000050000000\\r\\x02\\x2d\\x34\\x20999999000000\\r",
            [1234, -50],
        ),
    ],
)
def test_a_scale_says_its_weight_in_grams(tablet: Tablet, protocol: str, said: str, grams: list[float]) -> None:
    heard = run(
        tablet,
        "core/scaleprotocols.js",
        f"""({{PROTOCOLS, ScaleReader}}) => {{
            const reader = new ScaleReader(PROTOCOLS.{protocol});
            const bytes = [...`{said}`].map(sign => sign.charCodeAt(0));
            // In pieces of five bytes, as serial lines deliver.
            const pieces = Array.from({{length: Math.ceil(bytes.length / 5)}}, (_, n) => bytes.slice(5 * n, 5 * n + 5));
            return pieces.flatMap(piece => reader.feed(piece)).map(({{grams}}) => grams);
        }}""",
    )

    assert heard == pytest.approx(grams)


def test_a_silent_scale_leaves_a_hole_and_invents_nothing(tablet: Tablet) -> None:
    frames = run(
        tablet,
        "core/sampler.js",
        """({Sampler}) => {
            let now = 0;
            const said = [7, 7, null, null, 8, 8, 8, 8, 8];
            const frames = [];
            const sampler = new Sampler({
                scale: {read: () => said.shift()}, clock: {read: () => now},
                now: () => now, send: frame => frames.push(frame),
            });
            for (; said.length; now += 100) sampler.sample();
            return frames;
        }""",
    )

    assert [(frame["at"], frame["grams"]) for frame in frames] == [(0, [7, 7]), (400, [8] * 5)]


@pytest.mark.skipif(not ZXING.is_dir(), reason="zxing-wasm is not installed; `npm ci` brings it")
def test_a_browser_without_a_detector_of_its_own_reads_barcodes_by_zxing_from_our_server(tablet: Tablet) -> None:
    drawn = io.BytesIO()
    Image.fromarray(zxingcpp.create_barcode(OAT, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)).save(drawn, "PNG")
    blank = io.BytesIO()
    Image.new("L", (300, 200), 255).save(blank, "PNG")
    pictures = [f"data:image/png;base64,{base64.b64encode(one.getvalue()).decode()}" for one in (drawn, blank)]
    tablet.open()
    before = [url for url in tablet.addresses if "zxing" in url]

    read = tablet.page.evaluate(
        """async (pictures) => {
            delete globalThis.BarcodeDetector;
            const {barcodeReader} = await import("/static/console/tablet/core/barcodereader.js");
            const reader = await barcodeReader(document.body.dataset.zxing);
            const found = [];
            for (const src of pictures) {
                const image = Object.assign(new Image(), {src});
                await image.decode();
                found.push(...await reader.detect(image));
            }
            return found.map(({rawValue}) => rawValue);
        }""",
        pictures,
    )

    assert (before, read) == ([], [OAT])
    assert {url.split("/")[2] for url in tablet.addresses if url.startswith("http")} == {
        tablet.server.url.split("/")[2]
    }
    assert tablet.faults == []
