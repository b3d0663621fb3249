"""Pictures written anew: what they show stays, what they say of who took them and where goes, and whatever was hidden behind them."""

import io
import warnings
from typing import IO

from django.core.exceptions import ValidationError
from PIL import Image, ImageCms, ImageOps

from kit.french import number

MOST_PIXELS = 50_000_000
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}
JPEG_MODES = {"L", "RGB"}
PNG_MODES = {"1", "L", "LA", "RGB", "RGBA", "I;16"}
QUALITY = 90


def is_picture(content_type: str) -> bool:
    return content_type in FORMATS


def without_metadata(stream: IO[bytes], content_type: str, target: IO[bytes]) -> None:
    """Write into `target` the picture of `stream`, upright, in ordinary colours, with its pixels only; refuse what is no picture, or too large."""
    kind = FORMATS[content_type]
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(stream, formats=[kind]) as picture:
                _refuse_too_large(picture)
                picture.load()
                _bare(picture, kind).save(target, kind, **({"quality": QUALITY, "optimize": True} if kind == "JPEG" else {}))
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise ValidationError(
            "Cette image ne peut pas être lue : ouvrez-la dans un logiciel d’images et enregistrez-la de nouveau.", code="content"
        ) from fault
    finally:
        stream.seek(0)


def _refuse_too_large(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise ValidationError(
            f"Cette image compte {number(picture.width)} × {number(picture.height)} points ; "
            f"la limite est de {number(MOST_PIXELS // 1_000_000)} millions de points : réduisez-la.",
            code="too_big",
        )


def _bare(picture: Image.Image, kind: str) -> Image.Image:
    """The pixels alone: turned as the camera was held, in the colours of a screen, without what the file said beside them."""
    upright = _in_screen_colours(ImageOps.exif_transpose(picture))
    modes = JPEG_MODES if kind == "JPEG" else PNG_MODES
    if upright.mode not in modes or "transparency" in upright.info:
        upright = upright.convert("RGBA" if kind == "PNG" else "RGB")
    upright.info = {}
    upright.getexif().clear()
    return upright


def _in_screen_colours(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in JPEG_MODES | {"RGBA"}:
        return picture
    try:
        converted = ImageCms.profileToProfile(picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture
