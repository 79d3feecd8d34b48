"""Figures as they are served, from what `warehouse.statistics` computes."""
