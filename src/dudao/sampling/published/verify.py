"""核验一次公开抽取（方法 dudao-draw-1）。只用 Python 3.6 以上的标准库，不联网，不写文件，不需要其他程序。

用法：  python3 -I verify.py 文件夹      （不写文件夹，则核验本文件所在的文件夹）
退出码：0 一致；1 有不同，指出第一处不同的行；2 不能读取

怎样抽取：
  frame.csv 是抽样框，quota.csv 是名额，两个文件的 SHA-256 在随机数产生以前公布。
  签号 = SHA-256（dudao-draw-1、轮次、frame.csv 的 SHA-256、quota.csv 的 SHA-256、随机数、单位代码，各占一行）。
  take 为 certain 的必抽，先占名额；为 out 的不参加；为 draw 的按签号从小到大抽足余下的名额，其他依次备抽。
  名额不分类别的，余下的名额按该辖区各类别 draw 单位数的比例，用最大余数法分到各类别。
随机数的来源（draw.json 的 seed_source）不能计算，请对照它所说的公开发布。
"""

import hashlib
import json
import os
import re
import sys
import unicodedata

METHOD = "dudao-draw-1"
FRAME = ["code", "name", "district", "kind", "take", "reason"]
QUOTA = ["district", "kind", "n"]
KEYS = ["method", "round", "frame_hash", "quota_hash", "seed", "seed_source"]
MOST = 20000000


class Different(Exception):
    """The first difference: file, line (0: the file as a whole), text."""


class Unreadable(Exception):
    """What cannot be read, and why."""


def main(arguments):
    """Check one folder, say what was found; the exit code."""
    try:
        folder = arguments[0] if arguments else os.path.dirname(os.path.abspath(__file__))
        name, drawn = check({name: load(folder, name) for name in NAMES})
    except Different as fault:
        name, line, text = fault.args
        say("核验不一致。{}{}：{}。".format(name, f" 第 {line} 行" if line else "", text))
        return 1
    except Unreadable as fault:
        say(f"不能核验：{fault}。")
        return 2
    except (OSError, ValueError, MemoryError, RecursionError) as fault:
        say(f"不能核验：{fault}。")
        return 2
    say(f"核验一致：轮次“{name}”抽出 {drawn} 个单位，与重算的相同。")
    return 0


def load(folder, name):
    """The bytes of one published file."""
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        raise Unreadable(f"缺少 {name}")
    with open(path, "rb") as stream:
        return stream.read(16 * MOST)


def check(files):
    """Compute the draw again from frame, quotas, round and seed; the round, and how many are drawn."""
    said = statement(files["draw.json"])
    text = {name: decoded(name, files[name]) for name in ("frame.csv", "quota.csv")}
    frame = table("frame.csv", text["frame.csv"], FRAME, (2, 3, 0), (0,), frame_fault)
    quota = table("quota.csv", text["quota.csv"], QUOTA, (0, 1), (0, 1), quota_fault)
    said["method"] = METHOD
    for key in ("round", "seed", "seed_source"):
        if said_fault(key, said[key]):
            raise Different("draw.json", KEYS.index(key) + 2, said_fault(key, said[key]))
    said["frame_hash"] = sha256(files["frame.csv"])
    said["quota_hash"] = sha256(files["quota.csv"])
    ordered = {key: said[key] for key in KEYS}
    compare("draw.json", files["draw.json"], json.dumps(ordered, ensure_ascii=False, indent=2) + "\n")

    numbers = strata(frame, quota)
    lines = ["district,kind,eligible,n"]
    lines += ["{},{},{},{}".format(*place, *numbers[place]) for place in sorted(numbers)]
    compare("strata.csv", files["strata.csv"], "\n".join(lines) + "\n")

    head = [METHOD, said["round"], said["frame_hash"], said["quota_hash"], said["seed"]]
    places = {place: [] for place in numbers}
    for code, _, district, kind, take, _ in frame:
        if take == "certain":
            places[district, kind].append(("", code))
        elif take == "draw":
            places[district, kind].append((sha256("\n".join([*head, code]).encode("utf-8")), code))
    lines, drawn = ["district,kind,rank,code,ticket,drawn"], 0
    for place in sorted(places):
        left, rank = numbers[place][1], 0
        for ticket, code in sorted(places[place]):  # "" sorts first: certain units, by code
            rank += ticket != ""
            taken = int(rank <= left)
            drawn += taken
            lines.append("{},{},{},{},{},{}".format(*place, rank, code, ticket, taken))
    compare("tickets.csv", files["tickets.csv"], "\n".join(lines) + "\n")
    return said["round"], drawn


def strata(frame, quota):
    """(district, kind) -> (units with a ticket, how many of them are drawn)."""
    eligible, certain = {}, {}
    for _, _, district, kind, take, _ in frame:
        place = (district, kind)
        eligible[place] = eligible.get(place, 0) + (take == "draw")
        certain[place] = certain.get(place, 0) + (take == "certain")
    left = {}
    together = {district for district, kind, _ in quota if kind == ""}
    for district, kind, n in quota:
        if kind and district in together:
            impossible(f"{district} 的名额既有不分类别的，又有分类别的")
        places = [(district, kind)] if kind else sorted(place for place in eligible if place[0] == district)
        whole = sum(eligible.get(place, 0) for place in places)
        rest = int(n) - sum(certain.get(place, 0) for place in places)
        if not 0 <= rest <= whole:
            impossible(f"{district} {kind} 的名额 {n} 少于必抽的，或多于抽样框中的")
        for place in places:
            left[place] = rest * eligible.get(place, 0) // whole if whole else 0
        over = rest - sum(left[place] for place in places)
        places.sort(key=lambda place: (-(rest * eligible.get(place, 0) % max(whole, 1)), place))
        for place in places[:over]:
            left[place] += 1
    for place, count in certain.items():
        if count and place not in left:
            impossible("{} {} 有必抽单位，没有名额".format(*place))
    return {place: (eligible.get(place, 0), left.get(place, 0)) for place in set(eligible) | set(left)}


def impossible(text):
    """A quota that no draw can meet."""
    raise Different("quota.csv", 0, text)


def statement(data):
    """What draw.json says, as a dictionary of texts."""
    try:
        said = json.loads(decoded("draw.json", data))
    except (ValueError, RecursionError):
        raise Unreadable("draw.json 不是 JSON") from None
    if not isinstance(said, dict) or not all(isinstance(said.get(key), str) for key in KEYS):
        raise Unreadable("draw.json 不是抽取说明")
    return said


def decoded(name, data):
    """The text of a file."""
    if len(data) > MOST:
        raise Unreadable(f"{name} 过大")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(f"{name} 不是 UTF-8 文本") from None


def table(name, text, columns, order, once, fault_of):
    """The rows of a canonical file; the first row that breaks a rule is the first difference."""
    lines = text.split("\n")
    if lines[0] != ",".join(columns):
        raise Different(name, 1, "表头应为 {}".format(",".join(columns)))
    rows, seen, before = [], set(), ()
    for number, line in enumerate(lines[1:] if lines[-1] else lines[1:-1], 2):
        cells = line.split(",")
        if len(cells) != len(columns):
            raise Different(name, number, f"应有 {len(columns)} 列")
        if unicodedata.normalize("NFC", line) != line:
            raise Different(name, number, "文字不是 NFC 形式")
        wrong = next(filter(None, map(value_fault, cells)), "") or fault_of(cells)
        place, key = tuple(cells[n] for n in order), tuple(cells[n] for n in once)
        if wrong or key in seen:
            raise Different(name, number, wrong or "与前面的行重复")
        if place < before:
            raise Different(
                name, number, "没有按 {} 的字节顺序排列".format(",".join(columns[n] for n in order))
            )
        before = place
        seen.add(key)
        rows.append(cells)
    if lines[-1]:
        raise Different(name, len(lines), "最后一行没有换行")
    return rows


def value_fault(value):
    """What no value may hold."""
    if '"' in value or "," in value:
        return "值中有逗号或引号"
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in value):
        return "值中有控制符或看不见的字符"
    return "值的首尾有空格" if value != value.strip() else ""


def frame_fault(cells):
    """What is wrong with a row of frame.csv."""
    if not re.match(r"[A-Za-z0-9-]+\Z", cells[0]):
        return "代码只用字母、数字和短横"
    if "" in cells[1:4]:
        return "name、district、kind 必须填写"
    if cells[4] not in ("draw", "certain", "out"):
        return "take 只能是 draw、certain 或 out"
    return "certain 和 out 必须写明理由" if cells[4] != "draw" and cells[5] == "" else ""


def quota_fault(cells):
    """What is wrong with a row of quota.csv."""
    if cells[0] == "":
        return "district 必须填写"
    return "" if re.match(r"(0|[1-9][0-9]{0,8})\Z", cells[2]) else "n 应为 0 或正整数"


def said_fault(key, value):
    """What is wrong with round, seed or source of draw.json."""
    wrong = value_fault(value if key == "round" else value.replace(",", "").replace('"', ""))
    if wrong or len(value) > 1000:
        return wrong or "过长"
    if key == "round" and (value == "" or unicodedata.normalize("NFC", value) != value):
        return "轮次名称是空的，或不是 NFC 形式"
    if key == "seed" and (any(not " " <= sign <= "~" for sign in value) or len(value.replace(" ", "")) < 8):
        return "随机数不是至少 8 位的可打印 ASCII 字符"
    return ""


def compare(name, found, computed):
    """Compare a published file with what was computed, row by row."""
    theirs, ours = found.split(b"\n"), computed.encode("utf-8").split(b"\n")
    for number in range(max(len(theirs), len(ours))):
        one, other = theirs[number : number + 1], ours[number : number + 1]
        if one != other:
            raise Different(name, number + 1, f"公布的是“{shown(one)}”，重算得“{shown(other)}”")


def shown(row):
    """A row as text, or that there is none."""
    return row[0].decode("utf-8", "replace")[:160] if row else "没有这一行"


def sha256(data):
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def say(text):
    """One line on the terminal, whatever its encoding; nothing in it can steer the terminal."""
    encoding = sys.stdout.encoding or "utf-8"
    text = "".join(sign if sign.isprintable() else "□" for sign in text)
    print(text.encode(encoding, "replace").decode(encoding))


NAMES = ["frame.csv", "quota.csv", "strata.csv", "tickets.csv", "draw.json"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
