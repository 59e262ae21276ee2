"""Every particular of a drafted sentence held against the words of the source that it cites.

Numbers, dates, names, quotations, who speaks, what is denied and what is only held possible: rules
over English words, the standard library alone. They find what was changed; whether a source
supports a sentence at all is judged elsewhere.
"""

from rag.particulars.checking import check, particulars_of
from rag.particulars.fuller import fuller_names
from rag.particulars.particular import Finding, Kind, Particular, Verdict

__all__ = ["Finding", "Kind", "Particular", "Verdict", "check", "fuller_names", "particulars_of"]
