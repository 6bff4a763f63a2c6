"""What the window remembers: written whole or not at all; a broken file is replaced by defaults, with a sentence."""

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
    assert save(settings, path) == ""
    assert load(path) == (Settings(), "")


def test_fields_of_a_newer_version_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "paper", "hologram": true}')
    assert load(path) == (Settings(theme="paper"), "")


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "could not be saved" in save(Settings(), tmp_path / "file" / "settings.json")
    folder = tmp_path / "settings.json"
    folder.mkdir()
    assert "could not be saved" in save(Settings(), folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "settings.json"]


def test_the_tests_keep_out_of_the_real_home() -> None:
    assert "ravine-tests-" in str(settings_path())
