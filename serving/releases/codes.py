"""The closed lists of releases."""

from typing import Final

from serving.core.answers.closed_lists import ClosedList

CODES: Final = (
    ClosedList(
        "column-types",
        "Types of columns of a release",
        "Types de colonnes d’une publication",
        {
            "text": ("A text", "Un texte"),
            "whole": ("A whole number", "Un nombre entier"),
            "date": ("A day, in Ottawa", "Un jour, à Ottawa"),
            "instant": ("An instant, in UTC", "Un instant, en UTC"),
            "flag": ("True or false", "Vrai ou faux"),
        },
    ),
    ClosedList(
        "file-formats",
        "Formats of a release’s files",
        "Formats des fichiers d’une publication",
        {
            "parquet": ("Apache Parquet, compressed by Zstandard within", "Apache Parquet, compressé par Zstandard"),
            "csv": ("CSV in UTF-8 with a header line", "CSV en UTF-8 avec une ligne d’en-tête"),
            "ndjson": ("A JSON object a line", "Un objet JSON par ligne"),
        },
    ),
)
