"""Builds votes from the list of divisions, in one or two languages, and the ballots of each."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from assets.derived import Totals, count_by_caucus, counted_totals, is_disputed, sitting_day
from assets.sources.languages import is_english
from assets.sources.ourcommons_votes.parse import VoteRecord
from assets.sources.placeholders import is_placeholder
from warehouse.model.entities import Ballot, Finding, Vote
from warehouse.model.keys import BillNumber, bill_key, vote_key
from warehouse.model.vocabulary.codes import RESULTS, UNKNOWN
from warehouse.runtime.clock import ottawa_to_utc


def build_vote(
    record_en: VoteRecord,
    record_fr: VoteRecord | None,
    ballots: Sequence[Ballot] | None,
    province_of: Mapping[str, str],
    held: tuple[dt.datetime, dt.date] | None = None,
) -> Vote:
    """One recorded vote with its ballots in order of PersonId.

    `ballots` is null if their document was not fetched or is missing. If totals were announced but there are no
    ballots, the ballots are not published yet and nothing is counted. If there are neither (42-1 no. 871, a tie whose
    records Parliament emptied), the counts are 0. A ballot without a province gets that of its riding.

    `held` is the instant and sitting day as derived from the neighbouring divisions; without it, they follow from the
    time alone. A result that contradicts its own totals becomes `unknown`, unless the ballots confirm it. English text
    at the French address is not used as French.
    """
    announced = (record_en.decision_division_number_of_yeas, record_en.decision_division_number_of_nays)
    counted = counted_totals(ballots, announced)
    totals = (*announced, record_en.decision_division_number_of_paired)
    result = RESULTS.code_of(record_en.decision_result_name) or UNKNOWN
    local = record_en.held_at_local
    held_at, held_on = held or (ottawa_to_utc(local), sitting_day(local))
    subject_fr = record_fr.decision_division_subject if record_fr else None
    return Vote(
        key=vote_key(record_en.session, "commons", record_en.number),
        session=record_en.session,
        chamber="commons",
        number=record_en.number,
        held_at=held_at,
        held_at_local=record_en.decision_event_date_time,
        held_on=held_on,
        subject_en=record_en.decision_division_subject,
        subject_fr=None if is_english(subject_fr) else subject_fr,
        result=UNKNOWN if _is_doubtful(result, announced, counted) else result,
        result_en=record_en.decision_result_name,
        result_fr=_french_result(record_fr),
        bill=_bill(record_en),
        document_type_en=record_en.decision_division_document_type_name,
        document_type_fr=record_fr.decision_division_document_type_name if record_fr else None,
        yeas=totals[0],
        nays=totals[1],
        paired=totals[2],
        counted_yeas=counted[0],
        counted_nays=counted[1],
        counted_paired=counted[2],
        disputed=is_disputed(totals, counted),
        caucuses=count_by_caucus(ballots or (), "commons", held_on),
        ballots=tuple(sorted(_placed(ballots or (), province_of), key=lambda ballot: ballot.person_id)),
    )


def contradicts(result: str, totals: tuple[int | None, int | None]) -> bool:
    """Whether yeas and nays contradict a result. A tie broken by the Speaker is published with equal totals, as `Tie`
    or as the Speaker's decision."""
    yeas, nays = totals
    if yeas is None or nays is None:
        return False
    return {"agreed": yeas < nays, "negatived": yeas > nays, "tie": yeas != nays}.get(result, False)


def _is_doubtful(result: str, announced: tuple[int | None, int | None], counted: Totals) -> bool:
    """Whether the announced totals contradict the result and the ballots do not confirm it. Without announced totals
    only the ballots count."""
    if None in announced:
        return contradicts(result, counted[:2])
    return contradicts(result, announced) and not _bear_out(result, counted)


def _bear_out(result: str, counted: Totals) -> bool:
    return None not in counted[:2] and not contradicts(result, counted[:2])


def findings_of(vote: Vote, record_en: VoteRecord | None = None, record_fr: VoteRecord | None = None) -> list[Finding]:
    """Every finding about the vote; given the records it was built from, also those that are not visible in the
    vote."""
    doubts = [*_doubts(vote)]
    if record_fr is not None and is_english(record_fr.decision_division_subject):
        message = f"The French list has the English text {record_fr.decision_division_subject!r}; French is missing."
        doubts.append(("english_in_french", message))
    if record_en is not None and record_en.bill_number_code and vote.bill is None:
        doubts.append(("unreadable_bill_number", f"The vote names the bill {record_en.bill_number_code!r}."))
    return [Finding(rule=rule, entity="vote", key=vote.key, message=message) for rule, message in doubts]


def findings_of_language(session: str, votes: Sequence[Vote]) -> list[Finding]:
    """Findings about votes without a French subject: one for the session if no vote has one, else one for each vote."""
    rule, missing = "french_not_published", [vote for vote in votes if vote.subject_fr is None]
    if missing and len(missing) == len(votes):
        message = f"The French list of the votes of {session} is not published; {len(votes)} subjects have no French."
        return [Finding(rule=rule, entity="session", key=session, message=message)]
    message = "The French list of votes does not have this vote yet."
    return [Finding(rule=rule, entity="vote", key=vote.key, message=message) for vote in missing]


def _french_result(record: VoteRecord | None) -> str | None:
    """The result in French; null if the French list has it in English."""
    text = record.decision_result_name if record else None
    return None if text is None or RESULTS.is_worded_in(text, "en") else text


def _one_sided(vote: Vote) -> str:
    """A possible explanation if the ballots fall short on one side only."""
    missing_yeas, missing_nays = (
        (vote.yeas or 0) - (vote.counted_yeas or 0),
        (vote.nays or 0) - (vote.counted_nays or 0),
    )
    if not vote.ballots or min(missing_yeas, missing_nays) != 0 or max(missing_yeas, missing_nays) <= 0:
        return ""
    side = "yeas" if missing_yeas else "nays"
    return (
        f"The {side} fall short by {missing_yeas or missing_nays}: a ballot was struck later, or a member was on both "
        "lists, of which the House's CSV prints one."
    )


def _placed(ballots: Iterable[Ballot], province_of: Mapping[str, str]) -> Iterator[Ballot]:
    for ballot in ballots:
        province = None if ballot.province or not ballot.riding else province_of.get(ballot.riding)
        yield msgspec.structs.replace(ballot, province=province) if province else ballot


def _bill(record: VoteRecord) -> str | None:
    if record.bill_number_code is None:
        return None
    try:
        return bill_key(record.session, str(BillNumber.parse(record.bill_number_code)))
    except ValueError:
        return None


def _doubts(vote: Vote) -> Iterator[tuple[str, str]]:
    result = RESULTS.code_of(vote.result_en) or UNKNOWN
    if vote.yeas is None or vote.nays is None:
        if contradicts(result, (vote.counted_yeas, vote.counted_nays)):
            counted = f"{vote.counted_yeas}–{vote.counted_nays}"
            yield (
                "result_against_totals",
                f"The result is {vote.result_en!r}, without totals, and the ballots give {counted}; the result "
                "is not counted on.",
            )
    elif contradicts(result, (vote.yeas, vote.nays)):
        kept = "the ballots bear the result out" if vote.result == result else "the result is not counted on"
        yield "result_against_totals", f"The result is {vote.result_en!r} at {vote.yeas}–{vote.nays}; {kept}."
    if result == UNKNOWN:
        said = f"The result {vote.result_en!r} is new" if vote.result_en else "The list gives no result"
        yield "unknown_result", f"{said}; it is served with the code `unknown`."
    if vote.yeas is None or vote.nays is None:
        yield "totals_not_published", f"No totals are announced; the result is {vote.result_en!r}."
    if vote.disputed:
        announced, counted = f"{vote.yeas}–{vote.nays}", f"{vote.counted_yeas}–{vote.counted_nays}"
        pairs = f"paired {vote.counted_paired} of {vote.paired}"
        message = f"The ballots give {counted}, announced were {announced} ({pairs}); both are kept."
        if fewer := _one_sided(vote):
            message = f"{message[:-1]}. {fewer}"
        yield "ballots_differ_from_totals", message
    if on_both := [f"{each.name} ({each.person_id})" for each in vote.ballots if each.position == "both"]:
        yield "member_on_both_lists", f"On both lists, and counted on both sides: {', '.join(on_both)}."
    if is_placeholder(vote.subject_en):
        yield "placeholder_title", f"The subject is {vote.subject_en!r}, which says nothing."
    if vote.counted_yeas is None:
        yield "ballots_not_published", "The ballots of this vote are not published yet."
    elif not vote.ballots:
        yield "no_ballots", "Parliament publishes no ballots of this vote."
