"""The recipe of the small reader: data files named on the command line → weights that ship."""
