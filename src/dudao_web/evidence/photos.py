"""Photos without what a camera or phone wrote into them: place, device, time, thumbnails, comments.

The segments (JPEG) and chunks (PNG) are rewritten, the picture itself is never decoded or encoded again. Kept: the picture, its
colour profile (ICC) and, where it is turned, its orientation and nothing else of the EXIF. A broken or cut-off picture is Broken.
Sources: ITU-T T.81 B.1 (JPEG), Exif 2.3 4.6 (TIFF tags), W3C PNG 5 and 11.
"""

import struct
import zlib

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
ORIENTATION, GPS = 0x0112, 0x8825
ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}

# Words for what was taken out, as the uploader reads them.
PLACE, CAMERA, NOTES, EXTRA = "拍摄位置", "拍摄设备和时间等信息", "文字说明", "缩略图或附带数据"

STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # JPEG markers without a length
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
KEPT_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT".split()
)
TEXTS = frozenset(b"tEXt zTXt iTXt tIME".split())


class Broken(Exception):
    """The bytes are no whole picture."""


def cleaned(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The picture without its metadata, and what was taken out. Broken when it is not whole."""
    try:
        return _png(data) if data.startswith(PNG) else _jpeg(data)
    except (struct.error, IndexError) as error:
        raise Broken from error


def _exif(tiff: bytes) -> tuple[int, list[str]]:
    """Orientation (1: upright, or not said) of an EXIF block, and the words for what it says beside that."""
    order = ORDERS.get(tiff[:4])
    words = [CAMERA]
    if order is None:
        return 1, words
    turned, (start,) = 1, struct.unpack_from(f"{order}I", tiff, 4)
    try:
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(f"{order}HH", tiff, entry)
            if tag == ORIENTATION and kind == 3:
                (turned,) = struct.unpack_from(f"{order}H", tiff, entry + 8)
            elif tag == GPS:
                words = [PLACE, CAMERA]
    except struct.error:  # a damaged EXIF goes as a whole
        pass
    return (turned if 1 <= turned <= 8 else 1), words


def _orientation(turned: int) -> bytes:
    """A TIFF block that says the orientation alone."""
    return b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turned, 0, 0)


def _is_orientation(tiff: bytes) -> bool:
    """Whether an EXIF block is what this module leaves: the same file again then loses nothing."""
    return any(tiff == _orientation(turned) for turned in range(2, 9))


def _jpeg(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    out, removed = bytearray(data[:2]), dict[str, None]()
    at, frame, scan = 2, False, False
    while True:
        if data[at] != 0xFF:
            raise Broken
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            break
        if marker in STANDALONE:
            out += data[at : at + 2]
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        body, after = data[at + 4 : at + 2 + length], at + 2 + length
        if length < 2 or after > len(data):
            raise Broken
        out += _segment(marker, body, data[at:after], removed)
        frame |= marker in FRAMES and min(struct.unpack_from(">HH", body, 1)) > 0
        at = after
        if marker == 0xDA:
            scan, at = True, _scan_end(data, after)
            out += data[after:at]
    if not (frame and scan):
        raise Broken
    if data[at + 2 :].strip(b"\0"):
        removed[EXTRA] = None
    return bytes(out + b"\xff\xd9"), tuple(removed)


def _scan_end(data: bytes, at: int) -> int:
    """Where the compressed picture ends: the next marker that is neither a stuffed zero nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise Broken
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _segment(marker: int, body: bytes, whole: bytes, removed: dict[str, None]) -> bytes:
    """What is left of a segment; what is taken out is noted."""
    application = 0xE0 <= marker <= 0xEF
    if not application and marker != 0xFE:
        return whole
    wanted = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker)
    if wanted and body.startswith(wanted):
        if marker != 0xE0:
            return whole
        if any(body[12:14]):
            removed[EXTRA] = None  # a thumbnail
        plain = body[:12] + b"\0\0"
        return b"\xff\xe0" + struct.pack(">H", len(plain) + 2) + plain
    if marker == 0xE1 and body.startswith(b"Exif\0\0"):
        tiff = body[6:]
        if _is_orientation(tiff):
            return whole
        turned, words = _exif(tiff)
        removed.update(dict.fromkeys(words))
        if turned == 1:
            return b""
        kept = b"Exif\0\0" + _orientation(turned)
        return b"\xff\xe1" + struct.pack(">H", len(kept) + 2) + kept
    removed[NOTES if marker in (0xE1, 0xED, 0xFE) else EXTRA] = None
    return b""


def _png(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    out, removed = bytearray(PNG), dict[str, None]()
    at, seen, turned = len(PNG), set[bytes](), 1
    while b"IEND" not in seen:
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", data, at + 8 + length)
        if len(body) != length or crc != zlib.crc32(kind + body) or (not seen and kind != b"IHDR"):
            raise Broken
        seen.add(kind)
        if kind == b"IHDR" and min(struct.unpack_from(">II", body)) == 0:
            raise Broken
        if kind in KEPT_CHUNKS or (kind == b"eXIf" and _is_orientation(body)):
            out += data[at : at + 12 + length]
        elif kind == b"eXIf":
            turned, words = _exif(body)
            removed.update(dict.fromkeys(words))
            if turned != 1:
                out += _chunk(b"eXIf", _orientation(turned))
        else:
            removed[NOTES if kind in TEXTS else EXTRA] = None
        at += 12 + length
    if b"IDAT" not in seen:
        raise Broken
    if data[at:].strip(b"\0"):
        removed[EXTRA] = None
    return bytes(out), tuple(removed)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
