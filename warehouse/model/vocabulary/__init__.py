"""Words of Parliament and what they mean: closed lists of codes, motions, offices, readings, names, rules of doubt.

Facts that somebody looked up are in `curated`; how a source writes its documents is in `assets.sources`.
"""
