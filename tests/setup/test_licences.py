"""Code is MIT, text is CC BY 4.0, and the package says so."""

from importlib.metadata import metadata


def test_the_package_names_both():
    assert metadata("hhlab")["License-Expression"] == "MIT AND CC-BY-4.0"
    assert metadata("hhlab").get_all("License-File") == ["LICENSE", "LICENSE-TEXT"]


def test_code_is_under_the_mit_license(root):
    text = (root / "LICENSE").read_text()
    assert text.startswith("MIT License\n\nCopyright (c) 2026 the hhlab authors\n")
    assert "Permission is hereby granted, free of charge" in text
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in text


def test_text_is_under_cc_by(root):
    text = (root / "LICENSE-TEXT").read_text()
    assert "SPDX-License-Identifier: CC-BY-4.0" in text
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in text
    for covered in ("source/", "release/", "docs/", "README.md"):
        assert covered in text
