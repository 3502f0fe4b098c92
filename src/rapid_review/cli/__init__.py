"""The command line: `rapid-review`. Standard output is data, standard error is words.

Each command imports what it needs when it is called, so that the program starts quickly: `app`,
`shell`, `output` and the modules of the commands load nothing but click. `json_lines`, `applying`,
`importing` and `demonstration` do the work of the larger ones.
"""

from rapid_review.cli.app import main

__all__ = ["main"]
