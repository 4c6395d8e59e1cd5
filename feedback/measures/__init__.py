"""Experience measures: pure arithmetic on counts, no database and no web.

Every measure takes a histogram, the number of answers per point of its scale, since
figures are aggregated where the answers lie. No answer gives no figure: None, not 0.
"""
