"""Files as people send them, true and false, made in memory."""

import io
import zipfile

from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GPS, CAMERA_MAKER, ORIENTATION = 0x8825, 0x010F, 0x0112


def pdf(filling: bytes = b"") -> bytes:
    """A small document, made longer by a comment."""
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\n%" + filling + b"\ntrailer<<>>\n%%EOF\n"


def pdf_of(size: int) -> bytes:
    return pdf(b"x" * (size - len(pdf())))


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def docx() -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})


def photo(kind: str = "JPEG", *, mode: str = "RGB", size: tuple[int, int] = (40, 20), orientation: int = 6, **saved: object) -> bytes:
    """A picture that says where it was taken, with what, and how the camera was held."""
    picture = Image.new(mode, size, 1 if mode in {"1", "P"} else "white")
    exif = picture.getexif()
    exif[CAMERA_MAKER], exif[ORIENTATION] = "Appareil de Claire", orientation
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 24.0)})
    buffer = io.BytesIO()
    picture.save(buffer, kind, exif=exif, **saved)
    return buffer.getvalue()
