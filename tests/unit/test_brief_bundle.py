import io
import json
import zipfile
from dataclasses import replace

import pytest

import kept_briefs as kept
from rag.brief import editing
from rag.brief.bundle import MANIFEST, digest_of, make_bundle
from rag.brief.bundle_checks import verify_bundle
from rag.brief.citing import resolver
from rag.brief.composing import Manner
from rag.brief.plain import verification_text
from rag.errors import ConfigurationError
from rag.store import open_store, version_id
from rag.types import Passage


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def held(store):
    return kept.fill(store)


@pytest.fixture
def brief(store, held):
    harbour, granary = held
    first = kept.harbour_answer(store, harbour)
    second = kept.answered(
        store,
        "How much was lost?",
        [("The miller lost ninety sacks.", [kept.cited(store, granary, "lost ninety sacks")])],
        identity="b" * 12,
        mode="chat",
    )
    return kept.saved(
        store,
        lambda one: editing.add_answer(one, first),
        lambda one: editing.add_answer(one, second),
        lambda one: editing.add_text(
            one, "The gate, of 14 tonnes, broke. [@harbour.md:158-184]", resolver(store)
        ),
    )


@pytest.fixture
def write(store, brief, tmp_path):
    """Writes the bundle with some of its files changed; None takes one out."""

    def write(change=None, *, honest=False, **how):
        made = make_bundle(store, brief, **how)
        with zipfile.ZipFile(io.BytesIO(made.data)) as zipped:
            files = {name: zipped.read(name) for name in zipped.namelist()}
        if change:
            files = {name: data for name, data in change(files).items() if data is not None}
        if honest:  # whoever tampers makes the manifest fit
            import hashlib

            manifest = json.loads(files[MANIFEST])
            manifest["digest"] = digest_of(files)
            manifest["files"] = [
                {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in sorted(files.items())
                if name != MANIFEST
            ]
            files[MANIFEST] = json.dumps(manifest).encode()
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w") as zipped:
            for name, data in files.items():
                zipped.writestr(name, data)
        return path

    return write


def text_name(held):
    return f"texts/{held[1]}.txt"


def test_an_untouched_bundle_holds_and_prints_its_digest(store, brief, write):
    found = verify_bundle(write())
    assert found.holds, verification_text(found)
    assert found.digest == make_bundle(store, brief).digest
    assert len(found.citations) == 3
    [remark] = found.remarks
    assert remark.startswith("This proves that the parts are consistent, not who made them")
    told = verification_text(found)
    assert f"digest to publish: {found.digest}" in told
    assert "not who made them" in told


def test_the_same_brief_gives_the_same_bytes(store, brief):
    assert make_bundle(store, brief) == make_bundle(store, brief)
    other = editing.save(store, editing.renamed(brief, "1", "Other"))
    assert make_bundle(store, brief) == make_bundle(store, store.briefs.get(brief.id, version=4))
    assert make_bundle(store, other).digest != make_bundle(store, brief).digest


def test_a_bundle_holds_brief_answers_texts_settings_and_a_manifest(store, held, brief):
    with zipfile.ZipFile(io.BytesIO(make_bundle(store, brief).data)) as zipped:
        assert set(zipped.namelist()) == {
            *("README.txt", "brief.json", "brief.md", "brief.html", "left-out.json"),
            *("sources.json", "settings.json", MANIFEST, text_name(held[0]), text_name(held[1])),
            *(f"answers/{'a' * 12}.json", f"answers/{'b' * 12}.json"),
        }
        settings = json.loads(zipped.read("settings.json"))
        assert settings["answers"]["b" * 12]["model"] == "openai:tiny"
        assert zipped.read(text_name(held[0])).decode() == kept.HARBOUR


@pytest.mark.parametrize(
    "honest", [False, True], ids=["manifest as it was", "manifest made to fit"]
)
def test_one_character_of_a_text_is_named_with_the_citations_it_carries(held, write, honest):
    def change(files):
        name = text_name(held[0])
        return {**files, name: files[name].replace(b"14 tonnes", b"15 tonnes")}

    found = verify_bundle(write(change, honest=honest))
    assert any(fault.startswith(text_name(held[0])) for fault in found.files)
    failed = [one for one in found.citations if not one.holds]
    assert len(failed) == 2
    assert "the quoted words stand there, but it is another text" in failed[0].why
    assert "the words are not those of the source" in failed[1].why


@pytest.mark.parametrize(
    "honest", [False, True], ids=["manifest as it was", "manifest made to fit"]
)
def test_a_dropped_text_is_named_with_the_citations_it_carried(held, write, honest):
    found = verify_bundle(write(lambda files: {**files, text_name(held[1]): None}, honest=honest))
    [failed] = [one for one in found.citations if not one.holds]
    assert text_name(held[1]) in failed.why
    assert f"{text_name(held[1])} is missing" in found.files


@pytest.mark.parametrize(
    "honest", [False, True], ids=["manifest as it was", "manifest made to fit"]
)
@pytest.mark.parametrize("name", ["brief.md", "brief.html"])
def test_a_number_changed_in_the_written_brief_is_named(write, honest, name):
    def change(files):
        return {**files, name: files[name].replace(b"of 14 tonnes", b"of 41 tonnes")}

    found = verify_bundle(write(change, honest=honest))
    assert not found.holds
    [differs] = [fault for fault in found.files if "is not what the brief's record gives" in fault]
    assert differs.startswith(name)
    assert "41 tonnes" in differs
    assert "14 tonnes" in differs


def written_elsewhere(files):
    """A bundle as another version of Attest would have written it."""
    manifest = json.loads(files[MANIFEST])
    manifest["writing"] = "another"
    text = files["brief.md"].replace(b"## Sources", b"## List of sources")
    page = files["brief.html"].replace(b"Source summary statement", b"About the sources")
    return {
        **files,
        MANIFEST: json.dumps(manifest).encode(),
        "brief.md": text,
        "brief.html": page,
    }


def test_a_bundle_of_another_version_is_compared_by_its_words(write):
    found = verify_bundle(write(written_elsewhere, honest=True, manner=Manner(quotes=True)))
    assert found.holds, verification_text(found)
    assert "written by another version of Attest" in found.remarks[0]


@pytest.mark.parametrize("name", ["brief.md", "brief.html"])
def test_a_number_changed_in_a_brief_of_another_version_is_named(write, name):
    def change(files):
        made = written_elsewhere(files)
        return {**made, name: made[name].replace(b"of 14 tonnes", b"of 41 tonnes")}

    found = verify_bundle(write(change, honest=True))
    assert [fault.partition(":")[0] for fault in found.files] == [
        f"{name} has figures that the brief's record has not",
        f"{name} does not have what the brief's record says",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("brief.html", b"</body>", b"<script>alert(1)</script></body>"),
        ("brief.html", b"</body>", b"<p>In truth it was 873.</p></body>"),
        ("brief.md", b"## List", b"In 1999 it was otherwise.\n\n## List"),
    ],
)
def test_what_runs_and_figures_that_were_added_are_named_in_one_too(write, name, old, new):
    def change(files):
        made = written_elsewhere(files)
        assert old in made[name]
        return {**made, name: made[name].replace(old, new)}

    assert any(
        fault.startswith(f"{name} has ")
        for fault in verify_bundle(write(change, honest=True)).files
    )


def test_words_with_lines_beneath_them_are_found_in_one_of_another_version(store, tmp_path):
    text = "The file /var/log/x_y_z names snake_case_name and [brackets]."
    held = kept.put(store, "log.md", text)
    answer = kept.answered(
        store, "Which?", [(text, [kept.cited(store, held, text)])], identity="c" * 12
    )
    brief = kept.saved(store, lambda one: editing.add_answer(one, answer))
    made = make_bundle(store, brief, Manner(quotes=True))
    with zipfile.ZipFile(io.BytesIO(made.data)) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        for name, data in written_elsewhere(files).items():
            zipped.writestr(name, data)
    faults = verify_bundle(path).files
    assert not [fault for fault in faults if "does not have what" in fault]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("CORRECTION.txt", b"x", "CORRECTION.txt does not belong to this brief"),
        ("texts/" + "0" * 64 + ".txt", b"x", "does not belong to this brief"),
        ("README.txt", b"No need to verify.", "README.txt is not as it is written"),
        ("brief.docx", b"PK", "brief.docx does not belong to this brief"),
        ("brief.md", None, "brief.md is missing"),
    ],
)
def test_files_that_do_not_belong_are_named_whatever_the_manifest_says(write, name, data, said):
    found = verify_bundle(write(lambda files: {**files, name: data}, honest=True))
    assert any(said in fault for fault in found.files)


def test_a_record_that_says_more_than_is_read_is_named(write):
    def change(files):
        return {**files, "brief.json": files["brief.json"].replace(b"{", b'{"title": "Other", ', 1)}

    found = verify_bundle(write(change, honest=True))
    assert any(fault.startswith("brief.json is not as it is written") for fault in found.files)


def test_a_manifest_that_tells_of_another_brief_is_named(write):
    def change(files):
        manifest = json.loads(files[MANIFEST])
        return {**files, MANIFEST: json.dumps({**manifest, "title": "Other"}).encode()}

    assert (
        "manifest.json says title 'Other', brief.json 'Velm in spring'"
        in verify_bundle(write(change, honest=True)).files
    )


def rewritten(store, brief, files, old, new):
    """All that a careful forger would change: the record and all that is written from it."""
    record = files["brief.json"].decode().replace(old, new)
    from rag.brief.composing import compose
    from rag.brief.html import to_html
    from rag.brief.markdown import to_markdown
    from rag.types import Brief

    forged = compose(Brief.from_dict(json.loads(record)))
    return {
        **files,
        "brief.json": record.encode(),
        "brief.md": to_markdown(forged).encode(),
        "brief.html": to_html(forged).encode(),
        **{
            name: data.decode().replace(old, new).encode()
            for name, data in files.items()
            if name.startswith("answers/")
        },
    }


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("The miller lost ninety sacks.", "The miller lost ninety-one sacks.", "ninety-one"),
        ("The gate, of 14 tonnes", "The gate, of 17 tonnes", "17"),
        (
            '"text": "The port master of Velm',
            '"text": "The harbour master of Velm',
            "not the words of the source",
        ),
        (
            '"text": "The port master of Velm closed the harbour on 3 May 2021."',
            '"text": "the harbour on 3 May 2021."',
            "not the words of the source",
        ),
    ],
)
def test_a_forged_sentence_is_named_even_where_everything_else_was_made_to_fit(
    store, brief, write, old, new, why
):
    path = write(lambda files: rewritten(store, brief, files, old, new), honest=True)
    found = verify_bundle(path)
    assert found.files == ()
    assert all(one.holds for one in found.citations)
    [row] = found.sentences
    assert why in row.why


def test_a_forged_quote_is_named(store, brief, write):
    old, new = '"quote": "lost ninety sacks"', '"quote": "lost eighty sacks"'
    found = verify_bundle(
        write(lambda files: rewritten(store, brief, files, old, new), honest=True)
    )
    [failed] = [one for one in found.citations if not one.holds]
    assert "the words are not those of the source" in failed.why


def test_an_answer_that_differs_from_the_briefs_is_named(write):
    name = f"answers/{'b' * 12}.json"

    def change(files):
        return {**files, name: files[name].replace(b"How much", b"How many")}

    assert (
        f"{name} is not the answer that brief.json has"
        in verify_bundle(write(change, honest=True)).files
    )


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("sources.json", b"Velm Gazette", b"Velm Journal"),
        ("settings.json", b"openai:tiny", b"openai:huge"),
        ("left-out.json", b"[]", b'[{"sentence": "x", "why": "y"}]'),
    ],
)
def test_what_is_said_in_another_form_has_to_be_the_same(write, name, old, new):
    def change(files):
        assert old in files[name]
        return {**files, name: files[name].replace(old, new)}

    found = verify_bundle(write(change, honest=True))
    assert f"{name} is not what the brief and its answers give" in found.files


def test_a_passage_that_was_altered_is_named(store, held, write):
    answer = store.answers.get("a" * 12)
    passage = Passage(
        rank=3,
        score=0.5,
        dense=0.5,
        lexical=1.0,
        document=held[0][0],
        version=held[0][1],
        chunk="c",
        source="harbour.md",
        title=None,
        publisher=None,
        published=None,
        published_precision=None,
        url=None,
        page=None,
        page_end=None,
        start=0,
        end=88,
        text=kept.HARBOUR[:88],
    )
    store.answers.delete([answer.id])
    store.answers.put(replace(answer, passages=(passage,)))
    name = f"answers/{answer.id}.json"
    assert verify_bundle(write()).holds

    def change(files):
        return {**files, name: files[name].replace(b"broken lock gate", b"broken front gate")}

    found = verify_bundle(write(change, honest=True))
    assert f"{name}: passage 3 is not the text of its version" in found.files


def test_an_added_file_is_named(write):
    found = verify_bundle(write(lambda files: {**files, "extra.txt": b"x"}))
    assert "extra.txt was added: the manifest does not name it" in found.files
    assert "the digest in manifest.json is not that of the files" in found.files


def test_spans_only_holds_no_text_beyond_the_quotes_and_says_what_it_cannot_prove(
    store, held, brief, write
):
    passage = Passage(
        rank=1,
        score=0.5,
        dense=0.5,
        lexical=1.0,
        document=held[0][0],
        version=held[0][1],
        chunk="c",
        source="harbour.md",
        title=None,
        publisher=None,
        published=None,
        published_precision=None,
        url=None,
        page=None,
        page_end=None,
        start=0,
        end=88,
        text="SECRET SURROUNDINGS",
    )
    answer = store.answers.get("a" * 12)
    store.answers.delete([answer.id])
    store.answers.put(replace(answer, passages=(passage,)))
    path = write(spans_only=True)
    with zipfile.ZipFile(path) as zipped:
        whole = b"".join(zipped.read(name) for name in zipped.namelist())
        assert not [name for name in zipped.namelist() if name.startswith("texts/")]
    assert b"SECRET" not in whole
    assert b"He blamed a broken lock gate" not in whole
    found = verify_bundle(path)
    assert found.holds, verification_text(found)
    assert all("version not provable" in one.why for one in found.citations)
    assert found.remarks[0] == "Only the cited words are in it: version not provable."

    def change(files):
        return {**files, "spans.json": files["spans.json"].replace(b"14 tonnes", b"15 tonnes")}

    failed = [
        one
        for one in verify_bundle(write(change, spans_only=True, honest=True)).citations
        if not one.holds
    ]
    assert [one.why for one in failed] == ["the quote is not the words that the bundle holds"]


def test_a_full_bundle_holds_passages_of_cited_texts_alone(store, held, brief, write):
    stranger = {"version": "f" * 64, "document": "9" * 12}
    answer = store.answers.get("a" * 12)
    passage = Passage(
        rank=1,
        score=0.5,
        dense=0.5,
        lexical=1.0,
        chunk="c",
        source="other.md",
        title=None,
        publisher=None,
        published=None,
        published_precision=None,
        url=None,
        page=None,
        page_end=None,
        start=0,
        end=9,
        text="ANOTHER SECRET",
        **stranger,
    )
    store.answers.delete([answer.id])
    store.answers.put(replace(answer, passages=(passage,)))
    with zipfile.ZipFile(write()) as zipped:
        assert b"ANOTHER SECRET" not in zipped.read(f"answers/{answer.id}.json")


def test_a_style_and_quotes_are_kept_and_verified(write):
    found = verify_bundle(write(manner=Manner("ieee", quotes=True)))
    assert found.holds, verification_text(found)


def test_a_brief_whose_source_was_forgotten_gives_no_full_bundle(store, held, brief):
    store.forget([store.documents.record(held[1][0])])
    with pytest.raises(ConfigurationError, match="was forgotten"):
        make_bundle(store, brief)
    assert make_bundle(store, brief, spans_only=True).data


def test_what_is_no_bundle_is_named(tmp_path):
    path = tmp_path / "x.zip"
    with pytest.raises(ConfigurationError, match="is no evidence bundle: No such file"):
        verify_bundle(path)
    path.write_bytes(b"PK nonsense")
    with pytest.raises(ConfigurationError, match="is no evidence bundle"):
        verify_bundle(path)
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("a.txt", "a")
    with pytest.raises(ConfigurationError, match=r"no manifest\.json of one"):
        verify_bundle(path)


def test_names_that_lead_elsewhere_and_names_given_twice_are_faults(write, tmp_path):
    path = write()
    with zipfile.ZipFile(path, "a") as zipped:
        zipped.writestr("../../etc/passwd", b"x")
        with pytest.warns(UserWarning, match="Duplicate"):
            zipped.writestr("brief.md", b"another")
    found = verify_bundle(path)
    assert "'../../etc/passwd' is no name of a bundle's file" in found.files
    assert "brief.md stands in the bundle twice" in found.files


def test_a_bundle_that_would_fill_the_memory_is_refused(write):
    with pytest.raises(ConfigurationError, match="unpacks to more than"):
        verify_bundle(write(), max_bytes=1000)


@pytest.mark.parametrize("name", ["brief.json", "settings.json", MANIFEST])
@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b"[" * 10_000, b'{"sections": 1}'])
def test_damaged_records_are_an_error_in_one_line(write, name, data):
    with pytest.raises(ConfigurationError) as caught:
        verify_bundle(write(lambda files: {**files, name: data}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("at", range(0, 6000, 397))
def test_any_damaged_byte_of_the_file_is_an_error_or_a_fault(write, store, brief, tmp_path, at):
    data = bytearray(make_bundle(store, brief).data)
    if at >= len(data):
        pytest.fail("the bundle is shorter than this test takes it to be")
    data[at] ^= 0xFF
    path = tmp_path / "damaged.zip"
    path.write_bytes(bytes(data))
    try:
        found = verify_bundle(path)
    except ConfigurationError:
        return
    # Some bytes of a zip mean nothing: then everything in it is as it was.
    assert not found.holds or found.digest == make_bundle(store, brief).digest


def test_versions_are_hashes_of_texts(held):
    assert held[0][1] == version_id(kept.HARBOUR)
