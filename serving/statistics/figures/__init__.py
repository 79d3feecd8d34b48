"""Figures as served, from the results of `warehouse.statistics`."""
