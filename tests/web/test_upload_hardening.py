"""Which files come in as a proof: told by their bytes, made here by hand; pictures lose what the camera wrote into them."""

import io
import struct
import zipfile
import zlib

import pytest

from dudao_web.evidence import admission, photos
from dudao_web.evidence.admission import checked
from dudao_web.orgs.actions import Refused

# --- bytes of each kind, made by hand

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TEXT = "演示数据\n".encode()
CSV = "名称,人数\n演示第一小学,420\n".encode("gb18030")


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def tiff(*, turned: int = 0, gps: bool = False) -> bytes:
    """A little-endian EXIF block with camera, orientation and GPS tags."""
    entries = [struct.pack("<HHII", 0x0110, 2, 4, int.from_bytes(b"Cam\0", "little"))]
    if turned:
        entries.append(struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0))
    if gps:
        entries.append(struct.pack("<HHII", 0x8825, 4, 1, 200))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + bytes(4)


APP0 = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
ICC = segment(0xE2, b"ICC_PROFILE\0\1\1profile")
FRAME = segment(0xC0, b"\x08\0\x08\0\x08\1\1\x11\0")
TABLE = segment(0xDB, bytes(65))
SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(*extra: bytes, tail: bytes = b"") -> bytes:
    """A picture of 8 x 8 with more segments behind JFIF."""
    return b"\xff\xd8" + APP0 + b"".join(extra) + TABLE + FRAME + SCAN + b"\xff\xd9" + tail


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


IHDR = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
IDAT, IEND = chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")


def png(*extra: bytes, tail: bytes = b"") -> bytes:
    return photos.PNG + IHDR + b"".join(extra) + IDAT + IEND + tail


def zipped(**members: bytes) -> bytes:
    """A zip; names are keys with "__" for "/"."""
    return packed({name.replace("__", "/"): data for name, data in members.items()})


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def office(part: str, **more: bytes) -> bytes:
    """An office document with its main part and others."""
    members = {"[Content_Types].xml": b"<Types/>", part: b"<x/>"}
    return packed(members | {name.replace("__", "/"): data for name, data in more.items()})


def ole(*names: str, tail: bytes = b"") -> bytes:
    """An old office file: a header and a directory of these names."""
    out = admission.OLE.ljust(512, b"\0")
    for name in ("Root Entry", *names):
        raw = name.encode("utf-16-le") + b"\0\0"
        out += raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), 2).ljust(64, b"\0")
    return out + tail


DOCX, XLSX, PPTX = (office(part) for part in ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"))
TAKEN = {
    "方案.pdf": PDF,
    "通知.ofd": packed({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<ofd:Document/>"}),
    "方案.docx": DOCX,
    "台账.xlsx": XLSX,
    "汇报.pptx": PPTX,
    "照片.jpg": jpeg(),
    "照片.JPEG": jpeg(),
    "照片.png": png(),
    "说明.txt": TEXT,
    "名册.csv": CSV,
    "旧文.doc": ole("WordDocument"),
    "旧文.wps": ole("WordDocument"),
    "旧表.xls": ole("Workbook"),
    "旧表.et": ole("Workbook"),
    "旧稿.ppt": ole("PowerPoint Document"),
    "材料.zip": packed({"一/方案.pdf": PDF, "照片.png": png(), "方案.docx": DOCX}),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_kind_that_is_taken_stays_as_it_is(name):
    found = checked(name, TAKEN[name])
    assert (found.data, found.removed) == (TAKEN[name], ())


KINDS = f"只收 {admission.TAKEN} 文件"
HTML = b"<!-- x --> <!DOCTYPE html><script>1</script>"
REFUSED = {
    "程序": ("程序.exe", b"MZ", f"程序.exe：不收这类文件，{KINDS}。请另存为其中一种后重新上传。"),
    "图形": ("图.svg", b"<svg/>", f"图.svg：不收这类文件，{KINDS}。请另存为其中一种后重新上传。"),
    "网页": ("页.html", HTML, f"页.html：不收这类文件，{KINDS}。请另存为其中一种后重新上传。"),
    "含宏": ("表.xlsm", XLSX, f"表.xlsm：不收这类文件，{KINDS}。请另存为其中一种后重新上传。"),
    "空": ("空.pdf", b"", "空.pdf：文件是空的。请核对文件后重新上传。"),
    "网页作文本": ("页.txt", HTML, "页.txt：内容是网页、XML 或 SVG，不收。请另存为 PDF 后上传。"),
    "图形作文本": (
        "图.csv",
        b"\n<svg onload=1>",
        "图.csv：内容是网页、XML 或 SVG，不收。请另存为 PDF 后上传。",
    ),
    "网页作图片": ("页.png", HTML, "页.png：内容是网页、XML 或 SVG，不收。请另存为 PDF 后上传。"),
    "程序作文本": (
        "甲.txt",
        b"MZ\x90\0\x03",
        f"甲.txt：内容不是可收的文件。{KINDS}，请另存为其中一种后重新上传。",
    ),
    "换名": ("甲.pdf", jpeg(), "甲.pdf：扩展名是 .pdf，内容是JPG 图片，两者不一致。请改正扩展名后重新上传。"),
    "文档作压缩包": (
        "甲.zip",
        DOCX,
        "甲.zip：扩展名是 .zip，内容是Word 文档（docx），两者不一致。请改正扩展名后重新上传。",
    ),
    "表作文档": (
        "甲.docx",
        XLSX,
        "甲.docx：扩展名是 .docx，内容是Excel 工作簿（xlsx），两者不一致。请改正扩展名后重新上传。",
    ),
    "断开的 PDF": ("甲.pdf", PDF[:30], "甲.pdf：PDF 文件不完整。请重新导出后上传。"),
    "宏工程": (
        "甲.docx",
        office("word/document.xml", word__vbaProject=b"x"),
        "甲.docx：文件含有宏或控件。请另存为不含宏的文件后重新上传。",
    ),
    "OFD 附件": (
        "甲.ofd",
        packed({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Attachs/run.exe": b"MZ"}),
        "甲.ofd：OFD 中附有不收的文件（doc_0/attachs/run.exe）。请删去附件后重新上传。",
    ),
    "嵌入文件": (
        "甲.docx",
        office("word/document.xml", word__embeddings__o=ole("\x01Ole10Native")),
        "甲.docx：文件中嵌有宏或其他文件。请删去嵌入的对象后重新上传。",
    ),
    "嵌入宏": (
        "甲.pptx",
        office("ppt/presentation.xml", ppt__embeddings__o=office("xl/workbook.xml", xl__vbaProject=b"x")),
        "甲.pptx：文件含有宏或控件。请另存为不含宏的文件后重新上传。",
    ),
    "旧文宏": (
        "甲.doc",
        ole("WordDocument", "Macros"),
        "甲.doc：文件含有宏。请另存为不含宏的文件后重新上传。",
    ),
    "旧表宏": (
        "甲.xls",
        ole("Workbook", "_VBA_PROJECT_CUR"),
        "甲.xls：文件含有宏。请另存为不含宏的文件后重新上传。",
    ),
    "宏表": (
        "甲.xls",
        ole("Workbook", tail=b"\x85\0\x0e\0" + bytes(4) + b"\0\1\6\0Macro1"),
        "甲.xls：文件含有宏。请另存为不含宏的文件后重新上传。",
    ),
    "旧文密码": ("甲.xls", ole("EncryptedPackage"), "甲.xls：文件设有打开密码。请取消密码后重新上传。"),
    "旧文嵌入": (
        "甲.doc",
        ole("WordDocument", "\x01Ole10Native"),
        "甲.doc：文件中嵌有其他文件。请删去嵌入的文件，单独上传。",
    ),
    "安装包": (
        "甲.doc",
        ole("Installer"),
        "甲.doc：文件不完整，或不是文字、表格、演示文稿。请重新保存后上传。",
    ),
    "路径": (
        "甲.zip",
        packed({"../../x.pdf": PDF}),
        "甲.zip：压缩包中的文件名“x.pdf”含有不允许的路径，不予读取。请改用普通文件名重新压缩。",
    ),
    "嵌套": (
        "甲.zip",
        packed({"乙.zip": packed({"丙.pdf": PDF})}),
        "甲.zip/乙.zip：压缩包中又有压缩包，不予解开。请先解开内层压缩包，把文件直接放入一个 .zip。",
    ),
    "压缩比": (
        "甲.zip",
        packed({"甲.txt": b"a" * 3_000_000}),
        "甲.zip：压缩比异常（超过 200 倍），不予解开。请用原始文件重新压缩后再交。",
    ),
    "文件数": (
        "甲.zip",
        packed({f"{n}.txt": b"a" for n in range(501)}),
        "甲.zip：其中文件超过 500 个。请分成几个压缩包上传。",
    ),
    "包中程序": (
        "甲.zip",
        packed({"乙.exe": b"MZ"}),
        f"甲.zip/乙.exe：不收这类文件，{KINDS}。请移出后重新上传。",
    ),
    "包中宏": (
        "甲.zip",
        packed({"乙.docx": office("word/document.xml", word__vbaProject=b"x")}),
        "甲.zip/乙.docx：文件含有宏或控件。请另存为不含宏的文件后重新上传。",
    ),
    "空包": ("甲.zip", packed({}), "甲.zip：压缩包是空的。请核对后重新上传。"),
    "坏包": ("甲.zip", TAKEN["材料.zip"][:80], "甲.zip：压缩包损坏，不能解开。请重新压缩为 .zip 后再交。"),
    "断开的 JPG": ("甲.jpg", jpeg()[:-4], "甲.jpg：图片不完整或已损坏。请重新导出或重新拍摄后上传。"),
    "断开的 PNG": ("甲.png", png()[:-6], "甲.png：图片不完整或已损坏。请重新导出或重新拍摄后上传。"),
    "改过的 PNG": (
        "甲.png",
        png().replace(IDAT[8:10], b"zz"),
        "甲.png：图片不完整或已损坏。请重新导出或重新拍摄后上传。",
    ),
    "没有画面": (
        "甲.jpg",
        b"\xff\xd8" + APP0 + b"\xff\xd9",
        "甲.jpg：图片不完整或已损坏。请重新导出或重新拍摄后上传。",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_and_how_to_mend_it(case):
    name, data, text = REFUSED[case]
    with pytest.raises(Refused) as refused:
        checked(name, data)
    assert str(refused.value) == text


def test_the_size_is_limited_and_is_a_setting(settings):
    with pytest.raises(Refused) as refused:
        admission.admit("甲.pdf", 21 * 1024 * 1024)
    assert str(refused.value) == "甲.pdf：文件为 21.0 MB，超过 20 MB。请压缩图片或分成几个文件上传。"
    settings.PROOF_LARGEST_MB = 30
    assert admission.admit("甲.pdf", 21 * 1024 * 1024) is None


# --- pictures


def exif(**tags) -> bytes:
    return segment(0xE1, b"Exif\0\0" + tiff(**tags))


def test_place_and_camera_leave_a_photo_the_picture_stays():
    found = checked("照片.jpg", jpeg(exif(gps=True), ICC))
    assert (found.data, found.removed) == (jpeg(ICC), (photos.PLACE, photos.CAMERA))


def test_of_a_turned_photo_the_orientation_alone_stays():
    found = checked("照片.jpg", jpeg(exif(turned=6, gps=True)))
    kept = segment(0xE1, b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0))
    assert (found.data, found.removed) == (jpeg(kept), (photos.PLACE, photos.CAMERA))
    assert checked("照片.jpg", found.data) == admission.Admitted("照片.jpg", found.data, "jpeg", ())


@pytest.mark.parametrize(
    ("part", "word"),
    [
        (segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"), photos.NOTES),
        (segment(0xED, b"Photoshop 3.0\0"), photos.NOTES),
        (segment(0xFE, "演示".encode()), photos.NOTES),
        (segment(0xE2, b"MPF\0"), photos.EXTRA),
        (segment(0xE0, b"JFXX\0\x10"), photos.EXTRA),
        (segment(0xE1, b"Exif\0\0broken"), photos.CAMERA),
    ],
)
def test_other_segments_leave_a_photo(part, word):
    found = checked("照片.jpg", jpeg(part))
    assert (found.data, found.removed) == (jpeg(), (word,))


def test_what_hangs_behind_a_picture_is_cut_off():
    assert checked("照片.jpg", jpeg(tail=jpeg(exif(gps=True)))).data == jpeg()
    assert checked("照片.png", png(tail=b"PK\3\4")).data == png()


def test_a_photo_in_several_scans_stays_whole():
    more = segment(0xC4, bytes(20)) + SCAN
    data = jpeg()[:-2] + more + b"\xff\xd9"
    assert checked("照片.jpg", data).data == data


def test_texts_and_exif_leave_a_png_the_colours_stay():
    colours = chunk(b"iCCP", b"x\0\0") + chunk(b"gAMA", struct.pack(">I", 45455))
    told = chunk(b"tEXt", b"Author\0x") + chunk(b"iTXt", b"x") + chunk(b"eXIf", tiff(gps=True))
    found = checked("照片.png", png(colours, told))
    assert (found.data, found.removed) == (png(colours), (photos.NOTES, photos.PLACE, photos.CAMERA))


def test_of_a_turned_png_the_orientation_alone_stays():
    found = checked("照片.png", png(chunk(b"eXIf", tiff(turned=8))))
    kept = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 8, 0, 0)
    assert (found.data, found.removed) == (png(chunk(b"eXIf", kept)), (photos.CAMERA,))


def test_photos_in_a_zip_are_cleaned_too():
    given = packed({"一/照片.jpg": jpeg(exif(gps=True)), "方案.pdf": PDF, "__MACOSX/x": b"x"})
    found = checked("材料.zip", given)
    with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "一/照片.jpg": jpeg(),
            "方案.pdf": PDF,
        }
    assert found.removed == (photos.PLACE, photos.CAMERA, admission.SYSTEM_FILES)


@pytest.mark.parametrize("cut", range(3, len(jpeg(exif(turned=6), ICC))))
def test_a_photo_cut_anywhere_is_never_a_traceback(cut):
    with pytest.raises(Refused):
        checked("照片.jpg", jpeg(exif(turned=6), ICC)[:cut])
