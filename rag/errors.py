"""Every error this package raises on purpose, as one tree.

RagError
├── ConfigurationError    a setting or an installed part is wrong
├── DocumentError         a source cannot be read (one file; the run goes on and reports it)
├── StoreError            the record cannot be opened or written
│   └── NotFoundError     no document, answer or passage has that name
│       └── VersionGoneError  the text was forgotten
├── IndexingError
│   ├── IndexMissingError     nothing has been indexed yet
│   ├── IndexMismatchError    the index was made with other settings
│   └── IndexBusyError        another process is writing
└── GenerationError
    ├── PromptTooLongError    the model takes fewer tokens than it was given
    └── ModelUnavailableError timed out, refused or rate-limited; a retry may help

A message is one line that names the thing, the value and the remedy. Command line and pages
catch `RagError` alone; anything else is a bug and keeps its traceback.
"""


class RagError(Exception):
    """The root of all errors raised on purpose; its text is fit to show to a person."""


class ConfigurationError(RagError):
    """A setting has a value that cannot be used, or an installed part is missing or altered."""


class DocumentError(RagError):
    """One source cannot be read; the run goes on with the others and reports it."""


class StoreError(RagError):
    """The record (SQLite) cannot be opened, read or written."""


class NotFoundError(StoreError, LookupError):
    """No document, answer or passage has the name that was asked for."""


class VersionGoneError(NotFoundError):
    """The text of a version is not in the store any more: its document was forgotten."""


class IndexingError(RagError):
    """The search indexes cannot be used as they are."""


class IndexMissingError(IndexingError):
    """Nothing has been indexed yet."""


class IndexMismatchError(IndexingError):
    """The index was made by another embedding model or another chunker than the settings name."""


class IndexBusyError(IndexingError):
    """Another process holds the writer's lock."""


class GenerationError(RagError):
    """An answer could not be drafted."""


class PromptTooLongError(GenerationError):
    """A chat model takes fewer tokens than it was given; fewer passages may fit."""


class ModelUnavailableError(GenerationError):
    """A model timed out, refused or limited the rate; a retry may help."""
