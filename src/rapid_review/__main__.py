"""`python -m rapid_review`: the program `rapid-review`, where it is not on the path."""

from rapid_review.cli import main

if __name__ == "__main__":
    main(prog_name="rapid-review")
