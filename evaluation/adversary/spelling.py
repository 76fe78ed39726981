"""Numbers in Azerbaijani words, for sentences that a person could have written."""

UNITS = ("", "bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz")
TENS = ("", "on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan")


def spell(number: int) -> str:
    """Return a number from 0 to 999,999 in words."""
    if number == 0:
        return "sıfır"
    thousands, rest = divmod(number, 1000)
    said = [] if not thousands else ["min"] if thousands == 1 else [_below_thousand(thousands), "min"]
    return " ".join([*said, *([_below_thousand(rest)] if rest else [])])


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    said = [*([UNITS[hundreds]] if hundreds > 1 else []), *(["yüz"] if hundreds else []), TENS[tens], UNITS[units]]
    return " ".join(word for word in said if word)
