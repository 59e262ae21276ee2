"""The pages: values of the service → what a browser shows; no logic of the service itself.

`html` builds markup, `words` says values in words, `draw` shows them, `state` holds the service
and the address, `ask` is the page.
"""
