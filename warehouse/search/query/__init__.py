"""The query language of search: parsing, fields, dates, errors. Knows no engine."""
