"""`python -m pennypress`: the command line."""

from pennypress.config.cli import main

if __name__ == "__main__":
    main()
