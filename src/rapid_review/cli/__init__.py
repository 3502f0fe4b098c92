"""The command line: `rapid-review`. Standard output is data, standard error is words.

`app` assembles the `commands`, in a folder for each subject; no command imports another. What they
share is beside `app`: `errors` with their exit codes, `context` (the clock, opening a store),
`options`, and `question`, which is what a command that reads asks. Each command imports what it
needs when it is called, so that the program starts quickly: all of these load nothing but click.
"""

from rapid_review.cli.app import main

__all__ = ["main"]
