"""Faults of delivery: documents arrive damaged. They affect only documents of the current session."""

import codecs
import csv
import io
from collections.abc import Callable, Collection, Sequence

import msgspec

from assets.upstream.addresses import BALLOTS, BILL_DETAIL, BILLS, MEMBERS, ROLES, VOTES, UpstreamRequest
from assets.upstream.server import UpstreamAnswer, not_found
from assets.upstream.simulator.documents import member_lists, vote_lists, xmltext
from assets.upstream.simulator.story.faults import Fault
from assets.upstream.simulator.story.targets import Targets

FLAKY_NUMBER = 3
"""Every tenth vote's ballots, those whose number ends in it, fail every other time under SERVER_ERRORS."""
_ERROR = UpstreamAnswer(500, b"Internal Server Error (simulated)", "text/plain; charset=utf-8")
_PAGE = (
    b"<!DOCTYPE html>\r\n<html lang='en'><head><title>We will be back (simulated)</title></head>"
    b"<body><h1>This simulated site is under maintenance</h1></body></html>"
)


def delivered(
    asked: UpstreamRequest,
    answer: UpstreamAnswer,
    faults: Collection[Fault],
    targets: Targets,
    times: Callable[[UpstreamRequest], int],
) -> UpstreamAnswer:
    """The answer as it arrives. `times` is the number of earlier requests for the document."""
    on = {fault: touches(fault, asked, targets) for fault in faults}
    if on.get(Fault.SERVER_ERRORS) and (asked.division == targets.failing or times(asked) % 2 == 0):
        return _ERROR
    if on.get(Fault.LATE_FRENCH) or on.get(Fault.PROVISIONAL_BILL):
        return not_found("Not published yet by the simulated Parliament.")
    if on.get(Fault.HTML_PAGE):
        return msgspec.structs.replace(answer, body=_PAGE, content_type="text/html; charset=utf-8")
    body = answer.body
    if on.get(Fault.EMPTY_BUT_200):
        body = empty(asked)
    if on.get(Fault.TRUNCATED_XML):
        body = body[: len(body) * 3 // 5]
    if on.get(Fault.BOM):
        body = codecs.BOM_UTF8 + body
    return msgspec.structs.replace(answer, body=body)


def touches(fault: Fault, asked: UpstreamRequest, targets: Targets) -> bool:
    """Whether a fault of delivery hits a document of the current session or a list of sitting members."""
    source, form = asked.source, asked.form
    is_members = source == MEMBERS and not asked.parliament
    is_list = is_members or source in (BILLS, VOTES)
    is_hit = False
    match fault:
        case Fault.SERVER_ERRORS:
            is_hit = source == BALLOTS and (asked.division == targets.failing or asked.division % 10 == FLAKY_NUMBER)
        case Fault.LATE_FRENCH:
            is_hit = asked.lang == "fr" and (is_members or source in (VOTES, BALLOTS))
        case Fault.PROVISIONAL_BILL:
            is_hit = source == BILL_DETAIL and asked.bill == targets.unlisted_bill
        case Fault.HTML_PAGE:
            is_hit = source == BILLS or asked.bill == targets.page_bill or asked.division == targets.page
        case Fault.EMPTY_BUT_200:
            is_hit = is_list or asked.division == targets.empty
        case Fault.TRUNCATED_XML:
            is_english_list = is_list and (asked.lang == "en" or source == BILLS)
            is_hit = form == "xml" and (is_english_list or asked.division == targets.truncated)
        case Fault.BOM:
            is_hit = form != "csv" and (is_list or source not in (MEMBERS, ROLES))
    return is_hit


def empty(asked: UpstreamRequest) -> bytes:
    """The document without records, as upstream answers for unknown addresses."""
    if asked.form == "json":
        return b"[]"
    if asked.form == "csv":
        return _header(vote_lists.CSV_HEADER if asked.source == BALLOTS else member_lists.CSV_HEADER)
    if asked.source == BILLS:
        return xmltext.document("Bills", (), namespaces="")
    roots = {VOTES: "ArrayOfVote", BALLOTS: "ArrayOfVoteParticipant"}
    return xmltext.document(roots.get(asked.source, "ArrayOfMemberOfParliament"), ())


def _header(columns: Sequence[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(columns)
    return (vote_lists.BOM + out.getvalue()).encode()
