"""Ballots of one division, CSV and XML, on the recorded ones."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from assets.sources.ourcommons_ballots.parse import parse_ballots
from tests.support.upstream.documents import SESSIONS, ballot_documents
from warehouse.model.entities import Ballot
from warehouse.runtime.errors import SourceChanged

HEADER = "\ufeffPerson ID,Member of Parliament,Political Affiliation,Member Voted,Paired\r\n"
XML = (
    "<VoteParticipant><ConstituencyName>Edmonton Manning</ConstituencyName><VoteValueName>Yea</VoteValueName>"
    "<PersonOfficialFirstName>Ziad</PersonOfficialFirstName><PersonOfficialLastName>Aboultaif</PersonOfficialLastName>"
    "<ConstituencyProvinceTerritoryName>Alberta</ConstituencyProvinceTerritoryName>"
    "<CaucusShortName>Conservative</CaucusShortName><IsVoteYea>true</IsVoteYea><IsVoteNay>false</IsVoteNay>"
    "<IsVotePaired>false</IsVotePaired><PersonId>89156</PersonId></VoteParticipant>"
)


def rows(*lines: str) -> bytes:
    return (HEADER + "".join(f"{line}\r\n" for line in lines)).encode()


def xml(*participants: str) -> bytes:
    return f"<ArrayOfVoteParticipant>{''.join(participants)}</ArrayOfVoteParticipant>".encode()


@pytest.mark.recorded
def test_all_825_767_rows_are_read(recorded_data: Path) -> None:
    documents = [text for session in SESSIONS for text in ballot_documents(recorded_data, session).values()]
    counts: Counter[tuple[str, bool]] = Counter()
    parsed = [parse_ballots(document) for document in documents]
    for each in parsed:
        assert not each.unfit
        assert not each.repeated
        counts.update((ballot.position, ballot.paired) for ballot in each.records)
    assert len(documents) == 3091
    assert counts == {
        ("yea", False): 466_465,
        ("nay", False): 352_274,
        ("paired", True): 6_938,
        ("yea", True): 64,
        ("nay", True): 26,
    }


@pytest.mark.recorded
def test_csv_and_xml_of_43_2_no_69_agree(recorded_data: Path) -> None:
    of_xml = parse_ballots((recorded_data / "ballots" / "vote_43-2_69.xml").read_bytes()).records
    of_csv = parse_ballots(ballot_documents(recorded_data, "43-2")[69]).records
    assert len(of_xml) == 330
    assert all(ballot.province for ballot in of_xml)
    assert [msgspec.structs.replace(ballot, province=None) for ballot in of_xml] == of_csv


@pytest.mark.recorded
def test_42_1_no_871_has_no_ballots(recorded_data: Path) -> None:
    assert parse_ballots((recorded_data / "ballots" / "picked" / "42-1_871.csv").read_bytes()).records == []


def test_three_forms_of_paired() -> None:
    lines = ("1,A B (C),Liberal,,Paired", "2,D E (F),NDP,Yea,Paired", "3,G H (I),NDP,Nay,Paired", "4,J K (L),NDP,Nay,")
    found = [(ballot.position, ballot.paired) for ballot in parse_ballots(rows(*lines)).records]
    assert found == [("paired", True), ("yea", True), ("nay", True), ("nay", False)]


def test_name_and_riding_part_at_the_last_bracket() -> None:
    (ballot,) = parse_ballots(rows("7,Ya’ara (Y.) Saks (Rosemont—La Petite-Patrie),Bloc Québécois,Yea,")).records
    assert ballot == Ballot(
        person_id=7,
        position="yea",
        paired=False,
        name="Ya’ara (Y.) Saks",
        caucus="Bloc Québécois",
        riding="Rosemont—La Petite-Patrie",
        province=None,
    )


def test_a_quoted_field_may_hold_a_comma() -> None:
    (ballot,) = parse_ballots(rows('7,"Ann Lee (Perth, East)",,Yea,')).records
    assert (ballot.riding, ballot.caucus) == ("Perth, East", None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0,A B (C),Liberal,Yea,", "PersonId is '0'"),
        ("x,A B (C),Liberal,Yea,", "PersonId is 'x'"),
        ("2,A B,Liberal,Yea,", "not of the form"),
        ("2,A B (C),Liberal,Abstain,", "which is new"),
        ("2,A B (C),Liberal,,", "neither voted nor was paired"),
        ("2,A B (C),Liberal,Yea", "4 fields"),
    ],
)
def test_a_bad_row_is_parked_and_the_others_pass(line: str, reason: str) -> None:
    parsed = parse_ballots(rows("1,A B (C),Liberal,Yea,", line))
    assert [ballot.person_id for ballot in parsed.records] == [1]
    assert reason in parsed.unfit[0].reason
    assert parsed.unfit[0].record == line


def test_a_blank_line_is_no_row() -> None:
    parsed = parse_ballots(rows("1,A B (C),Liberal,Yea,", ""))
    assert (len(parsed.records), parsed.unfit) == (1, [])


@pytest.mark.parametrize(
    ("lines", "position", "paired"),
    [
        (("1,A B (C),Liberal,Yea,", "1,A B (C),Liberal,Nay,"), "both", False),
        (("1,A B (C),Liberal,Nay,Paired", "1,A B (C),Liberal,Yea,"), "both", True),
        (("1,A B (C),Liberal,Yea,", "1,A B (C),Liberal,,Paired"), "yea", True),
        (("1,A B (C),Liberal,,Paired", "1,A B (C),Liberal,Nay,"), "nay", True),
        (("1,A B (C),Liberal,Yea,", "1,A B (C),Liberal,Nay,", "1,A B (C),Liberal,,Paired"), "both", True),
        (("1,A B (C),Liberal,Yea,", "1,A B (C),Liberal,Yea,", "1,A B (C),Liberal,Yea,"), "yea", False),
        (("1,A B (C),Liberal,Yea,", "1,A B (C),NDP,Yea,", "1,A B (C),NDP,Yea,"), "yea", False),
    ],
)
def test_rows_of_one_member_are_one_ballot(lines: tuple[str, ...], position: str, paired: bool) -> None:
    parsed = parse_ballots(rows("7,D E (F),NDP,Yea,", *lines))
    assert [ballot.person_id for ballot in parsed.records] == [7, 1]
    assert (parsed.records[1].position, parsed.records[1].paired) == (position, paired)
    assert parsed.unfit == []


def test_what_rows_of_one_member_disagree_about_is_null_and_told() -> None:
    parsed = parse_ballots(rows("1,Ann B (C),Liberal,Yea,", "1,Anne B (C),Independent,Yea,", "2,D E (F),NDP,Yea,"))
    (first, _) = parsed.records
    assert (first.name, first.caucus, first.riding) == ("Ann B", None, "C")
    assert [(doubt.record_key, doubt.rule) for doubt in parsed.doubts] == [("1", "ballot_listed_twice")]
    assert "2 rows with a different name, caucus" in parsed.doubts[0].message
    assert parsed.repeated == []


def test_a_row_that_is_repeated_is_named() -> None:
    parsed = parse_ballots(rows("2,D E (F),NDP,Yea,", "2,D E (F),NDP,Yea,"))
    assert ([ballot.person_id for ballot in parsed.records], parsed.repeated, parsed.doubts) == ([2], ["2"], [])


def test_a_member_with_both_flags_is_on_both_lists() -> None:
    (ballot,) = parse_ballots(xml(XML.replace("<IsVoteNay>false", "<IsVoteNay>true"))).records
    assert (ballot.position, ballot.paired) == ("both", False)


def test_markup_inside_an_element_does_not_cut_it() -> None:
    marked = (
        XML.replace("Ziad", "<b>Zi</b>ad")
        .replace("Edmonton", "<i>Edmonton</i>")
        .replace("<CaucusShortName>Conservative", "<CaucusShortName><![CDATA[<em>Conser</em>vative]]>")
        .replace("Alberta", "Al<a>ber</a>&#116;a")
    )
    (ballot,) = parse_ballots(xml(marked)).records
    assert (ballot.name, ballot.riding, ballot.caucus, ballot.province) == (
        "Ziad Aboultaif",
        "Edmonton Manning",
        "Conservative",
        "Alberta",
    )


def test_ballots_of_another_division_are_refused() -> None:
    named = XML.replace(
        "<PersonId>",
        "<ParliamentNumber>45</ParliamentNumber><SessionNumber>1</SessionNumber>"
        "<DecisionDivisionNumber>7</DecisionDivisionNumber><PersonId>",
    )
    assert len(parse_ballots(xml(named), (45, 1, 7)).records) == 1
    for other, said in (
        ((44, 1, 7), "ParliamentNumber"),
        ((45, 2, 7), "SessionNumber"),
        ((45, 1, 8), "7 instead of 8"),
    ):
        with pytest.raises(SourceChanged, match=said):
            parse_ballots(xml(named), other)
    assert len(parse_ballots(xml(XML), (45, 1, 7)).records) == 1, "a document may name no division"


def test_a_field_given_twice_parks_the_row() -> None:
    twice = XML.replace("89156", "7").replace("<IsVoteNay>false</IsVoteNay>", "<IsVoteNay>false</IsVoteNay>" * 2)
    contradictory = twice.replace("<IsVoteNay>false", "<IsVoteNay>true", 1).replace(">7<", ">8<")
    parsed = parse_ballots(xml(XML, twice, contradictory))
    assert [ballot.person_id for ballot in parsed.records] == [89156, 7]
    assert [(item.record_key, item.reason) for item in parsed.unfit] == [
        ("8", "`IsVoteNay` appears twice in the row, with different values")
    ]


def test_a_caucus_given_twice_leaves_the_vote_and_a_doubt() -> None:
    other = "<CaucusShortName>NDP</CaucusShortName><CaucusShortName>"
    parsed = parse_ballots(xml(XML, XML.replace("89156", "7").replace("<CaucusShortName>", other)))
    assert [(ballot.person_id, ballot.position, ballot.caucus) for ballot in parsed.records] == [
        (89156, "yea", "Conservative"),
        (7, "yea", None),
    ]
    assert [(doubt.record_key, doubt.rule) for doubt in parsed.doubts] == [("7", "field_given_twice")]


def test_a_field_twice_in_one_row_and_missing_in_the_next_shifts_nothing() -> None:
    one = XML.replace("89156", "7").replace(
        "<CaucusShortName>", "<CaucusShortName>NDP</CaucusShortName><CaucusShortName>"
    )
    parsed = parse_ballots(xml(one, XML.replace("<CaucusShortName>Conservative</CaucusShortName>", ""), XML))
    assert [(ballot.person_id, ballot.caucus) for ballot in parsed.records] == [(7, None), (89156, "Conservative")]
    assert [(item.record_key, item.reason) for item in parsed.unfit] == [("89156", "`CaucusShortName` is missing")]


def test_xml_decides_by_the_booleans() -> None:
    both = XML.replace("<IsVotePaired>false", "<IsVotePaired>true").replace(">Yea<", ">Paired<")
    (ballot,) = parse_ballots(xml(both)).records
    assert (ballot.position, ballot.paired, ballot.province) == ("yea", True, "Alberta")


def test_an_element_missing_in_one_xml_row_does_not_shift_the_others() -> None:
    second = XML.replace("89156", "7").replace("Alberta", "Ontario")
    third = XML.replace("89156", "8").replace("<CaucusShortName>Conservative</CaucusShortName>", "")
    last = XML.replace("89156", "9").replace("Alberta", "Manitoba")
    parsed = parse_ballots(xml(XML, second, third, last))
    found = [(ballot.person_id, ballot.province) for ballot in parsed.records]
    assert found == [(89156, "Alberta"), (7, "Ontario"), (9, "Manitoba")]
    assert [(item.record_key, item.reason) for item in parsed.unfit] == [("8", "`CaucusShortName` is missing")]


def test_a_bad_flag_parks_one_xml_row() -> None:
    bad = XML.replace("89156", "7").replace("<IsVoteNay>false", "<IsVoteNay>maybe")
    parsed = parse_ballots(xml(XML, bad))
    assert ([ballot.person_id for ballot in parsed.records], parsed.unfit[0].record_key) == ([89156], "7")


def test_an_unknown_division_is_an_empty_array() -> None:
    assert parse_ballots(b"<ArrayOfVoteParticipant/>").records == []
    assert parse_ballots(HEADER.encode()).records == []


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "empty"),
        (rows("1,A B (C),Liberal,Yea,")[:-8], "breaks off"),
        (rows("1,A B (C),Liberal,Yea,").replace(b"Member Voted", b"Vote"), "Member Voted"),
        (b"<html></html>", "HTML page"),
        (xml(XML)[:-40], "breaks off"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (xml(XML.replace("PersonId", "Id")), "PersonId"),
    ],
)
def test_unusable_documents_are_refused(document: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        parse_ballots(document)
