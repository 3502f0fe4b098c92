"""The command line: `rapid-review`. Standard output is data, standard error is words.

`app` assembles the `commands`, in a folder for each subject; no command imports another. What they
share is beside `app`: `errors` with their exit codes, `context` (the clock, opening a store),
`options`, and `question`, the options that every reading command takes. Each command imports what
it needs when it is called, so that the program starts quickly: the rest loads only click.
"""

from rapid_review.cli.app import main

__all__ = ["main"]
