"""The formulas of `/api/v1/statistics`: pure functions on columns of facts. No database, no clock, no network.

Each formula has an id with a version, such as `rice/1` (`methods`); a change of what it computes is a new version.
"""
