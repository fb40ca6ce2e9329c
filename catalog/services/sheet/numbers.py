"""Numbers as a spreadsheet shows them: `100%`, `007`, `2.0`, `10,000`, `1 1/2`. Pure: values in, values out."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

LONGEST_FORMAT = 255  # as in Excel
MOST_DIGITS = 1500  # of the largest number, in the longest format

SECTION = re.compile(r'(?:"[^"]*"|\\.|[_*].|\[[^\]]*\]|[^;])*', re.DOTALL)
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<blank>_.)|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<general>general)|(?P<power>E[+-])|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A piece of a format: a place for a digit, a mark such as the point, or a text."""

    kind: str
    text: str


def format_number(value: float, code: str) -> str:
    """Write a number as a spreadsheet does in the number format ``code``."""
    if len(code) > LONGEST_FORMAT or code.lower() in ("", "general", "@"):
        return general(value)
    section, is_signed = _section_for(value, code)
    sign = "-" if value < 0 and is_signed else ""
    with localcontext(prec=MOST_DIGITS):
        written = _written(Decimal(repr(abs(value))), _tokens(section), value)
    is_nothing = "0" in written and not re.search("[1-9]", written)
    return ("" if is_nothing else sign) + written if written.strip() else general(value)


def general(value: float) -> str:
    """Write a number as people do who give it no format."""
    return f"{value:.0f}" if value % 1 == 0 and abs(value) < 1e15 else f"{value:.15g}"


def _section_for(value: float, code: str) -> tuple[str, bool]:
    """Return the part of the format that is meant for such a number, and whether it leaves the sign to us."""
    sections = [found for found in _split(code) if "@" not in re.sub(r'"[^"]*"', "", found)][:3] or ["General"]
    conditions = [CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(value, condition):
                return section, True
        return "General", True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    return sections[2 if value == 0 and len(sections) > 2 else 0], True


def _split(code: str) -> list[str]:
    sections: list[str] = []
    position = 0
    while position <= len(code):
        found = SECTION.match(code, position)
        sections.append(found[0] if found else "")
        position += len(sections[-1]) + 1
    return sections


def _holds(value: float, condition: re.Match[str]) -> bool:
    limit = float(condition[2])
    return {
        "<": value < limit, ">": value > limit, "=": value == limit,
        "<=": value <= limit, ">=": value >= limit, "<>": value != limit,
    }[condition[1]]  # fmt: skip


def _tokens(section: str) -> list[Token]:
    tokens: list[Token] = []
    for found in TOKEN.finditer(section):
        kind, text = found.lastgroup, found[found.lastgroup] if found.lastgroup else ""
        if kind in ("digit", "power", "general"):
            tokens.append(Token(kind, text))
        elif kind == "other" and text in ".,/%":
            tokens.append(Token(text, text))
        elif kind:
            tokens.append(Token("text", " " if kind == "blank" else text or ""))
    return tokens


def _written(number: Decimal, tokens: list[Token], value: float) -> str:
    kinds = [token.kind for token in tokens]
    if "general" in kinds:
        return "".join(general(abs(value)) if token.kind == "general" else token.text for token in tokens)
    if "digit" not in kinds:
        return "".join(token.text for token in tokens)
    number *= 100 ** kinds.count("%")
    if "power" in kinds:
        return _scientific(number, tokens, kinds.index("power"))
    if "/" in kinds and "digit" in kinds[: kinds.index("/")]:
        return _fraction(number, tokens, kinds.index("/"))
    return _decimal(number, tokens)


def _decimal(number: Decimal, tokens: list[Token]) -> str:
    kinds = [token.kind for token in tokens]
    last = len(kinds) - 1 - kinds[::-1].index("digit")
    behind = "".join("," if kind == "," else " " for kind in kinds[last + 1 :])
    number /= 1000 ** (len(behind) - len(behind.lstrip(",")))  # each comma behind the last digit stands for thousand
    point = kinds.index(".") if "." in kinds else len(kinds)
    rounded = number.quantize(Decimal(1).scaleb(-kinds[point:].count("digit")), ROUND_HALF_UP)
    whole, _, rest = f"{rounded:f}".partition(".")
    grouped = "," in kinds[: min(last, point)]
    return _whole(whole.lstrip("0"), tokens[:point], grouped=grouped) + _places(rest, tokens[point:])


def _whole(digits: str, tokens: list[Token], *, grouped: bool) -> str:
    """Fill the places before the point from the right; the first of them takes all digits that are left."""
    first = next((index for index, token in enumerate(tokens) if token.kind == "digit"), -1)
    written: list[str] = []
    count = 0
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.kind == "digit":
            taken, digits = (digits, "") if index == first else (digits[-1:], digits[:-1])
            for digit in reversed(taken or {"0": "0", "?": " "}.get(token.text, "")):
                written.append("," if grouped and count and count % 3 == 0 and digit != " " else "")
                written.append(digit)
                count += 1
        elif token.kind != ",":
            written.append(token.text[::-1])
    return digits + "".join(written)[::-1]


def _places(digits: str, tokens: list[Token]) -> str:
    written: list[str] = []
    for token in tokens:
        if token.kind == "digit":
            digit, digits = digits[:1], digits[1:]
            is_needed = token.text == "0" or (digit + digits).strip("0")
            written.append(digit if is_needed else " " if token.text == "?" else "")
        elif token.kind != ",":
            written.append(token.text)
    return "".join(written)


def _scientific(number: Decimal, tokens: list[Token], power: int) -> str:
    mantissa = [token for token in tokens[:power] if token.kind in ("digit", ".")]
    kinds = [token.kind for token in mantissa]
    before = kinds.index(".") if "." in kinds else len(kinds)
    exponent = number.adjusted() if number else 0
    exponent -= exponent % before if before > 1 else 0
    number = number.scaleb(-exponent).quantize(Decimal(1).scaleb(before - len(kinds) + ("." in kinds)), ROUND_HALF_UP)
    if number >= 10**before:
        number, exponent = number.scaleb(-before), exponent + before
    sign = "-" if exponent < 0 else tokens[power].text[1:].replace("-", "")
    width = sum(token.kind == "digit" for token in tokens[power:])
    tail = "".join(token.text for token in tokens[power + 1 :] if token.kind in ("text", "%"))
    return f"{_decimal(number, mantissa)}E{sign}{abs(exponent):0{width}d}{tail}"


def _fraction(number: Decimal, tokens: list[Token], slash: int) -> str:
    before = [token.kind for token in tokens[:slash]]
    after = "".join(token.text for token in tokens[slash + 1 :]).strip()
    fixed = re.match("[1-9][0-9]{0,3}", after)
    exact = Fraction(number)
    if fixed:
        part = Fraction(round(exact * int(fixed[0])), int(fixed[0]))
        below = int(fixed[0])
    else:
        part = exact.limit_denominator(10 ** max(1, min(4, len(re.findall("[0#?]", after)))) - 1)
        below = part.denominator
    groups = re.findall("d+", "".join("d" if kind == "digit" else " " for kind in before))
    whole = int(part) if len(groups) > 1 else 0
    above = int((part - whole) * below)
    return str(whole) if len(groups) > 1 and not above else f"{whole or ''} {above}/{below}".strip()
