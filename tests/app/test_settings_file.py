"""What the window remembers: written whole or not at all; a broken file is replaced by defaults, with a sentence."""

import json
import os
from pathlib import Path

import pytest

from app.settings import Settings, load, save, settings_path


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    kept = Settings(theme="paper", scene="momentum-ravine", x=-4, y=7, gallery=False)
    assert save(kept, path) == ""
    assert load(path) == (kept, "")
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_no_file_means_defaults_without_a_word(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.json") == (Settings(), "")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"width": "wide"}', b"\xff\xfe\x00", b"[" * 100_000])
def test_a_broken_file_means_defaults_and_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings, sentence = load(path)
    assert settings == Settings()
    assert "could not be read" in sentence
    assert "kept as settings.broken.json" in sentence
    assert sentence.isprintable()
    assert save(settings, path) == ""
    assert load(path) == (Settings(), "")
    assert path.with_name("settings.broken.json").read_bytes() == content
    path.write_bytes(content)
    assert "kept as settings.broken-2.json" in load(path)[1]


def test_fields_of_a_newer_version_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "paper", "hologram": true}')
    assert load(path) == (Settings(theme="paper"), "")


def test_what_a_newer_version_wrote_stays_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "paper", "hologram": {"depth": [1, null]}}')
    assert save(Settings(theme="studio"), path) == ""
    assert json.loads(path.read_text())["hologram"] == {"depth": [1, None]}
    assert load(path) == (Settings(theme="studio"), "")


def test_a_file_of_a_newer_format_is_read_as_far_as_it_is_known_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    written = '{"format": 2, "theme": "projector", "hologram": true}'
    path.write_text(written)
    settings, sentence = load(path)
    assert settings.theme == "projector"
    assert "a newer version of Ravine" in sentence
    assert save(Settings(theme="paper"), path) == ""
    assert path.read_text() == written


def test_a_file_that_is_no_file_or_no_settings_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "large.json").write_bytes(b" " * (1 << 19))
    for name in ("pipe.json", "large.json"):
        assert "could not be read" in load(tmp_path / name)[1]
    assert (tmp_path / "large.broken.json").exists()


def test_a_file_that_cannot_be_put_aside_is_named_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    settings, sentence = load(path)
    assert settings == Settings()
    assert sentence.endswith("; the defaults are used.")


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "could not be saved" in save(Settings(), tmp_path / "file" / "settings.json")
    folder = tmp_path / "settings.json"
    folder.mkdir()
    assert "could not be saved" in save(Settings(), folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "settings.json"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_settings_that_are_a_link_into_another_folder_stay_one_and_private(tmp_path: Path) -> None:
    kept, path = tmp_path / "dotfiles" / "ravine.json", tmp_path / "settings.json"
    kept.parent.mkdir()
    kept.write_text('{"theme": "paper"}')
    kept.chmod(0o600)
    path.symlink_to(kept)
    assert save(Settings(theme="projector"), path) == ""
    assert path.readlink() == kept
    assert (load(kept)[0].theme, kept.stat().st_mode & 0o777) == ("projector", 0o600)
    kept.write_text("{")
    assert "kept as ravine.broken.json" in load(path)[1]
    assert save(Settings(), path) == ""
    assert path.readlink() == kept
    assert {file.name for file in kept.parent.iterdir()} == {"ravine.json", "ravine.broken.json"}


def test_the_tests_keep_out_of_the_real_home() -> None:
    assert "ravine-tests-" in str(settings_path())
