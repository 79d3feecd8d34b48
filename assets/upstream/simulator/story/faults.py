"""What can be wrong with what upstream says: switches, and what each of them hits."""

from enum import StrEnum

import msgspec


class Fault(StrEnum):
    """A fault upstream has shown, or could. Each hits the current session only, in the documents it names."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Fault":
        """A fault by its name, with what it does, for people."""
        fault = str.__new__(cls, value)
        fault._value_, fault.meaning = value, meaning
        return fault

    CORRECTED_BALLOTS = (
        "corrected_ballots",
        "A ballot of the winning side is struck from one vote while the announced totals stay: a disputed vote.",
    )
    MISSING_NUMBER = (
        "missing_number",
        "A number is missing in the vote lists, and its ballots answer 200 without a row, as for any unknown vote.",
    )
    DUPLICATE = (
        "duplicate",
        "One vote appears twice in the vote lists, with another number of yeas; one bill twice in the bill "
        "lists, with another status.",
    )
    RENAMED_FIELD = (
        "renamed_field",
        "A field we rely on has another name: the yeas in the vote lists, the ballot and the person in the "
        "ballots of one vote, the number in the detail of one bill.",
    )
    CHANGED_STATUS_TEXT = "changed_status_text", "A bill has an unknown status, in bill lists and detail."
    SAME_DAY_FLOOR_CROSSING = "same_day_floor_crossing", "A member changes caucus between two votes of one day."
    TIE = (
        "tie",
        "One vote ends in a tie, with the result `Tie`; in another one the Speaker, who then has a ballot, decides.",
    )
    YEA_AND_PAIRED = (
        "yea_and_paired",
        "A member votes Yea and is paired in the same vote; both announced totals count that member.",
    )
    BY_ELECTION = "by_election", "A member leaves, the riding is vacant for a while, and somebody else arrives in it."
    SERVER_ERRORS = (
        "server_errors",
        "The ballots of one vote always answer 500; those of every tenth vote do so every other time, first of all.",
    )
    TRUNCATED_XML = (
        "truncated_xml",
        "XML breaks off: bill list, English vote list, the ballots of one vote, the English list of sitting members.",
    )
    HTML_PAGE = (
        "html_page",
        "A web page with status 200 instead of the bill lists, the detail of one bill, and the ballots of one vote.",
    )
    EMPTY_BUT_200 = (
        "empty_but_200",
        "Status 200 and nothing in it: bill lists, vote lists, the ballots of one vote, the lists of sitting members.",
    )
    BOM = (
        "bom",
        "A byte order mark before all JSON and XML of the current session and of the sitting members: harmless.",
    )
    LATE_FRENCH = (
        "late_french",
        "Vote list, ballots and sitting members answer 404 in French, and one bill has no French titles yet.",
    )
    PROVISIONAL_BILL = (
        "provisional_bill",
        "The bill of the latest vote on a bill is not in the bill lists yet, and its detail answers 404.",
    )


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """What a fault hits; every other document stays byte for byte as it is without the fault."""

    addresses: frozenset[str]
    """Path and query."""
    divisions: tuple[int, ...] = ()
    """Of the current session, where the fault singles some out."""
    bills: tuple[str, ...] = ()
    persons: tuple[int, ...] = ()
