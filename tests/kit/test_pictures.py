"""Pictures written anew without what they say of their author."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from kit import pictures
from kit.pictures import is_picture, without_metadata
from tests.factories.files import pdf, photo


def written(data: bytes, content_type: str) -> tuple[Image.Image, bytes]:
    target = io.BytesIO()
    without_metadata(io.BytesIO(data), content_type, target)
    picture = Image.open(io.BytesIO(target.getvalue()))
    picture.load()
    return picture, target.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_photograph_is_upright_and_says_nothing(mode):
    picture, data = written(photo(mode=mode, comment=b"Claire etait la"), "image/jpeg")

    assert (picture.size, picture.mode) == ((20, 40), "L" if mode == "L" else "RGB")
    assert (dict(picture.getexif()), b"Claire" in data) == ({}, False)


@pytest.mark.parametrize(
    ("mode", "kept"), [("1", "1"), ("L", "L"), ("LA", "LA"), ("P", "RGBA"), ("RGB", "RGB"), ("RGBA", "RGBA"), ("I;16", "I;16")]
)
def test_drawing_keeps_its_kind_of_colours(mode, kept):
    picture, data = written(photo("PNG", mode=mode), "image/png")

    assert (picture.size, picture.mode, b"Claire" in data) == ((20, 40), kept, False)


def test_transparent_colour_stays_transparent():
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(buffer, "PNG", transparency=(255, 0, 0))

    picture, _ = written(buffer.getvalue(), "image/png")

    assert picture.getpixel((0, 0)) == (255, 0, 0, 0)


@pytest.mark.parametrize("profile", [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"no profile"])
def test_colours_are_those_of_a_screen(profile):
    picture, _ = written(photo(icc_profile=profile), "image/jpeg")

    assert "icc_profile" not in picture.info


def test_profile_of_colours_that_cannot_be_converted_is_left_out():
    picture, _ = written(photo(mode="CMYK", icc_profile=b"x"), "image/jpeg")

    assert "icc_profile" not in picture.info


def test_what_is_hidden_behind_a_picture_goes():
    _, data = written(photo() + b"PK\x03\x04<script>alert(1)</script>", "image/jpeg")

    assert b"script" not in data


@pytest.mark.parametrize(
    ("data", "content_type"),
    [(photo()[:150], "image/jpeg"), (pdf(), "image/png"), (photo("PNG"), "image/jpeg"), (photo("PNG")[:60], "image/png")],
)
def test_what_is_no_picture_is_refused(data, content_type):
    with pytest.raises(ValidationError, match="ne peut pas être lue"):
        written(data, content_type)


def test_picture_of_too_many_points_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 500)

    with pytest.raises(ValidationError, match="réduisez-la"):
        written(photo(), "image/jpeg")


def test_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)

    with pytest.raises(ValidationError):
        written(photo(), "image/jpeg")


def test_pictures_are_known_by_their_type():
    assert [is_picture(kind) for kind in ("image/png", "image/jpeg", "application/pdf", "")] == [True, True, False, False]
